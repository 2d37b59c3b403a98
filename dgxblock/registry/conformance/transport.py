"""Checks of what must be right before a document is read: signature, digest, form, size, and how errors look."""

from __future__ import annotations

from dgxblock.i18n import N_
from dgxblock.i18n import gettext as _
from dgxblock.registry import contract as c
from dgxblock.registry.conformance.catalogue import check
from dgxblock.registry.conformance.client import Client, Got, NotApplicable, expect, hold

_STRANGER = c.Key("whsec", b"a key that nobody has agreed on.")


def _nothing_stored(client: Client, document: dict[str, object], got: Got, *wanted: str) -> None:
    expect(got, *wanted)
    expect(client.look_up(str(document["result_id"])), "404 not-found")


@check(
    "signature",
    N_("A strange signature is not believed"),
    N_(
        "Verify webhook-signature over id.timestamp.body with the keys agreed on; else 401 signature, and store "
        "nothing."
    ),
)
def signature(client: Client) -> None:
    document = client.result()
    _nothing_stored(client, document, client.put(document, keys=[_STRANGER]), "401 signature")


@check("no-signature", N_("A request without signature is not believed"), N_("Answer 401 signature."))
def no_signature(client: Client) -> None:
    document = client.result()
    _nothing_stored(client, document, client.put(document, webhook_signature=None), "401 signature")


@check(
    "read-signature",
    N_("Reading needs a signature too"),
    N_("Verify the signature of a GET over “GET target”, with the query as sent."),
)
def read_signature(client: Client) -> None:
    expect(client.get(c.result_target(client.new_id()), keys=[_STRANGER]), "401 signature")
    since = "2026-01-01T00:00:00Z"
    asked, signed_as = client.feed_target(since, limit=500), client.feed_target(since, limit=1)
    expect(client.get(asked, signed_as=signed_as), "401 signature")


@check(
    "two-signatures",
    N_("One good signature among two is enough"),
    N_("During a rotation two signatures come in one header: try each with each key, skip versions you do not know."),
)
def two_signatures(client: Client) -> None:
    expect(client.put(client.result(), keys=[_STRANGER, client.agreed.keys[0]]), "201", "202")
    document = client.result()
    body = c.canonical(document)
    key = c.op_key(document["scheme"], document["result_id"], 1)
    headers = c.signed_headers(
        client.agreed.keys, "PUT", c.result_target(document["result_id"]), msg_id=key, timestamp=_now(), body=body,
        idempotency_key=key, previous_seq=0,
    )  # fmt: skip
    headers["webhook-signature"] = f"v9,AAAA {headers['webhook-signature']}"
    expect(client.send("PUT", c.result_target(document["result_id"]), body, headers), "201", "202")


def _now() -> int:
    import time

    return int(time.time())


@check(
    "clock",
    N_("An old or future timestamp is refused"),
    N_("Answer 401 clock with server_time when webhook-timestamp is more than 300 s off, either way."),
)
def clock(client: Client) -> None:
    for age in (3600, -3600):
        document = client.result()
        got = client.put(document, age=age)
        expect(got, "401 clock")
        hold("server_time" in c.loads(got.body), _("server_time is missing"))
    expect(client.put(client.result(), age=200), "201", "202")


@check(
    "digest",
    N_("A damaged body is noticed"),
    N_("Compare Content-Digest (sha-256) with the bytes received; else 400 digest, and store nothing."),
)
def digest(client: Client) -> None:
    document = client.result()
    got = client.put(document, Content_Digest=c.content_digest(b"something else"))
    _nothing_stored(client, document, got, "400 digest")


@check("no-digest", N_("A body without digest is refused"), N_("Answer 400 malformed without Content-Digest."))
def no_digest(client: Client) -> None:
    document = client.result()
    _nothing_stored(client, document, client.put(document, Content_Digest=None), "400 malformed")


@check(
    "schema",
    N_("A document against the schema is refused"),
    N_("Validate against schemas/result.json, which is closed; 422 invalid with errors[].pointer, and store nothing."),
)
def schema(client: Client) -> None:
    document = client.result()
    got = client.put({**document, "nickname": "x"})
    _nothing_stored(client, document, got, "422 invalid")
    for member, value in (("score", "101"), ("assessed_on", "2026-02-30"), ("outcome", "fail")):
        bad = client.result()
        bad["result"] = {**bad["result"], member: value}
        expect(client.put(bad), "422 invalid")


@check(
    "not-json",
    N_("A body that is not one JSON document is refused"),
    N_("Answer 400 malformed for broken JSON, other encodings than UTF-8, and names that come twice."),
)
def not_json(client: Client) -> None:
    document = client.result()
    twice = c.canonical(document)[:-1] + b',"seq":1}'
    for body in (b"{", b"[]x", c.canonical(document).decode().encode("utf-16"), twice):
        expect(client.put(document, body=body), "400 malformed")
    expect(client.look_up(document["result_id"]), "404 not-found")


@check(
    "disagreement",
    N_("Path, key, precondition and document agree"),
    N_("Answer 400 malformed when they name different operations."),
)
def disagreement(client: Client) -> None:
    document = client.result()
    expect(client.put(document, target=c.result_target(client.new_id())), "400 malformed")
    other = c.op_key(document["scheme"], document["result_id"], 2)
    expect(client.put(document, Idempotency_Key=other), "400 malformed")
    expect(client.put(document, If_None_Match=None, If_Match='"7"'), "400 malformed")
    expect(client.put(document, If_None_Match=None), "400 malformed")
    expect(client.look_up(document["result_id"]), "404 not-found")


@check("media-type", N_("A body of another kind is refused"), N_("Answer 415 malformed unless it is application/json."))
def media_type(client: Client) -> None:
    expect(client.put(client.result(), Content_Type="text/plain"), "415 malformed", "400 malformed")


@check(
    "size", N_("A body that is too large is refused"), N_("Answer 413 too-large above 32 KiB, before reading it all.")
)
def size(client: Client) -> None:
    document = client.result()
    got = client.put(document, body=c.canonical(document) + b" " * c.MAX_BODY_BYTES)
    if got.status is None:
        raise NotApplicable(_("The connection was closed while the body was sent."))
    expect(got, "413 too-large")


@check(
    "headers",
    N_("Answers are not cached and are dated"),
    N_("Send Date and Cache-Control: no-store with every answer."),
)
def headers(client: Client) -> None:
    got = client.look_up(client.new_id())
    hold("no-store" in got.headers.get("cache-control", ""), _("Cache-Control: no-store is missing"))
    hold(bool(got.headers.get("date")), _("Date is missing"))


@check(
    "no-coding",
    N_("Answers are not compressed"),
    N_(
        "Send no Content-Encoding, even to a client that would take gzip: lengths and digests are of the bytes on the "
        "wire."
    ),
)
def no_coding(client: Client) -> None:
    got = client.get(c.result_target(client.new_id()), Accept_Encoding="gzip, br")
    hold(got.headers.get("content-encoding", "identity") == "identity", _("the answer is compressed"))


@check(
    "no-redirect",
    N_("Nothing is redirected"),
    N_("Answer at the address that was asked; switch redirects off under /v1/."),
)
def no_redirect(client: Client) -> None:
    for target in (c.result_target(client.new_id()), "/v1/results/", "/v1", f"{c.result_target(client.new_id())}/"):
        got = client.get(target)
        hold(got.status is not None and not 300 <= got.status < 400, _("a redirect: %(seen)s", seen=got.seen))


@check(
    "errors",
    N_("Every error is a problem document"),
    N_("Answer errors as application/problem+json with a type of the contract's list, unknown paths and methods too."),
)
def errors(client: Client) -> None:
    for got in (client.get("/v1/nothing/here"), client.get("/v1/results", method="PATCH"), client.get("/v1/results/x")):
        hold(
            got.status is not None and 400 <= got.status < 500 and " " in got.seen,
            _("no problem: %(seen)s", seen=got.seen),
        )
