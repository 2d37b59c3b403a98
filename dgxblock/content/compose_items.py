"""From exercises, assessments and their questions to elements: `build_items` the other way."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from dgxblock.content import model
from dgxblock.content.compose_text import child, dataset, given, mark, number, objectives, paragraphs, query, text


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
    rules = document.rules
    child(root, "rules", passMark=rules.pass_mark, attempts=rules.attempts, minutes=rules.minutes)
    objectives(root, document.objectives)
    _items(root, document.items)


def _items(parent: etree._Element, items: Iterable[model.Item]) -> None:
    for item in items:
        if isinstance(item, model.NumberItem):
            _number(parent, item)
        elif isinstance(item, model.ChoiceItem):
            _choice(parent, item)
        elif isinstance(item, model.OrderItem):
            _order(parent, item)
        else:
            _essay(parent, item)


def _head(parent: etree._Element, name: str, item: model.Item) -> etree._Element:
    """What all kinds of question begin with."""
    made = child(parent, name, id=item.id, points=item.points, objectives=item.objectives)
    text(made, "prompt", item.prompt)
    text(made, "hint", item.hint)
    for more in item.demand_hints:
        text(made, "demandHint", more.text, cost=more.cost or None)
    for quantity in item.givens:
        given(made, "given", quantity)
    return made


def _foot(made: etree._Element, item: model.Item) -> None:
    """And end with."""
    for each in item.misconceptions:
        wrong = child(made, "misconception", note=each.note, ref=each.ref)
        if each.key:
            query(wrong, "key", each.key)
        text(wrong, "feedback", each.feedback)
    text(made, "rationale", item.rationale)


def _number(parent: etree._Element, item: model.NumberItem) -> None:
    made = _head(parent, "number", item)
    sign = {"pp": "pp", "percent": "%", "absolute": ""}[item.tolerance.kind]
    offered = () if item.units == ((item.unit,) if item.unit else ()) else item.units
    mark(made, ref=item.ref, tolerance=number(item.tolerance.amount) + sign)
    mark(made, unit=item.unit, units=offered, depends=item.depends)
    _foot(made, item)


def _choice(parent: etree._Element, item: model.ChoiceItem) -> None:
    made = _head(parent, "multiple" if item.multiple else "single", item)
    for each in item.choices:
        holder = child(made, "choice", id=each.id, correct=each.correct or None, note=each.note)
        text(holder, "label", each.label)
        text(holder, "feedback", each.feedback)
    if item.key:
        query(made, "key", item.key)
    _foot(made, item)


def _order(parent: etree._Element, item: model.OrderItem) -> None:
    made = _head(parent, "order", item)
    for each in item.steps:
        holder = child(made, "step", id=each.id, after=each.after)
        text(holder, "label", each.label)
        text(holder, "feedback", each.feedback)
    if item.key:
        query(made, "key", item.key)
    _foot(made, item)


def _essay(parent: etree._Element, item: model.EssayItem) -> None:
    made = _head(parent, "essay", item)
    mark(made, shortest=item.shortest, longest=item.longest, share=item.share or None)
    for each in item.criteria:
        criterion = child(made, "criterion", id=each.id)
        text(criterion, "label", each.label)
        for level in each.levels:
            text(criterion, "level", level.label, id=level.id, points=level.points)
    _foot(made, item)
