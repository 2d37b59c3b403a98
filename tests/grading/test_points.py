"""Marking points of a chart by precision and recall."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock.grading import Verdict
from dgxblock.grading.points import PointsSpec, grade
from tests.builders.grading import HOSTILE

SPEC = PointsSpec(frozenset("abcdefgh"), frozenset("ab"), (("spc:spec-limits", frozenset("abc")),))


@pytest.mark.parametrize(
    ("answer", "fraction", "verdict", "note"),
    [
        (["a", "b"], 1.0, Verdict.RIGHT, "ok"),
        (["b", "a"], 1.0, Verdict.RIGHT, "ok"),
        (["a"], 2 / 3, Verdict.PARTLY, "missed"),
        (["a", "b", "d"], 0.8, Verdict.PARTLY, "extra"),
        (["a", "c"], 0.5, Verdict.PARTLY, "wrong"),
        (["c"], 0.0, Verdict.AGAIN, "wrong"),
        (["a", "b", "c"], 0.8, Verdict.PARTLY, "spc:spec-limits"),
        (list("abcdefgh"), 0.4, Verdict.PARTLY, "extra"),
        ([], 0.0, Verdict.BLANK, "blank"),
        (None, 0.0, Verdict.BLANK, "blank"),
        (["z"], 0.0, Verdict.UNREAD, "unread:unknown"),
        (["a", "a"], 0.0, Verdict.UNREAD, "unread:unknown"),
    ],
)
def test_points(answer: object, fraction: float, verdict: Verdict, note: str) -> None:
    mark = grade(answer, SPEC)
    assert mark.fraction == pytest.approx(fraction)
    assert (mark.verdict, mark.note) == (verdict, note)


@pytest.mark.parametrize("answer", [each for name, each in HOSTILE.items()], ids=list(HOSTILE))
def test_a_dishonest_answer_earns_nothing(answer: Any) -> None:
    mark = grade(answer, PointsSpec(frozenset({"7", "19"}), frozenset({"7"})))
    assert mark.fraction == 0 and mark.verdict in (Verdict.UNREAD, Verdict.BLANK)


@given(st.sets(st.sampled_from("abcdefgh")))
def test_only_the_key_is_right(marked: set[str]) -> None:
    assert (grade(sorted(marked), SPEC).fraction == 1.0) == (marked == {"a", "b"})
