"""Are the questions of a document fit for one learner's data: solvable, their keys right, wrong roads told apart?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dgxblock.content.model import Item
from dgxblock.desk.opened import Opened, Place
from dgxblock.items import kind_of
from dgxblock.lab import LabError, Sheet

__all__ = ["Fault", "faults", "item_place", "key_of", "ranges"]


class Fault(NamedTuple):
    """Something that is wrong for a seed. Nothing in `params` differs between seeds, so that equal faults meet."""

    place: Place
    code: str
    params: tuple[tuple[str, str], ...] = ()


def item_place(opened: Opened, item: Item, *more: str) -> Place:
    return opened.at(f"{item.element}#{item.id}", *more)


def ranges(opened: Opened, sheet: Sheet, /) -> Iterator[Fault]:
    """The values that leave the range which their author promised, or are no numbers where one is to be shown."""
    for value in opened.dataset.values:
        found = sheet.values[value.name]
        if isinstance(found, str) and value.format != "text":
            place = opened.in_data(f"value#{value.name}")
            yield Fault(place, "value-text", (("name", value.name), ("format", value.format)))
            continue
        if value.low is None and value.high is None:
            continue
        low = float("-inf") if value.low is None else value.low
        high = float("inf") if value.high is None else value.high
        if isinstance(found, str) or not low <= found <= high:
            words = f"{'…' if value.low is None else f'{low:g}'} – {'…' if value.high is None else f'{high:g}'}"
            place = opened.in_data(f"value#{value.name}")
            yield Fault(place, "key-range", (("name", value.name), ("range", words)))


def faults(opened: Opened, item: Item, sheet: Sheet, /) -> Iterator[Fault]:
    """What is wrong with a question for the learner who has this sheet."""
    try:
        for each in kind_of(item).faults(item, sheet):
            if each.code == "key-text" and sheet.dataset.value(dict(each.params)["name"]).format != "text":
                continue  # the value itself is reported, once
            yield Fault(item_place(opened, item, *each.steps), each.code, each.params)
    except LabError as error:
        yield lab_fault(item_place(opened, item, "key"), item.id, error)


def lab_fault(place: Place, name: str, error: LabError, /) -> Fault:
    """What the laboratory refused."""
    detail = f"{error.detail}; {error.nearest}?" if error.nearest else error.detail or error.code
    params = (("name", name), ("detail", detail), ("reason", error.reason if error.reason == "width" else error.code))
    return Fault(place, "query-fails", params)


def key_of(item: Item, sheet: Sheet, /) -> str:
    """The key as a text, to see whether it differs between learners; empty if it cannot be computed.

    A question whose key is the same for all may still state other figures: those count too.
    """
    try:
        key = kind_of(item).key(item, sheet)
    except LabError:
        return ""
    return repr((key, [sheet.values[each.ref] for each in item.givens]))
