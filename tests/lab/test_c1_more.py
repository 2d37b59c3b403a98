"""The second and third exercise of case C1, on the losses and on the control chart, for two hundred learners."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

import pytest

from dgxblock.content.library import Library
from dgxblock.content.model import ChoiceItem, NumberItem, OrderItem, PointsItem, texts
from dgxblock.demo.course import CASE
from tests.builders import cases
from tests.builders.cases import each_of, ids, numbers
from tests.lab.test_c1 import STUDY

ITEMS = tuple(item for exercise in STUDY.exercises[1:] for item in exercise.items)


def test_the_case_has_three_exercises_and_the_first_is_on_oee() -> None:
    # the demo's unit is filled with the first one
    entry = next(each for each in Library.default().list() if each.case_id == CASE)
    exercises = entry.documents["exercise"]
    assert isinstance(exercises, Mapping)
    assert list(exercises) == list(STUDY.names)


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
    assert STUDY.shown(name, fmt) == shown


def test_limits_agree_with_a_computation_from_the_boards() -> None:
    """AIAG SPC: A2 = 0.577 and D4 = 2.114 for subgroups of five."""
    for sheet in STUDY.learners:
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
        key = set(ids(sheet, _beyond().key))
        own = {str(subgroup) for subgroup in range(26, 41) if means[subgroup] > centre + 0.577 * spread}
        assert key == own, sheet.seed


def _beyond() -> PointsItem:
    return next(item for item in ITEMS if isinstance(item, PointsItem))


def test_a_specification_and_single_boards_lead_to_other_points() -> None:
    for sheet in STUDY.learners:
        keys = [_beyond().key, *(each.key for each in _beyond().misconceptions)]
        right, beyond_specification, boards = (set(ids(sheet, key)) for key in keys)
        assert set() < beyond_specification < right < boards, sheet.seed


def test_busy_days_do_not_make_changeovers_slower() -> None:
    """What the rationale of the query says."""
    for sheet in STUDY.learners:
        values = numbers(sheet)
        assert abs(values["busy_mean"] - values["quiet_mean"]) < 2, sheet.seed
        assert 2 <= values["busy_days"] <= 24, sheet.seed


@each_of(ITEMS, NumberItem)
def test_each_wrong_road_is_recognised_and_the_right_one_too(item: NumberItem) -> None:
    cases.recognises_roads(item, STUDY.learners)


@each_of(ITEMS, NumberItem)
def test_no_wrong_road_ends_near_the_key_or_near_another(item: NumberItem) -> None:
    assert item.misconceptions
    cases.keeps_roads_apart(item, STUDY.learners)


@each_of(ITEMS, OrderItem)
def test_measures_are_in_order_without_ties_and_no_wrong_order_equals_it(item: OrderItem) -> None:
    cases.orders_every_step(item, STUDY.learners)
    for sheet in STUDY.learners:
        assert cases.has_no_ties(gain for _, _, gain in sheet.tables["l1_measures"].rows), sheet.seed


def test_the_feedback_on_priority_holds_for_everyone() -> None:
    priority = next(item for item in ITEMS if isinstance(item, ChoiceItem) and item.id == "priority")
    for sheet in STUDY.learners:
        assert ids(sheet, priority.key) == ["smed"], sheet.seed
        assert 0.75 < numbers(sheet)["l1_all_two"] < 0.9, sheet.seed


def test_own_mean_and_range_carry_forward_into_the_limits() -> None:
    sheet = STUDY.learners[0]
    own = {"spi_centre_r": 1.01, "spi_width_r": 0.13}
    assert sheet.solve("spi_ucl_own", own) == pytest.approx(1.01 + 0.577 * 0.13)
    assert sheet.solve("spi_lcl_own", own) == pytest.approx(1.01 - 0.577 * 0.13)
    assert sheet.solve("boards_per_wan_a", {"l1_boards_gain": 9000}) == 500


def test_the_groups_beyond_are_told_only_after_the_answer() -> None:
    after = {id(text) for item in ITEMS for text in texts(item.rationale)}
    for text in texts(STUDY.exercise("dg-c1-smt-spc")):
        if id(text) not in after:
            assert not {"spi_list_zh", "spi_list_en", "spi_first", "spi_beyond"} & text.refs()


def test_learners_have_different_numbers() -> None:
    for name in ("l1_speed_min", "l1_all_two", "l1_oee_after", "boards_per_wan_a", "spi_centre_r", "spi_ucl_range"):
        assert len({round(numbers(sheet)[name], 4) for sheet in STUDY.learners}) > 25, name
