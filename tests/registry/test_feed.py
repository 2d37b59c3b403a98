"""Feed and manifest over the wire: what is asked, and what an answer may be."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dgxblock.registry import contract as c
from dgxblock.registry.adapters import Page, Registry
from dgxblock.registry.adapters.rest import Rest

KEY = c.Key("whsec", b"feed" * 8)
SINCE, DAY = "2026-11-01T00:00:00+08:00", "2026-11-20"
RECEIPT = {
    "contract": "dgx-v1/receipt", "result_id": "00000000-0000-4000-8000-000000000001", "seq": 1, "rev": 1,
    "payload_sha256": "0" * 64, "outcome": "done", "accepted_on": DAY, "updated_at": f"{DAY}T10:00:00+08:00",
    "certificate": {"no": "DG-1", "status": "live", "issued_on": DAY},
}  # fmt: skip
FEED: dict[str, Any] = {
    "contract": "dgx-v1/feed", "items": [RECEIPT], "next_cursor": None, "complete_until": f"{DAY}T11:00:00+08:00",
}  # fmt: skip
MANIFEST: dict[str, Any] = {
    "contract": "dgx-v1/manifest", "date": DAY, "zone": "Asia/Shanghai", "count": 1, "sha256": "1" * 64,
    "complete_until": "2026-11-21T00:00:00+08:00",
}  # fmt: skip


class Office:
    """A server that gives one answer, and remembers what was asked."""

    def __init__(self) -> None:
        self.answer: tuple[int, dict[str, str], bytes] = (200, {}, b"")
        self.asked: list[str] = []
        office = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

            def do_GET(self) -> None:
                c.verify([KEY], dict(self.headers), c.request_content("GET", self.path), time.time())
                office.asked.append(self.path)
                status, headers, body = office.answer
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def says(self, document: object, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.answer = (status, {"Content-Type": kind, **headers}, body)


@pytest.fixture
def office() -> Iterator[Office]:
    one = Office()
    thread = threading.Thread(target=one.server.serve_forever, args=(0.02,))
    thread.start()
    yield one
    one.server.shutdown()
    one.server.server_close()
    thread.join()


def rest(office: Office) -> Rest:
    return Rest(Registry("r", f"http://127.0.0.1:{office.server.server_port}", (KEY,), deadline_seconds=2.0))


def test_a_page_of_the_feed_is_asked_for_exactly(office: Office) -> None:
    office.says(FEED | {"next_cursor": "a.b_c~d-1"})
    page = rest(office).list_since(SINCE)
    assert isinstance(page, Page)
    assert (page.receipts, page.next_cursor, page.complete_until) == ((RECEIPT,), "a.b_c~d-1", FEED["complete_until"])
    office.says(FEED)
    last = rest(office).list_since(SINCE, page.next_cursor)
    assert isinstance(last, Page) and last.next_cursor is None
    asked = [urlsplit(one) for one in office.asked]
    assert {one.path for one in asked} == {"/v1/results"}
    assert [parse_qs(one.query) for one in asked] == [
        {"updated_since": [SINCE]}, {"updated_since": [SINCE], "cursor": ["a.b_c~d-1"]},
    ]  # fmt: skip


def test_the_manifest_of_a_day_is_of_that_day(office: Office) -> None:
    office.says(MANIFEST)
    assert rest(office).manifest(DAY) == MANIFEST
    assert office.asked == [f"/v1/manifest/{DAY}"]
    found = rest(office).manifest("2026-11-19")
    assert isinstance(found, c.Outcome) and (found.verdict, found.code) == (c.Verdict.UNKNOWN, "reference")


_PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("document", "status", "kind", "headers", "code"),
    [
        ({}, 200, "application/json", {}, "schema"),
        ([], 200, "application/json", {}, "schema"),
        (b"{", 200, "application/json", {}, "json"),
        (b'{"a": 1, "a": 2}', 200, "application/json", {}, "json"),
        (b"", 200, "application/json", {}, "json"),
        (b"<html>login</html>", 200, "text/html", {}, "media-type"),
        (b"", 302, "application/json", {"Location": "https://evil.example/"}, "redirect"),
        (b"x" * (c.MAX_ANSWER_BYTES + 2), 200, "application/json", {}, "too-long"),
        ({"code": 500, "msg": "error"}, 200, "application/json", {}, "schema"),
        (c.problem("internal"), 500, _PROBLEM, {}, "internal"),
        (c.problem("throttled"), 500, _PROBLEM, {}, "status"),
        (b"", 204, "application/json", {}, "status"),
    ],
)
@pytest.mark.parametrize("what", ["feed", "manifest"])
def test_an_answer_that_does_not_add_up_says_nothing(
    office: Office, what: str, document: object, status: int, kind: str, headers: dict[str, str], code: str
) -> None:
    office.says(document, status, kind, **headers)
    found = rest(office).list_since(SINCE) if what == "feed" else rest(office).manifest(DAY)
    assert isinstance(found, c.Outcome) and (found.verdict, found.code) == (c.Verdict.UNKNOWN, code)
    assert len(office.asked) == 1, "asked once, and nobody else"


@pytest.mark.parametrize("spoiled", ["items", "next_cursor", "complete_until", "contract"])
def test_a_feed_without_one_of_its_members_is_none(office: Office, spoiled: str) -> None:
    office.says({name: value for name, value in FEED.items() if name != spoiled})
    found = rest(office).list_since(SINCE)
    assert isinstance(found, c.Outcome) and found.code == "schema"


def test_one_bad_receipt_spoils_the_page(office: Office) -> None:
    office.says(FEED | {"items": [RECEIPT, RECEIPT | {"person": "周敏"}]})
    found = rest(office).list_since(SINCE)
    assert isinstance(found, c.Outcome) and found.code == "schema"


def test_a_registry_that_asks_to_wait_is_heard(office: Office) -> None:
    office.says(c.problem("throttled"), 429, _PROBLEM, **{"Retry-After": "30"})
    for found in (rest(office).list_since(SINCE), rest(office).manifest(DAY)):
        assert isinstance(found, c.Outcome)
        assert (found.problem_class, found.retry_after) == (c.ProblemClass.THROTTLE, "30")


def test_a_registry_that_is_not_there_was_not_asked() -> None:
    nobody = Rest(Registry("r", "http://127.0.0.1:9", (KEY,), deadline_seconds=1.0))
    for found in (nobody.list_since(SINCE), nobody.manifest(DAY)):
        assert isinstance(found, c.Outcome) and found.problem_class is c.ProblemClass.TRANSIENT
