"""Looking at a table: which of its rows, in which order.

Everything goes by what readers see: a code matches by its label too, and a number is compared as its column rounds
it, so that ``=203.6`` finds every row that shows 203.6.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from dgxblock.content.model import Column, Value
from dgxblock.grading.reading import Unreadable, read_number
from dgxblock.lab.sheet import Table

__all__ = ["MAX_FILTER", "Unfit", "look", "names", "page"]

MAX_FILTER: Final = 100
"""Characters of one filter."""

Row = tuple[Value, ...]
Test = Callable[[Value], bool]

_PLACES: Final = {
    "int": 0, "dec1": 1, "dec2": 2, "dec3": 3, "percent0": 2, "percent1": 3, "percent2": 4, "pp1": 3,
    "min": 0, "s": 1, "h": 1, "s_per_piece": 1, "piece": 0, "cny": 0,
}  # fmt: skip
"""Decimals that each format leaves of the number in the cell."""
_COMPARE: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
_WIDE: Final = Context(prec=60)
_MOST: Final = 40
_SIGNS: Final = str.maketrans({"＞": ">", "＜": "<", "＝": "=", "！": "!"})
_LONGER: Final = {"≥": ">=", "≧": ">=", "≤": "<=", "≦": "<=", "≠": "!=", "==": "=", "<>": "!="}
_SIGN: Final = re.compile(r"(>=|<=|!=|==|<>|[>=<≥≧≤≦≠]?)(.*)", re.DOTALL)
_RANGE: Final = re.compile(r"(.*?)(?:\.\.+|…+|[~～]|(?<=[0-9])\s*–\s*(?=[0-9]))(.*)", re.DOTALL)
_DIGITS: Final = re.compile(r"([0-9]+)")


class Unfit(ValueError):
    """A filter that the column called `column` cannot take: there is no number in it."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


def look(table: Table, filters: Mapping[str, str], sort: str, lang: str, /, *, descending: bool = False) -> list[Row]:
    """The rows that pass all `filters` (by column name; blank ones pass everything), sorted by the column `sort` if
    it is not empty. Rows that are equal stay in the order of the table, whichever way it is sorted.

    Raises:
        Unfit: a filter of a numeric column is no number and no range.
        KeyError: there is no such column.
    """
    places = {column.name: at for at, column in enumerate(table.columns)}
    tests = [
        (places[name], _test(table.columns[places[name]], text.strip(), table, lang))
        for name, text in filters.items()
        if text.strip()
    ]
    rows = [row for row in table.rows if all(test(row[at]) for at, test in tests)]
    if sort:
        at = places[sort]
        key = _order(table, lang)
        rows.sort(key=lambda row: key(row[at]), reverse=descending)
    return rows


def names(table: Table, at: int, lang: str, /) -> list[tuple[str, str]]:
    """Code and label of each different text in the column at `at`, in the order in which they are sorted."""
    codes = {row[at] for row in table.rows if isinstance(row[at], str)}
    return [(str(code), str(table.shown(code, lang))) for code in sorted(codes, key=_order(table, lang))]


def _order(table: Table, lang: str) -> Callable[[Value], tuple[object, ...]]:
    """Numbers by size; categories as their author lists them; other texts as people count: M2 before M10."""
    rank = {category.code: at for at, category in enumerate(table.categories)}

    def key(cell: Value) -> tuple[object, ...]:
        if not isinstance(cell, str):
            return (0, cell)
        if cell in rank:
            return (1, rank[cell])
        # the parts of a split take turns, so texts are only ever compared with texts and numbers with numbers
        parts = _DIGITS.split(_fold(str(table.shown(cell, lang))))
        return (2, tuple(int(part[:300]) if at % 2 else part for at, part in enumerate(parts)), cell)

    return key


def _test(column: Column, text: str, table: Table, lang: str) -> Test:
    return _words(text, table, lang) if column.type == "text" else _numbers(column, text)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _words(text: str, table: Table, lang: str) -> Test:
    """Part of the label or of the code; with ``=`` or ``≠`` the whole of it."""
    sign, rest = _split(text)
    whole = sign in ("=", "!=")
    wanted = _fold(rest if whole else text)
    seen: dict[Value, bool] = {}

    def test(cell: Value) -> bool:
        if cell not in seen:
            known = (_fold(str(cell)), _fold(str(table.shown(cell, lang))))
            found = wanted in known if whole else any(wanted in each for each in known)
            seen[cell] = found != (sign == "!=")
        return seen[cell]

    return test


def _split(text: str) -> tuple[str, str]:
    match = _SIGN.fullmatch(text[:2].translate(_SIGNS) + text[2:])
    assert match is not None
    return _LONGER.get(match[1], match[1]), match[2].strip()


def _numbers(column: Column, text: str) -> Test:
    """``>5``, ``<=5``, ``≠5``, ``5``, and the ranges ``3..8``, ``3..``, ``..8``."""
    places = _PLACES.get(column.format)
    try:
        sign, rest = _split(text)
        ends = _RANGE.fullmatch(rest)
        if sign or not ends:
            wanted, compare = _rounded(_read(rest, column), places), _COMPARE[sign or "="]
            return lambda cell: compare(_cell(cell, places), wanted)
        low, high = (_rounded(_read(end, column), places) if end.strip() else None for end in ends.groups())
    except Unreadable:
        raise Unfit(column.name) from None
    if low is None and high is None:
        raise Unfit(column.name)
    if low is not None and high is not None and low > high:
        low, high = high, low

    def within(cell: Value) -> bool:
        number = _cell(cell, places)
        return (low is None or number >= low) and (high is None or number <= high)

    return within


def _read(text: str, column: Column) -> Decimal:
    """A number as the cell would hold it: in a column of percentages 58 is 58 %."""
    reading = read_number(text)
    if not column.format.startswith("percent") and column.format != "pp1":
        return Decimal(repr(reading.number))
    return Decimal(repr(reading.number)) / (1000 if reading.suffix == "‰" else 100)


def _cell(cell: Value, places: int | None) -> Decimal:
    return _rounded(Decimal(repr(cell)), places)


def _rounded(number: Decimal, places: int | None) -> Decimal:
    if places is None or number.adjusted() > _MOST:
        return number
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_WIDE)


def page(rows: Sequence[Row], number: int, size: int, /) -> tuple[int, int, Sequence[Row]]:
    """Page `number` of `rows`, or the last one if there are not so many: its number, how many there are, its rows."""
    pages = max(1, -(-len(rows) // size))
    at = min(max(number, 1), pages)
    return at, pages, rows[(at - 1) * size : at * size]
