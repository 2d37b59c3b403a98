"""Points to mark: until it is solved, neither chart nor table nor description gives them away."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from dgxblock import items
from dgxblock.content.model import Span, Text
from dgxblock.grading import Verdict
from dgxblock.items import kind_of
from dgxblock.items.shape import Malformed
from tests.builders import queries

ITEM = queries.points_item()
KIND = kind_of(ITEM)
SHEET = queries.sheet()


def test_the_points_of_the_key_are_right_and_others_are_told_why() -> None:
    assert queries.right_points(SHEET) == ["7", "19"]
    marks = [items.grade([ITEM], {ITEM.id: each}, SHEET)[ITEM.id] for each in (["19", "7"], ["7", "12", "19"], ["7"])]
    assert [each.note for each in marks] == ["ok", "points:spec", "missed"]
    assert KIND.feedback(ITEM, ["7", "12", "19"], marks[1])


@pytest.mark.parametrize("garbage", [None, [], "7", 7, {}, ["z"], [7], [["7"]], ["7", "7"]])
def test_garbage_is_marked_and_never_raises(garbage: Any) -> None:
    assert items.grade([ITEM], {ITEM.id: garbage}, SHEET)[ITEM.id].verdict in (Verdict.BLANK, Verdict.UNREAD)


@pytest.mark.parametrize(
    "raw", [None, "7", 7, {}, [7], [["7"]], ["7", "7"], ["\ud800"], ["x" * 61], [str(n) for n in range(201)], True]
)
def test_an_answer_of_another_shape_is_refused(raw: Any) -> None:
    with pytest.raises(Malformed):
        KIND.accept(ITEM, raw)


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_the_chart_gives_nothing_away_before_it_is_solved(lang: str) -> None:
    for mark in (None, items.grade([ITEM], {ITEM.id: ["7"]}, SHEET)[ITEM.id]):
        control = items.view(ITEM, "1", ["7"], SHEET, lang, mark=mark).control
        assert not any(each in control.chart for each in ("UCL", 'data-c="x"', 'data-c="d"', "107"))
        assert [each.label for each in control.points if each.marked] == ["7"]
        assert not any(each.out for each in control.points)
        assert control.chart.count("<circle") == len(control.points) == 24


def test_the_solved_chart_has_limits_and_diamonds() -> None:
    solved = items.view(ITEM, "1", ["7"], SHEET, "en", solved=True)
    assert solved.control.chart.count('data-c="x"') == 2
    assert all(each in solved.control.chart for each in ("UCL 107", "LCL 90", "To be marked: 7 and 19."))
    assert [each.label for each in solved.control.points if each.out] == ["7", "19"]
    assert (solved.own, solved.reference) == ("7", "7 and 19")


@pytest.mark.parametrize(
    ("unit", "lang", "shown"),
    [("g", "en", "UCL 107 g"), ("kW", "zh-CN", "UCL 107 kW"), ("%", "en", "UCL 107%"), ("piece", "zh-CN", "UCL 107件")],
)
def test_the_unit_stands_beside_the_numbers_of_the_chart_as_it_does_in_texts(unit: str, lang: str, shown: str) -> None:
    item = queries.points_item(queries.EXERCISE.replace(' lower="low"', f' unit="{unit}" lower="low"'))
    chart = items.view(item, "1", None, SHEET, lang, solved=True).control.chart
    assert f"{shown}<" in chart


def test_without_limits_the_solved_chart_is_a_run_chart_with_diamonds() -> None:
    plain = queries.points_item(queries.EXERCISE.replace(' lower="low" centre="mid" upper="high"', ""))
    chart = items.view(plain, "1", None, SHEET, "en", solved=True).control.chart
    assert chart.count('data-c="x"') == 2 and "UCL" not in chart


@pytest.mark.parametrize(
    ("labels", "ends"),
    [
        ("board + 25", ("Group 26", "Group 49")),
        ("board", ("Group 1", "Group 24")),
        ("2 * board", ("Group 1", "Group 24")),
        ("'K' || board", ("Group 1", "Group 24")),
        ("board || '.5'", ("Group 1", "Group 24")),
        ("'" + "9" * 50 + "' || board", ("Group 1", "Group 24")),
    ],
)
def test_the_axis_counts_as_the_labels_do(labels: str, ends: tuple[str, str]) -> None:
    """Of subgroups 26 to 40 the first is not called 1; what does not count on has numbers of its own."""
    item = dataclasses.replace(ITEM, query=f"SELECT {labels} AS k, mean FROM weight ORDER BY board")
    chart = items.view(item, "1", None, SHEET, "en").control.chart
    assert all(f">{each}<" in chart for each in ends), chart


def test_numbers_on_the_axis_leave_the_names_of_the_ends_their_room() -> None:
    column = dataclasses.replace(
        ITEM.columns[0], label=Text((Span("text", "组"),), (Span("text", "Subgroup of boards"),))
    )
    query = "SELECT board + 25 AS board, mean FROM weight WHERE board <= 15 ORDER BY board"
    item = dataclasses.replace(ITEM, query=query, columns=(column, ITEM.columns[1]))
    chinese, english = (items.view(item, "1", None, SHEET, lang).control.chart for lang in ("zh-CN", "en"))
    assert all(f">{each}<" in chinese for each in ("第26组", "30", "35", "第40组"))
    assert not any(f">{each}<" in english for each in ("30", "35"))
