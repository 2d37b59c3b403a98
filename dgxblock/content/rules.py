"""What the schema cannot say, for every kind of document: both languages, unique names, references, questions.

Each rule looks at the tree for itself and is content with any shape, so that a document with one misspelt element
still gets all its other findings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from lxml import etree

from dgxblock.content.findings import Finding
from dgxblock.content.items import ELEMENTS
from dgxblock.content.safe import Position, children, local, words
from dgxblock.content.spacing import LANG, is_chinese

LANGUAGES: Final = ("zh-CN", "en")

_WORDS: Final = frozenset(
    {
        *("alt", "category", "col", "column", "demandHint", "detail", "disclosure", "eyebrow", "fact", "feedback"),
        *("again", "given", "hint", "level"),
        *("label", "lead", "note", "objective", "p", "path", "prompt", "rationale", "region", "rule", "sector"),
        *("state", "title"),
        "reason",
    }
)
"""Elements that hold both languages. A cell (``c``) may."""
_LOCAL_IDS: Final = frozenset(
    {"cell", "choice", "criterion", "level", "option", "step"} | {"class", "column", "pair", "row", "thing"}
)
"""Elements whose ids are unique beside each other only: every question may have its a, b and c."""
_MOST_LISTED: Final = 8
_BARE_WORD: Final = re.compile(r"[a-z]{4,}")
"""Words that want a translation; ``MES``, ``min`` and ``30 s`` do not."""
_SQL_NOISE: Final = re.compile(r"'(?:[^']|'')*(?:'|\Z)|--[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_SQL_NAME: Final = re.compile(r"(?<![:\w]):([A-Za-z_]\w*)")


@dataclass(frozen=True)
class Scope:
    """What a rule needs to know: where elements stand, and the data set (None: unknown, so not asked about)."""

    root: etree._Element
    positions: dict[etree._Element, Position]
    dataset: etree._Element | None

    def finding(self, at: etree._Element, code: str, /, **params: object) -> Finding:
        """A finding at the start of an element; of another document's element, at the start of this one."""
        line, column = self.positions.get(at) or self.positions[self.root]
        return Finding.of(code, line, column, **params)

    def all(self, *names: str) -> list[etree._Element]:
        """The elements of these names, in document order."""
        return [each for each in self.root.iter() if local(each) in names]

    def names(self, kind: str) -> frozenset[str] | None:
        """The names of the data set's values or tables, None if there is no data set to ask."""
        if self.dataset is None:
            return None
        return frozenset(str(each.get("name")) for each in children(self.dataset) if local(each) == kind)

    def unknown(
        self, at: etree._Element, code: str, names: str | None, known: frozenset[str] | None, /
    ) -> Iterator[Finding]:
        """A finding for each of the names (separated by spaces) that is not among those known."""
        if known is not None:
            for name in (names or "").split():
                if name not in known:
                    yield self.finding(at, code, name=name, known=listed(name, known))


def listed(name: str, known: Iterable[str], /) -> str:
    """The names that there are, for who wrote another: those that look like it, else the first few."""
    names = sorted(known)
    near = get_close_matches(name, names, 3) or names
    return ", ".join([*near[:_MOST_LISTED], *(["…"] if len(near) > _MOST_LISTED else [])]) or "—"


def common(scope: Scope, /) -> Iterator[Finding]:
    """The rules for all documents."""
    yield from _languages(scope)
    yield from _unique(scope)
    yield from _values(scope)
    yield from _claims(scope)
    yield from _objectives(scope)


def _languages(scope: Scope) -> Iterator[Finding]:
    for element in scope.root.iter():
        name = local(element)
        if name == "c":
            yield from _cell(scope, element)
        elif name in _WORDS and (parent := element.getparent()) is not None and local(parent) != "source":
            yield from _both(scope, element)


def _both(scope: Scope, element: etree._Element) -> Iterator[Finding]:
    texts = [child for child in children(element) if local(child) == "t"]
    for language in LANGUAGES:
        own = [each for each in texts if each.get(LANG) == language]
        params = {"element": local(element), "lang": language}
        if not own:
            yield scope.finding(element, "language-missing", **params)
        elif len(own) > 1:
            yield scope.finding(own[1], "language-twice", **params)
        elif not words(own[0]).strip() and not any(local(each) == "var" for each in own[0].iter()):
            yield scope.finding(own[0], "language-empty", **params)


def _cell(scope: Scope, cell: etree._Element) -> Iterator[Finding]:
    inner = children(cell)
    if any(local(each) == "t" for each in inner):
        yield from _both(scope, cell)
        outside = [cell.text, *(each.tail for each in cell)]
        if "".join(text or "" for text in outside).strip() or any(local(each) != "t" for each in inner):
            yield scope.finding(cell, "cell-language")
    else:
        text = words(cell)
        if any(is_chinese(each) for each in text) or _BARE_WORD.search(text):
            yield scope.finding(cell, "cell-language")


def _unique(scope: Scope) -> Iterator[Finding]:
    inside = frozenset(scope.root.iter("{*}dataset"))
    seen: set[tuple[object, str]] = set()
    for element in scope.root.iter():
        name = local(element)
        parent = element.getparent()
        if parent is None or element in inside:
            continue  # a document and its data set may well be called the same
        space: object = parent if name in _LOCAL_IDS else "document"
        key = element.get("id")
        if name in ("table", "value", "state", "column") and element.get("name"):
            space, key = (name, parent if name == "column" else None), element.get("name")
        if key is None:
            continue
        # A database of an Open edX site, as a rule, does not tell case apart: to it, d1 and D1 are one decision.
        if (space, key.lower()) in seen:
            yield scope.finding(element, "id-twice", name=key)
        seen.add((space, key.lower()))


def _values(scope: Scope) -> Iterator[Finding]:
    values = scope.names("value")
    for element in scope.all("var", "given", "fact", "number", "misconception", "cell", "wrong"):
        yield from scope.unknown(element, "unknown-value", element.get("ref"), values)
    for element in scope.all("key", "query"):
        yield from scope.unknown(element, "unknown-value", " ".join(parameters_of(element)), values)
    for element in scope.all("points"):
        for name in ("lower", "centre", "upper"):
            yield from scope.unknown(element, "unknown-value", element.get(name), values)
    for element in scope.all("data"):
        yield from scope.unknown(element, "unknown-table", element.get("table"), scope.names("table"))
    for element in scope.all("sql"):
        yield from scope.unknown(element, "unknown-table", element.get("tables"), scope.names("table"))
    earlier: set[str] = set()
    for element in scope.all("value"):
        for name in parameters_of(element):
            if name not in earlier:
                yield scope.finding(element, "value-order", name=name)
        earlier.add(str(element.get("name")))


def parameters_of(element: etree._Element) -> list[str]:
    """The ``:names`` in the SQL of an element."""
    return _SQL_NAME.findall(_SQL_NOISE.sub(" ", words(element)))


def _claims(scope: Scope) -> Iterator[Finding]:
    sources = frozenset(str(each.get("id")) for each in scope.all("source"))
    for claim in scope.all("claim"):
        if (claim.get("src") is None) == (claim.get("basis") is None):
            yield scope.finding(claim, "claim-basis")
        yield from scope.unknown(claim, "unknown-source", claim.get("src"), sources)


def _objectives(scope: Scope) -> Iterator[Finding]:
    known = frozenset(str(each.get("id")) for each in scope.all("objective"))
    if local(scope.root) != "assessment":
        return  # a case has no questions, and an exercise leans on the objectives of its case
    used: Counter[str] = Counter()
    for item in scope.all(*ELEMENTS):
        yield from scope.unknown(item, "unknown-objective", item.get("objectives"), known)
        used.update((item.get("objectives") or "").split())
    for objective in scope.all("objective"):
        if not used[str(objective.get("id"))]:
            yield scope.finding(objective, "objective-unassessed", name=objective.get("id"))
