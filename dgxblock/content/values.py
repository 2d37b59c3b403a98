"""Values of attributes and simple elements, as far as our schemas restrict them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from lxml import etree

from dgxblock.content.safe import children, local

_EXAMPLE: Final = "{urn:dgx:example}for"
"""Beside a pattern, the schemas say what it means: nobody should have to read a regular expression."""
_PATTERNS: Final = {
    "NCName": r"[^\W\d][\w.\-]*",
    "NMTOKEN": r"[\w.\-:]+",
    "NMTOKENS": r"\s*[\w.\-:]+(\s+[\w.\-:]+)*\s*",
    "positiveInteger": r"\s*\+?0*[1-9][0-9]*\s*",
    "nonNegativeInteger": r"\s*\+?[0-9]+\s*",
    "integer": r"\s*[+-]?[0-9]+\s*",
    "decimal": r"\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\s*",
    "boolean": r"\s*(true|false|1|0)\s*",
}

_KINDS: Final = {
    "NCName": "line-1",
    "NMTOKEN": "CC0-1.0",
    "NMTOKENS": "a b c",
    "positiveInteger": "1, 2, 3 …",
    "nonNegativeInteger": "0, 1, 2 …",
    "integer": "-1, 0, 1 …",
    "decimal": "0.5",
    "boolean": "true, false",
    "date": "2026-11-23",
}
"""What a value of each kind looks like."""


def fits(value: str, leaf: etree._Element, /) -> bool:
    """Whether a value is what a ``data`` or ``value`` of the schema asks for."""
    if local(leaf) == "value":
        return value.split() == (leaf.text or "").split()
    kind = str(leaf.get("type"))
    if kind == "date":
        try:
            return bool(date.fromisoformat(value.strip()))
        except ValueError:
            return False
    if kind in _PATTERNS and not re.fullmatch(_PATTERNS[kind], value):
        return False
    if kind == "token":
        value = " ".join(value.split())
    limits = {str(each.get("name")): each.text or "" for each in children(leaf)}
    if "pattern" in limits and not re.fullmatch(limits["pattern"], value):
        return False
    if len(value) < int(limits.get("minLength", 0)):
        return False
    low, high = limits.get("minInclusive"), limits.get("maxInclusive")
    return (low is None or int(value) >= int(low)) and (high is None or int(value) <= int(high))


def example(leaf: etree._Element, /) -> str:
    """What may stand there, as short as a message needs it."""
    if local(leaf) == "value":
        return leaf.text or ""
    if said := leaf.get(_EXAMPLE):
        return str(said)
    limits = {str(each.get("name")): each.text or "" for each in children(leaf)}
    if "minInclusive" in limits:
        return f"{limits['minInclusive']}–{limits.get('maxInclusive', '')}"
    if "minLength" in limits:
        return "…"
    return _KINDS[str(leaf.get("type"))]
