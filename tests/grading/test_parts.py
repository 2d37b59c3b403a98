"""Marks of answers that consist of parts: each part earns the same, and a blank one takes nothing from the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock.grading import Mark, Verdict
from dgxblock.grading.parts import gathered, right
from dgxblock.grading.verdict import blank, unread

RIGHT, CARRIED = Mark(1.0, Verdict.RIGHT, "ok"), Mark(1.0, Verdict.CARRIED, "carried")
WRONG, KNOWN = Mark(0.0, Verdict.AGAIN, "wrong"), Mark(0.0, Verdict.AGAIN, "loss:planned")
UNIT, HALF = Mark(0.7, Verdict.UNIT, "unit"), Mark(0.5, Verdict.PARTLY, "neighbour")
ALL = [RIGHT, CARRIED, WRONG, KNOWN, UNIT, HALF, blank(), unread("number")]


@pytest.mark.parametrize(
    ("marks", "fraction", "verdict", "note"),
    [
        ([RIGHT, RIGHT], 1.0, Verdict.RIGHT, "ok"),
        ([blank(), blank()], 0.0, Verdict.BLANK, "blank"),
        ([RIGHT, blank(), blank(), blank()], 0.25, Verdict.PARTLY, "incomplete"),
        ([RIGHT, CARRIED], 1.0, Verdict.CARRIED, "part-carried"),
        ([RIGHT, WRONG], 0.5, Verdict.PARTLY, "wrong"),
        ([RIGHT, KNOWN, KNOWN, WRONG], 0.25, Verdict.PARTLY, "loss:planned"),
        ([WRONG, blank()], 0.0, Verdict.AGAIN, "wrong"),
        ([KNOWN], 0.0, Verdict.AGAIN, "loss:planned"),
        ([UNIT], 0.7, Verdict.PARTLY, "wrong"),
        ([HALF, HALF], 0.5, Verdict.PARTLY, "wrong"),
        ([unread("number"), blank()], 0.0, Verdict.UNREAD, "unread:number"),
        ([unread("number"), RIGHT], 0.5, Verdict.PARTLY, "wrong"),
    ],
)
def test_parts_make_a_whole(marks: list[Mark], fraction: float, verdict: Verdict, note: str) -> None:
    mark = gathered([(str(place), each) for place, each in enumerate(marks)])

    assert mark.fraction == pytest.approx(fraction)
    assert (mark.verdict, mark.note) == (verdict, note)


def test_what_is_left_to_mend_is_counted() -> None:
    assert right(gathered([("a", RIGHT), ("b", CARRIED), ("c", WRONG)])) == 1


@given(st.lists(st.sampled_from(ALL), min_size=1, max_size=12), st.data())
def test_mending_a_part_never_costs_anything(marks: list[Mark], data: st.DataObject) -> None:
    before = gathered([(str(place), each) for place, each in enumerate(marks)])
    assert 0 <= before.fraction <= 1
    assert (before.fraction == 1) == all(each.fraction == 1 for each in marks)
    marks[data.draw(st.integers(0, len(marks) - 1))] = RIGHT

    after = gathered([(str(place), each) for place, each in enumerate(marks)])

    assert after.fraction >= before.fraction
