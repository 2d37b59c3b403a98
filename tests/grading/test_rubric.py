"""From levels to the share of the points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock.grading import Verdict, rubric

RUBRIC = {"aim": {"none": 0.0, "some": 1.0, "full": 2.0}, "owner": {"no": 0.0, "yes": 1.0}}


def test_the_share_is_the_points_of_the_levels_over_those_of_the_best() -> None:
    mark = rubric.grade({"aim": "some", "owner": "yes"}, RUBRIC, "Well done.")
    assert mark.fraction == pytest.approx(2 / 3) and mark.verdict is Verdict.PARTLY
    assert [(name, part.fraction, part.note) for name, part in mark.parts] == [
        ("aim", 0.5, "some"),
        ("owner", 1.0, "yes"),
    ]
    assert mark.figures == (("comment", "Well done."),)


def test_all_of_the_best_is_right_and_all_of_the_worst_is_to_do_again() -> None:
    assert rubric.grade({"aim": "full", "owner": "yes"}, RUBRIC).verdict is Verdict.RIGHT
    assert rubric.grade({"aim": "none", "owner": "no"}, RUBRIC).verdict is Verdict.AGAIN


@pytest.mark.parametrize(
    "chosen", [{}, {"aim": "full"}, {"aim": "best", "owner": "yes"}, {"aim": "full", "owner": "yes", "more": "x"}]
)
def test_anything_but_one_level_of_each_criterion_is_refused(chosen: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="one level"):
        rubric.grade(chosen, RUBRIC)


def test_a_rubric_without_points_is_refused() -> None:
    with pytest.raises(ValueError, match="without points"):
        rubric.grade({"a": "x"}, {"a": {"x": 0.0}})


@given(
    st.dictionaries(
        st.text(max_size=3), st.dictionaries(st.text(max_size=3), st.floats(0, 100), min_size=1), min_size=1
    ),
    st.data(),
)
def test_a_share_lies_between_nothing_and_everything(levels: dict[str, dict[str, float]], data: st.DataObject) -> None:
    chosen = {name: data.draw(st.sampled_from(sorted(each))) for name, each in levels.items()}
    try:
        mark = rubric.grade(chosen, levels)
    except ValueError:
        return
    assert 0 <= mark.fraction <= 1
