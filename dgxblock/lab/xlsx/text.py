"""Texts and counts as SpreadsheetML writes them."""

from __future__ import annotations

import re
from typing import Final

from dgxblock.lab.xlsx.errors import WorkbookError

MOST_TEXT: Final = 1000
"""Characters of a cell that are kept: nobody reads a number out of more."""
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_COUNT: Final = re.compile(r"[0-9]{1,7}")


def unescaped(text: str, /) -> str:
    """`text` with ``_x000D_`` and the like as the character meant; half a surrogate is no character."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text).encode("utf-8", "replace").decode()


def count(text: str, /) -> int:
    """A whole number of at most seven digits. Raises `WorkbookError`: ``damaged``."""
    if not _COUNT.fullmatch(text) or not text.isascii():
        raise WorkbookError("damaged")
    return int(text)


class RichText:
    """Text that may be cut into runs, without the phonetic help above it. Depths count from its own element."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._run = False
        self._open = False

    def begins(self, depth: int, name: str, /) -> bool:
        """Whether an element that begins holds text."""
        if depth == 1:
            self._run = name == "r"
        self._open = name == "t" and (depth == 1 or (depth == 2 and self._run))
        return self._open

    def ends(self, _depth: int, name: str, /) -> bool:
        """Whether an element that ends held text."""
        held, self._open = self._open and name == "t", False
        return held

    def __str__(self) -> str:
        return unescaped("".join(self.parts))[:MOST_TEXT]
