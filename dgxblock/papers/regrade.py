"""Marking again what was handed in, after its author has mended a key, a tolerance, or what a question is worth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dgxblock import grading, lab
from dgxblock.content.model import Assessment, CellsItem, EssayItem, Exercise, Item, NumberItem
from dgxblock.grading import Mark
from dgxblock.items import kind_of, stored, with_costs
from dgxblock.items.kind import Situation

__all__ = ["Handed", "Marked", "Regrade", "Regraded"]

Marked = Assessment | Exercise


class Handed(Protocol):
    """What was handed in, as the ledger keeps it."""

    @property
    def kind(self) -> str: ...
    @property
    def seed(self) -> str: ...
    @property
    def paper(self) -> Sequence[str]: ...
    @property
    def answers(self) -> Mapping[str, Any]: ...
    @property
    def marks(self) -> Mapping[str, Any]: ...
    @property
    def values(self) -> Mapping[str, Any]: ...
    @property
    def hints(self) -> Mapping[str, int]: ...
    @property
    def credit(self) -> float: ...
    @property
    def pass_mark(self) -> float | None: ...
    @property
    def earned(self) -> float | None: ...
    @property
    def possible(self) -> float | None: ...
    @property
    def passed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Regraded:
    """What an attempt would be worth now. `marks` are as the ledger keeps them, `percent` is 0–100; `changed` names the
    questions whose marks are others than before."""

    marks: Mapping[str, Any]
    earned: float
    possible: float
    percent: float
    passed: bool
    changed: tuple[str, ...]


class Regrade:
    """From one document to another: what there is to be marked again is found once, for all attempts.

    Only what differs between the two is marked again; a mark that a person gave stays, and so does that of a question
    which `new` has not changed. A question that `new` no longer has counts for nobody.

    Args:
        old: the document that the attempts were marked on, None if that is lost: then everything is marked again.
        new: the document that is to hold.
    """

    def __init__(self, old: Marked | None, new: Marked, /) -> None:
        self.new = new
        self._same_data = old is not None and old.dataset == new.dataset
        self._items = {item.id: item for item in new.items}
        self.again = _changed(old if self._same_data else None, new)
        """Ids of the questions whose marks may be others than before."""
        self._sources = frozenset(name for item in new.items if item.id in self.again for name in _depends(item))

    def __call__(self, attempt: Handed, /) -> Regraded:
        """What an attempt would be worth. Its pass mark is the one under which it began.

        Raises:
            LabError: a key cannot be computed.
        """
        sheet = self._sheet(attempt)
        kept: dict[str, Any] = {}
        shares: dict[str, float] = {}
        earlier: dict[str, tuple[Item, Mark]] = {}
        asked = [self._items[name] for name in attempt.paper if name in self._items] or list(self._items.values())
        for item in asked:
            before = attempt.marks.get(item.id)
            if before is not None and (item.id not in self.again or isinstance(item, EssayItem)):
                kept[item.id] = before
                shares[item.id] = float(before["fraction"]) * item.points
                if item.id in self._sources:
                    earlier[item.id] = item, kind_of(item).restore(item, attempt.answers.get(item.id), before)
                continue
            mark = kind_of(item).grade(item, attempt.answers.get(item.id), Situation(sheet, earlier, ""))
            mark = with_costs([item], {item.id: mark}, attempt.hints)[item.id]
            earlier[item.id] = item, mark
            kept |= stored({item.id: mark})
            shares[item.id] = mark.fraction * item.points
        possible = math.fsum(item.points for item in asked)
        earned = round(math.fsum(shares.values()), 9)
        score = grading.credited(grading.Score(earned, round(possible, 9)), attempt.credit)
        return Regraded(
            marks=kept, earned=score.earned, possible=score.possible, percent=score.percent,
            passed=attempt.kind == "assessment" and grading.passed(score, self._reached(attempt)),
            changed=tuple(
                name for name, mark in kept.items()
                if mark is not attempt.marks.get(name) and _told(mark) != _told(attempt.marks.get(name))
            ),
        )  # fmt: skip

    def _reached(self, attempt: Handed) -> float:
        if attempt.pass_mark is not None or not isinstance(self.new, Assessment):
            return attempt.pass_mark or 0.0
        return self.new.rules.pass_mark

    def _sheet(self, attempt: Handed) -> lab.Sheet:
        if not self.again:
            return lab.recalled(self.new.dataset, attempt.seed, {})
        if self._same_data and attempt.values:
            return lab.recalled(self.new.dataset, attempt.seed, attempt.values)
        return lab.build(self.new.dataset, attempt.seed)


def _told(mark: Mapping[str, Any] | None) -> tuple[object, ...]:
    return () if mark is None else (mark["fraction"], mark["verdict"], mark["note"])


def _changed(old: Marked | None, new: Marked) -> frozenset[str]:
    """Those that differ, and those into which answers to such ones carry forward."""
    before = {} if old is None else {item.id: item for item in old.items}
    found: set[str] = set()
    for item in new.items:
        if before.get(item.id) != item or not found.isdisjoint(_depends(item)):
            found.add(item.id)
    return frozenset(found)


def _depends(item: Item) -> frozenset[str]:
    """Ids of the earlier questions whose answers carry forward into this one."""
    if isinstance(item, NumberItem):
        return frozenset(item.depends)
    if isinstance(item, CellsItem):
        return frozenset(name for row in item.rows for cell in row.cells for name in getattr(cell, "depends", ()))
    return frozenset()
