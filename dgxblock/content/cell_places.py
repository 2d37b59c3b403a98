"""Places in a workbook: ``B5``, ``'OEE 表'!$B$5``, and which of them can hold an answer of a template."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

__all__ = [
    "MOST_CELLS", "MOST_COLUMNS", "MOST_ROWS", "OWNER_SHEET", "Place", "answer_place", "crowded", "is_title", "letters",
    "place", "split",
]  # fmt: skip

MOST_ROWS: Final = 5000
MOST_COLUMNS: Final = 60
"""The part of a sheet in which an item may want a cell."""
MOST_CELLS: Final = 100
"""Of one item."""
OWNER_SHEET: Final = "_dgx"
"""The hidden sheet whose first cell says whose data a workbook holds."""
HEAD: Final = 2
"""Rows above the first answer of a template: what to do, and the headings of the columns."""
BLOCK: Final = 4
"""Columns that an answer takes: the label, the cell, its unit, and how to fill it in."""

_CELL: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_AT: Final = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!([^!]+)")
_TITLE: Final = re.compile(r"(?!')[^\[\]:*?/\\\x00-\x1f]{1,31}(?<!')")


class Place(NamedTuple):
    """A cell of a sheet; both counts begin with 1."""

    row: int
    column: int

    def __str__(self) -> str:
        return letters(self.column) + str(self.row)


def letters(column: int, /) -> str:
    """1 is A, 27 is AA."""
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def place(text: str, /) -> Place | None:
    """``B5`` or ``$B$5``; None if it is no cell of any sheet."""
    match = _CELL.fullmatch(text)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    return Place(row, column) if 1 <= row <= 1_048_576 and column <= 16_384 else None


def split(at: str, /) -> tuple[str, str]:
    """The sheet and the rest of ``'OEE 表'!B5``; the sheet is empty where only a name is given."""
    match = _AT.fullmatch(at.strip())
    if match is None:
        return "", at.strip()
    return (match[1].replace("''", "'") if match[1] else match[2].strip()), match[3].strip()


def answer_place(cell: str, /) -> Place | None:
    """Where an answer stands; None where a template has no room for its label, its headings, its unit or itself."""
    found = place(cell)
    if found is None or not (HEAD < found.row <= MOST_ROWS and 1 < found.column <= MOST_COLUMNS - 2):
        return None
    return found


def is_title(title: str, /) -> bool:
    """Whether a sheet of answers can be called so."""
    return bool(_TITLE.fullmatch(title)) and title.casefold() not in (OWNER_SHEET.casefold(), "history")


def crowded(places: Iterable[Place], /) -> bool:
    """Whether answers on one sheet are in each other's way: they share a cell, or their columns are too near."""
    places = list(places)
    columns = sorted({each.column for each in places})
    return len(set(places)) < len(places) or any(right - left < BLOCK for left, right in pairwise(columns))
