"""Where an item of the content, a learner's data and the grading functions meet. No Django, no XBlock.

`accept` takes what a browser sent, `grade` marks it, `stored` and `marks_from` are how marks are kept, and `view` is
what a page shows of one question. A new kind of question is a class of `content.items`, its element in the schema, a
grading function, a module here with its line in `kinds`, and a template.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dgxblock.content.model import Item
from dgxblock.grading import Mark, Verdict
from dgxblock.items.hints import repriced, with_costs
from dgxblock.items.kind import Fault, Kind, Situation, to_store
from dgxblock.items.kinds import kind_of
from dgxblock.items.shape import Malformed, fields
from dgxblock.items.view import ItemView, view
from dgxblock.lab import Sheet

__all__ = [
    "Fault", "ItemView", "Kind", "Malformed", "Situation", "accept", "grade", "kind_of", "marks_from", "readings",
    "repriced", "stored", "unread", "view", "with_costs",
]  # fmt: skip


def accept(raw: object, items: Iterable[Item], /) -> dict[str, Any]:
    """Answers by item id, each in the one shape that its kind has.

    Raises:
        Malformed: anything that our page does not send.
    """
    by_id = {item.id: item for item in items}
    return {name: kind_of(by_id[name]).accept(by_id[name], each) for name, each in fields(raw, by_id).items()}


def grade(items: Iterable[Item], answers: Mapping[str, Any], sheet: Sheet, /, *, who: str = "") -> dict[str, Mark]:
    """The mark of each item by id, in order; later items may carry earlier answers forward. `who` is as in `Situation`.

    Raises:
        LabError: a key cannot be computed.
    """
    marks: dict[str, Mark] = {}
    earlier: dict[str, tuple[Item, Mark]] = {}
    for item in items:
        marks[item.id] = kind_of(item).grade(item, answers.get(item.id), Situation(sheet, earlier, who))
        earlier[item.id] = item, marks[item.id]
    return marks


def stored(marks: Mapping[str, Mark], /) -> dict[str, dict[str, Any]]:
    """Marks as the ledger keeps them: the verdict and the note, never a key."""
    return {name: to_store(mark) for name, mark in marks.items()}


def marks_from(kept: Mapping[str, Any], items: Iterable[Item], answers: Mapping[str, Any], /) -> dict[str, Mark]:
    """Marks of a submitted attempt, as the ledger kept them: no key is computed for it.

    The document may have changed since: an item without a kept mark is worth nothing.
    """
    return {
        item.id: kind_of(item).restore(item, answers.get(item.id), kept[item.id])
        if item.id in kept
        else Mark(0.0, Verdict.BLANK, "blank")
        for item in items
    }


def readings(items: Iterable[Item], answers: Mapping[str, Any], lang: str, /) -> dict[str, str]:
    """How what was typed has been read, by the place on the page that says so."""
    return {
        name: text
        for item in items
        for name, text in kind_of(item).readings(item, answers.get(item.id), lang).items()
    }  # fmt: skip


def unread(
    items: Iterable[Item], answers: Mapping[str, Any], marks: Mapping[str, Mark], lang: str, /
) -> dict[str, str]:
    """Why something could not be read, by the name of its control."""
    return {
        name: text
        for item in items
        for name, text in kind_of(item).unread(item, answers.get(item.id), marks[item.id], lang).items()
    }
