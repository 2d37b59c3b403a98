"""What the handlers of the assessment refuse, and what a failure leaves behind."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from dgxblock import lab
from dgxblock.block import host
from dgxblock.ledger import api as ledger
from tests.builders import blocks
from tests.builders.hostile import RAW, refused_politely
from tests.builders.sitting import assessment, begin, request, right, state, submit

pytestmark = pytest.mark.django_db

NUMBER = {"value": "1", "unit": "min"}

ANSWERS: list[tuple[str, Any]] = [
    ("no answers", None),
    ("a list", []),
    ("an unknown question", {"q9": NUMBER}),
    ("a number as text", {"q1": "1"}),
    ("a number of wrong type", {"q1": {"value": 1.5, "unit": "min"}}),
    ("an unknown unit", {"q1": {"value": "1", "unit": "parsec"}}),
    ("a number too long", {"q1": {"value": "9" * 300, "unit": "min"}}),
    ("several of a single choice", {"s1": ["x"]}),
    ("no choice of a single choice", {"s1": None}),
    ("an unknown choice", {"m1": ["x", "w"]}),
    ("a choice twice", {"m1": ["x", "x"]}),
    ("too many steps", {"o-1": ["p", "q", "r", "p"]}),
    ("flags among the answers", {".flags": ["q1"]}),
]
EXTRAS: list[dict[str, Any]] = [
    {"score": 100},
    {"marks": {"q1": 1}},
    {"event": "grade"},
    {"started_at": 0},
    {"number": 2},
    {"pass_mark": 1},
]


@pytest.mark.parametrize("handler", ["submit", "save_draft"])
@pytest.mark.parametrize("answers", [row[1] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_answers_of_another_shape_are_refused(handler: str, answers: Any) -> None:
    made = assessment()
    begin(made)
    before = state(made)
    refused_politely(blocks.post(made, handler, {**request(made), "a": answers}), 400, "malformed")
    assert state(made) == before


@pytest.mark.parametrize("handler", ["submit", "save_draft"])
@pytest.mark.parametrize("extra", EXTRAS, ids=[next(iter(each)) for each in EXTRAS])
def test_a_request_that_names_what_only_the_server_knows_is_refused(handler: str, extra: dict[str, Any]) -> None:
    made = assessment()
    begin(made)
    before = state(made)
    refused_politely(blocks.post(made, handler, {**request(made), **extra}), 400, "malformed")
    assert state(made) == before


@pytest.mark.parametrize("flags", [["q1"], {"q9": True}, {"q1": "yes"}, {"q1": 1}, "q1"])
def test_flags_of_another_shape_are_refused(flags: Any) -> None:
    made = assessment()
    begin(made)
    before = state(made)
    refused_politely(blocks.post(made, "save_draft", {"a": {}, "flags": flags, "version": 0}), 400, "malformed")
    assert state(made) == before


@pytest.mark.parametrize("handler", ["begin", "submit", "save_draft"])
@pytest.mark.parametrize(("raw", "status", "code"), RAW)
def test_a_body_that_is_no_request_is_refused(handler: str, raw: bytes, status: int, code: str) -> None:
    made = assessment()
    before = state(made)
    refused_politely(blocks.post(made, handler, raw=raw), status, code)
    assert state(made) == before


@pytest.mark.parametrize("handler", ["begin", "submit", "save_draft"])
def test_a_get_changes_nothing(handler: str) -> None:
    made = assessment()
    before = state(made)
    refused_politely(blocks.post(made, handler, method="GET"), 405, "method")
    assert state(made) == before


@pytest.mark.parametrize("number", [0, -1, 301, True, "1", None, 1.0, [1]])
def test_an_attempt_number_that_no_page_offers_is_refused(number: Any) -> None:
    made = assessment()
    refused_politely(blocks.post(made, "begin", {"number": number, "confirm": True}), 400, "malformed")
    assert ledger.attempts(made.place()) == []


@pytest.mark.parametrize("confirm", ["true", 1, [True], None])
def test_only_true_confirms(confirm: Any) -> None:
    made = assessment()
    refused_politely(blocks.post(made, "begin", {"number": 1, "confirm": confirm}), 400, "unconfirmed")
    assert ledger.attempts(made.place()) == []


def test_out_of_order_requests_are_refused() -> None:
    made = assessment()
    refused_politely(blocks.post(made, "begin", {"number": 2, "confirm": True}), 409, "no-attempts-left")
    refused_politely(blocks.post(made, "submit", {"a": {}, "nonce": "0" * 32}), 409, "not-open")
    refused_politely(blocks.post(made, "save_draft", {"a": {}, "version": 0}), 409, "not-open")
    assert state(made) == ((), None, ())
    begin(made)
    submit(made)
    before = state(made)
    refused_politely(blocks.post(made, "save_draft", {"a": {}, "version": 0}), 409, "not-open")
    refused_politely(blocks.post(made, "submit", {"a": {}, "nonce": "0" * 32}), 409, "not-open")
    assert state(made) == before


def test_somebody_elses_nonce_is_refused_and_touches_nobody() -> None:
    made, other = assessment(), assessment(learner="8")
    begin(made)
    begin(other)
    stolen = request(other)
    before = state(made), state(other)
    refused_politely(blocks.post(made, "submit", {**stolen, "a": right(made)}), 409, "not-open")
    assert (state(made), state(other)) == before


def test_the_nonce_of_another_block_is_refused() -> None:
    made, other = assessment(), assessment(usage="u1")
    begin(made)
    begin(other)
    before = state(made)
    refused_politely(blocks.post(made, "submit", {**request(other), "a": right(made)}), 409, "not-open")
    assert state(made) == before


def test_a_failed_draw_of_data_costs_no_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    made = assessment()

    def broken(*_args: object) -> None:
        raise lab.LabError("deadline", where="/srv/data")

    monkeypatch.setattr(lab, "build", broken)
    response = blocks.post(made, "begin", {"number": 1, "confirm": True})
    assert response.status_int == 500 and "/srv" not in response.text
    assert ledger.attempts(made.place()) == []


@pytest.mark.parametrize("part", ["publish", "registry", "save"])
def test_a_failure_while_recording_leaves_the_attempt_open(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = assessment()
    begin(made)
    blocks.answer(made, "save_draft", {"a": {"q1": NUMBER}, "version": 0})
    before = state(made)
    sent = request(made)

    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("broker down at /srv")

    if part == "publish":
        monkeypatch.setattr(made.runtime, "publish", broken)
    elif part == "registry":
        monkeypatch.setattr(host.registry(), "evaluate", broken)
    else:  # the handler's own save; the runtime's, after the handler, is not ours
        saves = iter([broken])
        monkeypatch.setattr(made, "save", lambda: next(saves, lambda: None)())
    response = blocks.post(made, "submit", sent)
    assert response.status_int == 500 and "/srv" not in response.text
    monkeypatch.undo()
    assert state(made)[:2] == before[:2]
    assert "You passed" in blocks.answer(made, "submit", sent)["html"]


# -- races -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_answers", [True, False])
def test_twenty_parallel_submissions_of_the_last_attempt_count_once(same_answers: bool) -> None:
    published: list[tuple[str, dict[str, Any]]] = []
    made = assessment(max_attempts=1)
    begin(made)
    sent = request(made)
    start = threading.Barrier(20)

    def one(number: int) -> tuple[int, str]:
        own = assessment(max_attempts=1, published=published)
        start.wait()
        try:
            response = blocks.post(own, "submit", sent if same_answers or number % 2 else {**sent, "a": {}})
            return response.status_int, response.json.get("html", response.text)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(one, range(20)))
    assert {status for status, _html in results} == {200}
    assert len({html for _status, html in results}) == 1
    attempts = ledger.attempts(made.place())
    assert len(attempts) == 1 and attempts[0].submitted_at is not None
    assert len([event for event in published if event[0] == "grade"]) == 1


@pytest.mark.django_db(transaction=True)
def test_ten_parallel_begins_open_one_attempt() -> None:
    warm = assessment()  # the workbench makes a row for each scope it reads, and two requests would make two
    for name in warm.fields:
        warm.fields[name].is_set_on(warm)

    def one(_number: int) -> int:
        try:
            return int(blocks.post(assessment(), "begin", {"number": 1, "confirm": True}).status_int)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(one, range(10))) == {200}
    assert len(ledger.attempts(assessment().place())) == 1
