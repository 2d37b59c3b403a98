"""From exercises, assessments and their questions to elements: `build_items` the other way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from lxml import etree

from dgxblock.content import compose_grid, compose_paper, model
from dgxblock.content.compose_parts import foot, head, tolerance
from dgxblock.content.compose_text import (
    child,
    columns,
    dataset,
    given,
    mark,
    objectives,
    paragraphs,
    query,
    text,
)


def exercise(root: etree._Element, document: model.Exercise, /) -> None:
    """Fill the element of an exercise."""
    mark(root, id=document.id, version=document.version, mode=None if document.mode == "graded" else document.mode)
    text(root, "title", document.title)
    text(root, "eyebrow", document.eyebrow)
    paragraphs(child(root, "intro"), document.intro)
    dataset(child(root, "dataset"), document.dataset)
    view = child(root, "data", table=document.data.table, rows=document.data.rows)
    text(view, "title", document.data.title)
    text(view, "note", document.data.note)
    for fact in document.facts:
        given(root, "fact", fact)
    for task in document.tasks:
        holder = child(root, "task", id=task.id)
        text(holder, "title", task.title)
        _items(holder, task.items)


def assessment(root: etree._Element, document: model.Assessment, /) -> None:
    """Fill the element of an assessment."""
    mark(root, id=document.id, version=document.version)
    text(root, "title", document.title)
    text(root, "eyebrow", document.eyebrow)
    text(root, "lead", document.lead)
    dataset(child(root, "dataset"), document.dataset)
    compose_paper.rules(root, document.rules)
    objectives(root, document.objectives)
    compose_paper.sections(root, document.sections, _items)


def _items(parent: etree._Element, items: Iterable[model.Item]) -> None:
    for item in items:
        made = head(parent, item)
        _BODIES[item.kind](made, item)
        foot(made, item)


def _number(made: etree._Element, item: model.NumberItem) -> None:
    offered = () if item.units == ((item.unit,) if item.unit else ()) else item.units
    mark(made, ref=item.ref, tolerance=tolerance(item.tolerance))
    mark(made, unit=item.unit, units=offered, depends=item.depends)


def _choice(made: etree._Element, item: model.ChoiceItem) -> None:
    for each in item.choices:
        holder = child(made, "choice", id=each.id, correct=each.correct or None, note=each.note)
        text(holder, "label", each.label)
        text(holder, "feedback", each.feedback)
    if item.key:
        query(made, "key", item.key)


def _order(made: etree._Element, item: model.OrderItem) -> None:
    for each in item.steps:
        holder = child(made, "step", id=each.id, after=each.after)
        text(holder, "label", each.label)
        text(holder, "feedback", each.feedback)
    if item.key:
        query(made, "key", item.key)


def _essay(made: etree._Element, item: model.EssayItem) -> None:
    mark(made, shortest=item.shortest, longest=item.longest, share=item.share or None)
    for each in item.criteria:
        criterion = child(made, "criterion", id=each.id)
        text(criterion, "label", each.label)
        for level in each.levels:
            text(criterion, "level", level.label, id=level.id, points=level.points)


def _workbook(made: etree._Element, item: model.WorkbookItem) -> None:
    for each in item.cells:
        formula = None if each.formula == "expected" else each.formula
        holder = child(made, "cell", id=each.id, at=each.at, ref=each.ref, tolerance=tolerance(each.tolerance))
        mark(holder, unit=each.unit, formula=formula)
        text(holder, "label", each.label)


def _sql(made: etree._Element, item: model.SqlItem) -> None:
    mark(made, tables=item.tables, order=item.order, hidden=item.hidden)
    if item.starter:
        query(made, "starter", item.starter)
    query(made, "key", item.key)


def _points(made: etree._Element, item: model.PointsItem) -> None:
    mark(made, unit=item.unit, **dict(zip(("lower", "centre", "upper"), item.limits, strict=False)))
    query(made, "query", item.query)
    columns(made, item.columns)
    query(made, "key", item.key)


_BODIES: Final[dict[str, Callable[[etree._Element, Any], None]]] = {
    "number": _number, "choice": _choice, "order": _order, "essay": _essay, "sql": _sql, "points": _points,
    "workbook": _workbook,
    **compose_grid.BODIES,
}  # fmt: skip
"""What stands between head and foot, by the kind of question."""
