"""Marking orders: against one sequence, and against a graph of what must precede what."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock.grading import Verdict
from dgxblock.grading.order import OrderSpec, displaced, grade

SMED = OrderSpec(("film", "split", "move", "shorten", "standard"), key=("film", "split", "move", "shorten", "standard"))
GO_LIVE = OrderSpec(
    ("clean", "pilot", "train", "rollout", "review"),
    after={"pilot": ["clean", "train"], "rollout": ["pilot"], "review": ["rollout"]},
)


def allowed(answer: tuple[str, ...], spec: OrderSpec) -> bool:
    """The definition, spelt out: nothing stands before what must precede it."""
    pairs = (
        [(a, b) for i, b in enumerate(spec.key) for a in spec.key[:i]]
        if spec.key
        else [(a, b) for b, before in spec.after.items() for a in before]
    )
    return all(answer.index(a) < answer.index(b) for a, b in pairs)


def in_place(answer: tuple[str, ...], spec: OrderSpec) -> int:
    """The definition, by brute force: the longest common subsequence with any allowed order."""

    def is_part(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
        rest = iter(whole)
        return all(step in rest for step in part)

    orders = [other for other in permutations(spec.steps) if allowed(other, spec)]
    return max(
        size
        for size in range(len(answer) + 1)
        for part in combinations(answer, size)
        if any(is_part(part, other) for other in orders)
    )


def test_the_right_sequence_earns_everything() -> None:
    mark = grade(list(SMED.key), SMED)

    assert (mark.fraction, mark.verdict, mark.note, mark.displaced) == (1.0, Verdict.RIGHT, "ok", ())


def test_one_step_written_down_too_early_is_the_one_that_is_flagged() -> None:
    mark = grade(["film", "split", "standard", "move", "shorten"], SMED)

    assert (mark.verdict, mark.displaced) == (Verdict.PARTLY, ("standard",))
    assert mark.fraction == pytest.approx(3 / 4)


def test_backwards_earns_nothing() -> None:
    mark = grade(list(reversed(SMED.key)), SMED)

    assert (mark.fraction, mark.verdict, len(mark.displaced)) == (0.0, Verdict.AGAIN, 4)


def test_a_graph_allows_every_order_that_respects_it() -> None:
    for first in (["clean", "train"], ["train", "clean"]):
        assert grade([*first, "pilot", "rollout", "review"], GO_LIVE).fraction == 1


def test_a_pilot_after_the_roll_out_is_displaced() -> None:
    mark = grade(["clean", "train", "rollout", "review", "pilot"], GO_LIVE)

    assert mark.displaced == ("pilot",)
    assert mark.fraction == pytest.approx(2 / 3)


def test_steps_without_any_rule_are_right_in_any_order() -> None:
    assert grade(["c", "a", "b"], OrderSpec(("a", "b", "c"))).fraction == 1


def test_the_sequence_of_a_known_wrong_idea_is_named() -> None:
    spec = OrderSpec(("a", "b", "c"), key=("a", "b", "c"), misconceptions=(("pareto:by-count", ("b", "a", "c")),))

    assert grade(["b", "a", "c"], spec).note == "pareto:by-count"
    assert grade(["a", "c", "b"], spec).note == "wrong"


def test_a_circle_of_rules_raises_nothing() -> None:
    spec = OrderSpec(("a", "b"), after={"a": ["b"], "b": ["a", "nobody"]})

    assert 0 <= grade(["a", "b"], spec).fraction < 1


def test_two_hundred_steps_are_marked_in_no_time() -> None:
    steps = tuple(str(n) for n in range(200))

    assert grade(list(reversed(steps)), OrderSpec(steps, key=steps)).fraction == 0


STEPS = tuple("abcde")
GRAPHS = st.fixed_dictionaries(
    {step: st.sets(st.sampled_from(STEPS[:i]) if i else st.nothing()) for i, step in enumerate(STEPS)}
).map(lambda after: OrderSpec(STEPS, after=after))
SEQUENCES = st.permutations(STEPS).map(lambda key: OrderSpec(STEPS, key=tuple(key)))
SPECS = GRAPHS | SEQUENCES
ANSWERS = st.permutations(STEPS).map(tuple)


@given(SPECS, ANSWERS)
def test_as_many_steps_stay_as_the_nearest_allowed_order_has_in_common(
    spec: OrderSpec, answer: tuple[str, ...]
) -> None:
    moved = displaced(answer, spec)

    assert len(STEPS) - len(moved) == in_place(answer, spec)
    assert list(moved) == [step for step in answer if step in moved]


@given(SPECS, ANSWERS)
def test_an_allowed_order_and_only_that_earns_everything(spec: OrderSpec, answer: tuple[str, ...]) -> None:
    mark = grade(list(answer), spec)

    assert 0 <= mark.fraction <= 1
    assert (mark.fraction == 1) == allowed(answer, spec)
    assert grade(list(answer), spec) == mark


@given(SPECS, ANSWERS, ANSWERS)
def test_more_steps_in_place_never_earn_less(spec: OrderSpec, one: tuple[str, ...], two: tuple[str, ...]) -> None:
    worse, better = sorted((one, two), key=lambda answer: -len(displaced(answer, spec)))

    assert grade(list(worse), spec).fraction <= grade(list(better), spec).fraction
