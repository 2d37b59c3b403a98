"""The documents of a folder with the data of the teaching variant: what the text quotes and the pages draw."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from dgxblock.content.folder import Folder, Located
from dgxblock.content.model import (
    Assessment,
    Case,
    ChartExhibit,
    Decision,
    Effect,
    Exercise,
    NumberItem,
    StateVar,
    Value,
)
from dgxblock.content.safe import local
from dgxblock.desk import keys, variants
from dgxblock.desk.opened import Opened, Place, open_all
from dgxblock.lab import LabError, Sheet

__all__ = ["teaching"]

_SLOW: Final = 1.0
"""Seconds: a page that takes longer makes a trainee press the button again."""
_MOST_STATES: Final = 5000
"""Different states that are followed: a case has some dozens."""


def teaching(folder: Folder, /) -> list[Located]:
    """What is wrong with the teaching variant of a folder's documents."""
    opened = open_all(folder)
    found: list[Located] = []
    for seed in dict.fromkeys(each.dataset.seed for each in opened):
        same = [each for each in opened if each.dataset.seed == seed]
        begin = time.monotonic()
        tried = variants.try_seeds(same, [seed])
        found += variants.located(tried)
        if not any(fault.code == "query-fails" and fault.place.path == same[0].data_path for fault in tried.faults):
            for each in same:
                found += _document(each)
        if (seconds := time.monotonic() - begin) > _SLOW * len(same):
            found.append(same[0].in_data().finding("dataset-slow", seconds=f"{seconds:.1f}"))
    return sorted(set(found))


def _document(opened: Opened) -> Iterator[Located]:
    try:
        sheet = Sheet(opened.dataset, opened.dataset.seed)
    except LabError:  # has been reported
        return
    yield from _figures(opened, sheet)
    if isinstance(opened.document, Case):
        for exhibit in opened.document.exhibits:
            if isinstance(exhibit, ChartExhibit):
                yield from _chart(opened, exhibit, sheet)
        yield from _states(opened, opened.document, sheet)
    elif isinstance(opened.document, Exercise | Assessment):
        yield from _carried(opened, opened.document, sheet)


def _figures(opened: Opened, sheet: Sheet) -> Iterator[Located]:
    """Texts that are shown as numbers: a page would have a dash there."""
    for element in opened.tree.root.iter():
        name = local(element)
        if name not in ("var", "given", "fact", "state") or element not in opened.tree.positions:
            continue
        ref = element.get("startRef" if name == "state" else "ref")
        if ref is None or not isinstance(sheet.values.get(ref), str):
            continue
        if opened.dataset.value(ref).format != "text":
            continue  # the value itself is reported, once
        if name == "state" or element.get("format", "text") != "text":
            place = Place(opened.path, *opened.tree.positions[element])
            yield place.finding("figure-text", name=ref, value=sheet.values[ref])


def _chart(opened: Opened, exhibit: ChartExhibit, sheet: Sheet) -> Iterator[Located]:
    place = opened.at("exhibits", f"exhibit#{exhibit.id}", "chart", "query")
    try:
        found = sheet.query(exhibit.query)
    except LabError as error:
        fault = keys.lab_fault(place, exhibit.id, error)
        yield from variants.located(variants.Tried({fault: [sheet.seed]}))
        return
    if len(found.columns) != len(exhibit.columns):
        yield place.finding("chart-columns", count=len(found.columns), columns=len(exhibit.columns))
    elif not found.rows:
        yield place.finding("chart-empty")
    else:
        for column, name in enumerate(found.columns[1:], 1):
            words: list[Value] = [row[column] for row in found.rows if not isinstance(row[column], int | float)]
            if words:
                yield place.finding("chart-text", name=name, value=words[0])


def _carried(opened: Opened, document: Exercise | Assessment, sheet: Sheet) -> Iterator[Located]:
    """Questions whose key does not follow from the answer that they are said to depend on."""
    numbers = {each.id: each for each in document.items if isinstance(each, NumberItem)}
    for item in numbers.values():
        for name in item.depends:
            ref = numbers[name].ref
            value = sheet.values[ref]
            if isinstance(value, str):
                continue
            try:
                moved = sheet.solve(item.ref, {ref: 0.9 * value + 0.01})
            except LabError:
                continue
            if moved == sheet.values[item.ref]:
                yield keys.item_place(opened, item).finding("depends-idle", name=name)


def _states(opened: Opened, case: Case, sheet: Sheet) -> Iterator[Located]:
    """Choices that bring a state out of its range on some road."""
    states = case.decisions.states
    if all(each.low is None and each.high is None for each in states):
        return
    begin = tuple(sheet.values[each.start_ref] if each.start_ref else float(each.start or 0.0) for each in states)
    todo: list[tuple[str, tuple[Value, ...]]] = [(case.decisions.start, begin)]
    seen = set(todo)
    said: set[tuple[str, str, str]] = set()
    while todo and len(seen) < _MOST_STATES:
        at, before = todo.pop()
        decision: Decision = case.decisions.decision(at)
        for option in decision.options:
            after = tuple(
                _moved(state, value, option.effects, sheet) for state, value in zip(states, before, strict=True)
            )
            for state, value, was in zip(states, after, before, strict=True):
                if value != was and not _within(state, value) and (at, option.id, state.name) not in said:
                    said.add((at, option.id, state.name))
                    words = " – ".join("…" if each is None else f"{each:g}" for each in (state.low, state.high))
                    yield opened.at(f"decision#{at}", f"option#{option.id}").finding(
                        "state-range", name=state.name, value=value, range=words
                    )
            if option.next and (option.next, after) not in seen:
                seen.add((option.next, after))
                todo.append((option.next, after))


def _moved(state: StateVar, value: Value, effects: tuple[Effect, ...], sheet: Sheet) -> Value:
    for effect in effects:
        if effect.state == state.name:
            if effect.kind == "add":
                value = value if isinstance(value, str) else value + effect.amount
            else:
                value = sheet.values[effect.ref] if effect.kind == "setRef" else effect.amount
    return value


def _within(state: StateVar, value: Value) -> bool:
    if isinstance(value, str):
        return False
    return (state.low is None or value >= state.low) and (state.high is None or value <= state.high)
