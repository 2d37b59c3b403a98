"""How results differ, and what a registry's pages must be to be believed: without a network or a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dgxblock.registry.adapters import Page, Registry
from dgxblock.registry.contract import Outcome, unknown
from dgxblock.registry.delivery import channel
from dgxblock.registry.reconciliation.compare import Finding, Ours, classify, numbers_twice, too_many
from dgxblock.registry.reconciliation.remote import Fault, Remote, adds_up
from dgxblock.registry.states import Difference

A, B = "018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f", "018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e60"
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 24)


def receipt(**members: Any) -> dict[str, Any]:
    made = {
        "contract": "dgx-v1/receipt", "result_id": A, "seq": 1, "payload_sha256": "a" * 64, "outcome": "done", "rev": 1,
        "accepted_on": "2026-11-24", "updated_at": "2026-11-24T10:00:00+08:00",
        "certificate": {"no": "S1", "status": "live", "issued_on": "2026-11-24"}, **members,
    }  # fmt: skip
    return {name: value for name, value in made.items() if value is not None}


def ours(**members: Any) -> Ours:
    said = receipt(**members)
    certificate = said.get("certificate")
    said["issued_on"] = certificate["issued_on"] if certificate else ""
    return Ours(receipt=said, number="index of S1" if certificate else "")


def certificate(**members: str) -> dict[str, str]:
    return {"no": "S1", "status": "live", "issued_on": "2026-11-24", **members}


PENDING = {"outcome": "pending", "certificate": None}
REVOKED = {"certificate": certificate(status="revoked", revoked_on="2026-11-25"), "rev": 2}
WAITS = Ours(waiting=(1, "a" * 64))


@pytest.mark.parametrize(
    ("mine", "theirs", "found"),
    [
        (ours(), receipt(), None),
        (ours(), receipt(rev=7, updated_at="2026-11-25T10:00:00+08:00"), None),
        (None, None, None),
        (Ours(), None, None),
        (WAITS, None, None),
        (ours(), None, ("missing_remote", "lost")),
        (None, receipt(), ("missing_local", "unknown-reference")),
        (Ours(), receipt(), ("missing_local", "never-sent")),
        (WAITS, receipt(), ("late_receipt", "found")),
        (Ours(receipt=ours().receipt, number="index of S1", waiting=(2, "b" * 64)),
         receipt(seq=2, payload_sha256="b" * 64, rev=2), ("late_receipt", "found")),
        (WAITS, receipt(payload_sha256="b" * 64), ("missing_local", "never-sent")),
        (ours(**PENDING), receipt(rev=2), ("late_receipt", "decided")),
        (ours(**PENDING), receipt(rev=2, outcome="refused", certificate=None), ("late_receipt", "decided")),
        (ours(rev=2, **PENDING), receipt(rev=1), ("status_mismatch", "live-there")),
        (ours(), receipt(**REVOKED), ("status_mismatch", "revoked-there")),
        (ours(**REVOKED), receipt(rev=3), ("status_mismatch", "live-there")),
        (ours(), receipt(certificate=certificate(no="S2")), ("duplicate_remote", "second-certificate")),
        (ours(), receipt(seq=2), ("field_mismatch", "greater-seq")),
        (ours(seq=2), receipt(), ("field_mismatch", "smaller-seq")),
        (ours(), receipt(payload_sha256="b" * 64), ("field_mismatch", "other-digest")),
        (ours(), receipt(outcome="pending"), ("field_mismatch", "other-outcome")),
        (ours(), receipt(certificate=certificate(issued_on="2026-11-25")), ("field_mismatch", "issued-on")),
        (Ours(receipt=ours().receipt, busy=True), None, None),
    ],
)  # fmt: skip
def test_every_class_of_difference(
    mine: Ours | None, theirs: dict[str, Any] | None, found: tuple[str, str] | None
) -> None:
    expected = None if found is None else Finding(Difference(found[0]), found[1])
    assert classify(mine, theirs, lambda number: f"index of {number}") == expected


def test_a_number_of_two_results_is_found() -> None:
    assert numbers_twice([receipt(), receipt(result_id=B)]) == {A, B}
    assert (
        numbers_twice([receipt(), receipt(result_id=B, certificate=certificate(no="S2")), receipt(**PENDING)]) == set()
    )


@pytest.mark.parametrize(
    ("differences", "results", "stops"),
    [
        (0, 0, False),
        (3, 3, False),
        (4, 4, True),
        (4, 400, False),
        (5, 400, True),
        (50, 10_000, False),
        (51, 10_000, True),
    ],
)
def test_much_that_differs_stops_everything(differences: int, results: int, stops: bool) -> None:
    assert too_many(differences, results) is stops


class Script:
    """An adapter that says what the test wrote down."""

    def __init__(self, *pages: Page | Outcome, manifest: Mapping[str, Any] | Outcome | None = None) -> None:
        self.pages, self.asked, self.told = list(pages), list[tuple[str, str | None]](), manifest

    def list_since(self, since: str, cursor: str | None = None) -> Page | Outcome:
        self.asked.append((since, cursor))
        return self.pages.pop(0) if len(self.pages) > 1 else self.pages[0]

    def manifest(self, day: str) -> Mapping[str, Any] | Outcome:
        assert self.told is not None
        return self.told


@pytest.fixture(autouse=True)
def _tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "take", lambda name, registry: 0.0)


def remote(script: Script) -> Remote:
    return Remote(Registry("sandbox", base_seconds=0.0), script, SHANGHAI)  # type: ignore[arg-type]


def page(cursor: str | None, *receipts: dict[str, Any]) -> Page:
    return Page(receipts, cursor, "2026-11-26T00:00:00+08:00")


def at(minute: int, **members: Any) -> dict[str, Any]:
    return receipt(updated_at=f"2026-11-24T10:{minute:02}:00+08:00", **members)


def test_pages_are_read_to_the_end_and_the_latest_counts() -> None:
    script = Script(page("a", at(1)), page("b"), page("c", at(1), at(2, result_id=B)), page(None, at(3, rev=2)))
    found = remote(script).changed_since(DAY)
    assert (found[A]["rev"], found[B]["rev"]) == (2, 1)
    assert script.asked == [("2026-11-24T00:00:00+08:00", cursor) for cursor in (None, "a", "b", "c")]


@pytest.mark.parametrize(
    ("pages", "code"),
    [
        ([page("a", at(1)), page("a", at(2, rev=2))], "cursor-again"),
        ([page("a", at(1)), page("b", at(2, rev=2)), page("a", at(3, rev=3))], "cursor-again"),
        ([page("a", at(1)), page("b", at(1))], "page-again"),
        ([page("a", at(2)), page(None, at(1, result_id=B))], "order"),
        ([page(None, receipt(updated_at="2026-11-23T23:59:59+08:00"))], "order"),
        ([page(None, at(1, rev=2), at(2, rev=1))], "two-minds"),
        ([page(None, at(1), at(2, seq=2))], "two-minds"),
        ([page("a", at(1)), unknown("deadline")], "deadline"),
        ([unknown("html", suspect_endpoint=True)], "html"),
    ],
)
def test_pages_that_do_not_add_up_stop_everything(pages: list[Page | Outcome], code: str) -> None:
    with pytest.raises(Fault) as fault:
        remote(Script(*pages)).changed_since(DAY)
    assert fault.value.code == code


def test_a_feed_that_never_ends_is_left() -> None:
    class Endless(Script):
        def list_since(self, since: str, cursor: str | None = None) -> Page | Outcome:
            return page(str(int(cursor or 0) + 1))

    with pytest.raises(Fault) as fault:
        remote(Endless(page(None))).changed_since(DAY)
    assert fault.value.code == "endless"


def test_a_passing_fault_is_tried_again() -> None:
    assert remote(Script(unknown("deadline"), unknown("json"), page(None, at(1)))).changed_since(DAY).keys() == {A}


def told(**members: Any) -> dict[str, Any]:
    return {
        "contract": "dgx-v1/manifest", "date": "2026-11-24", "zone": "Asia/Shanghai", "count": 1, "sha256": "0" * 64,
        "complete_until": "2026-11-25T00:00:00+08:00", **members,
    }  # fmt: skip


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "PRC", "Asia/Singapore"])
def test_a_day_is_a_day_by_whatever_name(zone: str) -> None:
    assert remote(Script(page(None), manifest=told(zone=zone))).manifest(DAY) == (1, "0" * 64)


@pytest.mark.parametrize(
    ("members", "code"),
    [({"zone": "UTC"}, "zone"), ({"zone": "Mars/Base"}, "zone"), ({"zone": "../../etc/passwd"}, "zone"),
     ({"complete_until": "2026-11-24T23:59:00+08:00"}, "not-complete")],
)  # fmt: skip
def test_a_manifest_that_is_not_of_this_day_stops_everything(members: dict[str, str], code: str) -> None:
    with pytest.raises(Fault) as fault:
        remote(Script(page(None), manifest=told(**members))).manifest(DAY)
    assert fault.value.code == code


def test_a_manifest_counts_what_the_feed_has() -> None:
    from dgxblock.registry.contract import manifest

    made = manifest([receipt()])
    right = (made.count, made.sha256)
    assert adds_up(DAY, [right], [receipt(), receipt(result_id=B, accepted_on="2026-11-25")])
    assert not adds_up(DAY, [right], []) and not adds_up(DAY, [(2, made.sha256)], [receipt()])
