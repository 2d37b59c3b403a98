"""Adding up marks, and passing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock.grading import Mark, Score, Verdict, passed, total


def marks(**fractions: float) -> dict[str, Mark]:
    return {item: Mark(fraction, Verdict.PARTLY) for item, fraction in fractions.items()}


def test_the_result_of_the_interface_reference() -> None:
    points = {"q1": 10, "q2": 15, "q3": 10, "q4": 10, "q5": 15, "q6": 10, "q7": 20, "q8": 10}
    score = total(marks(q1=1, q2=1, q3=1, q4=1, q5=0.4, q6=1, q7=0.7, q8=1), points)

    assert (score.earned, score.possible, score.percent, score.whole) == (85, 100, 85, 85)


def test_an_item_without_a_mark_counts_in_the_whole_and_earns_nothing() -> None:
    assert total(marks(a=1), {"a": 1, "b": 1}).percent == 50


def test_a_mark_of_another_items_counts_nowhere() -> None:
    assert total(marks(a=0, z=1), {"a": 1}).percent == 0


def test_fractions_of_points_reach_the_pass_mark_exactly() -> None:
    points = {str(n): 0.1 for n in range(10)}
    score = total({str(n): Mark(1.0, Verdict.RIGHT) for n in range(7)}, points)

    assert passed(score, 70)


def test_a_score_just_below_the_pass_mark_neither_passes_nor_looks_as_if() -> None:
    score = Score(69.99, 100)

    assert not passed(score, 70)
    assert score.whole == 69


@pytest.mark.parametrize("points", [{}, {"a": 0}, {"a": -5}, {"a": math.nan}, {"a": math.inf}])
def test_an_assessment_without_points_cannot_be_passed(points: dict[str, float]) -> None:
    score = total(marks(a=1), points)

    assert score.percent == 0
    assert not passed(score, 0)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 1000)), min_size=1, max_size=30))
def test_a_score_is_between_nothing_and_everything(items: list[tuple[float, float]]) -> None:
    score = total(
        {str(i): Mark(fraction, Verdict.PARTLY) for i, (fraction, _) in enumerate(items)},
        {str(i): points for i, (_, points) in enumerate(items)},
    )

    assert 0 <= score.percent <= 100
    assert 0 <= score.whole <= score.percent


@given(st.dictionaries(st.text(max_size=3), st.floats(0.001, 1000), min_size=1))
def test_everything_right_is_exactly_a_hundred(points: dict[str, float]) -> None:
    assert total({item: Mark(1.0, Verdict.RIGHT) for item in points}, points).percent == 100
