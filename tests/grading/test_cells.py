"""Marking the cells of an uploaded workbook."""

from __future__ import annotations

from typing import Any

import pytest

from dgxblock.grading import Mark, Verdict
from dgxblock.grading.cell_words import cell_echo, cell_sentence
from dgxblock.grading.cells import CellSpec, CellsSpec, computes, grade, grade_cell, read_cell
from dgxblock.grading.number import Misconception, NumberSpec, Tolerance
from tests.builders.grading import HOSTILE

RATE = NumberSpec(0.674, Tolerance.of(0.5, "pp", "%"), "%", misconceptions=(Misconception("planned-time", 0.583),))
MINUTES = NumberSpec(257.0, Tolerance.of(1, "percent", "min"), "min")
GAIN = NumberSpec(0.094, Tolerance.of(0.2, "pp", "pp"), "pp")
SPEC = CellsSpec((CellSpec("rate", RATE, "expected"), CellSpec("loss", MINUTES)))


def _cell(value: object, kind: str = "number", *, format: str = "", formula: str = "=A1", id: str = "rate") -> Any:
    return {"id": id, "at": "OEE!B5", "kind": kind, "value": value, "format": format, "formula": formula}


def _mark(cell: Any, number: NumberSpec = RATE, formula: Any = "expected") -> Mark:
    return grade_cell(cell, CellSpec("rate", number, formula))


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (_cell(0.674, format="percent"), RATE),
        (_cell(0.6741234567890123, format="percent"), RATE),
        (_cell(67.4), RATE),
        (_cell(0.674), RATE),
        (_cell("67.4%", "text"), RATE),
        (_cell("６７.４％", "text"), RATE),
        (_cell("0.674", "text"), RATE),
        (_cell(257), MINUTES),
        (_cell(257.00000000000006), MINUTES),
        (_cell(257 / 1440, format="time"), MINUTES),
        (_cell("257", "text"), MINUTES),
        (_cell(9.4), GAIN),
        (_cell(0.094), GAIN),
        (_cell(0.094, format="percent"), GAIN),
    ],
)
def test_a_right_number_is_right_however_it_is_shown(cell: Any, number: NumberSpec) -> None:
    mark = _mark(cell, number)

    assert (mark.fraction, mark.verdict, mark.note) == (1.0, Verdict.RIGHT, "ok")


@pytest.mark.parametrize(
    ("cell", "verdict", "note"),
    [
        (_cell(0.583), Verdict.AGAIN, "planned-time"),
        (_cell(58.3), Verdict.AGAIN, "planned-time"),
        (_cell(0.583, format="percent", formula=""), Verdict.AGAIN, "planned-time"),
        (_cell(0.1), Verdict.AGAIN, "wrong"),
        (_cell(6740), Verdict.AGAIN, "wrong"),
        (_cell(None, "empty"), Verdict.BLANK, "blank"),
        (_cell("", "text"), Verdict.BLANK, "blank"),
        (None, Verdict.BLANK, "blank"),
        (_cell("约六成七", "text"), Verdict.UNREAD, "unread:number"),
        (_cell("#DIV/0!", "error"), Verdict.UNREAD, "unread:error"),
        (_cell(True, "bool"), Verdict.UNREAD, "unread:bool"),
        (_cell("2026-11-23", "date"), Verdict.UNREAD, "unread:date"),
        (_cell(None, "not-calculated"), Verdict.UNREAD, "unread:not-calculated"),
        (_cell(1e300), Verdict.UNREAD, "unread:range"),
        (_cell(float("nan")), Verdict.UNREAD, "unread:range"),
        (_cell(float("inf")), Verdict.UNREAD, "unread:range"),
        (_cell(10**400), Verdict.UNREAD, "unread:range"),
        (_cell(True), Verdict.UNREAD, "unread:type"),
        (_cell(0.674, "of another kind"), Verdict.UNREAD, "unread:type"),
        (_cell("x" * 10_000_000, "text"), Verdict.UNREAD, "unread:long"),
    ],
)
def test_what_is_not_right_says_why(cell: Any, verdict: Verdict, note: str) -> None:
    mark = _mark(cell)

    assert (mark.fraction, mark.verdict, mark.note) == (0.0, verdict, note)


@pytest.mark.parametrize(
    ("formula", "computed"),
    [
        ("=A5*B1", True),
        ("=SUM('OEE 表'!A1:A9)/2", True),
        ("=良品/产出", True),
        ("=SUM(表1[产出])", True),
        ("=R1C1", True),
        ("=…", True),
        ("=67.4", False),
        ("=67.4%", False),
        ("=0.9*0.8*1E-2", False),
        ("=ROUND(67.4,1)", False),
        ("=IF(TRUE,0.674,FALSE)", False),
        ('=VALUE("A1")', False),
        ("", False),
        ("A1", False),
        (None, False),
        (5, False),
    ],
)
def test_a_formula_computes_only_if_it_uses_something(formula: object, computed: bool) -> None:
    assert computes(formula) is computed


def test_a_right_number_that_was_typed_where_a_formula_is_expected_earns_a_part() -> None:
    mark = _mark(_cell(0.674, formula="=0.674"))

    assert (mark.fraction, mark.verdict, mark.note) == (0.7, Verdict.PARTLY, "hard-coded")
    assert _mark(_cell(0.674, formula=""), formula="any").verdict is Verdict.RIGHT


def test_the_whole_is_the_mean_of_its_cells_and_keeps_their_marks() -> None:
    mark = grade({"cells": [_cell(257, id="loss", formula=""), _cell(0.674, formula="")], "owner": "of another"}, SPEC)

    assert mark.fraction == pytest.approx(0.85) and mark.verdict is Verdict.PARTLY and mark.note == "hard-coded"
    assert [(id, part.note) for id, part in mark.parts] == [("rate", "hard-coded"), ("loss", "ok")]


@pytest.mark.parametrize(
    ("rate", "loss", "verdict"),
    [
        (_cell(0.674), _cell(257, id="loss"), Verdict.RIGHT),
        (_cell(0.1), _cell(257, id="loss"), Verdict.PARTLY),
        (_cell(0.1), _cell(None, "empty", id="loss"), Verdict.AGAIN),
        (_cell("#N/A", "error"), _cell(None, "empty", id="loss"), Verdict.UNREAD),
        (_cell(None, "empty"), _cell(None, "empty", id="loss"), Verdict.BLANK),
    ],
)
def test_the_whole_has_one_verdict(rate: Any, loss: Any, verdict: Verdict) -> None:
    assert grade({"cells": [rate, loss]}, SPEC).verdict is verdict


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_that_a_browser_sends_earns_or_raises(name: str) -> None:
    answer = HOSTILE[name]
    for shape in (answer, {"cells": answer}, {"cells": [answer]}, {"cells": [{"id": "rate", "kind": answer}]}):
        assert grade(shape, SPEC).fraction == 0.0
    if name == "the key as a number":
        return
    for field in ("value", "format", "formula", "at"):
        assert grade({"cells": [{**_cell(5), field: answer}]}, SPEC).fraction == 0.0


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize(
    "cell",
    [
        _cell(0.674, formula=""),
        _cell("#DIV/0!", "error"),
        _cell("2026-11-23", "date"),
        _cell(None, "not-calculated"),
        _cell(True, "bool"),
        _cell(None, "empty"),
        _cell("约六成七", "text"),
    ],
)
def test_each_cell_says_what_to_do(cell: Any, lang: str) -> None:
    assert cell_sentence(_mark(cell), cell, language=lang)


def test_a_right_cell_says_what_was_read_and_how_it_came_about() -> None:
    assert cell_echo(_mark(_cell(0.674, format="percent")), _cell(0.674), "en") == "67.4%, a formula"
    assert cell_echo(_mark(_cell(0.583, formula="")), _cell(0.583, formula=""), "en") == "0.583, typed in"
    assert cell_echo(_mark(_cell(None, "empty")), _cell(None, "empty"), "en") == ""
    assert cell_sentence(_mark(_cell(0.674)), _cell(0.674), language="en") == ""


@pytest.mark.parametrize(
    ("cell", "unit", "shown"),
    [
        (_cell(0.6741234567, format="percent"), "%", "67.4123%"),
        (_cell(0.674), "%", "0.674"),
        (_cell(67.4), "%", "67.4"),
        (_cell("67.4%", "text"), "%", "67.4%"),
        (_cell(257.0000000001), "min", "257 min"),
        (_cell(257 / 1440, format="time"), "min", "257 min"),
        (_cell(14323456.7), "piece", "14,323,457 pieces"),
        (_cell(-0.000123456789), "", "−0.000123457"),
        (_cell(0), "min", "0 min"),
        (_cell("1e400", "text"), "min", ""),
        (_cell(None, "empty"), "min", ""),
        (_cell("#DIV/0!", "error"), "min", ""),
        (_cell(float("nan")), "min", ""),
    ],
)
def test_what_is_echoed_of_a_cell_needs_no_key(cell: Any, unit: str, shown: str) -> None:
    mark = read_cell(cell, unit)
    assert cell_echo(mark, cell, "en") == (f"{shown}, a formula" if shown else "")
    assert mark.fraction == 0.0 and mark.verdict in (Verdict.AGAIN, Verdict.UNREAD, Verdict.BLANK)


@pytest.mark.parametrize("answer", HOSTILE)
def test_a_hostile_cell_is_read_without_raising(answer: Any) -> None:
    cell = (
        answer if isinstance(answer, dict) else {"kind": answer if isinstance(answer, str) else "text", "value": answer}
    )
    assert read_cell(cell, "%").fraction == 0.0
