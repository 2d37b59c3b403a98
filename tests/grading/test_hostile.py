"""Whatever JSON arrives as an answer: nothing raises, and nothing of it earns a point."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock.grading import Mark, Verdict, assign, choice, decide, number, order, short
from dgxblock.grading.words import hint, unread_sentence, verdict_label
from tests.builders.grading import HOSTILE

NUMBER = number.NumberSpec(0.674, number.Tolerance.of(0.5, "pp", "%"), "%", ("%", "min"))
SINGLE = choice.ChoiceSpec(("a", "b", "c"), frozenset({"b"}))
MULTIPLE = choice.ChoiceSpec(("a", "b", "c"), frozenset({"b", "c"}), multiple=True)
SEQUENCE = order.OrderSpec(("a", "b", "c"), key=("b", "c", "a"))
GRAPH = order.OrderSpec(("a", "b", "c"), after={"a": ["b"], "c": ["b"]})

NOMINAL = assign.AssignSpec(("a", "b", "c"), ("x", "y"), {"a": "x", "b": "y", "c": "x"})
ORDINAL = assign.AssignSpec(("a", "b", "c"), ("x", "y", "z"), {"a": "x", "b": "y", "c": "z"}, ordinal=True)
WORD = short.ShortSpec(("换线", "changeover"), 40, typos=True, misconceptions=(("loss:stop", ("breakdown",)),))
DECISION = decide.DecideSpec(("a", "b", "c"), {"a": 1.0, "b": 0.5})

GRADERS: dict[str, Callable[[Any], Mark]] = {
    "number": lambda answer: number.grade(answer, NUMBER),
    "single": lambda answer: choice.grade(answer, SINGLE),
    "multiple": lambda answer: choice.grade(answer, MULTIPLE),
    "sequence": lambda answer: order.grade(answer, SEQUENCE),
    "graph": lambda answer: order.grade(answer, GRAPH),
    "match": lambda answer: assign.grade(answer, NOMINAL),
    "scale": lambda answer: assign.grade(answer, ORDINAL),
    "decision": lambda answer: decide.grade(answer, DECISION),
}


def _word(answer: Any) -> Mark:
    return short.grade(answer, WORD)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20) | st.sampled_from("abcz"),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["value", "unit", "a", "option"]), inner)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("grade", GRADERS.values(), ids=GRADERS)
@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE)
def test_a_dishonest_answer_earns_nothing(answer: Any, grade: Callable[[Any], Mark]) -> None:
    started = time.perf_counter()

    mark = grade(answer)

    assert mark.fraction == 0
    assert mark.verdict in (Verdict.UNREAD, Verdict.BLANK)
    assert mark.reading is None
    assert time.perf_counter() - started < 0.2


@pytest.mark.parametrize("answer", [["b", "b"], ["a", "b", "c", "b"], ["b", "c", "a", "a"], ["b", "c"], ["b"]])
def test_an_order_with_steps_twice_or_missing_is_not_read(answer: list[str]) -> None:
    for spec in (SEQUENCE, GRAPH):
        assert order.grade(answer, spec).verdict is Verdict.UNREAD


def test_an_id_ticked_twice_does_not_count_twice() -> None:
    assert choice.grade(["b", "b"], MULTIPLE).note == "unread:twice"
    assert choice.grade(["b", "b"], SINGLE).note == "unread:many"


def test_two_answers_to_a_single_choice_are_not_read() -> None:
    assert choice.grade(["b", "a"], SINGLE).verdict is Verdict.UNREAD


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE)
def test_a_dishonest_text_earns_nothing_and_costs_no_time(answer: Any) -> None:
    started = time.perf_counter()

    mark = short.grade(answer, WORD)

    assert mark.fraction == 0 and mark.verdict in (Verdict.UNREAD, Verdict.BLANK, Verdict.AGAIN)
    assert (mark.verdict is Verdict.AGAIN) == (answer == "z"), "a letter is an answer, if a wrong one"
    assert time.perf_counter() - started < 0.2


@given(JSON)
def test_any_json_gets_a_mark_between_nothing_and_everything(answer: Any) -> None:
    for grade in (*GRADERS.values(), _word):
        mark = grade(answer)

        assert 0 <= mark.fraction <= 1
        assert grade(answer) == mark
        assert verdict_label(mark.verdict, language="en")
        assert isinstance(hint(mark, language="en"), str)
        if mark.verdict is Verdict.UNREAD:
            assert unread_sentence(mark, answer, language="en")
