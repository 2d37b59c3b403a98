"""A workbook that is filled in and uploaded: each cell is marked like a number, and how it came about counts too.

The answer is what the server read of a file: ``{"upload": 17, "name": "….xlsx", "data": "", "cells": […]}``. Of
that a browser sends the number alone, as ``{"upload": "17"}``: `resolved` puts in the rest, from the record of whose
file it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from dgxblock.content.model import NumberItem, Text, WorkbookCell, WorkbookItem
from dgxblock.grading import Mark, Verdict, cells
from dgxblock.grading.cell_words import cell_echo, cell_sentence
from dgxblock.grading.words import verdict_label
from dgxblock.i18n import gettext as _
from dgxblock.items import shape
from dgxblock.items.kind import Fault, Kind, Situation
from dgxblock.items.number import NumberKind, quantity, spec_of
from dgxblock.lab import Sheet
from dgxblock.lab.template import AnswerCell

__all__ = ["CellView", "WorkbookControl", "WorkbookKind", "answer_cells", "resolved", "upload_of", "wanted"]

_MOST_DIGITS: Final = 18
_SAID: Final = 3
"""Sentences about cells that could not be read: who has mended three looks again anyway."""


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell as the page lists it: what was read of it, and once it was marked its `tone`, the `state` of its sign, the
    `verdict` in words, what grading says and what the author says."""

    at: str
    label: Text
    echo: str
    tone: str = ""
    state: str = ""
    verdict: str = ""
    sentence: str = ""
    feedback: Text | None = None

    @property
    def explained(self) -> bool:
        """Whether its sign and what stands beside it say enough without the verdict in words."""
        return self.state == "full" or bool(self.sentence or self.feedback)


@dataclass(frozen=True, slots=True)
class WorkbookControl:
    """The upload that counts by number and name (empty: none), its cells, and of whose data it says that it was made:
    ``other`` (somebody else's), ``before`` (what this learner had earlier), or empty."""

    upload: str
    name: str
    data: str
    cells: tuple[CellView, ...]


class WorkbookKind(Kind[WorkbookItem]):
    """See the module for the answer."""

    template: ClassVar[str] = "dgxblock/item_workbook.html"

    def accept(self, item: WorkbookItem, raw: object, /) -> dict[str, int]:
        del item
        found = shape.fields(raw, ("upload",)).get("upload", "")
        if found == "":
            return {}
        if type(found) is int and 0 < found < 10**_MOST_DIGITS:
            return {"upload": found}
        if not isinstance(found, str) or not (found.isascii() and found.isdecimal() and len(found) <= _MOST_DIGITS):
            raise shape.Malformed
        return {"upload": int(found)}

    def grade(self, item: WorkbookItem, answer: Any, at: Situation, /) -> Mark:
        return cells.grade(answer, cells.CellsSpec(tuple(_spec(item, each, at.sheet) for each in item.cells)))

    def control(
        self, item: WorkbookItem, answer: Any, sheet: Sheet, lang: str, mark: Mark | None, /, *, solved: bool
    ) -> WorkbookControl:
        del sheet, solved
        read, parts = _cells_of(answer), dict(mark.parts) if mark else {}
        return WorkbookControl(
            upload=str(upload_of(answer) or ""),
            name=str(answer.get("name", "")) if isinstance(answer, dict) else "",
            data=str(answer.get("data", "")) if isinstance(answer, dict) else "",
            cells=tuple(_view(item, each, read.get(each.id), parts.get(each.id), lang) for each in item.cells)
            if read
            else (),
        )

    def tag(self, item: WorkbookItem, mark: Mark, lang: str, /) -> str:
        if mark.verdict in (Verdict.PARTLY, Verdict.AGAIN):
            right = sum(part.fraction >= 1.0 for _name, part in mark.parts)
            return _("%(right)s of %(total)s cells right", language=lang, right=right, total=len(item.cells))
        return super().tag(item, mark, lang)

    def feedback(self, item: WorkbookItem, answer: Any, mark: Mark, /) -> tuple[Text, ...]:
        """None beside the list: what the author says stands beside its cell."""
        del item, answer, mark
        return ()

    def unread(self, item: WorkbookItem, answer: Any, mark: Mark, lang: str, /) -> dict[str, str]:
        read = _cells_of(answer)
        told = ((each, cells.read_cell(read.get(each.id), each.unit)) for each in item.cells)
        said = [
            cell_sentence(one, {**read[cell.id], "at": cell.shown}, language=lang)
            for cell, one in told
            if one.verdict is Verdict.UNREAD
        ]
        if said:
            return {item.id: ("" if lang == "zh-CN" else " ").join(dict.fromkeys(said[:_SAID]))}
        if mark.verdict is Verdict.UNREAD:
            return {item.id: _("The file was not kept. Please upload it again.", language=lang)}
        return {}

    def own(self, item: WorkbookItem, answer: Any, sheet: Sheet, lang: str, /) -> str:
        del sheet
        read = _cells_of(answer)
        echoes = ((each, _echo(each, read.get(each.id), lang)) for each in item.cells)
        return _listed(((each, echo) for each, echo in echoes if echo), lang)

    def reference(self, item: WorkbookItem, sheet: Sheet, lang: str, /) -> str:
        return _listed(((each, quantity(each.ref, each.unit, sheet, lang)) for each in item.cells), lang)

    def key(self, item: WorkbookItem, sheet: Sheet, /) -> object:
        return [sheet.values[each.ref] for each in item.cells]

    def faults(self, item: WorkbookItem, sheet: Sheet, /) -> Iterator[Fault]:
        for each in item.cells:
            own = [place for place, wrong in enumerate(item.misconceptions) if wrong.cell == each.id]
            for fault in NumberKind().faults(_as_number(item, each), sheet):
                yield fault._replace(steps=_steps(each, own, fault.steps))


def upload_of(answer: Any, /) -> int | None:
    """The number of the upload that an answer names."""
    found = answer.get("upload") if isinstance(answer, dict) else None
    return found if type(found) is int else None


def resolved(number: int, name: str, reading: Mapping[str, Any], data: str, /) -> dict[str, Any]:
    """The answer as it is stored, from what the record of an upload says; `data` as in `WorkbookControl`."""
    return {"upload": number, "name": name, "data": data, "cells": list(reading.get("cells", ()))}


def wanted(item: WorkbookItem, /) -> list[tuple[str, str]]:
    """What is to be read of a file: ids and places."""
    return [(each.id, each.at) for each in item.cells]


def answer_cells(item: WorkbookItem, sheet: Sheet, lang: str, /) -> Sequence[AnswerCell]:
    """The yellow cells of the template."""
    return [
        AnswerCell(each.sheet, each.place, each.label.plain(lang, sheet.values), each.unit, each.formula == "expected")
        for each in item.cells
    ]


def _cells_of(answer: Any) -> dict[str, Mapping[str, Any]]:
    read = answer.get("cells") if isinstance(answer, dict) else None
    return {str(each.get("id")): each for each in read if isinstance(each, dict)} if isinstance(read, list) else {}


def _as_number(item: WorkbookItem, cell: WorkbookCell) -> NumberItem:
    """A cell as the question for a number that it is."""
    return NumberItem(
        id=cell.id, points=item.points, objectives=(), prompt=cell.label, hint=None, demand_hints=(), givens=(),
        rationale=item.rationale, misconceptions=tuple(each for each in item.misconceptions if each.cell == cell.id),
        ref=cell.ref, tolerance=cell.tolerance, unit=cell.unit, units=(cell.unit,), depends=(),
    )  # fmt: skip


def _spec(item: WorkbookItem, cell: WorkbookCell, sheet: Sheet) -> cells.CellSpec:
    return cells.CellSpec(cell.id, spec_of(_as_number(item, cell), sheet), cell.formula)


def _steps(cell: WorkbookCell, places: Sequence[int], steps: tuple[str, ...]) -> tuple[str, ...]:
    """Where the fault of a cell is: at the cell itself, or at one of the misconceptions, whose `places` these are."""
    if not steps:
        return (f"cell#{cell.id}",)
    return (f"misconception:{places[int(steps[0].partition(':')[2])]}",)


def _echo(cell: WorkbookCell, read: Mapping[str, Any] | None, lang: str) -> str:
    return cell_echo(cells.read_cell(read, cell.unit), read, lang) if read else ""


def _view(
    item: WorkbookItem, cell: WorkbookCell, read: Mapping[str, Any] | None, mark: Mark | None, lang: str
) -> CellView:
    told = cells.read_cell(read, cell.unit)
    if told.verdict not in (Verdict.UNREAD, Verdict.BLANK) and mark:
        told = mark
    echo, sentence = _echo(cell, read, lang), cell_sentence(told, {**(read or {}), "at": cell.shown}, language=lang)
    if mark is None:
        return CellView(cell.shown, cell.label, echo, sentence=sentence)
    right = mark.fraction >= 1.0
    known = (each for each in item.misconceptions if each.cell == cell.id and each.note == mark.note)
    return CellView(
        cell.shown, cell.label, echo, sentence=sentence,
        tone="dgx-ok" if right else "dgx-part",
        state="full" if right else "half" if mark.fraction else "stop",
        verdict=verdict_label(mark.verdict, language=lang),
        feedback=next((each.feedback for each in known), None),
    )  # fmt: skip


def _listed(pairs: Iterable[tuple[WorkbookCell, str]], lang: str) -> str:
    return ("；" if lang == "zh-CN" else "; ").join(f"{cell.shown} {text}" for cell, text in pairs)
