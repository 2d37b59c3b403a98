"""A sheet, read for the cells that are wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from dgxblock.lab.xlsx.errors import WorkbookError
from dgxblock.lab.xlsx.parts import Part
from dgxblock.lab.xlsx.references import Area, Place, area, moved, place
from dgxblock.lab.xlsx.text import MOST_TEXT, RichText, count

MOST_FORMULA: Final = 8192
"""Characters; Excel takes no more."""
_AREA_COST: Final = 20


@dataclass(slots=True)
class RawCell:
    """A cell as it stands in the sheet. `value` is None where there is none; a `formula` is without ``=``."""

    type: str
    style: int
    value: str | None = None
    formula: str = ""
    text: str = ""


class Sheet(Part):
    """The cells in `wanted`, read as far as the last of them. Cells of an array or a shared formula count as formulas.

    Rows must rise, and cells in the rows that matter, as everybody writes them: else what comes later would change
    what was read.
    """

    root = "worksheet"

    def __init__(self, wanted: Iterable[Place], /) -> None:
        super().__init__()
        self.cells: dict[Place, RawCell] = {}
        self._wanted = frozenset(wanted)
        self._rows = {each.row for each in self._wanted}
        self._last = max(self._rows, default=0)
        self._areas: list[tuple[Area, str, Place, str]] = []
        self._in_data = self._in_row = self._of_interest = self._seen = False
        self._at = Place(0, 0)
        self._name: str | None = None
        self._cell: RawCell | None = None
        self._area: tuple[Area, str, Place] | None = None
        self._taking = ""
        self._inline = RichText()

    def begin(self, name: str, attributes: dict[str, str], /) -> None:
        if self.depth == 4 and self._in_row:
            if name == "c":
                self._begin_cell(attributes)
        elif self.depth == 5:
            if self._in_row:
                self._begin_content(name, attributes)
        elif self.depth == 3:
            self._in_row = self._in_data and name == "row"
            if self._in_row:
                self._begin_row(attributes)
        elif self.depth == 2:
            self.done = self._seen
            self._in_data = self._seen = name == "sheetData"
        elif self._taking == "is" and self._inline.begins(self.depth - 5, name):
            self.listen(MOST_TEXT)

    def _begin_row(self, attributes: Mapping[str, str], /) -> None:
        row = count(attributes["r"]) if "r" in attributes else self._at.row + 1
        if row <= self._at.row:
            raise WorkbookError("damaged")
        self._at = Place(row, 0)
        self._of_interest = row in self._rows
        self.done = row > self._last

    def _begin_cell(self, attributes: Mapping[str, str], /) -> None:
        self._name = attributes.get("r")
        if not self._of_interest:
            return
        here = Place(self._at.row, self._at.column + 1)
        if self._name is not None:
            found = place(self._name)
            if found is None or found.row != here.row or found.column < here.column:
                raise WorkbookError("damaged")
            here = found
        self._at = here
        if here in self._wanted:
            self._cell = RawCell(attributes.get("t", "n"), count(attributes.get("s", "0")))
            self._inline = RichText()

    def _begin_content(self, name: str, attributes: Mapping[str, str], /) -> None:
        if name == "f":
            self._begin_formula(attributes)
        elif self._cell is not None and name == "v":
            self._taking = "v"
            self.listen(MOST_TEXT)
        elif self._cell is not None and name == "is":
            self._taking = "is"

    def _begin_formula(self, attributes: Mapping[str, str], /) -> None:
        kind = attributes.get("t", "normal")
        covered = area(attributes.get("ref", ""))
        if covered is not None:
            # compared with each and kept if it covers one: as dear as that many elements
            self._budget.left -= _AREA_COST + len(self._wanted)
        if covered is not None and any(each in covered for each in self._wanted):
            number = attributes.get("si", "") if kind == "shared" else kind
            self._area = (covered, number, place(self._name or "") or covered.first)
        if self._cell is not None or self._area is not None:
            self._taking = "f"
            self.listen(MOST_FORMULA)
        if kind == "dataTable" and self._area is not None:
            inputs = (attributes[key] for key in ("r1", "r2") if place(attributes.get(key, "")))
            self._areas.append((*self._area, f"TABLE({','.join(inputs)})"))
            self._area = None
        elif kind == "shared" and covered is None and self._cell is not None:
            self._cell.formula = self._shared(attributes.get("si", ""))

    def _shared(self, number: str, /) -> str:
        for _covered, own, origin, formula in self._areas:
            if own == number and formula:
                return moved(formula, origin, self._at)
        return "…"  # its first cell is missing: a formula all the same

    def finish(self, name: str, /) -> None:
        if self.depth == 5 and self._taking:
            self._finish_content(name)
        elif self._taking == "is" and self._inline.ends(self.depth - 5, name):
            self._inline.parts.append(self.heard())
        elif self.depth == 4 and self._cell is not None:
            self._finish_cell(self._cell)

    def _finish_content(self, name: str, /) -> None:
        taking, self._taking = self._taking, ""
        if name != taking:
            return
        if taking == "is":
            if self._cell is not None:
                self._cell.text = str(self._inline)
            return
        text = self.heard()
        if taking == "v":
            if self._cell is not None:
                self._cell.value = text
            return
        if self._cell is not None and text.strip():
            self._cell.formula = text.strip()
        if self._area is not None:
            self._areas.append((*self._area, text.strip()))
            self._area = None

    def _finish_cell(self, cell: RawCell, /) -> None:
        if not cell.formula:
            # in a shared formula every cell says so itself; in an array or a table of results only the first
            covering = (each for each in self._areas if not each[1].isdigit() and self._at in each[0])
            cell.formula = next((formula for _area, _number, _origin, formula in covering), "")
        self.cells[self._at] = cell
        self._cell = None
