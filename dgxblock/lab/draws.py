"""Random draws without a state: each is a pure function of seed, name and row.

Nothing is "next": `normal('speed', 7, 0.9, 0.03)` is the same number for the same seed in whatever order, and however
often, SQLite evaluates it. So the same seed gives the same data on every version of SQLite, and adding a column to a
data set moves no other column. Golden values are in the tests; changing one would change every learner's data.

How: BLAKE2b, keyed by the seed, of name and row gives 52 bits, hence a number strictly between 0 and 1; the other
distributions are its inverse transforms. Results are rounded to 12 significant digits, because `log` and `exp` of two
C libraries may differ in the last one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from statistics import NormalDist
from typing import Final

_TYPES: Final = "a draw takes a name (text), a row (integer or text) and numbers"

Row = int | str
MOST_ROWS: Final = 5000
"""A permutation longer than the longest table has no use."""
MOST_STEPS: Final = 600
"""Largest mean of a counted draw: its inversion walks up from zero, and e^-600 is still a normal float."""
_SPAN: Final = 2.0**-52
_KINDS: Final[dict[type, str]] = {int: "i", str: "t"}
_STANDARD: Final = NormalDist()


def settle(number: float, /) -> float:
    """`number` to 12 significant digits: what two platforms agree on."""
    return float("%.12g" % number)  # noqa: UP031 this one is quicker, and a data set settles sixty thousand


def _number(value: object, /) -> float:
    # by type, which is quicker than isinstance, and a data set makes thousands of draws; a bool is none of the two
    if type(value) is float and math.isfinite(value):
        return value
    if type(value) is int and math.isfinite(value):
        return float(value)
    raise ValueError(_TYPES)


def _whole(value: object, /) -> int:
    if type(value) is int and -(2**53) <= value <= 2**53:
        return value
    number = _number(value)
    if number != int(number) or abs(number) > 2**53:
        raise ValueError("this draw takes whole numbers")
    return int(number)


class Draws:
    """The draws of one seed. Every method raises `ValueError` for arguments that make no sense."""

    def __init__(self, seed: str, /) -> None:
        # a digest first: seeds of any length and script fit the 64 bytes of a BLAKE2b key
        self._root = blake2b(key=blake2b(seed.encode(), digest_size=32).digest(), digest_size=8)
        self._order = lru_cache(maxsize=32)(self._permutation)

    def unit(self, name: str, row: Row, /) -> float:
        """A number strictly between 0 and 1, uniform in steps of 2^-52."""
        # the type of the row is part of the message: row 1 and row '1' are different rows
        kind = _KINDS.get(type(row))
        if kind is None or type(name) is not str:
            raise ValueError(_TYPES)
        state = self._root.copy()
        state.update(f"{name}\x1f{kind}{row}".encode("utf-8", "surrogatepass"))
        return ((int.from_bytes(state.digest(), "big") >> 12) + 0.5) * _SPAN

    def uniform(self, name: str, row: Row, low: float, high: float, /) -> float:
        """Uniform between `low` and `high`."""
        low, high = _number(low), _number(high)
        if high < low:
            raise ValueError("uniform: the upper bound lies below the lower one")
        return settle(low + (high - low) * self.unit(name, row))

    def normal(self, name: str, row: Row, mean: float, deviation: float, /) -> float:
        """Normal, by the inverse distribution function (Wichura's AS 241, as in the standard library)."""
        mean, deviation = _number(mean), _number(deviation)
        if deviation < 0:
            raise ValueError("normal: the standard deviation is negative")
        return settle(mean + deviation * _STANDARD.inv_cdf(self.unit(name, row)))

    def exponential(self, name: str, row: Row, mean: float, /) -> float:
        """Exponential with this mean (not rate)."""
        mean = _number(mean)
        if mean < 0:
            raise ValueError("exponential: the mean is negative")
        return settle(-mean * math.log(self.unit(name, row)))

    def integer(self, name: str, row: Row, low: int, high: int, /) -> int:
        """A whole number from `low` to `high`, both included."""
        low, high = _whole(low), _whole(high)
        if high < low:
            raise ValueError("integer: the upper bound lies below the lower one")
        return min(high, low + int(self.unit(name, row) * (high - low + 1)))

    def choice(self, name: str, row: Row, /, *among: object) -> object:
        """One of the arguments, with equal odds."""
        if not among:
            raise ValueError("choice: nothing to choose from")
        return among[min(len(among) - 1, int(self.unit(name, row) * len(among)))]

    def bernoulli(self, name: str, row: Row, odds: float, /) -> int:
        """1 with probability `odds`, else 0."""
        odds = _number(odds)
        if not 0 <= odds <= 1:
            raise ValueError("bernoulli: a probability lies between 0 and 1")
        return int(self.unit(name, row) < odds)

    def poisson(self, name: str, row: Row, mean: float, /) -> int:
        """A Poisson count, by inversion; `mean` up to 600."""
        mean = _number(mean)
        if not 0 <= mean <= MOST_STEPS:
            raise ValueError(f"poisson: the mean lies between 0 and {MOST_STEPS}")
        return _invert(self.unit(name, row), math.exp(-mean), lambda k: mean / k, 20 * MOST_STEPS)

    def binomial(self, name: str, row: Row, trials: int, odds: float, /) -> int:
        """How many of `trials` succeed, by inversion from the rarer side; `trials` x the rarer odds up to 600."""
        trials, odds = _whole(trials), _number(odds)
        if trials < 0 or not 0 <= odds <= 1:
            raise ValueError("binomial: trials are not negative and a probability lies between 0 and 1")
        rare = min(odds, 1 - odds)
        if trials * rare > MOST_STEPS:
            raise ValueError(f"binomial: trials x the rarer odds is at most {MOST_STEPS}")
        ratio = rare / (1 - rare)
        start = math.exp(trials * math.log1p(-rare))
        count = _invert(self.unit(name, row), start, lambda k: (trials - k + 1) / k * ratio, trials)
        return count if odds == rare else trials - count

    def shuffle_rank(self, name: str, row: int, rows: int, /) -> int:
        """The place (1…`rows`) of `row` (1…`rows`) when the rows are shuffled: no two rows share one."""
        row, rows = _whole(row), _whole(rows)
        if not 1 <= row <= rows <= MOST_ROWS:
            raise ValueError(f"shuffle_rank: 1 <= row <= rows <= {MOST_ROWS}")
        return self._order(name, rows)[row - 1]

    def _permutation(self, name: str, rows: int, /) -> tuple[int, ...]:
        places = [0] * rows
        for place, row in enumerate(sorted(range(1, rows + 1), key=lambda row: self.unit(name, row)), 1):
            places[row - 1] = place
        return tuple(places)

    def functions(self) -> dict[str, tuple[int, Callable[..., object]]]:
        """The draws as SQL functions: name to (number of arguments, -1 for any; callable)."""
        return {
            "uniform": (4, self.uniform),
            "normal": (4, self.normal),
            "exponential": (3, self.exponential),
            "integer": (4, self.integer),
            "choice": (-1, self.choice),
            "bernoulli": (3, self.bernoulli),
            "poisson": (3, self.poisson),
            "binomial": (4, self.binomial),
            "shuffle_rank": (3, self.shuffle_rank),
        }


def _invert(unit: float, start: float, factor: Callable[[int], float], last: int, /) -> int:
    """The smallest k whose cumulated probability reaches `unit`; p(0) = `start`, p(k) = p(k-1) x `factor`(k)."""
    count, probability, cumulated = 0, start, start
    while cumulated < unit and count < last:
        count += 1
        probability *= factor(count)
        if probability <= 0.0 and count > MOST_STEPS:  # the tail has vanished below the smallest float
            break
        cumulated += probability
    return count
