"""Steps to put in order: by the learner's data, or as what must come first allows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar

from dgxblock.content.model import OrderItem, Text
from dgxblock.grading import Mark, Verdict, order
from dgxblock.i18n import gettext as _
from dgxblock.items import shape
from dgxblock.items.kind import Fault, Kind, Situation
from dgxblock.items.number import alike
from dgxblock.items.text import chosen_in, first_column, joined
from dgxblock.items.ties import tied
from dgxblock.lab import Sheet

__all__ = ["OrderControl", "OrderKind", "StepView", "key_of", "shuffled"]


@dataclass(frozen=True, slots=True)
class StepView:
    """A step where the learner put it. `feedback` is set when it stands in the wrong place."""

    id: str
    label: Text
    wrong: bool
    feedback: Text | None


@dataclass(frozen=True, slots=True)
class OrderControl:
    """The steps as they stand; `touched` if the learner has put them so."""

    steps: tuple[StepView, ...]
    touched: bool


class OrderKind(Kind[OrderItem]):
    """The answer is the list of all step ids."""

    template: ClassVar[str] = "dgxblock/item_order.html"

    def accept(self, item: OrderItem, raw: object, /) -> list[str]:
        return shape.names(raw, [each.id for each in item.steps])

    def grade(self, item: OrderItem, answer: Any, at: Situation, /) -> Mark:
        return order.grade(answer, _spec(item, at.sheet))

    def control(
        self, item: OrderItem, answer: Any, sheet: Sheet, lang: str, mark: Mark | None, /, *, solved: bool
    ) -> OrderControl:
        del lang, solved
        chosen = chosen_in(answer)
        by_id = {each.id: each for each in item.steps}
        whole = set(chosen) == set(by_id) and len(chosen) == len(by_id)
        out = set(mark.displaced) if mark else set()
        return OrderControl(
            tuple(
                StepView(name, by_id[name].label, name in out, by_id[name].feedback if name in out else None)
                for name in (chosen if whole else shuffled(item, sheet))
            ),
            touched=bool(chosen),
        )

    def tag(self, item: OrderItem, mark: Mark, lang: str, /) -> str:
        if mark.verdict in (Verdict.PARTLY, Verdict.AGAIN):
            total = len(item.steps)
            return _("%(right)s of %(total)s in place", language=lang, right=total - len(mark.displaced), total=total)
        return super().tag(item, mark, lang)

    def own(self, item: OrderItem, answer: Any, sheet: Sheet, lang: str, /) -> str:
        return joined(item.steps, chosen_in(answer), sheet, lang, arrow=True)

    def reference(self, item: OrderItem, sheet: Sheet, lang: str, /) -> str:
        return joined(item.steps, key_of(item, sheet), sheet, lang, arrow=True)

    def key(self, item: OrderItem, sheet: Sheet, /) -> object:
        return key_of(item, sheet)

    def faults(self, item: OrderItem, sheet: Sheet, /) -> Iterator[Fault]:
        spec = _spec(item, sheet)
        names = sorted(spec.steps)
        key = key_of(item, sheet)
        if sorted(key) != names:
            yield Fault(("key",), "key-steps")
            return
        if order.grade(list(key), spec).verdict is not Verdict.RIGHT:
            yield Fault(("key",), "key-refused")
        if item.key and tied(item.key, sheet, as_set=False):
            yield Fault(("key",), "key-tie")
        known = [each for each in item.misconceptions if each.key]
        for place, (note, steps) in enumerate(spec.misconceptions):
            if sorted(steps) != names:
                yield Fault((f"misconception:{place}",), "key-steps")
            elif order.grade(list(steps), spec).verdict is Verdict.RIGHT:
                yield Fault((f"misconception:{place}",), "misconception-right", (("note", note),))
        pairs = list(zip(known, spec.misconceptions, strict=True))
        for (one, (_first, first)), (two, (_second, second)) in combinations(pairs, 2):
            if first == second and one.feedback != two.feedback:
                yield alike([each.note for each in item.misconceptions], one.note, two.note)


def _spec(item: OrderItem, sheet: Sheet) -> order.OrderSpec:
    return order.OrderSpec(
        steps=tuple(each.id for each in item.steps),
        key=first_column(item.key, sheet),
        after={each.id: each.after for each in item.steps if each.after},
        misconceptions=tuple((each.note, first_column(each.key, sheet)) for each in item.misconceptions if each.key),
    )


def key_of(item: OrderItem, sheet: Sheet, /) -> tuple[str, ...]:
    """One right order of the steps.

    Raises:
        LabError: the key's query cannot run.
    """
    if item.key:
        return first_column(item.key, sheet)
    placed: list[str] = []
    waiting = list(item.steps)
    while waiting:
        ready = next((each for each in waiting if set(each.after) <= set(placed)), waiting[0])
        waiting.remove(ready)
        placed.append(ready.id)
    return tuple(placed)


def shuffled(item: OrderItem, sheet: Sheet, /) -> tuple[str, ...]:
    """The order in which the steps are first shown: this learner's own, always the same, and never a right one."""
    names = [each.id for each in item.steps]
    names.sort(key=lambda name: hashlib.sha256(f"{sheet.seed}\0{item.id}\0{name}".encode()).digest())
    spec = _spec(item, sheet)
    for _turn in names:
        if order.grade(names, spec).fraction < 1.0:
            break
        names = [*names[1:], names[0]]
    return tuple(names)
