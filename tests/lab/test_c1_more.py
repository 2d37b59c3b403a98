"""The second and third exercise of case C1, on the losses and on the control chart, for two hundred learners."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from functools import cache
from statistics import fmean

import pytest

from dgxblock.content.library import Library
from dgxblock.content.model import ChoiceItem, Exercise, Item, NumberItem, OrderItem, texts
from dgxblock.content.read import parse
from dgxblock.demo.course import CASE
from dgxblock.formats import format_value
from dgxblock.grading import number
from dgxblock.grading.verdict import Verdict
from dgxblock.lab import build
from tests.lab.test_c1 import REF, ROUNDING_BAND, case, learners, numbers, width

NAMES = ("dg-c1-smt-pareto", "dg-c1-smt-spc")


@cache
def exercise(name: str) -> Exercise:
    document = parse(Library.default().document(REF, "exercise", name))
    assert isinstance(document, Exercise)
    return document


def items() -> tuple[Item, ...]:
    return tuple(item for name in NAMES for item in exercise(name).items)


def of_kind(kind: type) -> pytest.MarkDecorator:
    found = [item for item in items() if isinstance(item, kind)]
    return pytest.mark.parametrize("item", found, ids=lambda item: str(item.id))


def test_the_case_has_three_exercises_on_one_data_set_and_the_first_is_on_oee() -> None:
    # the demo's unit is filled with the first one
    entry = next(each for each in Library.default().list() if each.case_id == CASE)
    exercises = entry.documents["exercise"]
    assert isinstance(exercises, Mapping)
    assert list(exercises) == ["dg-c1-smt-oee", *NAMES]
    assert all(exercise(name).dataset == case().dataset for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_is_worth_a_hundred_points(name: str) -> None:
    assert sum(item.points for item in exercise(name).items) == 100


@pytest.mark.parametrize(
    ("name", "fmt", "shown"),
    [
        ("l1_speed_min", "dec1", "2,899.1"),
        ("l1_quality_min", "dec1", "705.6"),
        ("l1_all_two", "percent1", "82.5%"),
        ("l1_chg_mean_after", "dec2", "16.36"),
        ("l1_oee_after", "percent1", "67.6%"),
        ("boards_per_wan_a", "int", "709"),
        ("m_speed", "int", "1,015"),
        ("spi_centre", "dec2", "100.23"),
        ("spi_width", "dec2", "13.32"),
        ("spi_ucl_own", "percent2", "107.92%"),
        ("spi_lcl_own", "percent2", "92.54%"),
        ("spi_ucl_range", "dec2", "28.17"),
    ],
)
def test_teachers_find_these_answers_for_the_teaching_variant(name: str, fmt: str, shown: str) -> None:
    assert format_value(build(case().dataset, case().dataset.seed).values[name], fmt, "en") == shown


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_figure_of_every_text_is_computed(lang: str) -> None:
    values = build(case().dataset, case().dataset.seed).values
    for name in NAMES:
        for text in texts(exercise(name)):
            words = text.plain(lang, values)
            assert words.strip()
            assert "…" not in words and "—%" not in words


def test_limits_agree_with_a_computation_from_the_boards() -> None:
    """AIAG SPC: A2 = 0.577 and D4 = 2.114 for subgroups of five."""
    for sheet in learners():
        values = numbers(sheet)
        boards: dict[int, list[float]] = {}
        for subgroup, _, volume in sheet.tables["spi"].rows:
            boards.setdefault(int(subgroup), []).append(float(volume))
        assert len(boards) == 40 and {len(each) for each in boards.values()} == {5}, sheet.seed
        means = {subgroup: fmean(each) for subgroup, each in boards.items()}
        centre = fmean(means[subgroup] for subgroup in range(1, 26))
        spread = fmean(max(boards[subgroup]) - min(boards[subgroup]) for subgroup in range(1, 26))
        assert values["spi_ucl_own"] == pytest.approx((centre + 0.577 * spread) / 100, abs=1e-4)
        assert values["spi_lcl_own"] == pytest.approx((centre - 0.577 * spread) / 100, abs=1e-4)
        assert values["spi_ucl_range_r"] == pytest.approx(2.114 * spread / 100, abs=1e-4)
        key = {str(row[0]) for row in sheet.query(_choice("beyond").key).rows}
        own = {f"g{subgroup}" for subgroup in range(26, 41) if means[subgroup] > centre + 0.577 * spread}
        assert key == own, sheet.seed


def _choice(name: str) -> ChoiceItem:
    return next(item for item in items() if isinstance(item, ChoiceItem) and item.id == name)


@of_kind(NumberItem)
def test_each_wrong_road_is_recognised_and_the_right_one_too(item: NumberItem) -> None:
    for sheet in learners():
        values = numbers(sheet)
        spec = number.NumberSpec(
            values[item.ref],
            number.Tolerance.of(item.tolerance.amount, item.tolerance.kind, item.unit),
            item.unit,
            item.units,
            misconceptions=tuple(number.Misconception(each.note, values[each.ref]) for each in item.misconceptions),
            rounding=True,
        )
        assert number.grade(_typed(values[item.ref], item), spec).verdict is Verdict.RIGHT, sheet.seed
        for each in item.misconceptions:
            mark = number.grade(_typed(values[each.ref], item), spec)
            assert (mark.verdict, mark.note) == (Verdict.AGAIN, each.note), sheet.seed


def _typed(value: float, item: NumberItem) -> dict[str, str]:
    """What somebody types who got `value`: two decimals, the unit of the key."""
    return {"value": f"{value * 100:.2f}" if item.unit == "%" else f"{value:.2f}", "unit": item.unit}


@of_kind(NumberItem)
def test_no_wrong_road_ends_near_the_key_or_near_another(item: NumberItem) -> None:
    assert item.misconceptions
    for sheet in learners():
        values = numbers(sheet)
        key = values[item.ref]
        tolerance = width(item.tolerance, key)
        wrong = [values[each.ref] for each in item.misconceptions]
        assert all(abs(value - key) > ROUNDING_BAND * tolerance for value in wrong), sheet.seed
        assert all(abs(a - b) > 2 * tolerance for a, b in itertools.combinations(wrong, 2)), sheet.seed


@of_kind(OrderItem)
def test_measures_are_in_order_without_ties_and_no_wrong_order_equals_it(item: OrderItem) -> None:
    for sheet in learners():
        gains = [float(gain) for _, _, gain in sheet.query("SELECT * FROM l1_measures ORDER BY gain DESC").rows]
        assert all(later < 0.95 * earlier for earlier, later in itertools.pairwise(gains)), sheet.seed
        order = [str(row[0]) for row in sheet.query(item.key).rows]
        assert sorted(order) == sorted(step.id for step in item.steps), sheet.seed
        wrong = [[str(row[0]) for row in sheet.query(each.key).rows] for each in item.misconceptions]
        assert all(a != b for a, b in itertools.combinations([order, *wrong], 2)), sheet.seed


def test_the_feedback_on_priority_holds_for_everyone() -> None:
    for sheet in learners():
        assert [str(row[0]) for row in sheet.query(_choice("priority").key).rows] == ["smed"], sheet.seed
        assert 0.75 < numbers(sheet)["l1_all_two"] < 0.9, sheet.seed


def test_own_mean_and_range_carry_forward_into_the_limits() -> None:
    sheet = learners()[0]
    own = {"spi_centre_r": 1.01, "spi_width_r": 0.13}
    assert sheet.solve("spi_ucl_own", own) == pytest.approx(1.01 + 0.577 * 0.13)
    assert sheet.solve("spi_lcl_own", own) == pytest.approx(1.01 - 0.577 * 0.13)
    assert sheet.solve("boards_per_wan_a", {"l1_boards_gain": 9000}) == 500


def test_the_groups_beyond_are_told_only_after_the_answer() -> None:
    after = {id(text) for item in items() for text in texts(item.rationale)}
    for text in texts(exercise("dg-c1-smt-spc")):
        if id(text) not in after:
            assert not {"spi_list_zh", "spi_list_en", "spi_first", "spi_beyond"} & text.refs()


def test_learners_have_different_numbers() -> None:
    for name in ("l1_speed_min", "l1_all_two", "l1_oee_after", "boards_per_wan_a", "spi_centre_r", "spi_ucl_range"):
        assert len({round(numbers(sheet)[name], 4) for sheet in learners()}) > 25, name
