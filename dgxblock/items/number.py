"""A number with a unit; the key is a value of the learner's data set."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations
from typing import Any, ClassVar, Final

from dgxblock import formats
from dgxblock.content.model import NumberItem, Tolerance
from dgxblock.grading import Mark, Verdict, number, words
from dgxblock.grading.units import RATIOS, UNITS, key_to_base, to_base
from dgxblock.i18n import gettext as _
from dgxblock.items import shape
from dgxblock.items.kind import Fault, Kind, Situation
from dgxblock.lab import LabError, Sheet

__all__ = ["NumberControl", "NumberKind", "alike", "own_value", "quantity", "spec_of", "tolerance_of", "typed"]

MOST_TYPED: Final = 200
_PLACES: Final = {
    "int": 0, "min": 0, "dec1": 1, "dec2": 2, "dec3": 3, "percent0": 0, "percent1": 1, "percent2": 2, "pp1": 1
}  # fmt: skip
"""Decimals of the solution as a page shows it, by the format of the value."""


@dataclass(frozen=True, slots=True)
class NumberControl:
    """What stands in the box, the unit chosen, the units offered as (code, label), and how the number was read."""

    value: str
    unit: str
    units: tuple[tuple[str, str], ...]
    reading: str


class NumberKind(Kind[NumberItem]):
    """The answer is ``{"value": "67.4", "unit": "%"}``."""

    template: ClassVar[str] = "dgxblock/item_number.html"

    def accept(self, item: NumberItem, raw: object, /) -> dict[str, str]:
        found = {name: shape.text(each, most=MOST_TYPED) for name, each in shape.fields(raw, ("value", "unit")).items()}
        if found.get("unit", "") not in ("", *item.units, item.unit):
            raise shape.Malformed
        return found

    def grade(self, item: NumberItem, answer: Any, at: Situation, /) -> Mark:
        return number.grade(answer, spec_of(item, at.sheet, _carried(item, at)))

    def restore(self, item: NumberItem, answer: Any, kept: Mapping[str, Any], /) -> Mark:
        read = number.read(answer, item.unit, item.units)
        return replace(super().restore(item, answer, kept), reading=read.reading, unit=read.unit, either=read.either)

    def control(
        self, item: NumberItem, answer: Any, sheet: Sheet, lang: str, mark: Mark | None, /, *, solved: bool
    ) -> NumberControl:
        del sheet, mark, solved
        units = item.units or (item.unit,)
        written: Mapping[str, Any] = answer if isinstance(answer, dict) else {}
        return NumberControl(
            value=str(written.get("value", "")),
            unit=str(written.get("unit", "") or units[0]),
            units=tuple((code, formats.unit_label(code, lang)) for code in units),
            reading="".join(self.readings(item, answer, lang).values()),
        )

    def unread(self, item: NumberItem, answer: Any, mark: Mark, lang: str, /) -> dict[str, str]:
        if mark.verdict is not Verdict.UNREAD:
            return {}
        written = answer.get("value", "") if isinstance(answer, dict) else ""
        return {f"{item.id}.value": words.unread_sentence(mark, written, language=lang)}

    def readings(self, item: NumberItem, answer: Any, lang: str, /) -> dict[str, str]:
        mark = number.read(answer, item.unit, item.units)
        if mark.verdict is Verdict.UNREAD:
            return {item.id: "".join(self.unread(item, answer, mark, lang).values())}
        shown = number.echo(mark, lang)
        return {item.id: _("We read %(value)s", language=lang, value=shown) if shown else ""}

    def own(self, item: NumberItem, answer: Any, sheet: Sheet, lang: str, /) -> str:
        del sheet
        written = str(answer.get("value", "")) if isinstance(answer, dict) else ""
        return number.echo(number.read(answer, item.unit, item.units), lang) or written

    def reference(self, item: NumberItem, sheet: Sheet, lang: str, /) -> str:
        return quantity(item.ref, item.unit, sheet, lang)

    def key(self, item: NumberItem, sheet: Sheet, /) -> object:
        return sheet.values[item.ref]

    def faults(self, item: NumberItem, sheet: Sheet, /) -> Iterator[Fault]:
        for unit in {item.unit, *item.units}:
            if unit not in UNITS:
                yield Fault((), "unit-unknown", (("unit", unit), ("known", ", ".join(each for each in UNITS if each))))
                return
        if item.tolerance.kind == "pp" and item.unit not in RATIOS:
            yield Fault((), "tolerance-points", (("unit", item.unit or "—"),))
            return
        for ref in (item.ref, *(each.ref for each in item.misconceptions)):
            if isinstance(sheet.values[ref], str):
                yield Fault((), "key-text", (("name", ref),))
                return
        spec = spec_of(item, sheet)
        if max(spec.tolerance.atol, spec.tolerance.rtol * abs(spec.key)) == 0.0:
            yield Fault((), "key-zero")
            return
        yield from _key_faults(item, spec, sheet)
        yield from _wrong_numbers(item, spec)


def _key_faults(item: NumberItem, spec: number.NumberSpec, sheet: Sheet) -> Iterator[Fault]:
    if number.grade({"value": typed(spec.key, item.unit), "unit": item.unit}, spec).verdict is not Verdict.RIGHT:
        yield Fault((), "key-refused")
        return
    form = sheet.dataset.value(item.ref).format
    if (places := _PLACES.get(form)) is not None:
        shown = round(float(typed(spec.key, item.unit)), places)
        answer = {"value": format(Decimal(repr(shown)), "f"), "unit": item.unit}
        if number.grade(answer, spec).verdict is not Verdict.RIGHT:
            yield Fault((), "key-shown", (("format", form),))


def _wrong_numbers(item: NumberItem, spec: number.NumberSpec) -> Iterator[Fault]:
    for place, (each, known) in enumerate(zip(item.misconceptions, spec.misconceptions, strict=True)):
        mark = number.grade({"value": typed(known.value, item.unit), "unit": item.unit}, spec)
        if mark.verdict is Verdict.RIGHT:
            yield Fault((f"misconception:{place}",), "misconception-right", (("note", each.note),))
    pairs = list(zip(item.misconceptions, spec.misconceptions, strict=True))
    for (one, first), (two, second) in combinations(pairs, 2):
        near = spec.tolerance.accepts(key_to_base(first.value, item.unit), key_to_base(second.value, item.unit))
        if near and one.feedback != two.feedback:
            yield alike([each.note for each in item.misconceptions], one.note, two.note)


def alike(notes: list[str], one: str, two: str, /) -> Fault:
    """Two wrong roads that lead to the same place and are told different things."""
    return Fault((f"misconception:{notes.index(two)}",), "misconception-alike", (("note", two), ("other", one)))


def typed(value: float, unit: str, /) -> str:
    """A value of the data set as a learner would type it in that unit."""
    return format(Decimal(repr(value / UNITS[unit].factor if unit in RATIOS else float(value))), "f")


def quantity(ref: str, unit: str, sheet: Sheet, lang: str, /) -> str:
    """A value of the data set as a solution shows it, with its unit."""
    definition = sheet.dataset.value(ref)
    value = sheet.values[ref]
    if definition.format != "text":
        shown = formats.format_value(value, definition.format, lang)
        # formats of ratios and of quantities bring their unit along
        bare = definition.format in ("int", "dec1", "dec2", "dec3")
        return formats.format_quantity(shown, unit, lang) if bare else shown
    return formats.format_quantity(formats.format_plain(Decimal(repr(float(value))), places=3), unit, lang)


def tolerance_of(tolerance: Tolerance, unit: str, /) -> number.Tolerance:
    """The tolerance in base units, as grading compares."""
    size = tolerance.amount
    return {
        "pp": number.Tolerance(atol=size / 100),
        "percent": number.Tolerance(rtol=size / 100),
        "absolute": number.Tolerance(atol=to_base(size, unit)),
    }[tolerance.kind]


def spec_of(item: NumberItem, sheet: Sheet, carried: tuple[float, ...] = (), /) -> number.NumberSpec:
    """The grading spec; `carried` are the keys that follow from the learner's own earlier answers."""
    return number.NumberSpec(
        key=float(sheet.values[item.ref]),
        tolerance=tolerance_of(item.tolerance, item.unit),
        unit=item.unit,
        units=item.units,
        carried=carried,
        misconceptions=tuple(
            number.Misconception(each.note, float(sheet.values[each.ref])) for each in item.misconceptions if each.ref
        ),
        rounding=bool(item.depends),
    )


def _carried(item: NumberItem, at: Situation) -> tuple[float, ...]:
    """The key as the learner's own earlier answers would have it, where that shows the method and nothing else.

    All of the earlier answers must be read and, of several, one must be right. The figure that follows must be one that
    has to be worked out: nothing carries from zeros, to next to nothing, or to a figure that is an input again.
    """
    earlier = {name: at.earlier[name] for name in item.depends if name in at.earlier}
    right = sum(mark.verdict is Verdict.RIGHT for _item, mark in earlier.values())
    if right == len(item.depends) or (right == 0 and len(item.depends) > 1):
        return ()
    overrides: dict[str, float] = {}
    for other, mark in earlier.values():
        if isinstance(other, NumberItem) and (value := own_value(other, mark)):
            overrides[other.ref] = value
    if len(overrides) < len(item.depends):
        return ()
    try:
        carried = float(at.sheet.solve(item.ref, overrides))
    except (LabError, ValueError):  # the learner's number leads nowhere, such as a division by zero
        return ()
    nothing = abs(carried) <= abs(float(at.sheet.values[item.ref])) / 100
    again = any(math.isclose(carried, value, rel_tol=1e-3) for value in overrides.values())
    return () if nothing or again else (carried,)


def own_value(item: NumberItem, mark: Mark, /) -> float | None:
    """What the learner answered, as the data set would hold it; None if it cannot be compared."""
    if mark.reading is None or UNITS[mark.unit].dimension != UNITS[item.unit].dimension:
        return None
    base = to_base(mark.reading.number, mark.unit)
    return base if item.unit in RATIOS else base / UNITS[item.unit].factor
