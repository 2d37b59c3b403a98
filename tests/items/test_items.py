"""Items, a learner's data and grading joined."""

from __future__ import annotations

from typing import Any

import pytest

from dgxblock import items, lab
from dgxblock.content import read
from dgxblock.content.model import Assessment, Item, NumberItem, OrderItem
from dgxblock.grading import Verdict
from dgxblock.items.order import key_of, shuffled
from tests.builders import documents

DOCUMENT = read.parse(documents.ASSESSMENT)
assert isinstance(DOCUMENT, Assessment)
SHEET = lab.build(DOCUMENT.dataset, "s")


def item(name: str) -> Item:
    assert isinstance(DOCUMENT, Assessment)
    return next(each for each in DOCUMENT.items if each.id == name)


def grade(**answers: Any) -> dict[str, Any]:
    assert isinstance(DOCUMENT, Assessment)
    return items.grade(DOCUMENT.items, {name.replace("_", "-"): each for name, each in answers.items()}, SHEET)


def minutes(value: float) -> dict[str, str]:
    return {"value": str(value), "unit": "min"}


def value(name: str) -> float:
    return float(SHEET.values[name])


def test_every_item_has_a_mark_even_without_an_answer() -> None:
    marks = grade()
    assert list(marks) == ["q1", "q2", "s1", "m1", "o-1"]
    assert {mark.verdict for mark in marks.values()} == {Verdict.BLANK}


@pytest.mark.parametrize("garbage", [7, True, [], {}, "?", [[1]], {"value": []}, {"value": None, "unit": 3}, None])
def test_garbage_is_marked_and_never_raises(garbage: Any) -> None:
    marks = grade(q1=garbage, q2=garbage, s1=garbage, m1=garbage, o_1=garbage)
    assert sum(mark.fraction for mark in marks.values()) == 0


def test_a_carried_value_is_in_the_unit_of_the_key() -> None:
    hours = value("total") / 60
    marks = grade(q1={"value": f"{hours:.6f}", "unit": "h"}, q2=minutes(value("half")))
    assert marks["q1"].fraction == 0.0 and marks["q2"].verdict is Verdict.CARRIED


def test_a_right_first_step_carries_nothing() -> None:
    marks = grade(q1=minutes(value("half")), q2=minutes(value("half")))
    assert marks["q2"].verdict is Verdict.AGAIN


def test_an_unread_first_step_carries_nothing() -> None:
    assert grade(q1=minutes(0) | {"value": "?"}, q2=minutes(1))["q2"].verdict is Verdict.AGAIN


def test_kept_marks_decide_and_grading_again_only_reads() -> None:
    assert isinstance(DOCUMENT, Assessment)
    answers = {"q1": minutes(1.5), "s1": ["x"]}
    kept = items.stored(items.grade(DOCUMENT.items, answers, SHEET))
    kept["q1"] |= {"fraction": 1.0, "verdict": "right", "note": "regraded"}
    marks = items.marks_from(kept, DOCUMENT.items, answers)
    assert marks["q1"].verdict is Verdict.RIGHT and marks["q1"].reading is not None
    del kept["s1"]
    assert items.marks_from(kept, DOCUMENT.items, answers)["s1"].fraction == 0.0


def test_the_first_order_shown_is_stable_and_never_right() -> None:
    order = item("o-1")
    assert isinstance(order, OrderItem)
    for seed in map(str, range(100)):
        sheet = lab.build(DOCUMENT.dataset, seed)
        shown = shuffled(order, sheet)
        assert shown == shuffled(order, sheet) and sorted(shown) == ["p", "q", "r"] and shown != ("p", "q", "r")


def test_a_graph_of_steps_has_a_right_order() -> None:
    order = item("o-1")
    assert isinstance(order, OrderItem)
    assert key_of(order, SHEET) == ("p", "q", "r")


@pytest.mark.parametrize("name", ["q1", "q2", "s1", "m1", "o-1"])
def test_a_view_holds_no_verdict_before_a_mark_and_no_solution_before_it_is_open(name: str) -> None:
    blank = items.view(item(name), "1", None, SHEET, "en")
    assert (blank.tag, blank.tone, blank.feedback, blank.hint, blank.own, blank.reference) == ("", "", (), "", "", "")
    assert items.view(item(name), "1", None, SHEET, "en", solved=True).reference


def test_the_unit_that_stands_first_is_chosen_at_first() -> None:
    number = item("q1")
    assert isinstance(number, NumberItem)
    shown = items.view(number, "1", None, SHEET, "en")
    assert shown.control.unit == "min" and [code for code, _label in shown.control.units] == ["min", "h"]
