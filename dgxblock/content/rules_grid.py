"""The rules for tables of numbers, matching, classifying, short answers and decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from lxml import etree

from dgxblock.content.build_grid import LONGEST
from dgxblock.content.findings import Finding
from dgxblock.content.rules import LANGUAGES, Scope
from dgxblock.content.safe import children, local
from dgxblock.content.spacing import LANG, line

MOST_SHORT: Final = 200
"""Characters: longer answers cannot be compared with a list."""
_TRUE: Final = ("true", "1")


def grid(scope: Scope, item: etree._Element, numbers: frozenset[str], /) -> Iterator[Finding]:
    """The rules for a question, if it is one of these kinds; `numbers` are the number items before it."""
    if local(item) == "cells":
        yield from _cells(scope, item, numbers)
    elif (rule := _RULES.get(local(item))) is not None:
        yield from rule(scope, item)


def _named(item: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in children(item) if local(child) == name]


def _ids(elements: list[etree._Element]) -> frozenset[str]:
    return frozenset(str(each.get("id")) for each in elements)


# --- tables of numbers ------------------------------------------------------------------------------------------------


def _cells(scope: Scope, item: etree._Element, numbers: frozenset[str]) -> Iterator[Finding]:
    columns, rows = _named(item, "column"), _named(item, "row")
    known, written = _ids(columns), set[str]()
    asked: set[str] = set()
    for row in rows:
        seen: set[str] = set()
        for cell in _named(row, "cell"):
            column = str(cell.get("column"))
            yield from scope.unknown(cell, "unknown-column", column, known)
            if column in seen:
                yield scope.finding(cell, "cell-twice", name=column)
            seen.add(column)
            yield from scope.unknown(cell, "cell-later", cell.get("depends"), frozenset(asked) | numbers)
            if cell.get("shown") not in _TRUE:
                asked.add(f"{row.get('id')}:{column}")
                written.add(column)
    if not asked:
        yield scope.finding(item, "cells-none")
    for each in columns:
        if each.get("id") in written and each.get("tolerance") is None:
            yield scope.finding(each, "column-tolerance", name=each.get("id"))
    for each in _named(item, "misconception"):
        yield from _misconception(scope, each, asked, known, _ids(rows))


def _misconception(
    scope: Scope, wrong: etree._Element, asked: set[str], columns: frozenset[str], rows: frozenset[str]
) -> Iterator[Finding]:
    cell, column, ref, roads = wrong.get("cell"), wrong.get("column"), wrong.get("ref"), _named(wrong, "wrong")
    through = column is not None and (ref is not None) != bool(roads)
    one = cell is not None and ref is not None and not roads
    if (cell is None) == (column is None) or not (one or through):
        yield scope.finding(wrong, "misconception-place")
        return
    yield from scope.unknown(wrong, "unknown-cell", cell, frozenset(asked))
    yield from scope.unknown(wrong, "unknown-column", column, columns)
    for each in roads:
        row = str(each.get("row"))
        yield from scope.unknown(each, "unknown-row", row, rows)
        if row in rows and column in columns and f"{row}:{column}" not in asked:
            yield scope.finding(each, "unknown-cell", name=f"{row}:{column}")


# --- matching and classifying -----------------------------------------------------------------------------------------


def _match(scope: Scope, item: etree._Element) -> Iterator[Finding]:
    yield from _assigned(scope, item, "option", "pair")
    if item.get("reuse") not in _TRUE:
        used: set[str] = set()
        for each in _named(item, "pair"):
            target = each.get("option")
            if target is not None and target in used:
                yield scope.finding(each, "match-reuse", name=target)
            used.add(str(target))


def _classify(scope: Scope, item: etree._Element) -> Iterator[Finding]:
    yield from _assigned(scope, item, "class", "thing")
    used = {each.get("class") for each in _named(item, "thing")}
    if not _named(item, "key") and None not in used:
        for each in _named(item, "class"):
            if each.get("id") not in used:
                yield scope.finding(each, "class-empty", name=each.get("id"))


def _assigned(scope: Scope, item: etree._Element, target: str, thing: str) -> Iterator[Finding]:
    targets, things, keys = _named(item, target), _named(item, thing), _named(item, "key")
    known = _ids(targets)
    if len(targets) < 2 or len(things) < 2:
        yield scope.finding(item, "assign-count")
    if keys and any(each.get(target) is not None for each in things):
        yield scope.finding(keys[0], "key-twice")
    for each in things:
        right = each.get(target)
        if right is None and not keys:
            yield scope.finding(each, "assign-key")
        yield from scope.unknown(each, "unknown-target", right, known)
        seen: set[str] = set()
        for wrong in _named(each, "wrong"):
            name = str(wrong.get(target))
            yield from scope.unknown(wrong, "unknown-target", name, known)
            if name == right:
                yield scope.finding(wrong, "wrong-right", name=name)
            elif name in seen:
                yield scope.finding(wrong, "wrong-twice", name=name)
            seen.add(name)


# --- short answers ----------------------------------------------------------------------------------------------------


def _short(scope: Scope, item: etree._Element) -> Iterator[Finding]:
    limit = str(item.get("maxLength") or LONGEST).strip()
    longest = int(limit) if limit.isdecimal() and len(limit) < 9 else MOST_SHORT + 1
    if longest > MOST_SHORT:
        yield scope.finding(item, "short-limit", limit=MOST_SHORT)
    accepted = _named(item, "accept")
    spoken = {each.get(LANG) for each in accepted}
    for language in LANGUAGES:
        if accepted and not spoken & {language, None}:
            yield scope.finding(item, "accept-language", lang=language)
    for each in (each for each in item.iter() if local(each) == "accept"):
        if len(line(each)) > longest:
            yield scope.finding(each, "accept-long", text=line(each), limit=longest)


# --- decisions --------------------------------------------------------------------------------------------------------


def _decide(scope: Scope, item: etree._Element) -> Iterator[Finding]:
    options, keys = _named(item, "option"), _named(item, "key")
    if not 2 <= len(options) <= 4:
        yield scope.finding(item, "option-count", count=len(options))
    shares = Counter(each.get("credit") for each in options)
    if keys:
        if set(shares) - {None}:
            yield scope.finding(keys[0], "key-twice")
        return
    best = sum(count for share, count in shares.items() if share and share.strip().startswith("1"))
    if best != 1:
        yield scope.finding(item, "decide-credit", count=best)


_RULES: Final[dict[str, Callable[[Scope, etree._Element], Iterator[Finding]]]] = {
    "match": _match, "classify": _classify, "short": _short, "decide": _decide
}  # fmt: skip
