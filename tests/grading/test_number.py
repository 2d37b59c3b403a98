"""Marking numbers: tolerance, units, known wrong roads, and earlier answers carried forward."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock.grading import Mark, Verdict
from dgxblock.grading.number import Misconception, NumberSpec, Tolerance, echo, grade
from dgxblock.grading.units import RATIOS, UNITS

HALF_POINT = Tolerance.of(0.5, "pp", "%")
OEE = NumberSpec(
    0.737471,
    HALF_POINT,
    "%",
    misconceptions=(Misconception("oee:mean-of-factors", 0.904476), Misconception("oee:all-pieces", 0.768735)),
)
CHANGEOVER = NumberSpec(26.99, Tolerance.of(2, "percent", "min"), "min", ("s", "min", "h"))


def answer(value: str, unit: str = "") -> dict[str, str]:
    return {"value": value, "unit": unit}


def verdict(mark: Mark) -> tuple[float, Verdict, str]:
    return mark.fraction, mark.verdict, mark.note


@pytest.mark.parametrize(
    ("factor", "key", "shown"),
    [
        ("A = APT / PBT", 372 / 435, "85.5"),
        ("E = PRI x PQ / APT", 0.8 * 418 / 372, "89.9"),
        ("Q = GQ / PQ", 401 / 418, "95.9"),
        ("OEE = A x E x Q", 372 / 435 * (0.8 * 418 / 372) * (401 / 418), "73.7"),
    ],
)
def test_the_check_vector_of_oee_rounded_to_one_decimal_is_right(factor: str, key: float, shown: str) -> None:
    assert verdict(grade(answer(shown, "%"), NumberSpec(key, HALF_POINT, "%"))) == (1.0, Verdict.RIGHT, "ok")


@pytest.mark.parametrize(
    ("n", "a2", "published"),
    [(2, 1.880, "1.880"), (3, 1.023, "1.02"), (5, 0.577, "0.577"), (7, 0.419, "0.42"), (10, 0.308, "0.308")],
)
def test_a_control_limit_from_a_published_constant_is_right(n: int, a2: float, published: str) -> None:
    centre, mean_range = 100.68, 12.6
    key = centre + a2 * mean_range
    spec = NumberSpec(key, Tolerance.of(0.01 * a2 * mean_range, "absolute", ""), "")

    assert grade(answer(f"{centre + float(published) * mean_range:.2f}"), spec).verdict is Verdict.RIGHT


@pytest.mark.parametrize("published", [2.114, 2.115])
def test_tables_that_disagree_in_the_last_digit_are_both_right(published: float) -> None:
    spec = NumberSpec(2.11450, Tolerance.of(0.1, "percent", ""), "")

    assert grade(answer(str(published)), spec).verdict is Verdict.RIGHT


def test_an_order_quantity_within_two_per_cent_is_right() -> None:
    spec = NumberSpec(math.sqrt(2 * 24000 * 180 / 2.4), Tolerance.of(2, "percent", "piece"), "piece")

    assert grade(answer("1897.37", "piece"), spec).verdict is Verdict.RIGHT
    assert grade(answer("1,900", "piece"), spec).verdict is Verdict.RIGHT
    assert grade(answer("1,936", "piece"), spec).verdict is Verdict.AGAIN


def test_takt_time_to_one_per_cent() -> None:
    spec = NumberSpec(27000 / 430, Tolerance.of(1, "percent", "s/piece"), "s/piece")

    assert grade(answer("62.79", "s/piece"), spec).verdict is Verdict.RIGHT
    assert grade(answer("63.5", "s/piece"), spec).verdict is Verdict.AGAIN


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("67.4", True), ("67.9", True), ("66.9", True), ("67.91", False), ("66.89", False), ("67.4%", True)],
)
def test_half_a_percentage_point_includes_its_edge(typed: str, expected: bool) -> None:
    spec = NumberSpec(0.674, HALF_POINT, "%")

    assert (grade(answer(typed, "%"), spec).verdict is Verdict.RIGHT) is expected


@pytest.mark.parametrize(
    ("amount", "kind", "unit"),
    [
        (0.5, "pp", "min"),
        (0.5, "about", "%"),
        (-1, "pp", "%"),
        (math.nan, "percent", "%"),
        (math.inf, "absolute", "%"),
        (1, "absolute", "parsec"),
    ],
)
def test_a_tolerance_that_makes_no_sense_is_the_authors_mistake(amount: float, kind: str, unit: str) -> None:
    with pytest.raises(ValueError, match="tolerance"):
        Tolerance.of(amount, kind, unit)


def test_an_absolute_tolerance_is_in_the_items_own_unit() -> None:
    assert Tolerance.of(0.5, "absolute", "%") == HALF_POINT
    assert Tolerance.of(0.05, "absolute", "min") == Tolerance(atol=3.0)


def test_a_unit_that_is_not_in_the_closed_list_is_the_authors_mistake() -> None:
    with pytest.raises(ValueError, match="parsec"):
        NumberSpec(1.0, HALF_POINT, "%", ("%", "parsec"))


@pytest.mark.parametrize(
    ("typed", "unit", "expected"),
    [
        ("26.99", "min", (1.0, Verdict.RIGHT, "ok")),
        ("1619.4", "s", (1.0, Verdict.RIGHT, "ok")),
        ("0.45", "h", (1.0, Verdict.RIGHT, "ok")),
        ("26.99", "s", (0.7, Verdict.UNIT, "unit")),
        ("1619", "min", (0.7, Verdict.UNIT, "unit")),
        ("26.99", "", (0.7, Verdict.UNIT, "unit")),
        ("26.99%", "min", (0.7, Verdict.UNIT, "unit")),
        ("40", "min", (0.0, Verdict.AGAIN, "wrong")),
        ("40", "s", (0.0, Verdict.AGAIN, "wrong")),
    ],
)
def test_value_and_unit_are_marked_apart(typed: str, unit: str, expected: tuple[float, Verdict, str]) -> None:
    assert verdict(grade(answer(typed, unit), CHANGEOVER)) == expected


def test_with_one_unit_on_offer_nothing_needs_to_be_chosen() -> None:
    assert grade({"value": "73.7"}, OEE).verdict is Verdict.RIGHT


def test_a_ratio_where_per_cent_is_asked_is_a_matter_of_the_unit() -> None:
    assert verdict(grade(answer("0.737", "%"), OEE)) == (0.7, Verdict.UNIT, "unit")


def test_ten_thousands_may_be_typed_or_chosen() -> None:
    spec = NumberSpec(18, Tolerance.of(1, "percent", "wan"), "wan", ("wan", "cny"))

    assert grade(answer("18", "wan"), spec).verdict is Verdict.RIGHT
    assert grade(answer("18万", "cny"), spec).verdict is Verdict.RIGHT
    assert grade(answer("180,000", "cny"), spec).verdict is Verdict.RIGHT
    assert grade(answer("18", "cny"), spec).verdict is Verdict.UNIT


@pytest.mark.parametrize(
    ("typed", "note"), [("90.4", "oee:mean-of-factors"), ("76.9", "oee:all-pieces"), ("50", "wrong")]
)
def test_a_known_wrong_road_is_named_before_it_is_just_wrong(typed: str, note: str) -> None:
    assert verdict(grade(answer(typed, "%"), OEE)) == (0.0, Verdict.AGAIN, note)


def test_of_two_wrong_roads_the_nearer_is_named() -> None:
    spec = replace(OEE, misconceptions=(Misconception("far", 0.900), Misconception("near", 0.904)))

    assert grade(answer("90.4", "%"), spec).note == "near"


def test_a_wrong_road_that_ends_at_the_key_is_no_wrong_road() -> None:
    assert grade(answer("73.7", "%"), replace(OEE, misconceptions=(Misconception("x", 0.737),))).note == "ok"


def test_an_early_rounding_earns_eight_tenths_where_the_item_builds_on_others() -> None:
    spec = replace(OEE, rounding=True)

    assert verdict(grade(answer("72.6", "%"), spec)) == (0.8, Verdict.PARTLY, "rounding")
    assert verdict(grade(answer("72.4", "%"), spec)) == (0.0, Verdict.AGAIN, "wrong")
    assert verdict(grade(answer("72.6", "%"), OEE)) == (0.0, Verdict.AGAIN, "wrong")


def test_a_wrong_road_within_the_rounding_band_is_still_named() -> None:
    spec = replace(OEE, rounding=True, misconceptions=(Misconception("near", 0.746),))

    assert grade(answer("74.6", "%"), spec).note == "near"


def test_a_right_method_on_a_wrong_earlier_number_earns_everything() -> None:
    spec = replace(OEE, carried=(0.757,))

    assert verdict(grade(answer("75.7", "%"), spec)) == (1.0, Verdict.CARRIED, "carried")
    assert grade(answer("73.7", "%"), spec).verdict is Verdict.RIGHT


@pytest.mark.parametrize("key", [math.nan, math.inf, -math.inf])
def test_a_key_that_is_no_number_credits_nobody(key: float) -> None:
    spec = NumberSpec(key, HALF_POINT, "%", carried=(key,), misconceptions=(Misconception("x", key),))

    assert verdict(grade(answer("0", "%"), spec)) == (0.0, Verdict.AGAIN, "wrong")


@pytest.mark.parametrize("empty", [None, {}, {"value": ""}, {"value": "  "}, {"value": None}, {"unit": "%"}])
def test_an_empty_box_is_blank(empty: object) -> None:
    assert verdict(grade(empty, OEE)) == (0.0, Verdict.BLANK, "blank")


def test_an_ambiguous_number_brings_both_readings() -> None:
    mark = grade(answer("4,29", "min"), CHANGEOVER)

    assert mark.note == "unread:ambiguous"
    assert mark.either == ("4.29", "4,290")


@pytest.mark.parametrize(
    ("typed", "unit", "chinese", "english"),
    [
        ("67.4", "%", "67.4%", "67.4%"),
        ("67.4%", "min", "67.4%", "67.4%"),
        ("4296.9", "min", "4,296.9 min", "4,296.9 min"),
        ("26.99", "", "26.99", "26.99"),
        ("-3", "min", "−3 min", "−3 min"),
        ("0.1", "h", "0.1 h", "0.1 h"),
    ],
)
def test_what_was_read_is_said(typed: str, unit: str, chinese: str, english: str) -> None:
    spec = replace(CHANGEOVER, units=("%", "min", "h"))

    mark = grade(answer(typed, unit), spec)

    assert echo(mark, "zh-CN") == chinese
    assert echo(mark, "en") == english


def test_nothing_read_is_nothing_said() -> None:
    assert echo(grade(answer("x", "%"), OEE), "en") == ""


def typed(key: float, unit: str) -> str:
    return format(key / UNITS[unit].factor if unit in RATIOS else key, ".17g")


KEYS = st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6)


@given(KEYS, st.sampled_from(sorted(UNITS)), st.lists(KEYS, max_size=3))
def test_the_key_always_earns_everything(key: float, unit: str, wrong: list[float]) -> None:
    spec = NumberSpec(
        key, Tolerance(), unit, tuple(UNITS), misconceptions=tuple(Misconception("m", value) for value in wrong)
    )

    assert verdict(grade(answer(typed(key, unit), unit), spec)) == (1.0, Verdict.RIGHT, "ok")


@given(KEYS, KEYS, st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)), st.booleans())
def test_a_mark_is_between_nothing_and_everything(
    key: float, x: float, asked: str, chosen: str, rounding: bool
) -> None:
    spec = NumberSpec(key, Tolerance(rtol=0.1), asked, tuple(UNITS), carried=(key + 1,), rounding=rounding)
    sent = answer(format(x, ".9g"), chosen)

    mark = grade(sent, spec)

    assert 0 <= mark.fraction <= 1
    assert (mark.fraction == 1) == (mark.verdict in (Verdict.RIGHT, Verdict.CARRIED))
    assert grade(sent, spec) == mark


@given(KEYS.filter(lambda x: x > 0), st.floats(0, 3), st.floats(0, 3))
def test_farther_from_the_key_never_earns_more(key: float, one: float, two: float) -> None:
    spec = NumberSpec(key, Tolerance(rtol=0.1), "min", rounding=True)
    near, far = sorted((one, two))

    closer, farther = (grade(answer(format(key * (1 + d), ".12g"), "min"), spec).fraction for d in (near, far))
    assert farther <= closer + 1e-12


@pytest.mark.parametrize(
    ("key", "unit", "given", "expected"),
    [
        (27_000, "kg", answer("27", "t"), Verdict.RIGHT),
        (27_000, "kg", answer("27000", "kg"), Verdict.RIGHT),
        (2.5, "MWh", answer("2500", "kWh"), Verdict.RIGHT),
        (27_000, "kg", answer("27000", "t"), Verdict.UNIT),
        (150, "kW", answer("150", "kWh"), Verdict.UNIT),
    ],
)
def test_mass_energy_and_power_are_converted_and_told_apart(
    key: float, unit: str, given: dict[str, str], expected: Verdict
) -> None:
    assert grade(given, NumberSpec(key, Tolerance(rtol=0.01), unit, tuple(UNITS))).verdict is expected
