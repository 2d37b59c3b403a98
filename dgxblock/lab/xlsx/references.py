"""Names of cells: ``B5``, ``'OEE 表'!$B$5``, and what a shared formula says elsewhere."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

MOST_ROWS: Final = 5000
MOST_COLUMNS: Final = 60
"""The part of a sheet in which an item may want a cell."""

_CELL: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_AT: Final = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!([^!]+)")
# texts, quoted sheets and table columns stay; so do functions (LOG10), sheets (OEE1!) and names that look like cells
_MOVABLE: Final = re.compile(
    r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|\[[^\]]*\]"
    r"|(?<![\w.$])(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})(?![\w.(!])"
)


class Place(NamedTuple):
    """A cell of a sheet; both counts begin with 1."""

    row: int
    column: int

    def __str__(self) -> str:
        return letters(self.column) + str(self.row)


class Area(NamedTuple):
    """A rectangle of cells."""

    first: Place
    last: Place

    def __contains__(self, place: object) -> bool:
        return (
            isinstance(place, Place)
            and self.first.row <= place.row <= self.last.row
            and self.first.column <= place.column <= self.last.column
        )


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


def area(text: str, /) -> Area | None:
    """``B2:B10``, or one cell."""
    head, _, tail = text.partition(":")
    first, last = place(head), place(tail or head)
    return Area(first, last) if first and last else None


def split(at: str, /) -> tuple[str, str]:
    """The sheet and the rest of ``'OEE 表'!B5``; the sheet is empty where only a name is given."""
    match = _AT.fullmatch(at.strip())
    if match is None:
        return "", at.strip()
    return (match[1].replace("''", "'") if match[1] else match[2].strip()), match[3].strip()


def moved(formula: str, origin: Place, target: Place, /) -> str:
    """What the formula of `origin` says in `target`. References to whole rows and columns stay as they are."""
    down, right = target.row - origin.row, target.column - origin.column

    def move(match: re.Match[str]) -> str:
        if match[2] is None:
            return match[0]
        here = place(match[2] + match[4])
        if here is None:
            return match[0]
        column = here.column if match[1] else here.column + right
        row = here.row if match[3] else here.row + down
        if not (1 <= column <= 16_384 and 1 <= row <= 1_048_576):
            return "#REF!"
        return f"{match[1]}{letters(column)}{match[3]}{row}"

    return _MOVABLE.sub(move, formula)
