"""A workbook that a trainee fills in and uploads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from dgxblock.content.cell_places import split
from dgxblock.content.items_base import BaseItem, Tolerance
from dgxblock.content.text import Text


@dataclass(frozen=True)
class WorkbookCell:
    """A cell to fill in: `at` is ``OEE!B5``, its key the value `ref` in `unit`. Where a `formula` is ``expected``, a
    right number that was typed earns less."""

    id: str
    at: str
    ref: str
    tolerance: Tolerance
    unit: str
    formula: Literal["expected", "any"]
    label: Text

    @property
    def sheet(self) -> str:
        """The name of its sheet."""
        return split(self.at)[0]

    @property
    def place(self) -> str:
        """The cell on that sheet: ``B5``."""
        return split(self.at)[1]

    @property
    def shown(self) -> str:
        """As people read it: ``OEE 表!B5``."""
        return f"{self.sheet}!{self.place}"


@dataclass(frozen=True)
class WorkbookItem(BaseItem):
    """Cells that weigh the same. A misconception belongs to the cell that it names, by the value `ref`."""

    cells: tuple[WorkbookCell, ...]
    kind: ClassVar[Literal["workbook"]] = "workbook"
    element: ClassVar[str] = "workbook"
