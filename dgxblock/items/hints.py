"""Hints on demand: told one after the other, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dgxblock.content.model import Item
from dgxblock.grading import Mark

__all__ = ["cost_of", "repriced", "with_costs"]


def cost_of(item: Item, taken: int, /) -> int:
    """What the first `taken` hints of a question cost, in per cent of its points."""
    return min(100, sum(hint.cost for hint in item.demand_hints[: max(0, taken)]))


def with_costs(items: Iterable[Item], marks: Mapping[str, Mark], taken: Mapping[str, int], /) -> dict[str, Mark]:
    """The marks, each lowered by what the hints on it cost. What was right stays right: it is worth less."""
    costs = {item.id: cost_of(item, taken.get(item.id, 0)) for item in items}
    return {name: _lowered(mark, costs[name]) if costs.get(name) else mark for name, mark in marks.items()}


def repriced(mark: Mark, like: Mark, /) -> Mark:
    """`mark` as if its hints had cost what they cost in `like`: a person judges a text, not the hints on it."""
    before, now = _cost(mark), _cost(like)
    figures = tuple(each for each in mark.figures if each[0] != "cost")
    whole = replace(mark, fraction=mark.fraction * 100 / (100 - before) if before < 100 else 0.0, figures=figures)
    return _lowered(whole, now) if now else whole


def _cost(mark: Mark) -> int:
    found = dict(mark.figures).get("cost")
    return min(100, max(0, found)) if isinstance(found, int) else 0


def _lowered(mark: Mark, cost: int) -> Mark:
    return replace(mark, fraction=mark.fraction * (100 - cost) / 100, figures=(*mark.figures, ("cost", cost)))
