"""Statistics as SQL aggregates and window functions, exact to the last digits whatever the platform.

    percentile(x, p)    p from 0 to 100, linear between neighbours (type 7: Excel's PERCENTILE.INC, NumPy's default)
    median(x)           percentile(x, 50)
    stddev(x), stddev_samp(x), variance(x), var_samp(x)      of a sample: divided by n - 1; NULL for n < 2
    stddev_pop(x), var_pop(x)                                of a population: divided by n; 0 for n = 1
    regr_slope(y, x), regr_intercept(y, x), corr(y, x)       least squares; NULL for n < 2 or where x does not vary
                                                             (for corr: where either does not)

Rows in which an argument is NULL do not count, and of no row the result is NULL. A text is refused, not taken for 0.
"""

from __future__ import annotations

import bisect
import math
import sqlite3
from collections.abc import Callable
from typing import Any, ClassVar, Final

MOST_HELD: Final = 100_000
"""Numbers that the aggregates of one statement hold at a time: some 3 MB."""


class Held:
    """Counts the numbers that the aggregates of one statement hold; `fault` is why one refused."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.count = 0
        self.fault = ""
        self.function = ""

    def refuse(self, function: str, why: str, /) -> ValueError:
        self.fault, self.function = why, function
        return ValueError(why)


class _Measure:
    """One group or window. SQLite calls `step` for each row that enters, `inverse` for each that leaves."""

    held: ClassVar[Held]
    function: ClassVar[str]

    def __init__(self) -> None:
        self._rows: list[Any] = []

    def _number(self, value: object, /) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.held.refuse(self.function, "this function takes numbers")
        return float(value)

    def _keep(self, count: int, /) -> None:
        self.held.count += count
        if self.held.count > MOST_HELD:
            raise self.held.refuse(self.function, f"takes at most {MOST_HELD} numbers")

    def finalize(self) -> float | None:
        result = self.value()
        self.held.count -= len(self._rows)
        self._rows = []
        return result

    def value(self) -> float | None:
        raise NotImplementedError


class _Percentile(_Measure):
    def __init__(self) -> None:
        super().__init__()
        self._share: float | None = None
        self._sorted = True

    def step(self, x: object, share: object = 50) -> None:
        share = self._number(share)
        if not 0 <= share <= 100 or self._share not in (None, share):
            raise self.held.refuse(self.function, "the percentage is one number from 0 to 100")
        self._share = share
        if x is not None:
            self._rows.append(self._number(x))
            self._sorted = False
            self._keep(1)

    def inverse(self, x: object, _share: object = 50) -> None:
        if x is not None:
            del self._rows[bisect.bisect_left(self._in_order(), self._number(x))]
            self._keep(-1)

    def _in_order(self) -> list[float]:
        if not self._sorted:  # cheap where only the last one is out of order, as in a window
            self._rows.sort()
            self._sorted = True
        return self._rows

    def value(self) -> float | None:
        if not self._rows or self._share is None:
            return None
        rows = self._in_order()
        place = (len(rows) - 1) * self._share / 100
        low = int(place)
        return rows[low] if place == low else rows[low] + (place - low) * (rows[low + 1] - rows[low])


class _Spread(_Measure):
    """The sum of squares about the mean, over n less `_less`; its root if `_root`."""

    _less: ClassVar[int]
    _root: ClassVar[bool]

    def step(self, x: object) -> None:
        if x is not None:
            self._rows.append(self._number(x))
            self._keep(1)

    def inverse(self, x: object) -> None:
        if x is not None:
            self._rows.remove(self._number(x))
            self._keep(-1)

    def value(self) -> float | None:
        count = len(self._rows)
        if count <= self._less:
            return None
        mean = math.fsum(self._rows) / count
        spread = math.fsum((x - mean) ** 2 for x in self._rows) / (count - self._less)
        return math.sqrt(spread) if self._root else spread


class _Pairs(_Measure):
    _result: ClassVar[str]

    def step(self, y: object, x: object) -> None:
        if y is not None and x is not None:
            self._rows.append((self._number(y), self._number(x)))
            self._keep(2)

    def inverse(self, y: object, x: object) -> None:
        if y is not None and x is not None:
            self._rows.remove((self._number(y), self._number(x)))
            self._keep(-2)

    def finalize(self) -> float | None:
        self.held.count -= len(self._rows)
        return super().finalize()

    def value(self) -> float | None:
        count = len(self._rows)
        if count < 2:
            return None
        mean_y = math.fsum(y for y, _ in self._rows) / count
        mean_x = math.fsum(x for _, x in self._rows) / count
        xx = math.fsum((x - mean_x) ** 2 for _, x in self._rows)
        yy = math.fsum((y - mean_y) ** 2 for y, _ in self._rows)
        xy = math.fsum((x - mean_x) * (y - mean_y) for y, x in self._rows)
        if xx == 0 or (self._result == "corr" and yy == 0):
            return None
        if self._result == "corr":
            return max(-1.0, min(1.0, xy / math.sqrt(xx) / math.sqrt(yy)))
        slope = xy / xx
        return slope if self._result == "slope" else mean_y - slope * mean_x


_MEASURES: Final[dict[str, tuple[int, type[_Measure], dict[str, Any]]]] = {
    "percentile": (2, _Percentile, {}),
    "median": (1, _Percentile, {}),
    **dict.fromkeys(("stddev", "stddev_samp"), (1, _Spread, {"_less": 1, "_root": True})),
    **dict.fromkeys(("variance", "var_samp"), (1, _Spread, {"_less": 1, "_root": False})),
    "stddev_pop": (1, _Spread, {"_less": 0, "_root": True}),
    "var_pop": (1, _Spread, {"_less": 0, "_root": False}),
    "regr_slope": (2, _Pairs, {"_result": "slope"}),
    "regr_intercept": (2, _Pairs, {"_result": "intercept"}),
    "corr": (2, _Pairs, {"_result": "corr"}),
}
NAMES: Final = frozenset(_MEASURES)


def add_to(database: sqlite3.Connection, /) -> Held:
    """Give a connection the measures; its statements share what is returned, to be reset before each."""
    held = Held()
    create: Callable[..., None] = database.create_window_function
    for name, (arguments, measure, how) in _MEASURES.items():
        create(name, arguments, type(name, (measure,), {**how, "held": held, "function": name}))
    return held
