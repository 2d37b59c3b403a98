"""Are the questions of a document fit for one learner's data: solvable, their keys right, wrong roads told apart?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from typing import Final, NamedTuple

from dgxblock.block import questions
from dgxblock.content.model import ChoiceItem, Item, NumberItem, OrderItem
from dgxblock.desk.opened import Opened, Place
from dgxblock.desk.ties import tied
from dgxblock.grading import Verdict, choice, number, order
from dgxblock.grading.units import RATIOS, UNITS, key_to_base
from dgxblock.lab import LabError, Sheet

__all__ = ["Fault", "faults", "item_place", "key_of", "ranges"]

_PLACES: Final = {
    "int": 0, "min": 0, "dec1": 1, "dec2": 2, "dec3": 3, "percent0": 0, "percent1": 1, "percent2": 2, "pp1": 1
}  # fmt: skip
"""Decimals of the solution as a page shows it, by the format of the value."""


class Fault(NamedTuple):
    """Something that is wrong for a seed. Nothing in `params` differs between seeds, so that equal faults meet."""

    place: Place
    code: str
    params: tuple[tuple[str, str], ...] = ()


def item_place(opened: Opened, item: Item, *more: str) -> Place:
    kind = item.kind if not isinstance(item, ChoiceItem) else "multiple" if item.multiple else "single"
    return opened.at(f"{kind}#{item.id}", *more)


def ranges(opened: Opened, sheet: Sheet, /) -> Iterator[Fault]:
    """The values that leave the range which their author promised."""
    for value in opened.dataset.values:
        if value.low is None and value.high is None:
            continue
        found = sheet.values[value.name]
        low = float("-inf") if value.low is None else value.low
        high = float("inf") if value.high is None else value.high
        if isinstance(found, str) or not low <= found <= high:
            words = f"{'…' if value.low is None else f'{low:g}'} – {'…' if value.high is None else f'{high:g}'}"
            place = opened.in_data(f"value#{value.name}")
            yield Fault(place, "key-range", (("name", value.name), ("range", words)))


def faults(opened: Opened, item: Item, sheet: Sheet, /) -> Iterator[Fault]:
    """What is wrong with a question for the learner who has this sheet."""
    try:
        if isinstance(item, NumberItem):
            yield from _number(opened, item, sheet)
        elif isinstance(item, ChoiceItem):
            yield from _choice(opened, item, sheet)
        else:
            yield from _order(opened, item, sheet)
    except LabError as error:
        yield lab_fault(item_place(opened, item, "key"), item.id, error)


def lab_fault(place: Place, name: str, error: LabError, /) -> Fault:
    """What the laboratory refused."""
    params = (("name", name), ("detail", error.detail or error.code), ("reason", error.code))
    return Fault(place, "query-fails", params)


def key_of(item: Item, sheet: Sheet, /) -> str:
    """The key as a text, to see whether it differs between learners; empty if it cannot be computed.

    A question whose key is the same for all may still state other figures: those count too.
    """
    try:
        if isinstance(item, NumberItem):
            key: object = sheet.values[item.ref]
        elif isinstance(item, ChoiceItem):
            key = sorted(questions.correct_ids(item, sheet))
        else:
            key = questions.order_key(item, sheet)
    except LabError:
        return ""
    return repr((key, [sheet.values[each.ref] for each in item.givens]))


def _typed(value: float, unit: str) -> str:
    """A value of the data set as a learner would type it in that unit."""
    return format(Decimal(repr(value / UNITS[unit].factor if unit in RATIOS else float(value))), "f")


def _number(opened: Opened, item: NumberItem, sheet: Sheet) -> Iterator[Fault]:
    place = item_place(opened, item)
    for unit in {item.unit, *item.units}:
        if unit not in UNITS:
            yield Fault(place, "unit-unknown", (("unit", unit), ("known", ", ".join(each for each in UNITS if each))))
            return
    if item.tolerance.kind == "pp" and item.unit not in RATIOS:
        yield Fault(place, "tolerance-points", (("unit", item.unit or "—"),))
        return
    for ref in (item.ref, *(each.ref for each in item.misconceptions)):
        if isinstance(sheet.values[ref], str):
            yield Fault(place, "key-text", (("name", ref),))
            return
    spec = questions.number_spec(item, sheet)
    if max(spec.tolerance.atol, spec.tolerance.rtol * abs(spec.key)) == 0.0:
        yield Fault(place, "key-zero")
        return
    if number.grade({"value": _typed(spec.key, item.unit), "unit": item.unit}, spec).verdict is not Verdict.RIGHT:
        yield Fault(place, "key-refused")
    elif (places := _PLACES.get(opened.dataset.value(item.ref).format)) is not None:
        shown = round(float(_typed(spec.key, item.unit)), places)
        answer = {"value": format(Decimal(repr(shown)), "f"), "unit": item.unit}
        if number.grade(answer, spec).verdict is not Verdict.RIGHT:
            yield Fault(place, "key-shown", (("format", opened.dataset.value(item.ref).format),))
    yield from _wrong_numbers(opened, item, spec)


def _wrong_numbers(opened: Opened, item: NumberItem, spec: number.NumberSpec) -> Iterator[Fault]:
    for place, (each, known) in enumerate(zip(item.misconceptions, spec.misconceptions, strict=True)):
        mark = number.grade({"value": _typed(known.value, item.unit), "unit": item.unit}, spec)
        if mark.verdict is Verdict.RIGHT:
            at = item_place(opened, item, f"misconception:{place}")
            yield Fault(at, "misconception-right", (("note", each.note),))
    pairs = list(zip(item.misconceptions, spec.misconceptions, strict=True))
    for (one, first), (two, second) in combinations(pairs, 2):
        near = spec.tolerance.accepts(key_to_base(first.value, item.unit), key_to_base(second.value, item.unit))
        if near and one.feedback != two.feedback:
            yield _alike(opened, item, one.note, two.note)


def _alike(opened: Opened, item: Item, one: str, two: str) -> Fault:
    place = [each.note for each in item.misconceptions].index(two)
    at = item_place(opened, item, f"misconception:{place}")
    return Fault(at, "misconception-alike", (("note", two), ("other", one)))


def _choice(opened: Opened, item: ChoiceItem, sheet: Sheet) -> Iterator[Fault]:
    place = item_place(opened, item, "key")
    spec = questions.choice_spec(item, sheet)
    if unknown := sorted(spec.correct - set(spec.choices)):
        yield Fault(place, "key-choice", (("name", ", ".join(unknown)[:60]),))
    elif not item.multiple and len(spec.correct) != 1:
        yield Fault(place, "key-single")
    elif item.multiple and not 1 <= len(spec.correct) < len(spec.choices):
        yield Fault(place, "key-many")
    elif choice.grade([each for each in spec.choices if each in spec.correct], spec).verdict is not Verdict.RIGHT:
        yield Fault(place, "key-refused")
    if item.key and tied(item.key, sheet, as_set=True):
        yield Fault(place, "key-tie")


def _order(opened: Opened, item: OrderItem, sheet: Sheet) -> Iterator[Fault]:
    spec = questions.order_spec(item, sheet)
    names = sorted(spec.steps)
    key = questions.order_key(item, sheet)
    place = item_place(opened, item, "key")
    if sorted(key) != names:
        yield Fault(place, "key-steps")
        return
    if order.grade(list(key), spec).verdict is not Verdict.RIGHT:
        yield Fault(place, "key-refused")
    if item.key and tied(item.key, sheet, as_set=False):
        yield Fault(place, "key-tie")
    known = [each for each in item.misconceptions if each.key]
    for number_, (note, steps) in enumerate(spec.misconceptions):
        at = item_place(opened, item, f"misconception:{number_}")
        if sorted(steps) != names:
            yield Fault(at, "key-steps")
        elif order.grade(list(steps), spec).verdict is Verdict.RIGHT:
            yield Fault(at, "misconception-right", (("note", note),))
    pairs = list(zip(known, spec.misconceptions, strict=True))
    for (one, (_, first)), (two, (_, second)) in combinations(pairs, 2):
        if first == second and one.feedback != two.feedback:
            yield _alike(opened, item, one.note, two.note)
