"""Marking choices: one right answer, or the net of right and wrong ticks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock.grading import Verdict
from dgxblock.grading.choice import ChoiceSpec, grade

SINGLE = ChoiceSpec(("setup", "break", "wait"), frozenset({"setup"}), notes={"wait": "loss:by-count"})
GROUPS = ChoiceSpec(
    tuple("abcdef"), frozenset("abc"), multiple=True, notes={"d": "spc:spec-limits", "e": "spc:two-sigma"}
)


@pytest.mark.parametrize(
    ("answer", "fraction", "verdict", "note"),
    [
        ("setup", 1.0, Verdict.RIGHT, "ok"),
        (["setup"], 1.0, Verdict.RIGHT, "ok"),
        ("break", 0.0, Verdict.AGAIN, "wrong"),
        ("wait", 0.0, Verdict.AGAIN, "loss:by-count"),
        ("", 0.0, Verdict.BLANK, "blank"),
        (None, 0.0, Verdict.BLANK, "blank"),
        ([], 0.0, Verdict.BLANK, "blank"),
    ],
)
def test_a_single_choice(answer: object, fraction: float, verdict: Verdict, note: str) -> None:
    mark = grade(answer, SINGLE)

    assert (mark.fraction, mark.verdict, mark.note) == (fraction, verdict, note)


@pytest.mark.parametrize(
    ("ticked", "fraction", "verdict", "note"),
    [
        ("abc", 1.0, Verdict.RIGHT, "ok"),
        ("cba", 1.0, Verdict.RIGHT, "ok"),
        ("ab", 2 / 3, Verdict.PARTLY, "missed"),
        ("abcf", 2 / 3, Verdict.PARTLY, "extra"),
        ("abf", 1 / 3, Verdict.PARTLY, "wrong"),
        ("abd", 1 / 3, Verdict.PARTLY, "spc:spec-limits"),
        ("aed", 0.0, Verdict.AGAIN, "spc:spec-limits|spc:two-sigma"),
        ("abcdef", 0.0, Verdict.AGAIN, "spc:spec-limits|spc:two-sigma"),
        ("f", 0.0, Verdict.AGAIN, "wrong"),
        ("", 0.0, Verdict.BLANK, "blank"),
    ],
)
def test_a_multiple_choice_earns_the_net_of_its_ticks(
    ticked: str, fraction: float, verdict: Verdict, note: str
) -> None:
    mark = grade(list(ticked), GROUPS)

    assert mark.fraction == pytest.approx(fraction)
    assert (mark.verdict, mark.note) == (verdict, note)


def test_a_key_without_a_right_choice_credits_nobody() -> None:
    for multiple in (True, False):
        spec = ChoiceSpec(("a", "b"), frozenset(), multiple=multiple)
        assert grade(["a"], spec).fraction == 0


SPECS = st.sets(st.sampled_from("abcdef"), min_size=1).map(
    lambda correct: ChoiceSpec(tuple("abcdef"), frozenset(correct), multiple=True)
)
TICKS = st.lists(st.sampled_from("abcdef"), unique=True)


@given(SPECS)
def test_the_key_always_earns_everything(spec: ChoiceSpec) -> None:
    assert grade(sorted(spec.correct), spec).fraction == 1


@given(SPECS, TICKS)
def test_only_the_key_earns_everything(spec: ChoiceSpec, ticks: list[str]) -> None:
    mark = grade(ticks, spec)

    assert 0 <= mark.fraction <= 1
    assert (mark.fraction == 1) == (set(ticks) == spec.correct)


@given(SPECS, TICKS, st.sampled_from("abcdef"))
def test_one_more_wrong_tick_never_earns_more(spec: ChoiceSpec, ticks: list[str], more: str) -> None:
    if more not in ticks and more not in spec.correct and ticks:
        assert grade([*ticks, more], spec).fraction <= grade(ticks, spec).fraction
