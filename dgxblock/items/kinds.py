"""Which kind grades and shows which question."""

from __future__ import annotations

from typing import Any, Final

from dgxblock.content.model import (
    CellsItem,
    ChoiceItem,
    ClassifyItem,
    DecideItem,
    EssayItem,
    Item,
    MatchItem,
    NumberItem,
    OrderItem,
    PointsItem,
    ShortItem,
    SqlItem,
    WorkbookItem,
)
from dgxblock.items.assign import ClassifyKind, MatchKind
from dgxblock.items.cells import CellsKind
from dgxblock.items.choice import ChoiceKind
from dgxblock.items.decide import DecideKind
from dgxblock.items.essay import EssayKind
from dgxblock.items.kind import Kind
from dgxblock.items.number import NumberKind
from dgxblock.items.order import OrderKind
from dgxblock.items.points import PointsKind
from dgxblock.items.short import ShortKind
from dgxblock.items.sql import SqlKind
from dgxblock.items.workbook import WorkbookKind

__all__ = ["KINDS", "kind_of"]

KINDS: Final[dict[type[Any], Kind[Any]]] = {
    NumberItem: NumberKind(),
    ChoiceItem: ChoiceKind(),
    OrderItem: OrderKind(),
    EssayItem: EssayKind(),
    CellsItem: CellsKind(),
    MatchItem: MatchKind(),
    ClassifyItem: ClassifyKind(),
    ShortItem: ShortKind(),
    DecideItem: DecideKind(),
    SqlItem: SqlKind(),
    PointsItem: PointsKind(),
    WorkbookItem: WorkbookKind(),
}


def kind_of(item: Item, /) -> Kind[Any]:
    """The kind of a question."""
    return KINDS[type(item)]
