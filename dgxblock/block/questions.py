"""Where an item of the content, a learner's data and the grading functions meet.

The key of an item exists only while it is being graded or explained: it is computed from the learner's sheet and never
stored, so a wrong key is repaired by computing again.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from typing import Any

from dgxblock.content.model import ChoiceItem, Item, NumberItem, OrderItem
from dgxblock.grading import Mark, Verdict, choice, number, order
from dgxblock.grading.units import RATIOS, UNITS, to_base
from dgxblock.lab import LabError, Sheet

__all__ = ["correct_ids", "grade", "marks_from", "order_key", "shuffled", "stored"]


def grade(items: Iterable[Item], answers: Mapping[str, Any], sheet: Sheet, /) -> dict[str, Mark]:
    """The mark of each item by id, in order; later items may carry earlier answers forward.

    Raises:
        LabError: a key cannot be computed.
    """
    marks: dict[str, Mark] = {}
    known: dict[str, NumberItem] = {}
    for item in items:
        answer = answers.get(item.id)
        if isinstance(item, NumberItem):
            spec = number_spec(item, sheet, _carried(item, known, marks, sheet))
            marks[item.id] = number.grade(answer, spec)
            known[item.id] = item
        elif isinstance(item, ChoiceItem):
            marks[item.id] = choice.grade(answer, choice_spec(item, sheet))
        else:
            marks[item.id] = order.grade(answer, order_spec(item, sheet))
    return marks


def number_spec(item: NumberItem, sheet: Sheet, carried: tuple[float, ...] = (), /) -> number.NumberSpec:
    """The grading spec of a number item; `carried` are the keys that follow from the learner's own earlier answers."""
    size = item.tolerance.amount
    tolerance = {
        "pp": number.Tolerance(atol=size / 100),
        "percent": number.Tolerance(rtol=size / 100),
        "absolute": number.Tolerance(atol=to_base(size, item.unit)),
    }[item.tolerance.kind]
    return number.NumberSpec(
        key=float(sheet.values[item.ref]),
        tolerance=tolerance,
        unit=item.unit,
        units=item.units,
        carried=carried,
        misconceptions=tuple(
            number.Misconception(each.note, float(sheet.values[each.ref])) for each in item.misconceptions if each.ref
        ),
        rounding=bool(item.depends),
    )


def _carried(
    item: NumberItem, known: Mapping[str, NumberItem], marks: Mapping[str, Mark], sheet: Sheet
) -> tuple[float, ...]:
    """The key as the learner's own earlier answers would have it, where that shows the method and nothing else.

    All of the earlier answers must be read and, of several, one must be right. The figure that follows must be one that
    has to be worked out: nothing carries from zeros, to next to nothing, or to a figure that is an input again.
    """
    right = sum(name in marks and marks[name].verdict is Verdict.RIGHT for name in item.depends)
    if right == len(item.depends) or (right == 0 and len(item.depends) > 1):
        return ()
    own = {name: own_value(known[name], marks[name]) for name in item.depends if name in known}
    overrides = {known[name].ref: value for name, value in own.items() if value}
    if len(overrides) < len(item.depends):
        return ()
    try:
        carried = float(sheet.solve(item.ref, overrides))
    except (LabError, ValueError):  # the learner's number leads nowhere, such as a division by zero
        return ()
    nothing = abs(carried) <= abs(float(sheet.values[item.ref])) / 100
    again = any(math.isclose(carried, value, rel_tol=1e-3) for value in overrides.values())
    return () if nothing or again else (carried,)


def own_value(item: NumberItem, mark: Mark, /) -> float | None:
    """What the learner answered, as the data set would hold it; None if it cannot be compared."""
    if mark.reading is None or UNITS[mark.unit].dimension != UNITS[item.unit].dimension:
        return None
    base = to_base(mark.reading.number, mark.unit)
    return base if item.unit in RATIOS else base / UNITS[item.unit].factor


def correct_ids(item: ChoiceItem, sheet: Sheet, /) -> frozenset[str]:
    """Ids of the right choices.

    Raises:
        LabError: the key's query cannot run.
    """
    if item.key:
        return frozenset(str(row[0]) for row in sheet.query(item.key).rows)
    return frozenset(each.id for each in item.choices if each.correct)


def choice_spec(item: ChoiceItem, sheet: Sheet, /) -> choice.ChoiceSpec:
    return choice.ChoiceSpec(
        choices=tuple(each.id for each in item.choices),
        correct=correct_ids(item, sheet),
        multiple=item.multiple,
        notes={each.id: each.note for each in item.choices if each.note},
    )


def order_spec(item: OrderItem, sheet: Sheet, /) -> order.OrderSpec:
    return order.OrderSpec(
        steps=tuple(each.id for each in item.steps),
        key=_ids(item.key, sheet),
        after={each.id: each.after for each in item.steps if each.after},
        misconceptions=tuple((each.note, _ids(each.key, sheet)) for each in item.misconceptions if each.key),
    )


def order_key(item: OrderItem, sheet: Sheet, /) -> tuple[str, ...]:
    """One right order of the steps."""
    if item.key:
        return _ids(item.key, sheet)
    placed: list[str] = []
    waiting = list(item.steps)
    while waiting:
        ready = next((each for each in waiting if set(each.after) <= set(placed)), waiting[0])
        waiting.remove(ready)
        placed.append(ready.id)
    return tuple(placed)


def _ids(sql: str, sheet: Sheet) -> tuple[str, ...]:
    return tuple(str(row[0]) for row in sheet.query(sql).rows) if sql else ()


def shuffled(item: OrderItem, sheet: Sheet, /) -> tuple[str, ...]:
    """The order in which the steps are first shown: this learner's own, always the same, and never a right one."""
    names = [each.id for each in item.steps]
    names.sort(key=lambda name: hashlib.sha256(f"{sheet.seed}\0{item.id}\0{name}".encode()).digest())
    spec = order_spec(item, sheet)
    for _turn in names:
        if order.grade(names, spec).fraction < 1.0:
            break
        names = [*names[1:], names[0]]
    return tuple(names)


def stored(marks: Mapping[str, Mark], /) -> dict[str, dict[str, Any]]:
    """Marks as the ledger keeps them: the verdict and the note, never a key."""
    return {
        name: {
            "fraction": round(mark.fraction, 6),
            "verdict": str(mark.verdict),
            "note": mark.note,
            "value": mark.reading and mark.reading.number,
            "unit": mark.unit,
            "displaced": list(mark.displaced),
        }
        for name, mark in marks.items()
    }


def marks_from(
    kept: Mapping[str, Any], items: Iterable[Item], answers: Mapping[str, Any], sheet: Sheet, /
) -> dict[str, Mark]:
    """Marks of a submitted attempt. What the ledger kept decides; grading again only adds what was read.

    The document may have changed since: an item without a kept mark is graded as it stands, worth nothing.
    """
    again = grade(items, answers, sheet)
    return {
        name: Mark(
            float(kept[name]["fraction"]), Verdict(kept[name]["verdict"]), str(kept[name]["note"]),
            reading=mark.reading, unit=mark.unit, either=mark.either, displaced=tuple(kept[name].get("displaced", ())),
        )
        if name in kept
        else Mark(0.0, Verdict.BLANK, "blank", reading=mark.reading, unit=mark.unit)
        for name, mark in again.items()
    }  # fmt: skip
