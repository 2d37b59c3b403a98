"""Verdicts, hints and refusals have their words."""

from __future__ import annotations

import pytest

from dgxblock.grading import Mark, Verdict
from dgxblock.grading.number import NumberSpec, Tolerance, grade
from dgxblock.grading.words import hint, unread_sentence, verdict_label

SPEC = NumberSpec(4296.9, Tolerance.of(1, "percent", "min"), "min")


def test_every_verdict_has_its_own_word() -> None:
    assert [verdict_label(verdict, language="en") for verdict in Verdict] == [
        "Right",
        "Partly",
        "Look again",
        "Number right, check the unit",
        "Method right, carried forward",
        "Could not be read",
        "Not answered",
        "Being read by the staff",
    ]


def test_an_ambiguous_number_is_refused_with_both_readings() -> None:
    mark = grade({"value": "4,29", "unit": "min"}, SPEC)

    assert unread_sentence(mark, "4,29", language="en") == "“4,29” can be read two ways. Please write 4.29 or 4,290."


@pytest.mark.parametrize(
    "typed", ["4,29", "12 34", "27 min", "1e309", "9" * 99, "abc", "10²", "1.2.3", "\ud800", "%(text)s", "%"]
)
def test_each_refusal_says_what_to_do(typed: str) -> None:
    mark = grade({"value": typed, "unit": "min"}, SPEC)

    sentence = unread_sentence(mark, typed, language="en")

    assert mark.verdict is Verdict.UNREAD
    assert "lease" in sentence
    assert len(sentence) < 120


@pytest.mark.parametrize("typed", [5, ["x"], {"value": 5}])
def test_a_damaged_answer_is_not_quoted(typed: object) -> None:
    mark = grade(typed, SPEC)

    assert unread_sentence(mark, typed, language="en") == "This answer arrived damaged. Please answer once more."


def test_a_long_answer_is_quoted_shortened() -> None:
    mark = grade({"value": "x" * 40, "unit": "min"}, SPEC)

    assert unread_sentence(mark, "x" * 40, language="en").startswith(f"“{'x' * 22}……”")


@pytest.mark.parametrize("note", ["rounding", "unit", "carried", "missed", "extra"])
def test_gradings_own_notes_have_a_hint(note: str) -> None:
    assert hint(Mark(0.5, Verdict.PARTLY, note), language="en")


def test_a_misconception_is_left_to_its_author() -> None:
    assert hint(Mark(0.0, Verdict.AGAIN, "oee:all-pieces"), language="en") == ""
