"""The rules for a case: it says what is invented and cites what is not, and every road leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

from dgxblock.content.findings import Finding
from dgxblock.content.rules import Scope
from dgxblock.content.safe import children, local, words
from dgxblock.content.spacing import LANG

MAX_DECISIONS: Final = 20
"""A case has two or three; the limit keeps whoever walks the roads, ourselves included, from endless ones."""


def case(scope: Scope, /) -> Iterator[Finding]:
    """The rules for a case."""
    yield from _truth(scope)
    yield from _exhibits(scope)
    yield from _states(scope)
    yield from _roads(scope)


def _chinese(element: etree._Element) -> str:
    texts = [each for each in children(element) if local(each) == "t" and each.get(LANG) == "zh-CN"]
    return "".join(words(each) for each in texts)


def _truth(scope: Scope) -> Iterator[Finding]:
    root, sources = scope.root, scope.all("source")
    if root.get("kind") == "composite":
        for disclosure in scope.all("disclosure"):
            if not any(word in _chinese(disclosure) for word in ("合成", "虚构")):
                yield scope.finding(disclosure, "composite-disclosure")
    if root.get("kind") == "sourced":
        if len(sources) < 2:
            yield scope.finding(root, "sourced-sources")
        for source in sources:
            if root.get("status") == "published" and source.get("verified") != "full":
                yield scope.finding(source, "source-unverified", name=source.get("id"))
    for url in scope.all("url"):
        if not _is_web_address((url.text or "").strip()):
            yield scope.finding(url, "url-unsafe", url=(url.text or "").strip()[:80])


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and url.isprintable() and " " not in url


def _exhibits(scope: Scope) -> Iterator[Finding]:
    exhibits = [each for each in scope.all("exhibit") if each.get("id") is not None]
    known = frozenset(str(each.get("id")) for each in exhibits)
    sources = frozenset(str(each.get("id")) for each in scope.all("source"))
    for place in scope.all("exhibit"):
        yield from scope.unknown(place, "unknown-exhibit", place.get("ref"), known)
    for decision in scope.all("decision"):
        yield from scope.unknown(decision, "unknown-exhibit", decision.get("evidence"), known)
    for exhibit in exhibits:
        yield from scope.unknown(exhibit, "unknown-source", exhibit.get("src"), sources)
        if exhibit.get("basis") == "sourced" and not (exhibit.get("src") or "").strip():
            yield scope.finding(exhibit, "exhibit-source")
        said = "".join(_chinese(each) for each in children(exhibit) if local(each) in ("title", "note"))
        if exhibit.get("basis") == "synthetic" and "合成" not in said:
            yield scope.finding(exhibit, "exhibit-synthetic")
        for chart in (each for each in children(exhibit) if local(each) == "chart"):
            if not any(local(each) == "alt" for each in children(chart)):
                yield scope.finding(chart, "alt-missing")
        for table in (each for each in children(exhibit) if local(each) == "table"):
            columns = sum(local(each) == "col" for each in children(table))
            for row in (each for each in children(table) if local(each) == "row"):
                if len(children(row)) != columns:
                    yield scope.finding(row, "row-cells", cells=len(children(row)), columns=columns)


def _states(scope: Scope) -> Iterator[Finding]:
    values = scope.names("value")
    for state in scope.all("state"):
        yield from scope.unknown(state, "unknown-value", state.get("startRef"), values)
        if (state.get("start") is None) == (state.get("startRef") is None):
            yield scope.finding(state, "state-start")
    known = frozenset(str(each.get("name")) for each in scope.all("state"))
    for effect in scope.all("effect"):
        yield from scope.unknown(effect, "unknown-state", effect.get("state"), known)
        yield from scope.unknown(effect, "unknown-value", effect.get("setRef"), values)
        if sum(effect.get(kind) is not None for kind in ("add", "set", "setRef")) != 1:
            yield scope.finding(effect, "effect-kind")


def _roads(scope: Scope) -> Iterator[Finding]:
    decisions = {str(each.get("id")): each for each in scope.all("decision")}
    if len(decisions) > MAX_DECISIONS:
        yield scope.finding(scope.root, "decision-count", count=len(decisions), limit=MAX_DECISIONS)
        return
    onward: dict[str, list[etree._Element]] = {}
    for key, decision in decisions.items():
        options = [each for each in children(decision) if local(each) == "option"]
        onward[key] = [each for each in options if each.get("next") is not None]
        if not 2 <= len(options) <= 4:
            yield scope.finding(decision, "option-count", count=len(options))
        for option in onward[key]:
            yield from scope.unknown(option, "unknown-decision", option.get("next"), frozenset(decisions))
    for part in scope.all("decisions"):
        yield from scope.unknown(part, "unknown-decision", part.get("start"), frozenset(decisions))
        reached: set[str] = set()
        yield from _walk(scope, str(part.get("start")), onward, (), reached)
        if reached:
            for key, decision in decisions.items():
                if key not in reached:
                    yield scope.finding(decision, "decision-unreachable", name=key)


def _walk(
    scope: Scope, key: str, onward: dict[str, list[etree._Element]], road: tuple[str, ...], reached: set[str]
) -> Iterator[Finding]:
    if key in reached or key not in onward:
        return
    reached.add(key)
    for option in onward[key]:
        following = str(option.get("next"))
        if following in (*road, key):
            yield scope.finding(option, "decision-loop", name=following)
        else:
            yield from _walk(scope, following, onward, (*road, key), reached)
