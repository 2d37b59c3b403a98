"""What the handlers of the exercise refuse, and what a failure leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from dgxblock.ledger import api as ledger
from tests.builders import blocks
from tests.builders.hostile import RAW, refused_politely
from tests.builders.practice import exercise, minutes, nonce, right, state

pytestmark = pytest.mark.django_db

NUMBER = {"value": "1", "unit": "min"}
SHAPES: list[tuple[str, Any]] = [
    ("no answers", None),
    ("a list of answers", [NUMBER]),
    ("an unknown question", {"q9": NUMBER}),
    ("a number without its box", {"q1": "1"}),
    ("a number that is a number", {"q1": {"value": 1, "unit": "min"}}),
    ("a unit that was not offered", {"q1": {"value": "1", "unit": "piece"}}),
    ("a number with a score", {"q1": {**NUMBER, "fraction": 1}}),
    ("a number too long", {"q1": {"value": "1" * 201, "unit": "min"}}),
    ("a number that no database takes", {"q1": {"value": "\udc00", "unit": "min"}}),
    ("a choice that is not there", {"s1": "w"}),
    ("two of one choice", {"s1": ["x", "y"]}),
    ("a choice that is an object", {"s1": {"x": True}}),
    ("a step twice", {"o-1": ["p", "p", "q"]}),
    ("an unknown step", {"o-1": ["p", "q", "z"]}),
    ("a bottomless list", {"o-1": [["p"]]}),
    ("an order that is a text", {"o-1": "pqr"}),
]
EXTRAS: list[dict[str, Any]] = [
    {"score": 1}, {"marks": {}}, {"event": "grade"}, {"submitted_at": "2020-01-01"}, {"seed": "s"}, {"learner_id": "8"},
]  # fmt: skip


@pytest.mark.parametrize("handler", ["check", "save_draft"])
@pytest.mark.parametrize("answers", [row[1] for row in SHAPES], ids=[row[0] for row in SHAPES])
def test_answers_of_another_shape_are_refused(handler: str, answers: Any) -> None:
    made = exercise()
    request = {"a": answers, "nonce": nonce(made)}
    before = state(made)
    refused_politely(blocks.post(made, handler, request), 400, "malformed")
    assert state(made) == before


@pytest.mark.parametrize("handler", ["check", "save_draft"])
@pytest.mark.parametrize("extra", EXTRAS, ids=[next(iter(each)) for each in EXTRAS])
def test_a_request_that_names_what_only_the_server_knows_is_refused(handler: str, extra: dict[str, Any]) -> None:
    made = exercise()
    request = {"a": right(made), "nonce": nonce(made), **extra}
    before = state(made)
    refused_politely(blocks.post(made, handler, request), 400, "malformed")
    assert state(made) == before


@pytest.mark.parametrize("handler", ["check", "save_draft"])
@pytest.mark.parametrize(("raw", "status", "code"), RAW)
def test_a_body_that_is_no_request_is_refused(handler: str, raw: bytes, status: int, code: str) -> None:
    made = exercise()
    before = state(made)
    refused_politely(blocks.post(made, handler, raw=raw), status, code)
    assert state(made) == before


@pytest.mark.parametrize(
    ("forged", "status", "code"),
    [
        (None, 400, "malformed"), (7, 400, "malformed"), ("", 400, "malformed"), ("x" * 65, 400, "malformed"),
        ("'; DROP TABLE", 400, "malformed"), ("0" * 32, 409, "not-open"),
    ],
)  # fmt: skip
def test_a_forged_nonce_is_refused(forged: Any, status: int, code: str) -> None:
    made = exercise()
    before = state(made)
    refused_politely(blocks.post(made, "check", {"a": right(made), "nonce": forged}), status, code)
    assert state(made) == before


def test_somebody_elses_nonce_is_refused_and_touches_nobody() -> None:
    made, other = exercise(), exercise(learner="8")
    stolen = nonce(other)
    before = state(made), state(other)
    refused_politely(blocks.post(made, "check", {"a": right(made), "nonce": stolen}), 409, "not-open")
    assert (state(made), state(other)) == before


@pytest.mark.parametrize("handler", ["check", "save_draft"])
def test_a_get_changes_nothing(handler: str) -> None:
    made = exercise()
    before = state(made)
    refused_politely(blocks.post(made, handler, method="GET"), 405, "method")
    assert state(made) == before


def test_a_stale_window_is_told_and_changes_nothing() -> None:
    made = exercise()
    blocks.answer(made, "save_draft", {"a": {"q1": NUMBER}, "version": 0})
    before = state(made)
    refused_politely(blocks.post(made, "save_draft", {"a": {"q1": minutes(2)}, "version": 0}), 409, "stale-draft")
    assert state(made) == before


def test_a_failure_after_grading_records_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = exercise()
    request = {"a": right(made), "nonce": nonce(made)}

    def broken(*_args: object) -> None:
        raise RuntimeError("broker down at /srv")

    monkeypatch.setattr(made.runtime, "publish", broken)
    response = blocks.post(made, "check", request)
    assert response.status_int == 500 and "/srv" not in response.text
    assert [each.submitted_at for each in ledger.attempts(made.place())] == [None]
