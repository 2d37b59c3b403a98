"""Options in a learner's own order: on the page only, and never where their order means something."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from dgxblock.content import read
from dgxblock.content.model import Assessment, ChoiceItem, ClassifyItem, DecideItem, Exercise, Item, MatchItem
from dgxblock.items import grade, view
from dgxblock.lab import Sheet
from tests.builders import documents, grids

EXERCISE = read.parse(grids.exercise())
ASSESSMENT = read.parse(documents.ASSESSMENT)
assert isinstance(EXERCISE, Exercise) and isinstance(ASSESSMENT, Assessment)
ITEMS = {each.id: each for each in (*EXERCISE.items, *ASSESSMENT.items)}
SHEETS = [Sheet(EXERCISE.dataset, f"s{number}") for number in range(40)]
SHUFFLED = ("s1", "m1", "cl1", "de1", "ma1")


def options(item: Item) -> list[str]:
    """Ids in the order in which a page shows them."""
    if isinstance(item, ChoiceItem):
        return [each.id for each in item.choices]
    if isinstance(item, DecideItem):
        return [each.id for each in item.options]
    assert isinstance(item, ClassifyItem | MatchItem)
    return [each.id for each in item.things]


def shown(item: Item, sheet: Sheet, *, shuffle: bool) -> list[str]:
    found = view(item, "1", None, sheet, "en", shuffle=shuffle)
    if isinstance(item, ClassifyItem | MatchItem):
        assert options(found.item) == [each.id for each in found.control.things]
    return options(found.item)


@pytest.mark.parametrize("name", SHUFFLED)
def test_options_stand_as_written_unless_the_rules_say_otherwise(name: str) -> None:
    assert {tuple(shown(ITEMS[name], sheet, shuffle=False)) for sheet in SHEETS} == {tuple(options(ITEMS[name]))}


@pytest.mark.parametrize("name", SHUFFLED)
def test_each_learner_has_an_order_that_stays(name: str) -> None:
    orders = [tuple(shown(ITEMS[name], sheet, shuffle=True)) for sheet in SHEETS]
    assert orders == [tuple(shown(ITEMS[name], Sheet(sheet.dataset, sheet.seed), shuffle=True)) for sheet in SHEETS]
    assert len(Counter(orders)) == 6, "three options have six orders"
    assert {tuple(sorted(each)) for each in orders} == {tuple(sorted(options(ITEMS[name])))}


@pytest.mark.parametrize("name", SHUFFLED)
def test_a_fixed_question_stands_as_written(name: str) -> None:
    item = replace(ITEMS[name], fixed=True)
    assert {tuple(shown(item, sheet, shuffle=True)) for sheet in SHEETS} == {tuple(options(item))}


def test_a_fixed_match_offers_its_options_as_written_too() -> None:
    item = ITEMS["ma1"]
    assert isinstance(item, MatchItem)
    written = tuple(each.id for each in item.targets)

    def offered(which: Item) -> set[tuple[str, ...]]:
        views = [view(which, "1", None, sheet, "en") for sheet in SHEETS]
        return {tuple(each.id for each in found.control.targets) for found in views}

    assert offered(replace(item, fixed=True)) == {written}
    assert len(offered(item)) > 10


def test_classes_keep_their_order_because_it_may_mean_something() -> None:
    views = [view(ITEMS["cl1"], "1", None, sheet, "en", shuffle=True) for sheet in SHEETS]
    assert {tuple(each.id for each in found.control.targets) for found in views} == {("low", "mid", "high")}


def test_the_place_of_a_pair_does_not_tell_its_option() -> None:
    """An author may give a pair the id of its option."""
    item = ITEMS["ma1"]
    assert isinstance(item, MatchItem)
    item = replace(item, targets=item.targets[:3], things=tuple(replace(t, id=t.target) for t in item.things))
    same = 0
    for sheet in SHEETS:
        found = view(item, "1", None, sheet, "en", shuffle=True)
        same += [each.id for each in found.control.things] == [each.id for each in found.control.targets]
    assert same < len(SHEETS) / 2


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("s1", ["x"]),
        ("m1", ["x", "y"]),
        ("de1", {"option": "try"}),
        ("cl1", {"fire": "high", "stop": "mid", "dust": "low"}),
    ],
)
def test_answers_are_ids_whatever_the_order(name: str, answer: Any) -> None:
    item = ITEMS[name]
    for sheet in SHEETS[:5]:
        mark = grade([item], {name: answer}, sheet)[name]
        assert mark.fraction == 1.0
        found = view(item, "1", answer, sheet, "en", mark=mark, solved=True, shuffle=True)
        assert sorted(found.own.split("; ")) == sorted(found.reference.split("; "))
