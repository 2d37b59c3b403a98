"""What all questions begin and end with, as elements."""

from __future__ import annotations

from lxml import etree

from dgxblock.content import model
from dgxblock.content.compose_text import child, given, mark, number, query, text
from dgxblock.content.spacing import LANG


def head(parent: etree._Element, item: model.Item, /) -> etree._Element:
    """The element of a question, with what every kind says first."""
    made = child(parent, item.element, id=item.id)
    made.set("points", number(item.points))
    mark(made, objectives=item.objectives, difficulty=item.difficulty, fixed=item.fixed or None)
    text(made, "prompt", item.prompt)
    text(made, "hint", item.hint)
    for more in item.demand_hints:
        text(made, "demandHint", more.text, cost=more.cost)
    for quantity in item.givens:
        given(made, "given", quantity)
    return made


def foot(made: etree._Element, item: model.Item, /) -> None:
    """What every kind says last."""
    for each in item.misconceptions:
        wrong = child(made, "misconception", note=each.note, ref=each.ref)
        if isinstance(each, model.CellMisconception):
            _cells(wrong, each)
        elif isinstance(each, model.ShortMisconception):
            accepted(wrong, each.texts)
        elif each.key:
            query(wrong, "key", each.key)
        elif isinstance(item, model.WorkbookItem):
            mark(wrong, cell=each.cell)
        text(wrong, "feedback", each.feedback)
    text(made, "rationale", item.rationale)


def tolerance(said: model.Tolerance, /) -> str:
    """``0.5pp``, ``2%`` or ``0.05``."""
    return number(said.amount) + {"pp": "pp", "percent": "%", "absolute": ""}[said.kind]


def accepted(parent: etree._Element, texts: tuple[model.Accepted, ...], /) -> None:
    """The texts that count."""
    for each in texts:
        made = child(parent, "accept", each.text)
        if each.lang:
            made.set(LANG, each.lang)


def _cells(wrong: etree._Element, said: model.CellMisconception) -> None:
    """One cell with its value, or those of a column."""
    if len(said.wrong) == 1:
        ((row, column, ref),) = said.wrong
        mark(wrong, cell=f"{row}:{column}", ref=ref)
    elif said.wrong:
        mark(wrong, column=said.wrong[0][1])
        for row, _column, ref in said.wrong:
            child(wrong, "wrong", row=row, ref=ref)
