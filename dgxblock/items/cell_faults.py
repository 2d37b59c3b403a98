"""Where in a table of numbers a fault stands that was found as that of one number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dgxblock.content.model import CellMisconception, CellsItem, NumberItem
from dgxblock.items.kind import Fault
from dgxblock.lab import LabError, Sheet

__all__ = ["idle", "located"]


def located(item: CellsItem, name: str, fault: Fault, /) -> Fault:
    """The fault of the cell `name` at the cell's own element, or at that of the misconception to blame."""
    row, _colon, column = name.partition(":")
    if not fault.steps:
        return fault._replace(steps=_steps(item, name))
    own = [
        place
        for place, each in enumerate(item.misconceptions)
        if isinstance(each, CellMisconception)
        for at_row, at_column, _ref in each.wrong
        if (at_row, at_column) == (row, column)
    ]
    return fault._replace(steps=(f"misconception:{own[int(fault.steps[0].partition(':')[2])]}",))


def idle(item: CellsItem, name: str, asked: Mapping[str, NumberItem], sheet: Sheet, /) -> Iterator[Fault]:
    """A fault for each cell that `name` is said to follow from, though another number there changes nothing here.

    Raises:
        LabError: never; a number that leads nowhere is no fault of the author's.
    """
    cell = asked[name]
    for other in cell.depends:
        if other not in asked or isinstance(value := sheet.values[asked[other].ref], str):
            continue
        try:
            moved = sheet.solve(cell.ref, {asked[other].ref: 0.9 * value + 0.01})
        except LabError:
            continue
        if moved == sheet.values[cell.ref]:
            yield Fault(_steps(item, name), "cell-idle", (("name", other),))


def _steps(item: CellsItem, name: str) -> tuple[str, ...]:
    row_id, _colon, column = name.partition(":")
    row = next(each for each in item.rows if each.id == row_id)
    place = next(place for place, each in enumerate(row.cells) if each.column == column)
    return (f"row#{row_id}", f"cell:{place}")
