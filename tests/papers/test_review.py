"""The matrix of what is shown when."""

from __future__ import annotations

from itertools import product

import pytest

from dgxblock.content.model import Review
from dgxblock.papers.review import MOMENTS, Moment, shown

PARTS = ("answers", "marks", "correctness", "rationale", "solution")


@pytest.mark.parametrize(("part", "rule", "now"), list(product(PARTS, (*MOMENTS, "never"), Moment)))
def test_each_part_is_shown_from_its_moment_on_and_not_before(part: str, rule: str, now: Moment) -> None:
    policy = Review(**{each: rule if each == part else "never" for each in PARTS})  # type: ignore[arg-type]
    found = shown(policy, now)
    expected = rule in MOMENTS and now >= MOMENTS[rule]
    assert {each: getattr(found, each) for each in PARTS} == {each: expected and each == part for each in PARTS}


@pytest.mark.parametrize("now", Moment)
def test_where_the_platform_hides_correctness_only_answers_and_score_are_left(now: Moment) -> None:
    found = shown(Review("during", "during", "during", "during", "during"), now, host=False)
    assert (found.answers, found.marks, found.correctness, found.rationale, found.solution) == (
        True, True, False, False, False,
    )  # fmt: skip
