"""Which functions a statement may call, and those that we bring ourselves."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from dgxblock.lab import measures

# No clock, no randomness, nothing that makes long text in one instruction (printf, replace, hex, zeroblob …).
# fmt: off
AUTHOR: Final = frozenset([
    "abs", "avg", "ceil", "coalesce", "count", "cume_dist", "dense_rank", "exp", "first_value",
    "floor", "group_concat", "ifnull", "iif", "lag", "last_value", "lead", "length", "like", "ln",
    "lower", "ltrim", "max", "min", "nth_value", "ntile", "nullif", "percent_rank", "power", "rank",
    "round", "row_number", "rtrim", "sign", "sqrt", "substr", "substring", "sum", "total", "trim",
    "typeof", "upper", *measures.NAMES,
])
# A learner's statement runs in a process of its own, where texts of 50,000 characters bound `replace` and `instr`.
LEARNER: Final = AUTHOR | frozenset([
    "ceiling", "concat", "concat_ws", "date", "datetime", "if", "instr", "julianday", "log10", "mod", "pow", "replace",
    "strftime", "string_agg", "time", "trunc", "unicode",
])
# fmt: on


def _round(number: object, digits: object = 0, /) -> float | None:
    """SQLite's own `round` has changed between versions; this one is the same everywhere. Halves go away from 0."""
    if number is None or digits is None:
        return None
    if not isinstance(number, int | float) or not isinstance(digits, int) or not 0 <= digits <= 12:
        raise ValueError("round takes a number and 0 to 12 digits")
    if digits == 0:
        return math.copysign(math.floor(abs(number) + 0.5), number)
    return float(round(number, digits))


def _numeric(function: Callable[..., float], /) -> Callable[..., float | None]:
    def call(*numbers: object) -> float | None:
        if any(number is None for number in numbers):
            return None
        if not all(isinstance(number, int | float) for number in numbers):
            raise ValueError("this function takes numbers")
        return function(*numbers)

    return call


_CEIL: Final = _numeric(lambda number: float(math.ceil(number)))
_POWER: Final = _numeric(math.pow)

# Not every build of SQLite has the mathematical functions.
ARITHMETIC: Final[dict[str, tuple[int, Callable[..., object]]]] = {
    "round": (-1, _round),
    "sqrt": (1, _numeric(math.sqrt)),
    "floor": (1, _numeric(lambda number: float(math.floor(number)))),
    "ceil": (1, _CEIL),
    "ceiling": (1, _CEIL),
    "trunc": (1, _numeric(lambda number: float(math.trunc(number)))),
    "ln": (1, _numeric(math.log)),
    "log10": (1, _numeric(math.log10)),
    "exp": (1, _numeric(math.exp)),
    "power": (2, _POWER),
    "pow": (2, _POWER),
    "mod": (2, _numeric(math.fmod)),
}
