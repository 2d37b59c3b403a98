"""From `Text` to elements, and from the few other things that every document holds: `build_text` the other way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from lxml import etree

from dgxblock.content.dataset import Column, Dataset
from dgxblock.content.items import Given
from dgxblock.content.objective import Objective
from dgxblock.content.safe import NAMESPACE
from dgxblock.content.spacing import LANG, is_chinese
from dgxblock.content.text import Span, Text

_WORD: Final = re.compile(r"[a-z]{4,}")
"""Words that belong to a language; a cell with one says itself in both."""


def child(parent: etree._Element, name: str, words: str = "", /, **attributes: object) -> etree._Element:
    """A new last child. An attribute that is None or empty is left out; `kind_`, `class_` lose their underscore."""
    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if words:
        made.text = words
    mark(made, **attributes)
    return made


def mark(element: etree._Element, /, **attributes: object) -> None:
    """Set attributes as documents write them."""
    for key, value in attributes.items():
        if value is None or value == "" or value == ():
            continue
        written = "true" if value is True else " ".join(value) if isinstance(value, tuple) else str(value)
        if isinstance(value, float):
            written = number(value)
        element.set(key.rstrip("_"), written)


def number(value: float, /) -> str:
    """A decimal without an exponent, which XML Schema does not know: ``0.00001``, ``2``."""
    written = format(Decimal(repr(value)), "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def text(parent: etree._Element, name: str, words: Text | None, /, **attributes: object) -> None:
    """An element that holds both languages; nothing for None."""
    if words is not None:
        both(child(parent, name, **attributes), words)


def query(parent: etree._Element, name: str, sql: str, /, **attributes: object) -> etree._Element:
    """An element that holds SQL. Its lines begin below the tag: beside it, the first would lose its indentation."""
    return child(parent, name, "\n" + sql if "\n" in sql else sql, **attributes)


def both(element: etree._Element, words: Text, /) -> None:
    """A ``t`` in each language."""
    for lang, spans in (("zh-CN", words.zh), ("en", words.en)):
        made = child(element, "t")
        made.set(LANG, lang)
        _fill(made, spans)


def cell(row: etree._Element, words: Text, /) -> None:
    """A cell of a table; what needs no language has no ``t``."""
    made = child(row, "c")
    said = words.plain("en")
    if words.zh == words.en and not any(map(is_chinese, said)) and not _WORD.search(said):
        _fill(made, words.en)
    else:
        both(made, words)


def paragraphs(parent: etree._Element, words: Iterable[Text], /) -> None:
    for each in words:
        text(parent, "p", each)


def objectives(parent: etree._Element, listed: Iterable[Objective], /) -> None:
    holder = child(parent, "objectives")
    for each in listed:
        made = child(holder, "objective", id=each.id, bloom=each.bloom)
        both(made, each.text)
        text(made, "again", each.again, ref=each.again_ref)


def given(parent: etree._Element, name: str, quantity: Given, /) -> None:
    text(parent, name, quantity.label, ref=quantity.ref, format=quantity.format)


def columns(parent: etree._Element, listed: Iterable[Column], /) -> None:
    for each in listed:
        text(parent, "column", each.label, name=each.name, type=each.type, unit=each.unit, format=_format(each.format))


def dataset(element: etree._Element, data: Dataset, /) -> None:
    """Fill an element ``dataset``."""
    mark(element, id=data.id, seed=data.seed, spdx=data.spdx)
    for category in data.categories:
        text(element, "category", category.label, code=category.code)
    for table in data.tables:
        holder = child(element, "table", name=table.name, download=table.download or None)
        text(holder, "label", table.label)
        columns(holder, table.columns)
        query(holder, "select", table.select)
    for value in data.values:
        form = _format(value.format)
        limits = {"min": value.low, "max": value.high}
        query(element, "value", value.select, name=value.name, unit=value.unit, format=form, **limits)
    for rule in data.rules:
        text(element, "rule", rule)


def _format(name: str) -> str | None:
    return None if name == "text" else name


def _fill(element: etree._Element, spans: Iterable[Span]) -> None:
    last: etree._Element | None = None
    for span in spans:
        if span.kind != "text":
            last = _mark(element, span)
        elif last is None:
            element.text = (element.text or "") + span.text
        else:
            last.tail = (last.tail or "") + span.text


def _mark(parent: etree._Element, span: Span) -> etree._Element:
    if span.kind == "var":
        return child(parent, "var", ref=span.ref, format=span.format)
    made = child(parent, span.kind)
    if span.kind == "claim":
        mark(made, basis=None if span.basis == "sourced" else span.basis, src=span.sources)
    _fill(made, span.spans)
    return made
