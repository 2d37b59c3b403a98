"""Marking a number: is it near enough, in the right unit, and if not, by which known road was it reached?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dgxblock import formats
from dgxblock.grading.reading import Reading, Unreadable, read_number
from dgxblock.grading.units import RATIOS, UNITS, key_to_base, to_base
from dgxblock.grading.verdict import Mark, Verdict, blank, unread

#: Value and unit are marked apart. A unit alone earns nothing: it is picked from a short list.
VALUE_SHARE: Final = 0.7
#: What remains when intermediate results were rounded too early. Rounding A, P and Q to whole per cent moves
#: OEE by up to 1.25 points (simulated), where 0.5 is the tolerance: hence a band of 1.3 / 0.5 times the
#: tolerance.
ROUNDED_SHARE: Final = 0.8
ROUNDING_BAND: Final = 2.6


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Accepts ``|x - t| <= max(atol, rtol * |t|)``; `atol` is in the base unit of the item's dimension."""

    atol: float = 0.0
    rtol: float = 0.0

    @classmethod
    def of(cls, amount: float, kind: str, unit: str, /) -> Tolerance:
        """From a document: ``pp`` points, ``percent`` of the key, or ``absolute`` in the item's own `unit`.

        Raises `ValueError` for another kind, a negative or absurd amount, an unknown unit, and for points of
        what is no ratio.
        """
        if not 0 <= amount < math.inf or unit not in UNITS or (kind == "pp" and unit not in RATIOS):
            raise ValueError(f"no tolerance: {amount} {kind} of {unit!r}")
        match kind:
            case "pp":
                return cls(atol=amount / 100)
            case "percent":
                return cls(rtol=amount / 100)
            case "absolute":
                return cls(atol=to_base(amount, unit))
        raise ValueError(f"unknown kind of tolerance: {kind!r}")

    def accepts(self, x: float, target: float, /, *, times: float = 1.0) -> bool:
        # a billionth of slack, so that 67.9 is within half a point of 67.4 in binary too
        slack = 1e-9 * max(abs(target), self.atol)
        return abs(x - target) <= times * max(self.atol, self.rtol * abs(target)) + slack


@dataclass(frozen=True, slots=True)
class Misconception:
    """A wrong value that a known wrong idea leads to, with the stable note that names the idea."""

    note: str
    value: float


@dataclass(frozen=True, slots=True)
class NumberSpec:
    """What a number item asks for.

    `key`, `carried` and the misconceptions' values are as the data set holds them: in `unit`, except that
    percentages, per mille, ppm and percentage points are ratios. `units` are the codes offered to the trainee
    (none: `unit` alone). `carried` holds the keys that follow from the trainee's own earlier answers.
    `rounding` opens the band for results whose intermediate steps were rounded; it suits items that build on
    others.
    """

    key: float
    tolerance: Tolerance
    unit: str = ""
    units: tuple[str, ...] = ()
    carried: tuple[float, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()
    rounding: bool = False

    def __post_init__(self) -> None:
        if unknown := {self.unit, *self.units} - set(UNITS):
            raise ValueError(f"unknown units: {sorted(unknown)}")

    @property
    def offered(self) -> tuple[str, ...]:
        return self.units or (self.unit,)


def _unit_of(answer: Mapping[object, object], reading: Reading, unit: str, units: tuple[str, ...], /) -> str | None:
    """The unit that was meant, ``None`` if it was left open. Raises `Unreadable` for one that was not
    offered.
    """
    offered = units or (unit,)
    chosen = answer.get("unit")
    if chosen is None or (chosen == "" and "" not in offered):
        chosen = offered[0] if len(offered) == 1 else None
    elif not isinstance(chosen, str) or chosen not in (*offered, unit):
        raise Unreadable("unit")
    if reading.suffix:  # a sign that was typed weighs more than the list beside the box
        return "%" if reading.percent else "permille"
    return chosen


def _near(x: float, targets: Iterable[float], tolerance: Tolerance, /, *, times: float = 1.0) -> bool:
    return any(math.isfinite(t) and tolerance.accepts(x, t, times=times) for t in targets)


def _judge(number: float, unit: str | None, spec: NumberSpec, /) -> tuple[float, Verdict, str]:
    key = key_to_base(spec.key, spec.unit)
    carried = [key_to_base(value, spec.unit) for value in spec.carried]
    same = unit is not None and UNITS[unit].dimension == UNITS[spec.unit].dimension
    if unit is not None and same:
        x = to_base(number, unit)
        if _near(x, [key], spec.tolerance):
            return 1.0, Verdict.RIGHT, "ok"
        if _near(x, carried, spec.tolerance):
            return 1.0, Verdict.CARRIED, "carried"
        known = [(abs(x - key_to_base(m.value, spec.unit)), m) for m in spec.misconceptions]
        known = [(gap, m) for gap, m in known if _near(x, [key_to_base(m.value, spec.unit)], spec.tolerance)]
        if known:
            return 0.0, Verdict.AGAIN, min(known, key=lambda pair: pair[0])[1].note
        if spec.rounding and _near(x, [key], spec.tolerance, times=ROUNDING_BAND):
            return ROUNDED_SHARE, Verdict.PARTLY, "rounding"
    # the number is right in a unit of the list (or as a ratio), only another unit stands beside it
    meant = {spec.unit, *spec.offered} | ({""} if spec.unit in RATIOS else set())
    if any(_near(to_base(number, other), [key, *carried], spec.tolerance) for other in meant):
        return VALUE_SHARE, Verdict.UNIT, "unit"
    return 0.0, Verdict.AGAIN, "wrong"


def _understood(answer: object, unit: str, units: tuple[str, ...], /) -> tuple[Reading, str | None] | Mark:
    """What was read and the unit that was meant (None: left open), or the mark of what cannot be judged."""
    if answer is None or answer == {}:
        return blank()
    if not isinstance(answer, Mapping):
        return unread("type")
    try:
        reading = read_number("" if answer.get("value") is None else answer.get("value"))
        return reading, _unit_of(answer, reading, unit, units)
    except Unreadable as problem:
        return blank() if problem.code == "empty" else unread(problem.code, problem.either)


def read(answer: object, unit: str, units: tuple[str, ...] = (), /) -> Mark:
    """What can be told of ``{"value": "67.4", "unit": "%"}`` without a key: blank, unread, or a mark that holds what
    was read and judges nothing yet. `unit` and `units` are as in `NumberSpec`. Nothing raises, whatever the JSON.
    """
    found = _understood(answer, unit, units)
    return found if isinstance(found, Mark) else Mark(0.0, Verdict.AGAIN, reading=found[0], unit=found[1] or "")


def grade(answer: object, spec: NumberSpec, /) -> Mark:
    """Mark ``{"value": "67.4", "unit": "%"}``. Any other JSON is unread or blank, and nothing raises."""
    found = _understood(answer, spec.unit, spec.units)
    if isinstance(found, Mark):
        return found
    reading, unit = found
    fraction, verdict, note = _judge(reading.number, unit, spec)
    return Mark(fraction, verdict, note, reading=reading, unit=unit or "")


def echo(mark: Mark, lang: str, /) -> str:
    """What was read, for “we read …”: ``67.4%``, ``26.99 s``, ``14,323件``; empty if nothing was."""
    if mark.reading is None:
        return ""
    # through Decimal: format what was typed, not its binary neighbour
    number = formats.format_plain(Decimal(repr(mark.reading.number)), places=15)
    return formats.format_quantity(number, mark.unit, lang)
