"""The rules for questions: keys count, steps have an order, what carries forward comes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from dgxblock.content import rules_grid
from dgxblock.content.build_essay import LONGEST
from dgxblock.content.findings import Finding
from dgxblock.content.items import ELEMENTS
from dgxblock.content.rules import Scope, parameters_of
from dgxblock.content.rules_workbook import workbook
from dgxblock.content.safe import children, local, words

MOST_CHARACTERS: Final = 4000
"""Of an essay: more than anybody judges fairly, and a request stays small."""
_TRUE = ("true", "1")
_MOST_COST = 80
"""Per cent: who has taken every hint must still gain by answering."""


def items(scope: Scope, /) -> Iterator[Finding]:
    """The rules for the questions of an exercise or an assessment."""
    numbers: set[str] = set()
    for item in scope.all(*ELEMENTS):
        yield from _points(scope, item)
        yield from _hints(scope, item)
        if local(item) == "number":
            yield from scope.unknown(item, "unknown-item", item.get("depends"), frozenset(numbers))
            numbers.add(str(item.get("id")))
            yield from _unit(scope, item)
        elif local(item) == "order":
            yield from _order(scope, item)
        elif local(item) == "essay":
            yield from _essay(scope, item)
        elif local(item) == "workbook":
            yield from workbook(scope, item)
        elif local(item) in ("single", "multiple"):
            yield from _choices(scope, item)
        elif local(item) == "sql":
            yield from _sql(scope, item)
        elif local(item) == "points":
            yield from _chart_points(scope, item)
        else:
            yield from rules_grid.grid(scope, item, frozenset(numbers))


def _points(scope: Scope, item: etree._Element) -> Iterator[Finding]:
    try:
        positive = float(item.get("points", "1")) > 0
    except ValueError:
        return  # the schema has said so
    if not positive:
        yield scope.finding(item, "points")


def _hints(scope: Scope, item: etree._Element) -> Iterator[Finding]:
    hints = _named(item, "demandHint")
    costs = [int(cost) for each in hints if (cost := each.get("cost", "0")).isascii() and cost.isdecimal()]
    if hints and local(scope.root) == "assessment":
        yield scope.finding(hints[0], "hint-in-assessment")
    elif sum(costs) > _MOST_COST:
        yield scope.finding(hints[-1], "hint-costs", total=sum(costs), limit=_MOST_COST)


def _unit(scope: Scope, item: etree._Element) -> Iterator[Finding]:
    units, unit = item.get("units"), item.get("unit")
    if units is not None and (unit or "") not in units.split():
        yield scope.finding(item, "unit-offered", unit=unit or "—")


def _named(item: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in children(item) if local(child) == name]


def _essay(scope: Scope, item: etree._Element) -> Iterator[Finding]:
    shortest, longest = item.get("shortest", "1"), item.get("longest", str(LONGEST))
    if shortest.isdecimal() and longest.isdecimal():
        if int(longest) > MOST_CHARACTERS:
            yield scope.finding(item, "essay-longest", limit=MOST_CHARACTERS)
        elif int(shortest) > int(longest):
            yield scope.finding(item, "essay-length", shortest=shortest, longest=longest)
    for criterion in _named(item, "criterion"):
        points = [_points_of(each) for each in _named(criterion, "level")]
        known = [each for each in points if each is not None]
        if (
            points
            and len(known) == len(points)
            and (len(set(known)) < 2 or len(set(known)) < len(known) or min(known) < 0)
        ):
            yield scope.finding(criterion, "essay-levels")


def _points_of(level: etree._Element) -> float | None:
    try:
        return float(level.get("points", ""))
    except ValueError:
        return None  # the schema has said so


def _choices(scope: Scope, item: etree._Element) -> Iterator[Finding]:
    choices = _named(item, "choice")
    marked = any(each.get("correct") is not None for each in choices)
    right = sum(each.get("correct") in _TRUE for each in choices)
    if len(choices) < 3:
        yield scope.finding(item, "choice-count", count=len(choices))
    if keys := _named(item, "key"):
        if marked:
            yield scope.finding(keys[0], "key-twice")
    elif local(item) == "single" and right != 1:
        yield scope.finding(item, "single-key", count=right)
    elif local(item) == "multiple" and (right < 2 or right == len(choices)):
        yield scope.finding(item, "multiple-key")


def _order(scope: Scope, item: etree._Element) -> Iterator[Finding]:
    steps = _named(item, "step")
    ids = frozenset(str(each.get("id")) for each in steps)
    after = {str(each.get("id")): (each.get("after") or "").split() for each in steps}
    if len(steps) < 2:
        yield scope.finding(item, "order-steps")
    for step in steps:
        yield from scope.unknown(step, "unknown-step", step.get("after"), ids)
    keys = _named(item, "key")
    if keys and any(after.values()):
        yield scope.finding(keys[0], "key-twice")
    if not keys and not any(after.values()):
        yield scope.finding(item, "order-key")
    if (circle := _circle(after)) is not None:
        yield scope.finding(next(each for each in steps if each.get("id") == circle), "order-loop")


def _sql(scope: Scope, item: etree._Element) -> Iterator[Finding]:
    if item.get("tables") is None and scope.dataset is not None:
        tables = [each for each in children(scope.dataset) if local(each) == "table"]
        if not any(each.get("download") in _TRUE for each in tables):
            yield scope.finding(item, "sql-tables")
    keys, starters = (["".join(words(each).split()) for each in _named(item, name)] for name in ("key", "starter"))
    if keys and keys == starters:
        yield scope.finding(_named(item, "starter")[0], "sql-starter")
    for key in [each for each in item.iter() if local(each) == "key"]:
        for name in parameters_of(key)[:1]:
            yield scope.finding(key, "sql-parameter", name=name)


def _chart_points(scope: Scope, item: etree._Element) -> Iterator[Finding]:
    given = [name for name in ("lower", "centre", "upper") if item.get(name)]
    if len(given) not in (0, 3):
        yield scope.finding(item, "points-limits")


def _circle(after: Mapping[str, list[str]]) -> str | None:
    """A step that waits for itself, if there is one: what is left once every step that can be done is done (Kahn)."""
    waiting = {step: {each for each in earlier if each in after} for step, earlier in after.items()}
    later: dict[str, list[str]] = {step: [] for step in after}
    for step, earlier in waiting.items():
        for each in earlier:
            later[each].append(step)
    ready = [step for step, earlier in waiting.items() if not earlier]
    while ready:
        done = ready.pop()
        del waiting[done]
        for step in later[done]:
            waiting[step].discard(done)
            if not waiting[step]:
                ready.append(step)
    if not waiting:
        return None
    seen: set[str] = set()
    step = next(iter(waiting))  # may only wait for the circle; walking back ends up in it
    while step not in seen:
        seen.add(step)
        step = min(waiting[step])
    return step
