"""Does the order of a query's rows depend on chance?

SQLite gives rows that compare equal in whatever order it meets them. Turning every direction of ORDER BY round turns
the result round as well, unless two rows are equal: those keep the order in which they were met.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from dgxblock.lab import Sheet

_PIECE: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|[A-Za-z_]\w*|[(),]|.", re.DOTALL)
_DIRECTION: Final = re.compile(r"\s+(asc|desc)\s*\Z", re.IGNORECASE)


class Ordered(NamedTuple):
    """A query that ends in ORDER BY: what comes before, its terms, and how many rows LIMIT leaves (None: all)."""

    head: str
    terms: tuple[str, ...]
    limit: int | None

    def forward(self) -> str:
        return f"{self.head} ORDER BY {', '.join(self.terms)}"

    def backward(self) -> str:
        return f"{self.head} ORDER BY {', '.join(_turned(term) for term in self.terms)}"


@lru_cache(maxsize=1024)
def ordered(sql: str, /) -> Ordered | None:
    """The query taken apart, None if it has no ORDER BY of its own or one that is not understood (NULLS, OFFSET)."""
    sql = "".join(" " if text[:2] in ("--", "/*") else text for text in _PIECE.findall(sql))
    depth, begin, limit_at, head_end = 0, -1, -1, 0
    cuts: list[tuple[int, int]] = []
    pieces = _PIECE.finditer(sql)
    spoken = [(match.group().lower(), match.start(), match.end()) for match in pieces if match.group().strip()]
    for (text, start, end), (after, _start, after_end) in zip(spoken, [*spoken[1:], ("", 0, 0)], strict=True):
        depth += {"(": 1, ")": -1}.get(text, 0)
        if depth:
            continue
        if text == "order" and after == "by":
            begin, cuts, limit_at, head_end = after_end, [], -1, start
        elif text == "limit":
            limit_at = start
        elif text in ("nulls", "offset") and begin >= 0:
            return None
        elif text == "," and begin >= 0 and limit_at < 0:
            cuts.append((start, end))
    if begin < 0:
        return None
    body_end = limit_at if limit_at >= 0 else len(sql)
    ends = [begin, *(end for _, end in cuts)]
    stops = [*(start for start, _ in cuts), body_end]
    terms = tuple(sql[start:stop].strip() for start, stop in zip(ends, stops, strict=True))
    limit = None
    if limit_at >= 0:
        number = sql[limit_at + len("limit") :].strip()
        if not number.isdecimal():
            return None
        limit = int(number)
    return Ordered(sql[:head_end].rstrip(), terms, limit)


def _turned(term: str) -> str:
    found = _DIRECTION.search(term)
    if found is None:
        return f"{term} DESC"
    return term[: found.start()] + (" ASC" if found[1].lower() == "desc" else " DESC")


def tied(sql: str, sheet: Sheet, /, *, as_set: bool) -> bool:
    """Whether chance decides what the query gives: its order, or, `as_set`, which rows LIMIT leaves.

    Raises:
        LabError: the query cannot run.
    """
    query = ordered(sql)
    if query is None or (as_set and query.limit is None):
        return False
    # without LIMIT that is the key's own query, whose answer the sheet remembers
    forward = sheet.query(sql if query.limit is None else query.forward()).rows
    backward = tuple(reversed(sheet.query(query.backward()).rows))
    limit = len(forward) if query.limit is None else query.limit
    if as_set:
        return set(forward[:limit]) != set(backward[:limit])
    return forward[:limit] != backward[:limit]
