"""Which kind grades and shows which question."""

from __future__ import annotations

from typing import Any, Final

from dgxblock.content.model import ChoiceItem, EssayItem, Item, NumberItem, OrderItem
from dgxblock.items.choice import ChoiceKind
from dgxblock.items.essay import EssayKind
from dgxblock.items.kind import Kind
from dgxblock.items.number import NumberKind
from dgxblock.items.order import OrderKind

__all__ = ["KINDS", "kind_of"]

KINDS: Final[dict[type[Any], Kind[Any]]] = {
    NumberItem: NumberKind(),
    ChoiceItem: ChoiceKind(),
    OrderItem: OrderKind(),
    EssayItem: EssayKind(),
}


def kind_of(item: Item, /) -> Kind[Any]:
    """The kind of a question."""
    return KINDS[type(item)]
