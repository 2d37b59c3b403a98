"""Names of cells: ``B5``, ``'OEE 表'!$B$5``, and what a shared formula says elsewhere."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from dgxblock.content.cell_places import MOST_COLUMNS, MOST_ROWS, Place, letters, place, split

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "Area", "Place", "area", "letters", "moved", "place", "split"]

# texts, quoted sheets and table columns stay; so do functions (LOG10), sheets (OEE1!) and names that look like cells
_MOVABLE: Final = re.compile(
    r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|\[[^\]]*\]"
    r"|(?<![\w.$])(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})(?![\w.(!])"
)


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


def area(text: str, /) -> Area | None:
    """``B2:B10``, or one cell."""
    head, _, tail = text.partition(":")
    first, last = place(head), place(tail or head)
    return Area(first, last) if first and last else None


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
