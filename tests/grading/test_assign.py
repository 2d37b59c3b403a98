"""Marking pairs and classes: each thing earns the same, and on a scale the neighbour earns half."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock.grading import Verdict
from dgxblock.grading.assign import AssignSpec, grade

KEY = {"fire": "high", "stop": "mid", "dust": "low", "noise": "low"}
RISKS = AssignSpec(tuple(KEY), ("low", "mid", "high"), KEY, ordinal=True, notes={("fire", "low"): "risk:never"})
KINDS = AssignSpec(tuple(KEY), ("low", "mid", "high"), KEY, notes={("fire", "low"): "risk:never"})


@pytest.mark.parametrize(
    ("answer", "fraction", "verdict", "note"),
    [
        (KEY, 1.0, Verdict.RIGHT, "ok"),
        ({}, 0.0, Verdict.BLANK, "blank"),
        (None, 0.0, Verdict.BLANK, "blank"),
        ({"fire": ""}, 0.0, Verdict.BLANK, "blank"),
        ({"fire": "high"}, 0.25, Verdict.PARTLY, "incomplete"),
        ({**KEY, "fire": "mid"}, 0.875, Verdict.PARTLY, "wrong"),
        ({**KEY, "fire": "low"}, 0.75, Verdict.PARTLY, "risk:never"),
        ({"fire": "low", "dust": "high"}, 0.0, Verdict.AGAIN, "risk:never"),
    ],
)
def test_risks_on_a_scale(answer: object, fraction: float, verdict: Verdict, note: str) -> None:
    mark = grade(answer, RISKS)

    assert (mark.fraction, mark.verdict, mark.note) == (fraction, verdict, note)


def test_without_a_scale_there_are_no_neighbours() -> None:
    assert grade({**KEY, "fire": "mid"}, KINDS).fraction == 0.75


def test_every_thing_has_a_mark_of_its_own() -> None:
    parts = dict(grade({"fire": "mid", "dust": "low"}, RISKS).parts)

    assert {name: part.note for name, part in parts.items()} == {
        "fire": "neighbour", "stop": "blank", "dust": "ok", "noise": "blank"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        ("high", "unread:type"),
        (["high"], "unread:type"),
        (7, "unread:type"),
        ({"water": "high"}, "unread:unknown"),
        ({"fire": "huge"}, "unread:unknown"),
        ({"fire": ["high"]}, "unread:type"),
        ({"fire": {"high": "high"}}, "unread:type"),
        ({"fire": None}, "unread:type"),
        ({"fire": True}, "unread:type"),
        ({"fire": float("nan")}, "unread:type"),
        ({"fire": "\u202ehigh"}, "unread:unknown"),
        ({"fire": "h" * 10_000_000}, "unread:unknown"),
        ({**KEY, "water": "low"}, "unread:many"),
    ],
)
def test_what_the_page_does_not_send_is_not_read(answer: object, note: str) -> None:
    for spec in (RISKS, KINDS):
        assert (grade(answer, spec).note, grade(answer, spec).fraction) == (note, 0.0)


ANSWERS = st.dictionaries(st.sampled_from(sorted(KEY)), st.sampled_from(["", "low", "mid", "high"]))


@given(ANSWERS, st.sampled_from(sorted(KEY)), st.booleans())
def test_correcting_a_thing_never_costs_anything(answer: dict[str, str], thing: str, scale: bool) -> None:
    spec = RISKS if scale else KINDS
    mark = grade(answer, spec)

    assert 0 <= mark.fraction <= 1
    assert (mark.fraction == 1) == (answer == KEY)
    assert grade({**answer, thing: KEY[thing]}, spec).fraction >= mark.fraction
