"""Numbers, units, dates and lists in both languages, as the interface reference wants them."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock import formats
from dgxblock.formats import (
    FORMATS,
    format_change,
    format_date,
    format_datetime,
    format_duration,
    format_value,
    one_line,
)

DAY = dt.date(2026, 11, 23)
MOMENT = dt.datetime(2026, 11, 23, 14, 32, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "fmt", "chinese", "english"),
    [
        ("SMT-1", "text", "SMT-1", "SMT-1"),
        (79428, "int", "79,428", "79,428"),
        (10742.2, "dec1", "10,742.2", "10,742.2"),
        (1.334, "dec2", "1.33", "1.33"),
        (0.57712, "dec3", "0.577", "0.577"),
        (0.583, "percent1", "58.3%", "58.3%"),
        (1.0874, "percent2", "108.74%", "108.74%"),
        (0.632, "percent0", "63%", "63%"),
        (0.094, "pp1", "9.4个百分点", "9.4 percentage points"),
        (10742.2, "min", "10,742 min", "10,742 min"),
        (71.6, "h", "71.6 h", "71.6 h"),
        (45, "s", "45 s", "45 s"),
        (18, "s_per_piece", "18 s/件", "18 s/piece"),
        (79428, "piece", "79,428件", "79,428 pieces"),
        (60, "wan", "60万元", "CNY 600,000"),
        (12.5, "wan", "12.5万元", "CNY 125,000"),
        (600000, "cny", "600,000元", "CNY 600,000"),
    ],
)
def test_a_value_in_both_languages(value: float, fmt: str, chinese: str, english: str) -> None:
    assert format_value(value, fmt, "zh-CN") == chinese
    assert format_value(value, fmt, "en") == english


def test_every_format_has_an_example_above() -> None:
    assert set(FORMATS) == {
        *("text", "int", "dec1", "dec2", "dec3", "percent0", "percent1", "percent2", "pp1"),
        *("min", "h", "s", "s_per_piece", "piece", "wan", "cny"),
    }


def test_the_minus_is_a_minus_and_not_a_hyphen() -> None:
    assert format_value(-18, "int", "en") == "−18"


def test_the_sign_stands_before_the_currency() -> None:
    assert format_value(-18, "wan", "en") == "−CNY 180,000"
    assert format_value(5, "cny", "en", signed=True) == "+CNY 5"
    assert formats.format_quantity("−5", "cny", "en") == "−CNY 5"


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert format_value(-0.04, "dec1", "en", signed=True) == "0.0"


def test_halves_are_rounded_up_as_a_calculator_does() -> None:
    assert format_value(0.5825, "percent1", "en") == "58.3%"
    assert format_value(2.5, "int", "en") == "3"
    assert format_value(-2.5, "int", "en") == "−3"


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf, "abc", "", True, [], {}, 1e300, object()])
def test_what_is_no_number_becomes_a_dash(value: object) -> None:
    for fmt in FORMATS - {"text"}:
        assert format_value(value, fmt, "zh-CN") == "—"


def test_a_number_from_a_database_may_be_a_decimal_or_a_string() -> None:
    assert format_value(Decimal("1234.5"), "dec1", "en") == "1,234.5"
    assert format_value("1234.5", "dec1", "en") == "1,234.5"


def test_an_unknown_format_is_the_authors_mistake() -> None:
    with pytest.raises(ValueError, match="percent7"):
        format_value(1, "percent7", "en")


@given(st.floats(), st.sampled_from(sorted(FORMATS)), st.sampled_from(["zh-CN", "en", "zh-hans", "fr", ""]))
def test_no_float_is_too_strange(value: float, fmt: str, lang: str) -> None:
    assert format_value(value, fmt, lang)


def test_a_change_is_told_in_points_or_per_cent_or_its_own_unit() -> None:
    assert format_change(0.583, 0.677, "percent1", "zh-CN") == "+9.4个百分点"
    assert format_change(0.583, 0.677, "percent1", "en") == "+9.4 percentage points"
    assert format_change(10742.2, 6445.3, "int", "zh-CN", relative=True) == "−40%"
    assert format_change(79428, 92218, "int", "zh-CN") == "+12,790"
    assert format_change(60, 42, "int", "en") == "−18"
    assert format_change(0, 5, "int", "en", relative=True) == "—"
    assert format_change(math.nan, 5, "int", "en") == "—"


def test_a_quantity_has_a_space_only_before_a_latin_unit() -> None:
    shown = [
        formats.format_quantity("18", unit, lang)
        for lang in ("zh-CN", "en")
        for unit in ("%", "permille", "min", "s/piece", "piece", "wan", "cny", "")
    ]
    assert shown == [
        *("18%", "18‰", "18 min", "18 s/件", "18件", "18万元", "18元", "18"),
        *("18%", "18‰", "18 min", "18 s/piece", "18 pieces", "18 CNY 10,000", "CNY 18", "18"),
    ]


def test_a_plain_number_keeps_the_decimals_it_has() -> None:
    assert [formats.format_plain(x) for x in (26.99, 10742.2, 5.0, -1200, 1e-7, math.nan)] == [
        *("26.99", "10,742.2", "5", "−1,200", "0", "—")
    ]


@pytest.mark.parametrize(
    ("items", "chinese", "english"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a和b", "a and b"),
        (["a", "b", "c"], "a、b和c", "a, b and c"),
    ],
)
def test_a_list_in_a_sentence(items: list[str], chinese: str, english: str) -> None:
    assert formats.join_list(items, "zh-CN") == chinese
    assert formats.join_list(items, "en") == english


def test_a_range_has_an_en_dash() -> None:
    assert formats.format_range("5", "8") == "5–8"


def test_a_date_in_words_and_in_a_table() -> None:
    assert format_date(DAY, "zh-CN") == "2026年11月23日"
    assert format_date(DAY, "en") == "23 November 2026"
    assert format_date(DAY, "zh-CN", table=True) == format_date(DAY, "en", table=True) == "2026-11-23"


def test_the_year_is_left_out_only_within_the_same_year() -> None:
    assert format_date(DAY, "zh-CN", today=dt.date(2026, 1, 1)) == "11月23日"
    assert format_date(DAY, "en", today=dt.date(2026, 1, 1)) == "23 November"
    assert format_date(DAY, "zh-CN", today=dt.date(2027, 1, 1)) == "2026年11月23日"


def test_a_time_has_24_hours() -> None:
    assert formats.format_time(MOMENT, "en") == "14:32"
    assert format_datetime(MOMENT, "zh-CN", today=DAY) == "11月23日14:32"
    assert format_datetime(MOMENT, "en") == "23 November 2026, 14:32"
    assert format_datetime(MOMENT, "zh-CN", table=True) == "2026-11-23 14:32"


@pytest.mark.parametrize(
    ("seconds", "chinese", "english", "clock"),
    [
        (1872, "31分12秒", "31 min 12 s", "31:12"),
        (48, "48秒", "48 s", "00:48"),
        (3600, "1小时0分0秒", "1 h 0 min 0 s", "1:00:00"),
        (-5, "0秒", "0 s", "00:00"),
    ],
)
def test_a_duration_and_a_clock(seconds: int, chinese: str, english: str, clock: str) -> None:
    assert format_duration(seconds, "zh-CN") == chinese
    assert format_duration(seconds, "en") == english
    assert formats.format_clock(seconds) == clock


@pytest.mark.parametrize(
    ("text", "lang", "shown"),
    [
        ("良率还是节拍？\n贴片代工A厂的一号线", "zh-CN", "良率还是节拍？贴片代工A厂的一号线"),
        ("三天交货\n毛织C厂的小单快反", "zh-CN", "三天交货　毛织C厂的小单快反"),
        ("Yield or takt?\nLine 1", "en", "Yield or takt? Line 1"),
        ("甲\n乙。\n丙", "zh-CN", "甲　乙。丙"),
        ("", "zh-CN", ""),
    ],
)
def test_a_broken_title_becomes_one_line(text: str, lang: str, shown: str) -> None:
    assert one_line(text, lang) == shown


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("kg", "18 kg", "18 kg"),
        ("kWh", "18 kWh", "18 kWh"),
        ("kWh/t", "18 kWh/t", "18 kWh/t"),
        ("cny/kWh", "18 元/kWh", "18 CNY/kWh"),
    ],
)
def test_mass_and_energy_read_as_in_a_report(unit: str, zh: str, en: str) -> None:
    assert (formats.format_quantity("18", unit, "zh-CN"), formats.format_quantity("18", unit, "en")) == (zh, en)
