"""Checks of writing: one certificate for one reference, for ever, in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from dgxblock.i18n import N_
from dgxblock.i18n import gettext as _
from dgxblock.registry import contract as c
from dgxblock.registry.conformance.catalogue import check
from dgxblock.registry.conformance.client import Client, expect, hold


@check(
    "issue",
    N_("A result gets a certificate"),
    N_(
        "Answer PUT /v1/results/{result_id} with 201 (or 202) and a valid receipt about that result_id, seq and digest."
    ),
)
def issue(client: Client) -> None:
    document, receipt = client.issued()
    hold(
        receipt["result_id"] == document["result_id"] and receipt["seq"] == 1, _("the receipt is about another result")
    )
    hold(
        receipt["payload_sha256"] == c.payload_sha256(c.canonical(document)),
        _("payload_sha256 is not that of the bytes that were sent"),
    )


@check("etag", N_("A receipt carries its ETag"), N_('Send ETag: "seq" with every receipt.'))
def etag(client: Client) -> None:
    got = client.put(client.result())
    expect(got, "201", "202")
    hold(got.headers.get("etag") == '"1"', _("ETag is missing or another"))


@check(
    "repeat",
    N_("A repeated delivery changes nothing"),
    N_("Recognise the same content under the same result_id and seq, however old, and answer the current receipt."),
)
def repeat(client: Client) -> None:
    document, receipt = client.issued()
    got = client.put(document)
    expect(got, "200")
    hold(got.receipt() == receipt, _("the second receipt differs from the first"))


@check(
    "repeat-any-precondition",
    N_("A repeated delivery needs no precondition"),
    N_("Compare seq and content before If-Match and If-None-Match are looked at."),
)
def repeat_any_precondition(client: Client) -> None:
    document, _receipt = client.issued()
    correction = client.result(document["result_id"], seq=2, previous_seq=1)
    expect(client.put(correction), "200", "202")
    client.look_up(document["result_id"]).receipt()
    expect(client.put(correction), "200", "202")


@check(
    "twins",
    N_("Two simultaneous deliveries make one certificate"),
    N_("Serialise the check and the storing by result_id, in one transaction."),
)
def twins(client: Client) -> None:
    document = client.result()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _n: client.put(document), range(4)))
    receipts = [got.receipt() for got in answers if got.status in (200, 201, 202)]
    hold(bool(receipts), _("none of the deliveries was accepted"))
    numbers = {one["certificate"]["no"] for one in receipts if "certificate" in one}
    hold(len(numbers) <= 1, _("the same result has two certificate numbers"))


@check(
    "conflict",
    N_("Other content under the same number is refused"),
    N_("Answer 409 conflict when seq is the held one and the content is another; keep what is held."),
)
def conflict(client: Client) -> None:
    document, receipt = client.issued()
    expect(client.put({**document, "person": client.person()}), "409 conflict")
    hold(client.look_up(document["result_id"]).receipt() == receipt, _("what is held has changed"))


@check(
    "stale",
    N_("An operation that builds on another is refused"),
    N_("Answer 412 stale when previous_seq is not the held seq, and store nothing."),
)
def stale(client: Client) -> None:
    expect(client.put(client.result(seq=3, previous_seq=2)), "412 stale")
    document, receipt = client.issued()
    expect(client.put(client.result(document["result_id"], seq=5, previous_seq=3)), "412 stale")
    hold(client.look_up(document["result_id"]).receipt() == receipt, _("what is held has changed"))


@check(
    "correction",
    N_("A correction keeps the certificate"),
    N_("A greater seq over the held one corrects: the same certificate, one more rev."),
)
def correction(client: Client) -> None:
    document, first = client.issued()
    got = client.put({**document, "seq": 4, "previous_seq": 1})
    expect(got, "200", "202")
    second = client.look_up(document["result_id"]).receipt()
    hold(second["rev"] > first["rev"] and second["seq"] == 4, _("rev did not rise, or seq is another"))
    hold(second["accepted_on"] == first["accepted_on"], _("accepted_on has changed"))


@check(
    "old-repeat",
    N_("The operation before the last one is stale"),
    N_("After a correction, answer the first delivery 412 stale: it must not undo the correction."),
)
def old_repeat(client: Client) -> None:
    document, _first = client.issued()
    expect(client.put({**document, "seq": 2, "previous_seq": 1}), "200", "202")
    expect(client.put(document), "412 stale")


@check(
    "wrong-number",
    N_("An identity number that cannot be right is refused by rule"),
    N_("Answer 422 refused with errors[].code identity-mismatch; store nothing, use up no seq."),
)
def wrong_number(client: Client) -> None:
    person = client.person()
    last = person["id_no"][-1]
    person["id_no"] = person["id_no"][:-1] + ("0" if last != "0" else "1")
    document = client.result(person=person)
    expect(client.put(document), "422 refused")
    expect(client.look_up(document["result_id"]), "404 not-found")
    expect(client.put({**document, "person": client.person()}), "201", "202")


@check(
    "no-names-in-problems",
    N_("A problem repeats nobody's data"),
    N_("Name the place (errors[].pointer) in a problem, never the value."),
)
def no_names(client: Client) -> None:
    person = client.person()
    document = client.result(
        person={**person, "id_no": person["id_no"][:-1] + ("0" if person["id_no"][-1] != "0" else "1")}
    )
    got = client.put(document)
    text = got.body.decode("utf-8", "replace")
    hold(person["name"] not in text and document["person"]["id_no"] not in text, _("the problem repeats what was sent"))


@check(
    "rare-names",
    N_("Rare and long names pass unchanged"),
    N_("Take names byte for byte: rare Han characters, the middle dot, 64 characters. Use a binary collation."),
)
def rare_names(client: Client) -> None:
    for name in ("古丽娜尔·买买提", "𠮷测试", "𡈽测试", "测䶮", "测" * 64):
        got = client.put(client.result(person={**client.person(), "name": name}))
        expect(got, "201", "202")


@check(
    "revoke",
    N_("A certificate can be revoked"),
    N_("PUT /v1/results/{result_id}/revocation ends in status revoked and revoked_on."),
)
def revoke(client: Client) -> None:
    document, first = client.issued()
    expect(client.put(client.revocation(document["result_id"])), "200", "202")
    held = client.look_up(document["result_id"]).receipt()["certificate"]
    hold(
        held["status"] == "revoked" and held["no"] == first["certificate"]["no"],
        _("the certificate is not revoked, or another"),
    )


@check(
    "revoke-nothing",
    N_("What was never issued cannot be revoked"),
    N_("Answer a revocation of an unknown result 404 not-found."),
)
def revoke_nothing(client: Client) -> None:
    expect(client.put(client.revocation(client.new_id())), "404 not-found")


@check("state", N_("A revoked certificate is neither corrected nor revoked again"), N_("Answer 409 state."))
def state(client: Client) -> None:
    document, _first = client.issued()
    expect(client.put(client.revocation(document["result_id"])), "200", "202")
    expect(client.put({**document, "seq": 3, "previous_seq": 2}), "409 state")
    expect(client.put(client.revocation(document["result_id"], seq=3, previous_seq=2)), "409 state")


@check(
    "reinstate",
    N_("A reinstated certificate keeps its number"),
    N_("DELETE …/revocation brings the same number back to life."),
)
def reinstate(client: Client) -> None:
    document, first = client.issued()
    result_id = document["result_id"]
    expect(client.reinstate(result_id, seq=2, previous_seq=1), "409 state")
    expect(client.put(client.revocation(result_id)), "200", "202")
    got = client.reinstate(result_id, seq=3, previous_seq=2)
    expect(got, "200", "202")
    said = got.receipt()["certificate"]
    hold(
        said["status"] == "live" and said["no"] == first["certificate"]["no"],
        _("the certificate is not live, or has another number"),
    )


@check(
    "reinstate-precondition", N_("Reinstating needs If-Match"), N_("Answer a DELETE without If-Match 400 malformed.")
)
def reinstate_precondition(client: Client) -> None:
    document, _first = client.issued()
    expect(client.put(client.revocation(document["result_id"])), "200", "202")
    expect(client.reinstate(document["result_id"], seq=3, previous_seq=2, If_Match=None), "400 malformed")
