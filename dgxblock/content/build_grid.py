"""From elements to questions that consist of parts, to short answers and decisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from lxml import etree

from dgxblock.content import model
from dgxblock.content.build_text import Formats, attribute, ids, is_true, maybe, named, only, text, texts
from dgxblock.content.safe import local
from dgxblock.content.spacing import LANG, line

LONGEST: Final = 60
"""Characters of a short answer, unless the author says otherwise."""

Head = dict[str, Any]
"""What all kinds of question have, by the names of the model."""


def tolerance(words: str, /) -> model.Tolerance:
    """``0.5pp``, ``2%`` or ``0.05``, as the schema has checked it."""
    if words.endswith("pp"):
        return model.Tolerance(float(words[:-2]), "pp")
    if words.endswith("%"):
        return model.Tolerance(float(words[:-1]), "percent")
    return model.Tolerance(float(words), "absolute")


def _cells(item: etree._Element, formats: Formats, head: Head, key: str) -> model.Item:
    del key
    rows = tuple(
        model.CellRow(
            attribute(row, "id"),
            text(only(row, "label"), formats),
            tuple(
                model.NumberCell(
                    attribute(cell, "column"),
                    attribute(cell, "ref"),
                    is_true(cell, "shown"),
                    formats.of(cell),
                    ids(cell, "depends"),
                )
                for cell in named(row, "cell")
            ),
        )
        for row in named(item, "row")
    )
    misconceptions = tuple(
        model.CellMisconception(each.note, each.feedback, wrong=_wrong(element, rows))
        for each, element in zip(head["misconceptions"], named(item, "misconception"), strict=True)
    )
    return model.CellsItem(
        **{**head, "misconceptions": misconceptions},
        columns=tuple(
            model.CellColumn(
                attribute(each, "id"),
                text(each, formats),
                attribute(each, "unit"),
                tolerance(attribute(each, "tolerance")) if "tolerance" in each.attrib else None,
            )
            for each in named(item, "column")
        ),
        rows=rows,
    )


def _wrong(misconception: etree._Element, rows: tuple[model.CellRow, ...]) -> tuple[tuple[str, str, str], ...]:
    """The cells of a misconception with the value to which it leads in each: one cell, or those of a column."""
    row, _, column = attribute(misconception, "cell").partition(":")
    if column:
        return ((row, column, attribute(misconception, "ref")),)
    column = attribute(misconception, "column")
    by_row = {attribute(each, "row"): attribute(each, "ref") for each in named(misconception, "wrong")}
    everywhere = attribute(misconception, "ref")
    return tuple(
        (row.id, column, ref)
        for row in rows
        if any(cell.column == column and not cell.shown for cell in row.cells)
        if (ref := by_row.get(row.id, everywhere))
    )


def _assigned(item: etree._Element, formats: Formats, target: str, thing: str) -> dict[str, Any]:
    return {
        "targets": tuple(
            model.Target(attribute(each, "id"), text(only(each, "label"), formats)) for each in named(item, target)
        ),
        "things": tuple(
            model.Thing(
                attribute(each, "id"),
                text(only(each, "label"), formats),
                attribute(each, target),
                maybe(each, "feedback", formats),
                tuple(
                    model.WrongTarget(attribute(one, target), attribute(one, "note"), maybe(one, "feedback", formats))
                    for one in named(each, "wrong")
                ),
            )
            for each in named(item, thing)
        ),
    }


def _match(item: etree._Element, formats: Formats, head: Head, key: str) -> model.Item:
    parts = _assigned(item, formats, "option", "pair")
    return model.MatchItem(**head, **parts, key=key, reuse=is_true(item, "reuse"))


def _classify(item: etree._Element, formats: Formats, head: Head, key: str) -> model.Item:
    parts = _assigned(item, formats, "class", "thing")
    return model.ClassifyItem(**head, **parts, key=key, ordinal=attribute(item, "scale") == "ordinal")


def _accepted(element: etree._Element) -> tuple[model.Accepted, ...]:
    return tuple(model.Accepted(line(each), attribute(each, LANG)) for each in named(element, "accept"))


def _short(item: etree._Element, formats: Formats, head: Head, key: str) -> model.Item:
    del formats, key
    misconceptions = tuple(
        model.ShortMisconception(each.note, each.feedback, texts=_accepted(element))
        for each, element in zip(head["misconceptions"], named(item, "misconception"), strict=True)
    )
    return model.ShortItem(
        **{**head, "misconceptions": misconceptions},
        accepted=_accepted(item),
        longest=int(attribute(item, "maxLength") or LONGEST),
        typos=int(attribute(item, "typos") or 0),
    )


def _decide(item: etree._Element, formats: Formats, head: Head, key: str) -> model.Item:
    return model.DecideItem(
        **head,
        options=tuple(
            model.DecideOption(
                attribute(each, "id"),
                text(only(each, "label"), formats),
                maybe(each, "detail", formats),
                float(attribute(each, "credit") or 0),
                attribute(each, "note"),
                texts(only(each, "consequence"), formats),
            )
            for each in named(item, "option")
        ),
        key=key,
        reason=maybe(item, "reason", formats),
    )


_MAKERS: Final[dict[str, Callable[[etree._Element, Formats, Head, str], model.Item]]] = {
    "cells": _cells, "match": _match, "classify": _classify, "short": _short, "decide": _decide
}  # fmt: skip

ELEMENTS: Final = tuple(_MAKERS)
"""The elements that are made here."""


def grid(item: etree._Element, formats: Formats, head: Head, key: str, /) -> model.Item:
    """The question of a checked element; `head` and `key` are what every kind has, or may have."""
    return _MAKERS[local(item)](item, formats, head, key)
