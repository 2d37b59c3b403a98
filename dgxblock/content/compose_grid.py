"""From questions that consist of parts to elements: `build_grid` the other way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from lxml import etree

from dgxblock.content import model
from dgxblock.content.compose_parts import accepted, tolerance
from dgxblock.content.compose_text import child, mark, number, paragraphs, query, text


def _cells(made: etree._Element, item: model.CellsItem) -> None:
    for column in item.columns:
        near = None if column.tolerance is None else tolerance(column.tolerance)
        text(made, "column", column.label, id=column.id, unit=column.unit, tolerance=near)
    for row in item.rows:
        holder = child(made, "row", id=row.id)
        text(holder, "label", row.label)
        for cell in row.cells:
            one = child(holder, "cell", column=cell.column, ref=cell.ref, shown=cell.shown or None)
            mark(one, format=cell.format, depends=cell.depends)


def _assigned(made: etree._Element, item: model.MatchItem | model.ClassifyItem, target: str, thing: str) -> None:
    for each in item.targets:
        text(child(made, target, id=each.id), "label", each.label)
    for part in item.things:
        holder = child(made, thing, id=part.id, **{target: part.target})
        text(holder, "label", part.label)
        text(holder, "feedback", part.feedback)
        for wrong in part.wrong:
            text(child(holder, "wrong", note=wrong.note, **{target: wrong.target}), "feedback", wrong.feedback)
    if item.key:
        query(made, "key", item.key)


def _match(made: etree._Element, item: model.MatchItem) -> None:
    mark(made, reuse=item.reuse or None)
    _assigned(made, item, "option", "pair")


def _classify(made: etree._Element, item: model.ClassifyItem) -> None:
    mark(made, scale="ordinal" if item.ordinal else None)
    _assigned(made, item, "class", "thing")


def _short(made: etree._Element, item: model.ShortItem) -> None:
    mark(made, maxLength=item.longest, typos=item.typos)
    accepted(made, item.accepted)


def _decide(made: etree._Element, item: model.DecideItem) -> None:
    for option in item.options:
        holder = child(made, "option", id=option.id, credit=number(option.credit), note=option.note)
        text(holder, "label", option.label)
        text(holder, "detail", option.detail)
        paragraphs(child(holder, "consequence"), option.consequence)
    if item.key:
        query(made, "key", item.key)
    text(made, "reason", item.reason)


BODIES: Final[dict[str, Callable[[etree._Element, Any], None]]] = {
    "cells": _cells, "match": _match, "classify": _classify, "short": _short, "decide": _decide
}  # fmt: skip
"""What stands between the head and the foot of a question, by its kind."""
