"""The questions of exercises and assessments; a key is a query on the learner's data, not a stored answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from dgxblock.content.items_base import BaseItem as _Item
from dgxblock.content.items_base import DemandHint, Given, Misconception, Tolerance
from dgxblock.content.items_essay import Criterion, EssayItem, Level
from dgxblock.content.items_grid import CellsItem, ClassifyItem, DecideItem, MatchItem, ShortItem
from dgxblock.content.items_query import PointsItem, SqlItem
from dgxblock.content.items_workbook import WorkbookCell, WorkbookItem
from dgxblock.content.text import Text

__all__ = [
    "ELEMENTS", "Choice", "ChoiceItem", "Criterion", "DemandHint", "EssayItem", "Given", "Item", "Level",
    "Misconception", "NumberItem", "OrderItem", "PointsItem", "SqlItem", "Step", "Tolerance", "WorkbookCell",
    "WorkbookItem",
]  # fmt: skip


@dataclass(frozen=True)
class NumberItem(_Item):
    """A number with a unit; the key is the value `ref`.

    `unit` is the key's unit, `units` are those offered (always with `unit`). `depends` are the ids of number
    items whose own answers carry forward into this key.
    """

    ref: str
    tolerance: Tolerance
    unit: str
    units: tuple[str, ...]
    depends: tuple[str, ...]
    kind: ClassVar[Literal["number"]] = "number"
    element: ClassVar[str] = "number"


@dataclass(frozen=True)
class Choice:
    """`correct` says nothing when the item has a `key`."""

    id: str
    label: Text
    feedback: Text | None
    correct: bool
    note: str


@dataclass(frozen=True)
class ChoiceItem(_Item):
    """One choice, or several when `multiple`. `key`, unless empty, selects the ids of the right ones."""

    multiple: bool
    choices: tuple[Choice, ...]
    key: str
    kind: ClassVar[Literal["choice"]] = "choice"

    @property
    def element(self) -> str:
        """The name of its element."""
        return "multiple" if self.multiple else "single"


@dataclass(frozen=True)
class Step:
    """`after` are the steps that must come earlier; it says nothing when the item has a `key`."""

    id: str
    label: Text
    feedback: Text | None
    after: tuple[str, ...]


@dataclass(frozen=True)
class OrderItem(_Item):
    """Steps to put in order. `key`, unless empty, selects their ids in order.

    Without a key, any order that obeys `after` is right.
    """

    steps: tuple[Step, ...]
    key: str
    kind: ClassVar[Literal["order"]] = "order"
    element: ClassVar[str] = "order"


GridItem = CellsItem | MatchItem | ClassifyItem | ShortItem | DecideItem

Item = NumberItem | ChoiceItem | OrderItem | EssayItem | WorkbookItem | GridItem | SqlItem | PointsItem

ELEMENTS: Final = (
    *("number", "single", "multiple", "order", "essay", "workbook"),
    *("cells", "match", "classify", "short", "decide"),
    *("sql", "points"),
)
"""The elements that are questions."""
