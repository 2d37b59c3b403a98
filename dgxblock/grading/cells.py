"""Marking the cells of an uploaded workbook.

A cell is marked like a number that was typed, with what a spreadsheet knows besides: that a number is shown as a share
or as a time, and whether it was computed. There is no list of units beside a cell, so a share may be written as 67.4
or as 0.674. Whose data the workbook held is reported by those who know, and never marked here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from dgxblock.grading.number import NumberSpec
from dgxblock.grading.number import grade as grade_number
from dgxblock.grading.number import read as read_number
from dgxblock.grading.reading import MAX_VALUE
from dgxblock.grading.units import RATIOS, UNITS
from dgxblock.grading.verdict import Mark, Verdict, blank, unread

HARD_CODED_SHARE: Final = 0.7
"""What remains of a right number that was typed where a formula was to compute it."""
_DAY: Final = 86_400
_MOST: Final = float(MAX_VALUE)
_MOST_TEXT: Final = 1000

# texts, then numbers, then names of functions: what is left of a formula that uses anything has letters
_FIXED: Final = re.compile(r"\"(?:[^\"]|\"\")*\"|(?<![\w.])[0-9.]+(?:[eE][+-]?[0-9]+)?(?!\w)|[A-Za-z_][\w.]*\s*\(")
_NO_REFERENCE: Final = frozenset({"TRUE", "FALSE"})


@dataclass(frozen=True, slots=True)
class CellSpec:
    """A cell to mark: `formula` says whether it is ``expected`` to be computed, or ``any`` way will do."""

    id: str
    number: NumberSpec
    formula: Literal["expected", "any"] = "any"


@dataclass(frozen=True, slots=True)
class CellsSpec:
    """What an upload item asks for; every cell weighs the same."""

    cells: tuple[CellSpec, ...]


def grade(answer: object, spec: CellsSpec, /) -> Mark:
    """Mark what was read of a workbook: ``{"cells": [{"id", "kind", "value", "format", "formula"}, …]}``.

    The fraction is the mean of the cells', whose marks are in `parts` by id, in the order of `spec`. Any other JSON is
    unread or blank, and nothing raises. Notes of cells: those of a number, ``hard-coded``, and ``unread:`` with
    ``error``, ``bool``, ``date`` or ``not-calculated``. The note of the whole is the first one that is not ``ok``.
    """
    if answer is None or answer == {}:
        return blank()
    cells = answer.get("cells") if isinstance(answer, Mapping) else None
    if not isinstance(cells, list | tuple):
        return unread("type")
    found: dict[str, Mapping[object, object]] = {}
    for cell in cells[:1000]:
        if isinstance(cell, Mapping) and isinstance(cell.get("id"), str):
            found.setdefault(cell["id"], cell)
    parts = tuple((each.id, grade_cell(found.get(each.id), each)) for each in spec.cells)
    return _whole(parts)


def grade_cell(cell: Mapping[object, object] | None, spec: CellSpec, /) -> Mark:
    """Mark one cell; nothing raises."""
    answers = _understood(cell, spec.number.unit)
    if isinstance(answers, Mark) or cell is None:
        return answers if isinstance(answers, Mark) else blank()
    number = replace(spec.number, units=tuple(dict.fromkeys((spec.number.unit, *(unit for _text, unit in answers)))))
    mark = max((grade_number({"value": text, "unit": unit}, number) for text, unit in answers), key=_worth)
    if spec.formula == "expected" and mark.fraction and not computes(cell.get("formula")):
        return replace(mark, fraction=mark.fraction * HARD_CODED_SHARE, verdict=Verdict.PARTLY, note="hard-coded")
    return mark


def read_cell(cell: Mapping[Any, object] | None, unit: str, /) -> Mark:
    """What can be told of a cell without a key: blank, unread, or a mark that holds what was read, to six digits, and
    judges nothing yet. A share that may have been meant either way is read without a unit. Nothing raises."""
    answers = _understood(cell, unit)
    if isinstance(answers, Mark):
        return answers
    (text, meant), *others = answers
    meant = "" if others else meant
    return read_number({"value": _short(text), "unit": meant}, meant)


def computes(formula: object, /) -> bool:
    """Whether a formula uses anything of the workbook: ``=67.4`` and ``=ROUND(67.4, 1)`` were typed all the same."""
    if not isinstance(formula, str) or not formula.startswith("="):
        return False
    words = re.findall(r"[^\W\d_]\w*|…", _FIXED.sub(" ", formula[:8192]))
    return any(word.upper() not in _NO_REFERENCE for word in words)


def _understood(cell: Mapping[Any, object] | None, unit: str, /) -> list[tuple[str, str]] | Mark:
    """How a cell may be read, as texts with their units, best first; or the mark of what cannot be judged."""
    kind = None if cell is None else cell.get("kind")
    if cell is None or kind == "empty":
        return blank()
    if kind in ("error", "bool", "date", "not-calculated"):
        return unread(str(kind))
    value = cell.get("value")
    if kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        if not abs(value) <= _MOST:  # also what is no number
            return unread("range")
        return _of_number(float(value), cell.get("format"), unit)
    if kind == "text" and isinstance(value, str):
        return [(value[:_MOST_TEXT], each) for each in _units(unit)]
    return unread("type")


def _units(unit: str, /) -> tuple[str, ...]:
    """The units in which a plain number may be meant: a share also as itself."""
    return (unit, "") if unit in RATIOS and unit != "pp" else (unit,)


def _of_number(value: float, format: object, unit: str, /) -> list[tuple[str, str]]:
    """The readings of a number: text as typed, and its unit."""
    number = Decimal(repr(value))
    hundredfold = _plain(number * 100)
    if unit == "pp":  # a difference of two shares is itself a share
        return [(hundredfold, "pp")] if format == "percent" else [(_plain(number), "pp"), (hundredfold, "pp")]
    if format == "percent" and UNITS[unit].dimension == "ratio":
        return [(hundredfold, "%")]
    if format == "time" and UNITS[unit].dimension == "duration":
        return [(_plain(number * _DAY / Decimal(repr(UNITS[unit].factor))), unit)]
    return [(_plain(number), each) for each in _units(unit)]


def _plain(number: Decimal, /) -> str:
    """In few enough characters to be read back, and in more digits than any tolerance sees."""
    return f"{number:.15g}"


def _short(text: str, /) -> str:
    """A number in six significant digits, whole ones in all of theirs; other texts as they are."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or not number or abs(number.adjusted()) > 20:
        return text
    places = max(0, 5 - number.adjusted())
    rounded = format(round(number, places), "f")
    return rounded.rstrip("0").rstrip(".") if "." in rounded else rounded


def _worth(mark: Mark, /) -> tuple[float, bool]:
    """Of two readings of one number the better, and of two wrong ones that which says more."""
    return mark.fraction, mark.note not in ("wrong", "unit")


def _whole(parts: tuple[tuple[str, Mark], ...], /) -> Mark:
    marks = [mark for _id, mark in parts]
    verdicts = {mark.verdict for mark in marks}
    if verdicts <= {Verdict.BLANK}:
        return replace(blank(), parts=parts)
    fraction = math.fsum(mark.fraction for mark in marks) / len(marks)
    note = next((mark.note for mark in marks if mark.note != "ok"), "ok")
    return Mark(fraction, _verdict(verdicts, fraction), note, parts=parts)


def _verdict(verdicts: Iterable[Verdict], fraction: float, /) -> Verdict:
    verdicts = set(verdicts)
    if verdicts <= {Verdict.RIGHT, Verdict.CARRIED}:
        return Verdict.CARRIED if Verdict.CARRIED in verdicts else Verdict.RIGHT
    if verdicts <= {Verdict.UNREAD, Verdict.BLANK}:
        return Verdict.UNREAD
    return Verdict.PARTLY if fraction else Verdict.AGAIN
