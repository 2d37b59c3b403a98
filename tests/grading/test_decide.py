"""Marking a decision: each option earns its share, and the reason nothing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock.grading import Verdict
from dgxblock.grading.decide import DecideSpec, grade

SPEC = DecideSpec(("go", "try", "wait"), {"try": 1.0, "go": 0.5, "wait": 0.0}, {"wait": "case:too-late"})


@pytest.mark.parametrize(
    ("answer", "fraction", "verdict", "note"),
    [
        ({"option": "try"}, 1.0, Verdict.RIGHT, "ok"),
        ({"option": "try", "reason": "because"}, 1.0, Verdict.RIGHT, "ok"),
        ({"option": "go"}, 0.5, Verdict.PARTLY, "partly"),
        ({"option": "wait", "reason": ""}, 0.0, Verdict.AGAIN, "case:too-late"),
        ({"reason": "I do not know"}, 0.0, Verdict.BLANK, "blank"),
        ({}, 0.0, Verdict.BLANK, "blank"),
        (None, 0.0, Verdict.BLANK, "blank"),
    ],
)
def test_a_decision(answer: object, fraction: float, verdict: Verdict, note: str) -> None:
    mark = grade(answer, SPEC)

    assert (mark.fraction, mark.verdict, mark.note) == (fraction, verdict, note)


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        ("try", "unread:type"),
        (["try"], "unread:type"),
        ({"option": ["try"]}, "unread:type"),
        ({"option": {"option": "try"}}, "unread:type"),
        ({"option": None}, "unread:type"),
        ({"option": True}, "unread:type"),
        ({"option": 1e400}, "unread:type"),
        ({"option": "t" * 10_000_000}, "unread:unknown"),
        ({"option": "try\u200f"}, "unread:unknown"),
        ({"option": "try", "credit": 1}, "unread:unknown"),
        ({"option": "try", "reason": 7}, "unread:type"),
    ],
)
def test_what_the_page_does_not_send_is_not_read(answer: object, note: str) -> None:
    assert (grade(answer, SPEC).note, grade(answer, SPEC).fraction) == (note, 0.0)


@given(st.dictionaries(st.sampled_from(["a", "b"]), st.floats()))
def test_no_share_leaves_its_range_whatever_the_key_says(shares: dict[str, float]) -> None:
    for name in "abc":
        fraction = grade({"option": name}, DecideSpec(("a", "b", "c"), shares)).fraction
        assert math.isfinite(fraction) and 0 <= fraction <= 1
