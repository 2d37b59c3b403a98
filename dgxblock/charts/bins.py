"""Sorting values into the bars of a histogram."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Final

from dgxblock.charts.series import round_step
from dgxblock.charts.svg import finite

__all__ = ["bins"]

_FEW: Final = 12
"""So many different whole numbers get a bar each."""
_PARTS: Final = 12


def bins(values: Iterable[object], /, *, whole: bool = False) -> list[tuple[float, float, int]]:
    """(low, high, count) from the smallest value to the largest, empty bars between them included.

    A value on an edge counts in the upper bar. Few different values of `whole` numbers make a bar each, where low is
    high. What is not a finite number is left out.
    """
    known = [number for number in map(finite, values) if number is not None]
    if not known:
        return []
    least, most = min(known), max(known)
    if least == most or (whole and most - least < _FEW):
        counts = Counter(known)
        each = range(int(least), int(most) + 1) if whole and least != most else sorted(counts)
        return [(float(number), float(number), counts[number]) for number in each]
    width = round_step(most - least, parts=_PARTS)
    if whole:
        width = max(1.0, width)
    first, last = math.floor(least / width), math.floor(most / width)
    counted = Counter(min(last, max(first, math.floor(number / width))) for number in known)
    return [(at * width, (at + 1) * width, counted[at]) for at in range(first, last + 1)]
