"""Nothing is made up in silence, and nothing real is said without its source: the rules of an honest case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final

from lxml import etree

from dgxblock.content.findings import Finding
from dgxblock.content.lengths import characters, words
from dgxblock.content.rules import Scope
from dgxblock.content.safe import children, local
from dgxblock.content.safe import words as text_of
from dgxblock.content.spacing import LANG

LICENCES: Final = (
    "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "CC-BY-NC-ND-4.0",
    "PDDL-1.0", "ODC-By-1.0", "ODbL-1.0", "CDLA-Permissive-2.0", "Apache-2.0", "MIT", "BSD-3-Clause",
)  # fmt: skip
"""What an author may want, by the names of SPDX; ``LicenseRef-…`` is for a licence of one's own."""
READING: Final = (900, 1400)
"""Chinese characters of the story: what a working trainee reads in a quarter of an hour."""
_RATIO: Final = (0.4, 1.1)
"""English words to a Chinese character: a translation has 0.6 to 0.75."""
_SIZES: Final = (("large", 1000, 40_000), ("medium", 300, 2000), ("small", 20, 300))
"""Industry by MIIT 2011/300: at least so many people and so much revenue (10,000 yuan); who misses one is smaller."""
_FIGURE: Final = re.compile(r"(?<![A-Za-z0-9.])\d+(?![\d.,]*[DG]\b)")
"""A number, but not the one in P20, 5G or 3D."""
_ORDINAL: Final = re.compile(
    r"\b(?:line|exhibit|table|figure|step|question|part|stage|level|scene|group|case)s? \d+|[第图表附件步]\s?\d+",
    re.IGNORECASE,
)
"""The number of a thing, which counts nothing."""
_PROSE: Final = frozenset({"lead", "opening", "section", "exhibits", "decisions", "epilogue"})
_TODO: Final = re.compile(r"\bTODO\b")


def truth(scope: Scope, /) -> Iterator[Finding]:
    """The rules for a case."""
    if scope.root.get("kind") == "sourced":
        yield from _figures(scope)
    if scope.root.get("kind") == "composite":
        yield from names(scope)
    yield from _sources(scope)
    yield from _size(scope)
    yield from _lengths(scope)
    yield from _taught(scope)


def licences(scope: Scope, /) -> Iterator[Finding]:
    """The licences of a document, and whether a case names that of its data set."""
    own = [(each, "spdx") for each in scope.all("dataset")]
    own += [(each, name) for each in scope.all("licence") for name in ("text", "data")]
    for element, name in own:
        value = element.get(name)
        if value is not None and value not in LICENCES and not value.startswith("LicenseRef-"):
            yield scope.finding(element, "licence-unknown", name=value, known=", ".join(LICENCES))
    spdx = None if scope.dataset is None else scope.dataset.get("spdx")
    for element in scope.all("licence"):
        if spdx is not None and element.get("data") not in (None, spdx):
            yield scope.finding(element, "licence-differs", name=element.get("data"), other=spdx)


def todo(scope: Scope, /) -> Iterator[Finding]:
    """What is still to be written; a case that claims to be finished has nothing left of it."""
    code = "todo-left" if scope.root.get("status") in ("reviewed", "published") else "todo"
    for element in scope.positions:
        own = "…".join([element.text or "", *(child.tail or "" for child in element)])
        said = [each for each in (own, *map(str, element.attrib.values())) if _TODO.search(each)]
        if said:
            yield scope.finding(element, code, text=" ".join(said[0].split())[:80])


def names(scope: Scope, /) -> Iterator[Finding]:
    """Real companies in a composite case, outside a box or a claim that cites a source."""
    for element in scope.root.iter():
        name = local(element)
        if not name or name in ("source", "select", "query", "key", "starter", "value") or _cited(element):
            continue
        said = " ".join([element.text or "", *(child.tail or "" for child in element)])
        for found in dict.fromkeys(each.lower() for each in _companies().findall(said)):
            yield scope.finding(element, "company-named", name=found)


def _cited(element: etree._Element) -> bool:
    """Whether an element stands where a source is cited."""
    at: etree._Element | None = element
    while at is not None:
        name = local(at)
        if name in ("aside", "sources") or (name in ("claim", "exhibit") and at.get("src")):
            return True
        at = at.getparent()
    return False


@cache
def _companies() -> re.Pattern[str]:
    text = (resources.files("dgxblock.content") / "companies.txt").read_text(encoding="utf-8")
    known = [each.strip() for each in text.splitlines() if each.strip() and not each.startswith("#")]
    parts = [rf"(?<![A-Za-z]){re.escape(each)}(?![A-Za-z])" if each.isascii() else re.escape(each) for each in known]
    return re.compile("|".join(parts), re.IGNORECASE)


def _figures(scope: Scope) -> Iterator[Finding]:
    for part in (each for each in scope.root.iter() if local(each) in _PROSE):
        for text in part.iter("{*}t"):
            if not _cited(text) and (found := _FIGURE.search(_ORDINAL.sub(" ", _unclaimed(text)))):
                yield scope.finding(text, "figure-unclaimed", text=found[0])


def _unclaimed(element: etree._Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if local(child) in ("em", "br"):
            parts.append(_unclaimed(child))
        parts.append(" " + (child.tail or ""))
    return "".join(parts)


def _sources(scope: Scope) -> Iterator[Finding]:
    kinds = {str(each.get("id")): each.get("type") for each in scope.all("source")}
    for source in scope.all("source"):
        for child in children(source):
            if local(child) != "url" and not text_of(child).strip():
                yield scope.finding(child, "source-incomplete", name=source.get("id"), part=local(child))
        published, accessed = (source.get("published") or "").strip(), (source.get("accessed") or "").strip()
        if not published:
            yield scope.finding(source, "source-undated", name=source.get("id"))
        elif published[:4].isdecimal() and published[:10] > accessed[: len(published[:10])]:
            yield scope.finding(source, "source-dates", name=source.get("id"))
    for exhibit in scope.all("exhibit"):
        cited = {kinds.get(each) for each in (exhibit.get("src") or "").split()}
        drawn = any(local(each) == "chart" for each in children(exhibit))
        if exhibit.get("basis") == "sourced" and drawn and cited and "dataset" not in cited:
            yield scope.finding(exhibit, "exhibit-dataset", name=exhibit.get("id"))


def _size(scope: Scope) -> Iterator[Finding]:
    for size in scope.all("size"):
        try:
            people, revenue = int(size.get("employees", "")), float(size.get("revenueWanYuan", ""))
        except ValueError:
            continue  # the schema has said so
        right = next((name for name, most, money in _SIZES if people >= most and revenue >= money), "micro")
        if size.get("class") != right:
            yield scope.finding(size, "size-class", name=size.get("class"), right=right)


def _lengths(scope: Scope) -> Iterator[Finding]:
    story = [
        text
        for part in scope.all("opening", "section", "aside")
        for paragraph in children(part)
        if local(paragraph) == "p"
        for text in children(paragraph)
    ]
    chinese = sum(characters(text_of(each)) for each in story if each.get(LANG) == "zh-CN")
    english = sum(words(text_of(each)) for each in story if each.get(LANG) == "en")
    low, high = READING
    where = (scope.all("opening") or [scope.root])[0]
    if scope.root.get("status") in ("reviewed", "published") and not low <= chinese <= high:
        yield scope.finding(where, "reading-length", count=chinese, low=low, high=high)
    if chinese >= low // 3 and not _RATIO[0] <= english / chinese <= _RATIO[1]:
        yield scope.finding(where, "reading-languages", chinese=chinese, english=english)


def _taught(scope: Scope) -> Iterator[Finding]:
    objectives = {str(each.get("id")): each for each in scope.all("objective")}
    taught: set[str] = set()
    for section in scope.all("section"):
        taught.update((section.get("objectives") or "").split())
        yield from scope.unknown(section, "unknown-objective", section.get("objectives"), frozenset(objectives))
    for name, objective in objectives.items():
        if taught and name not in taught:
            yield scope.finding(objective, "objective-untaught", name=name)
