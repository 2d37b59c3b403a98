"""A case of the library as its tests see it, and what must be true of the texts and questions of every case.

The text of a case is written for the teaching variant, its questions are answered on variants that nobody has seen. So
most of what is asserted here is asserted of many learners, and a failing one is named by its seed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

import pytest

from dgxblock.content.library import Library
from dgxblock.content.model import (
    Assessment,
    Case,
    ChartExhibit,
    Document,
    Exercise,
    Item,
    NumberItem,
    OrderItem,
    Tolerance,
    Value,
    texts,
)
from dgxblock.content.read import parse
from dgxblock.formats import format_value
from dgxblock.grading import number
from dgxblock.grading.verdict import Verdict
from dgxblock.lab import Sheet, build, seed
from dgxblock.papers.draw import draw
from tests.builders import casework

LEARNERS: Final = 200
ROUNDING_BAND: Final = 2.6
"""Within so many tolerances of the key, a result that was rounded too early is excused; no wrong road may be."""


class Data(Protocol):
    """What is asked of a learner's data: a sheet, or what is left of one that is too large to keep."""

    @property
    def seed(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Study:
    """A case with its documents: ``Study("dg-c1-smt@1", ("dg-c1-smt-oee", …))``."""

    ref: str
    names: tuple[str, ...]

    @cached_property
    def case(self) -> Case:
        document = parse(Library.default().document(self.ref, "case"))
        assert isinstance(document, Case)
        return document

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        return tuple(casework.exercise(self.ref, name) for name in self.names)

    def exercise(self, name: str, /) -> Exercise:
        return casework.exercise(self.ref, name)

    @cached_property
    def assessment(self) -> Assessment:
        document = parse(Library.default().document(self.ref, "assessment"))
        assert isinstance(document, Assessment)
        return document

    @property
    def documents(self) -> tuple[Document, ...]:
        return (self.case, *self.exercises, self.assessment)

    @property
    def items(self) -> tuple[Item, ...]:
        """The questions of the exercises, then those of the assessment."""
        return (*(item for exercise in self.exercises for item in exercise.items), *self.assessment.items)

    @property
    def charts(self) -> list[ChartExhibit]:
        return [exhibit for exhibit in self.case.exhibits if isinstance(exhibit, ChartExhibit)]

    @property
    def teaching(self) -> Sheet:
        """The variant that the text quotes."""
        return build(self.case.dataset, self.case.dataset.seed)

    @cached_property
    def learners(self) -> tuple[Sheet, ...]:
        """The data of two hundred learners."""
        return tuple(Sheet(self.case.dataset, seed(b"gate", self.ref, str(each))) for each in range(LEARNERS))

    def shown(self, name: str, fmt: str, /) -> str:
        """A value of the teaching variant as an English text shows it."""
        return format_value(self.teaching.values[name], fmt, "en")

    def paper(self) -> list[Item]:
        """The questions of one trainee, in document order."""
        drawn = draw(self.assessment, "somebody")
        return [item for item in self.assessment.items if item.id in drawn]

    def points_by_objective(self) -> dict[str, float]:
        """What one paper of the assessment gives for each objective."""
        return {
            objective.id: sum(item.points for item in self.paper() if objective.id in item.objectives)
            for objective in self.assessment.objectives
        }

    def notes(self) -> set[str]:
        """The wrong roads that the exercises name."""
        return {note for exercise in self.exercises for _item, note in casework.notes(exercise)}


def each_of(items: Iterable[Item], kind: type[Item], /) -> pytest.MarkDecorator:
    """Run a test for every question of one kind."""
    found = [item for item in items if isinstance(item, kind)]
    return pytest.mark.parametrize("item", found, ids=lambda item: str(item.id))


def numbers(data: Data, /) -> dict[str, float]:
    return {name: value for name, value in data.values.items() if not isinstance(value, str)}


def width(tolerance: Tolerance, key: float, /) -> float:
    """The tolerance in the unit in which the data set holds the key."""
    return {
        "pp": tolerance.amount / 100,
        "percent": tolerance.amount / 100 * abs(key),
        "absolute": tolerance.amount,
    }[tolerance.kind]


def draws_what_columns_declare(study: Study, *charts: tuple[str, int]) -> None:
    """Assert the kind of each chart and how many rows it has, in their order: ``("factors", 3), …``."""
    sheet = study.teaching
    assert [(chart.chart, len(sheet.query(chart.query).rows)) for chart in study.charts] == list(charts)
    for chart in study.charts:
        assert sheet.query(chart.query).columns == tuple(column.name for column in chart.columns)


def computes_every_figure(study: Study, lang: str, /) -> None:
    """Assert that every text says something, and no figure of it is missing."""
    for document in study.documents:
        for text in texts(document):
            words = text.plain(lang, study.teaching.values)
            assert words.strip()
            assert "…" not in words.replace("……", "") and "—%" not in words


def is_compact(study: Study, /) -> None:
    """Assert the length of the narrative, in Chinese characters."""
    narrative = [study.case.opening, *study.case.sections]
    length = sum(len(re.findall(r"[\u4e00-\u9fff]", text.plain("zh-CN"))) for part in narrative for text in texts(part))
    assert 900 <= length <= 1400


def has_one_best_option_each(study: Study, /) -> None:
    for decision in study.case.decisions.decisions:
        assert [option.verdict for option in decision.options].count("best") == 1


def recognises_roads(item: NumberItem, learners: Iterable[Data], places: int = 2, *, of_ratio: int = 2) -> None:
    """Assert that the key is right and that each wrong road is told its own.

    Numbers are typed with so many decimals, and per cent with `of_ratio`.
    """
    decimals = of_ratio if item.unit in ("%", "pp") else places
    for data in learners:
        values = numbers(data)
        spec = number.NumberSpec(
            values[item.ref],
            number.Tolerance.of(item.tolerance.amount, item.tolerance.kind, item.unit),
            item.unit,
            item.units,
            misconceptions=tuple(number.Misconception(each.note, values[each.ref]) for each in item.misconceptions),
            rounding=True,
        )
        right = number.grade(casework.typed(values[item.ref], item.unit, decimals), spec)
        assert right.verdict is Verdict.RIGHT, data.seed
        for each in item.misconceptions:
            mark = number.grade(casework.typed(values[each.ref], item.unit, decimals), spec)
            assert (mark.verdict, mark.note) == (Verdict.AGAIN, each.note), data.seed


def keeps_roads_apart(item: NumberItem, learners: Iterable[Data], /) -> None:
    """Assert that no wrong road ends near the key or near another."""
    for data in learners:
        values = numbers(data)
        key = values[item.ref]
        tolerance = width(item.tolerance, key)
        wrong = [values[each.ref] for each in item.misconceptions]
        assert all(abs(value - key) > ROUNDING_BAND * tolerance for value in wrong), data.seed
        assert all(abs(a - b) > 2 * tolerance for a, b in itertools.combinations(wrong, 2)), data.seed


def orders_every_step(item: OrderItem, sheets: Iterable[Sheet], /) -> None:
    """Assert that a computed order is complete and that no two of it and the wrong ones are equal."""
    for sheet in sheets:
        every = [ids(sheet, query) for query in (item.key, *(each.key for each in item.misconceptions))]
        assert sorted(every[0]) == sorted(step.id for step in item.steps), sheet.seed
        assert all(a != b for a, b in itertools.combinations(every, 2)), sheet.seed


def ids(sheet: Sheet, query: str, /) -> list[str]:
    """The first column that a query finds, such as the ids of right choices."""
    return [str(row[0]) for row in sheet.query(query).rows]


def has_no_ties(cells: Iterable[Value], apart: float = 0.95, /) -> bool:
    """Whether amounts can be told apart by eye: each is less than `apart` times the next larger one."""
    ordered = sorted((float(each) for each in cells), reverse=True)
    return all(later < apart * earlier for earlier, later in itertools.pairwise(ordered))
