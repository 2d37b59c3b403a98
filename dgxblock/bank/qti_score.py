"""How a QTI item is scored: the templates and the simple conditions that say what our questions say too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from dgxblock.bank import qti
from dgxblock.bank.qti_body import Reader
from dgxblock.content.model import Tolerance
from dgxblock.content.safe import children, local

_OUTCOMES: Final = frozenset({"SCORE", "MAXSCORE", "FEEDBACK"})


@dataclass(frozen=True)
class Declared:
    """The response of an item: the right values, and what each of some texts or choices earns."""

    element: etree._Element
    cardinality: str
    base: str
    correct: tuple[str, ...]
    mapped: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Scoring:
    """``match`` or ``map``, the tolerance of a number, and what the full answer earns, if that is said."""

    how: str
    tolerance: Tolerance | None = None
    points: float | None = None


def number(text: str | None, /) -> float | None:
    """A number of an attribute or element; None if it is none."""
    try:
        value = float((text or "").strip()) if len(text or "") < 60 else float("nan")
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def declared(reader: Reader, item: etree._Element, /) -> Declared:
    """The one response of an item.

    Raises:
        Untakable: there is none, or there are several.
    """
    found = [each for each in children(item) if local(each) == "qti-response-declaration"]
    if len(found) != 1:
        raise reader.cannot(item, "qti-responses", count=len(found))
    (each,) = found
    correct: list[str] = []
    mapped: list[tuple[str, float]] = []
    for child in children(each):
        if local(child) == "qti-correct-response":
            correct = [qti.text_of(value) for value in children(child) if local(value) == "qti-value"]
        elif local(child) == "qti-mapping":
            mapped = list(_mapped(reader, child))
        else:
            raise reader.cannot(child)
    base = each.get("base-type", "identifier")
    return Declared(each, each.get("cardinality", "single"), base, tuple(correct), tuple(mapped))


def _mapped(reader: Reader, mapping: etree._Element) -> Iterator[tuple[str, float]]:
    if number(mapping.get("default-value", "0")) != 0:
        reader.lose(mapping, "attribute", attribute="default-value", value=mapping.get("default-value"))
    for each in children(mapping):
        earned = number(each.get("mapped-value"))
        if local(each) != "qti-map-entry" or earned is None:
            reader.lose(each)
            continue
        if each.get("case-sensitive") in ("true", "1"):
            reader.lose(each, "attribute", attribute="case-sensitive", value="true")
        yield each.get("map-key", ""), earned


def points(reader: Reader, item: etree._Element, /) -> float | None:
    """What an item says that it earns at the most; other outcomes are told."""
    found: float | None = None
    for each in children(item):
        if local(each) != "qti-outcome-declaration":
            continue
        name = each.get("identifier", "")
        if name not in _OUTCOMES:
            reader.lose(each, "outcome", outcome=name)
        elif name == "MAXSCORE":
            found = number(qti.text_of(each))
    return found if found is not None and found > 0 else None


def scoring(reader: Reader, item: etree._Element, /) -> Scoring:
    """How the answer is judged.

    Raises:
        Untakable: in a way that our questions cannot.
    """
    place = next((each for each in children(item) if local(each) == "qti-response-processing"), None)
    if place is None:
        return Scoring("match")
    if template := place.get("template"):
        name = template.rpartition("/")[2].removesuffix(".xml")
        if name not in ("match_correct", "map_response"):
            raise reader.cannot(place, "qti-template", template=name)
        return Scoring("match" if name == "match_correct" else "map")
    found = Scoring("match")
    for each in children(place):
        if local(each) == "qti-set-outcome-value" and each.get("identifier") == "FEEDBACK":
            continue
        if local(each) != "qti-response-condition":
            raise reader.cannot(each)
        found = _condition(reader, each)
    return found


def _condition(reader: Reader, condition: etree._Element) -> Scoring:
    """If the response matches (or is near enough), the score is this, else nothing."""
    branches = children(condition)
    if not branches or local(branches[0]) != "qti-response-if" or len(branches) > 2:
        raise reader.cannot(branches[0] if branches else condition)
    tests = children(branches[0])
    if not tests:
        raise reader.cannot(branches[0])
    if local(tests[0]) == "qti-is-null":
        return _map(reader, branches)
    near: Tolerance | None = None
    if local(tests[0]) == "qti-equal":
        near = _tolerance(reader, tests[0])
    elif local(tests[0]) not in ("qti-match", "qti-string-match"):
        raise reader.cannot(tests[0])
    operands = sorted(local(each) for each in children(tests[0]))
    if operands not in (["qti-correct", "qti-variable"], ["qti-base-value", "qti-variable"]):
        raise reader.cannot(tests[0])
    if "qti-base-value" in operands:
        raise reader.cannot(tests[0])
    earned = _earned(reader, tests[1:])
    for branch in branches[1:]:
        if local(branch) != "qti-response-else" or _earned(reader, children(branch)) != 0:
            raise reader.cannot(branch)
    return Scoring("match", near, earned or None)


def _map(reader: Reader, branches: list[etree._Element]) -> Scoring:
    """The template map_response, written out."""
    last = [local(each) for each in branches[-1].iter() if isinstance(each.tag, str)]
    if len(branches) == 2 and last == ["qti-response-else", "qti-set-outcome-value", "qti-map-response"]:
        return Scoring("map")
    raise reader.cannot(branches[0])


def _earned(reader: Reader, rules: list[etree._Element]) -> float:
    if len(rules) != 1 or local(rules[0]) != "qti-set-outcome-value" or rules[0].get("identifier") != "SCORE":
        raise reader.cannot(rules[0] if rules else reader.tree.root)
    inside = children(rules[0])
    earned = number(qti.text_of(inside[0])) if len(inside) == 1 and local(inside[0]) == "qti-base-value" else None
    if earned is None or earned < 0:
        raise reader.cannot(rules[0])
    return earned


def _tolerance(reader: Reader, equal: etree._Element) -> Tolerance | None:
    mode = equal.get("tolerance-mode", "exact")
    sides = {number(each) for each in (equal.get("tolerance") or "").split()}
    if mode == "exact":
        return None
    if mode not in ("absolute", "relative") or len(sides) != 1 or (amount := sides.pop()) is None or amount < 0:
        raise reader.cannot(equal, "qti-tolerance", value=equal.get("tolerance") or "—")
    return Tolerance(amount, "percent" if mode == "relative" else "absolute")
