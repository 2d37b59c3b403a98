"""Reading typed numbers: what people write is read, what can be read twice is refused, and nothing else
happens.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dgxblock.formats import format_value
from dgxblock.grading.reading import MAX_LENGTH, Reading, Unreadable, read_number


def attempt(text: object) -> Reading | Unreadable:
    try:
        return read_number(text)
    except Unreadable as refusal:
        return refusal


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("67.4", 67.4),
        ("  67.4\t", 67.4),
        ("６７．４", 67.4),
        ("67。4", 67.4),
        (".5", 0.5),
        ("5.", 5),
        ("007", 7),
        ("10,742.2", 10742.2),
        ("10，742.2", 10742.2),
        ("1,234,567", 1234567),
        ("1,234", 1234),
        ("10 742", 10742),
        ("10\u00a0742.5", 10742.5),
        ("10\u202f742", 10742),
        ("+5", 5),
        ("-5", -5),
        ("−5", -5),
        ("－５", -5),
        ("– 5", -5),
        ("负5", -5),
        ("60万", 600000),
        ("1.5 万", 15000),
        ("1.07E+04", 10700),
        ("1e3", 1000),
        ("\u200e67.4\u202c", 67.4),
        ("0", 0),
        ("-0.0", 0),
    ],
)
def test_a_number_as_people_write_it(text: str, value: float) -> None:
    reading = read_number(text)

    assert reading.value == value
    assert reading.number == value
    assert not reading.percent


@pytest.mark.parametrize("text", ["58.3%", "58.3 %", "５８．３％", "58。3％"])
def test_per_cent_keeps_the_number_and_makes_a_ratio(text: str) -> None:
    reading = read_number(text)

    assert (reading.number, reading.value, reading.percent) == (58.3, 0.583, True)


def test_per_mille_is_a_tenth_of_per_cent() -> None:
    reading = read_number("3.5‰")

    assert (reading.number, reading.value, reading.suffix) == (3.5, 0.0035, "‰")


@pytest.mark.parametrize(
    ("text", "either"),
    [
        ("4,29", ("4.29", "4,290")),
        ("4，29", ("4.29", "4,290")),
        ("0,674", ("0.674", "674")),
        ("1234,567", ("1234.567", "1,234,567")),
        ("1,2345", ("1.2345", "12,345")),
        ("-4,2", ("−4.2", "−4,200")),
        ("83,2%", ("83.2%", "83,200%")),
    ],
)
def test_what_can_be_read_two_ways_is_refused_with_both(text: str, either: tuple[str, str]) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_number(text)

    assert refusal.value.code == "ambiguous"
    assert refusal.value.either == either


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \u3000\n", "empty"),
        ("\u200b", "empty"),
        ("1,23,456", "grouping"),
        ("1.234,5", "grouping"),
        ("12 34", "grouping"),
        ("1,", "grouping"),
        ("1.2.3", "number"),
        (".", "number"),
        ("-", "number"),
        ("—", "number"),
        ("--5", "number"),
        ("5–8", "number"),
        ("3/4", "number"),
        ("1_000", "number"),
        ("0x10", "number"),
        ("nan", "number"),
        ("NaN", "number"),
        ("inf", "number"),
        ("-Infinity", "number"),
        ("abc", "number"),
        ("=1+1", "number"),
        ("五", "number"),
        ("٣", "number"),
        ("12 pcs", "unit"),
        ("18 s/件", "unit"),
        ("¥600", "unit"),
        ("60万元", "unit"),
        ("10²", "characters"),
        ("½", "characters"),
        ("①", "characters"),
        ("5㎡", "characters"),
        ("1e309", "range"),
        ("-1e309", "range"),
        ("1e16", "range"),
        ("1e-400", "range"),
        ("9" * 30, "range"),
        ("9" * (MAX_LENGTH + 1), "long"),
        ("9**9**9", "number"),
        ("1\x002", "number"),
        ("\ud800", "number"),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_number(text)

    assert refusal.value.code == code
    assert refusal.value.either == ()


@pytest.mark.parametrize("thing", [None, 5, 6.7, True, [], ["5"], {"value": "5"}, b"5", object()])
def test_only_text_is_read(thing: object) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_number(thing)

    assert refusal.value.code == "type"


@pytest.mark.parametrize("text", ["9" * 10_000_000, " " * 10_000_000, "5" + " " * 10_000_000, "1," * 5_000_000])
def test_ten_megabytes_are_refused_at_once(text: str) -> None:
    started = time.perf_counter()

    with pytest.raises(Unreadable) as refusal:
        read_number(text)

    assert refusal.value.code == "long"
    assert time.perf_counter() - started < 0.1


@given(st.text(max_size=60) | st.text(alphabet="0123456789.,%‰万 +-eE−，。", max_size=45))
@example("1e9999")
@example("0e9999")
@example("." + "9" * 39)
@example("9" * 34 + "e9999")
def test_any_text_is_a_finite_number_or_unreadable(text: str) -> None:
    found = attempt(text)
    if isinstance(found, Unreadable):
        assert len(found.either) == (2 if found.code == "ambiguous" else 0)
    else:
        assert abs(found.value) <= abs(found.number) <= 1e15


@given(st.floats(-1e12, 1e12), st.sampled_from(["zh-CN", "en"]))
def test_what_we_show_can_be_read_back(x: float, lang: str) -> None:
    for fmt, places in (("int", 0), ("dec1", 1), ("dec2", 2), ("dec3", 3)):
        shown = format_value(x, fmt, lang)
        again = read_number(shown).value
        assert abs(again - x) <= 0.5 * 10**-places + 1e-3 * (abs(x) > 1e9) + 1e-9
        assert format_value(again, fmt, lang) == shown


@given(st.integers(-(10**6), 10**6), st.sampled_from(["zh-CN", "en"]))
def test_a_shown_percentage_reads_as_its_ratio(thousandths: int, lang: str) -> None:
    ratio = thousandths / 1000

    assert read_number(format_value(ratio, "percent1", lang)).value == ratio


@given(st.integers(-(10**11), 10**11), st.integers(0, 99))
def test_both_ways_of_an_ambiguous_number_can_be_read(whole: int, tail: int) -> None:
    first, second = (read_number(way).value for way in attempt(f"{whole},{tail}").either)  # type: ignore[union-attr]

    assert first == float(f"{whole}.{tail}")
    assert abs(second) >= abs(first)
