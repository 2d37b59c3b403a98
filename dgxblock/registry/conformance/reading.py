"""Checks of reading and of batches: look-up, feed, manifest, and results that travel together."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from dgxblock.i18n import N_
from dgxblock.i18n import gettext as _
from dgxblock.registry import contract as c
from dgxblock.registry.conformance.catalogue import check
from dgxblock.registry.conformance.client import Client, Fault, NotApplicable, expect, hold

_MOST_PAGES = 2000


@check(
    "look-up",
    N_("What was accepted is found by our reference"),
    N_("GET /v1/results/{result_id} answers the current receipt, at the latest quiet_seconds after the write."),
)
def look_up(client: Client) -> None:
    document, receipt = client.issued()
    got = client.look_up(document["result_id"])
    expect(got, "200")
    hold(got.receipt() == receipt, _("the look-up differs from the receipt"))


@check("look-up-quiet", N_("Looking up changes nothing"), N_("Answer as often as asked, without raising rev."))
def look_up_quiet(client: Client) -> None:
    document, _receipt = client.issued()
    first, second = (client.look_up(document["result_id"]).receipt() for _n in range(2))
    hold(first == second, _("two look-ups differ"))


@check(
    "look-up-nothing",
    N_("What is not held is not found"),
    N_("Answer 404 not-found with the result_id that was asked for, so that it cannot be a wrong address."),
)
def look_up_nothing(client: Client) -> None:
    result_id = client.new_id()
    got = client.look_up(result_id)
    expect(got, "404 not-found")
    hold(c.loads(got.body)["result_id"] == result_id, _("result_id is missing or another"))


@check(
    "batch",
    N_("Results travel together"),
    N_("Answer POST /v1/results:batch with one item a line; each line is committed as its own PUT would be."),
)
def batch(client: Client) -> None:
    documents = [client.result() for _n in range(5)]
    items = _items(client, documents)
    hold(
        [item["result_id"] for item in items] == [one["result_id"] for one in documents],
        _("lines are missing, or in another order"),
    )
    hold(all(item["status"] in (201, 202) for item in items), _("a line that is right was not accepted"))
    again = _items(client, documents)
    hold(all(item["status"] in (200, 202) for item in again), _("the same batch again is not answered as a repeat"))
    for document, item in zip(documents, items, strict=True):
        hold(
            client.put(document).receipt()["payload_sha256"] == item["receipt"]["payload_sha256"],
            _("a line and its own PUT differ"),
        )


@check(
    "batch-one-bad",
    N_("One bad result does not harm the others"),
    N_("Decide each line alone: a problem for the bad one, receipts for the rest."),
)
def batch_one_bad(client: Client) -> None:
    documents: list[dict[str, Any]] = [client.result() for _n in range(4)]
    documents[1]["result"] = {**documents[1]["result"], "score": "101"}
    items = {item["result_id"]: item for item in _items(client, documents)}
    for place, one in enumerate(documents):
        item = items.get(one["result_id"])
        if item is None:
            raise Fault(_("a line has no item"))
        wanted = (422,) if place == 1 else (201, 202)
        hold(item["status"] in wanted, _("line %(n)s has the status %(status)s", n=place + 1, status=item["status"]))


@check(
    "batch-as-a-whole",
    N_("A batch that cannot be read stores nothing"),
    N_(
        "Answer 400 malformed when a result_id comes twice, the Idempotency-Key is another or there are over 200 lines."
    ),
)
def batch_as_a_whole(client: Client) -> None:
    document = client.result()
    line = c.canonical(document)
    expect(client.batch([line, line]), "400 malformed")
    key = "batch:" + "0" * 64
    expect(client.batch([line], Idempotency_Key=key), "400 malformed", "401 signature")
    many = [c.canonical(client.result()) for _n in range(c.MAX_BATCH_LINES + 1)]
    expect(client.batch(many), "400 malformed", "413 too-large")
    expect(client.look_up(document["result_id"]), "404 not-found")


@check(
    "feed",
    N_("The list of changes is complete and ends"),
    N_("List every receipt changed since, oldest change first; cursors go forward and next_cursor null is the end."),
)
def feed(client: Client) -> None:
    since = (datetime.now(UTC) - timedelta(seconds=client.agreed.quiet_seconds + 30)).isoformat(timespec="seconds")
    ids = {client.issued()[0]["result_id"] for _n in range(3)}
    found, cursors, cursor = set(), set(), None
    for _n in range(_MOST_PAGES):
        page = client.get(client.feed_target(since, limit=2, cursor=cursor)).document("feed")
        found |= {item["result_id"] for item in page["items"]}
        cursor = page["next_cursor"]
        if cursor is None:
            break
        hold(cursor not in cursors, _("a cursor came twice"))
        cursors.add(cursor)
    hold(cursor is None, _("the list does not end"))
    hold(ids <= found, _("a result that was just certified is not in the list"))


@check(
    "feed-parameters",
    N_("A list that cannot be meant is refused"),
    N_("Answer 400 malformed for an instant without offset, a limit above 500 or a cursor that you did not make."),
)
def feed_parameters(client: Client) -> None:
    since = "2026-01-01T00:00:00Z"
    for target in (
        client.feed_target("2026-01-01"), client.feed_target(since, limit=501),
        client.feed_target(since, cursor="nobody.made.this"), "/v1/results",
    ):  # fmt: skip
        expect(client.get(target), "400 malformed")


@check(
    "manifest",
    N_("The manifest of a day is that of its receipts"),
    N_("Compute count and sha256 over the lines that the contract describes, of results as they are now."),
)
def manifest(client: Client) -> None:
    _document, receipt = client.issued()
    day = receipt["accepted_on"]
    before = client.get(f"/v1/manifest/{day}").document("manifest")
    since = (datetime.fromisoformat(f"{day}T00:00:00+00:00") - timedelta(days=2)).isoformat()
    receipts: dict[str, dict[str, Any]] = {}
    cursor = None
    for _n in range(_MOST_PAGES):
        page = client.get(client.feed_target(since, limit=500, cursor=cursor)).document("feed")
        receipts |= {item["result_id"]: item for item in page["items"] if item["accepted_on"] == day}
        cursor = page["next_cursor"]
        if cursor is None:
            break
    after = client.get(f"/v1/manifest/{day}").document("manifest")
    if (before["count"], before["sha256"]) != (after["count"], after["sha256"]):
        raise NotApplicable(_("Others write here at the same time; ask again when nobody does."))
    ours = c.manifest(receipts.values())
    hold((ours.count, ours.sha256) == (after["count"], after["sha256"]), _("count or sha256 is another than computed"))


@check(
    "manifest-empty",
    N_("A day without results has an empty manifest"),
    N_("Answer count 0 and the digest of nothing; a date that no calendar has is 400 malformed."),
)
def manifest_empty(client: Client) -> None:
    found = client.get("/v1/manifest/2001-01-01").document("manifest")
    hold(found["count"] == 0 and found["sha256"] == hashlib.sha256(b"").hexdigest(), _("it is not empty"))
    expect(client.get("/v1/manifest/2026-02-30"), "400 malformed")


def _items(client: Client, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    got = client.batch([c.canonical(one) for one in documents])
    expect(got, "200")
    items: list[dict[str, Any]] = got.document("batch-answer")["items"]
    return items
