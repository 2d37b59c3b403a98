"""Hints on demand: told one after the other, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dgxblock.content.model import Item
from dgxblock.grading import Mark

__all__ = ["cost_of", "with_costs"]


def cost_of(item: Item, taken: int, /) -> int:
    """What the first `taken` hints of a question cost, in per cent of its points."""
    return min(100, sum(hint.cost for hint in item.demand_hints[: max(0, taken)]))


def with_costs(items: Iterable[Item], marks: Mapping[str, Mark], taken: Mapping[str, int], /) -> dict[str, Mark]:
    """The marks, each lowered by what the hints on it cost. What was right stays right: it is worth less."""
    costs = {item.id: cost_of(item, taken.get(item.id, 0)) for item in items}
    return {name: _lowered(mark, costs[name]) if costs.get(name) else mark for name, mark in marks.items()}


def _lowered(mark: Mark, cost: int) -> Mark:
    return replace(mark, fraction=mark.fraction * (100 - cost) / 100, figures=(*mark.figures, ("cost", cost)))
