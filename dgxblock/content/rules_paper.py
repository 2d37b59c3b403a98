"""The rules for the blueprint of an assessment: pools that are fair, rules of sitting that can be meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree

from dgxblock.content.findings import Finding
from dgxblock.content.items import ELEMENTS
from dgxblock.content.paper import EXAM, MOMENTS, Review
from dgxblock.content.rules import Scope
from dgxblock.content.safe import children, local
from dgxblock.content.strata import open_seats, seats

MOST_EARLY: Final = 110
"""Per cent: a bonus for haste, not a way to pass."""
_TRUE: Final = ("true", "1")
_Stratum = tuple[tuple[str, ...], str]


def paper(scope: Scope, /) -> Iterator[Finding]:
    """The rules for pools and for the element ``rules``."""
    pools = [each for each in scope.all("pool") if _items(each)]
    for pool in pools:
        yield from _pool(scope, pool)
    yield from _carried(scope, pools)
    yield from _chances(scope, pools)
    for rules in scope.all("rules"):
        yield from _shares(scope, rules)
        yield from _credit(scope, rules)
        yield from _review(scope, rules)
        if rules.get("timed") in _TRUE and rules.get("minutes") is None:
            yield scope.finding(rules, "timed-minutes")


def _items(parent: etree._Element) -> list[etree._Element]:
    return [each for each in children(parent) if local(each) in ELEMENTS]


def _whole(element: etree._Element, name: str, usual: int) -> int | None:
    """A whole number, None where the schema has complained of it."""
    words = element.get(name, str(usual)).strip().removeprefix("+")
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 7 else None


def _stratum(item: etree._Element) -> _Stratum:
    return tuple((item.get("objectives") or "").split()), item.get("difficulty", "")


def _points(item: etree._Element) -> float | None:
    try:
        return float(item.get("points", ""))
    except ValueError:
        return None


def _pool(scope: Scope, pool: etree._Element) -> Iterator[Finding]:
    items, draw, name = _items(pool), _whole(pool, "draw", 1), pool.get("id")
    if draw is not None and draw > len(items):
        yield scope.finding(pool, "pool-draw", name=name, count=len(items), draw=draw)
    elif draw == len(items):
        yield scope.finding(pool, "pool-whole", name=name)
    elif draw is not None:
        yield from _unreached(scope, items, draw)
    for item in items[1:]:
        if None not in (_points(item), _points(items[0])) and _points(item) != _points(items[0]):
            yield scope.finding(item, "pool-points", points=item.get("points"), other=items[0].get("points"))
    if any(each.get("difficulty") for each in items):
        for item in items:
            if not item.get("difficulty"):
                yield scope.finding(item, "pool-difficulty", name=item.get("id"))


def _unreached(scope: Scope, items: list[etree._Element], draw: int) -> Iterator[Finding]:
    """Questions that are never in a first draw: the remainder of their stratum is too small for a seat."""
    shared = seats(Counter(map(_stratum, items)), draw)
    remainders = sorted((each.remainder for each in shared.values()), reverse=True)
    spare = open_seats(shared, draw)
    for item in items:
        own = shared[_stratum(item)]
        if not own.sure and (not spare or own.remainder < remainders[spare - 1]):
            yield scope.finding(item, "pool-stratum", name=item.get("id"))


def _carried(scope: Scope, pools: list[etree._Element]) -> Iterator[Finding]:
    drawn = {str(item.get("id")) for pool in pools for item in _items(pool)}
    for element in scope.all("number", "cell"):
        for name in (element.get("depends") or "").split():
            if name in drawn:
                yield scope.finding(element, "pool-depends", name=name)


def _chances(scope: Scope, pools: list[etree._Element]) -> Iterator[Finding]:
    """Objectives that some draw leaves out."""
    drawn = {item for pool in pools for item in _items(pool)}
    safe = {
        name for item in scope.all(*ELEMENTS) if item not in drawn for name in (item.get("objectives") or "").split()
    }
    perhaps = {name for item in drawn for name in (item.get("objectives") or "").split()} - safe
    for objective in scope.all("objective"):
        name = str(objective.get("id"))
        if name in perhaps and not any(_sure(pool, name) for pool in pools):
            yield scope.finding(objective, "objective-chance", name=name)


def _sure(pool: etree._Element, objective: str) -> bool:
    """Whether every draw from a pool has a question for an objective: some stratum is sure of one, or all that the
    others can get leaves one."""
    draw = _whole(pool, "draw", 1) or 0
    shared = seats(Counter(map(_stratum, _items(pool))), draw)
    others = sum(each.most for (names, _difficulty), each in shared.items() if objective not in names)
    return others < draw or any(each.sure for (names, _difficulty), each in shared.items() if objective in names)


def _shares(scope: Scope, rules: etree._Element) -> Iterator[Finding]:
    words = rules.get("shares", "100").split()
    if not all(each.isascii() and each.isdecimal() for each in words):
        return  # the schema has said so
    shares = [int(each) for each in words]
    if not all(1 <= each <= 100 for each in shares):
        yield scope.finding(rules, "shares-range")
    elif shares != sorted(shares, reverse=True):
        yield scope.finding(rules, "shares-rising")
    attempts = _whole(rules, "attempts", 1)
    if attempts is not None and len(shares) > max(1, attempts):
        yield scope.finding(rules, "shares-many", count=len(shares), attempts=attempts)


def _credit(scope: Scope, rules: etree._Element) -> Iterator[Finding]:
    for credit in [each for each in children(rules) if local(each) == "credit"]:
        early, late = _whole(credit, "earlyPercent", 100), _whole(credit, "latePercent", 100)
        if early is not None and not 100 <= early <= MOST_EARLY:
            yield scope.finding(credit, "credit-early", limit=MOST_EARLY)
        if late is not None and late > 100:
            yield scope.finding(credit, "credit-late")
        for percent, days in (("earlyPercent", "earlyDays"), ("latePercent", "lateDays")):
            if credit.get(percent) is not None and _whole(credit, days, 0) == 0:
                yield scope.finding(credit, "credit-days", name=percent, days=days)


def _review(scope: Scope, rules: etree._Element) -> Iterator[Finding]:
    mode = rules.get("mode", "graded")
    usual = EXAM if mode == "exam" else Review()
    said = next((each for each in children(rules) if local(each) == "review"), None)
    moments = {
        name: getattr(usual, name) if said is None else said.get(name, getattr(usual, name))
        for name in Review.__dataclass_fields__
    }
    if said is None or not set(moments.values()) <= set(MOMENTS):
        return
    at = {name: MOMENTS.index(moment) for name, moment in moments.items()}
    if mode != "practice":
        for name in [each for each, moment in moments.items() if moment == "during"]:
            yield scope.finding(said, "review-during", name=name)
    for name in ("rationale", "solution"):
        if at[name] < at["correctness"]:
            yield scope.finding(said, "review-order", name=name, moment=moments[name], other=moments["correctness"])
    if mode == "exam" and at["correctness"] < MOMENTS.index("last") and (_whole(rules, "attempts", 1) or 0) > 1:
        yield scope.finding(said, "review-exam")
