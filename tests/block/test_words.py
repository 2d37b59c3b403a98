"""Counting words and letters."""

from __future__ import annotations

import pytest

from dgxblock.block.case_page import protagonist
from dgxblock.block.words import count_word, lead, letter, letters, ordinal


@pytest.mark.parametrize(
    ("number", "chinese"),
    [(1, "一"), (2, "二"), (10, "十"), (11, "十一"), (20, "二十"), (42, "四十二"), (99, "九十九")],
)
def test_a_place_in_a_row_is_a_chinese_numeral_or_digits(number: int, chinese: str) -> None:
    assert ordinal(number, "zh-CN") == chinese
    assert ordinal(number, "en") == str(number)


@pytest.mark.parametrize("number", [0, -1, 100])
def test_places_beyond_the_words_are_digits(number: int) -> None:
    assert ordinal(number, "zh-CN") == str(number)


def test_two_of_something_is_another_word_than_the_second() -> None:
    assert (count_word(2, "zh-CN"), ordinal(2, "zh-CN"), count_word(2, "en")) == ("两", "二", "two")
    assert (count_word(11, "zh-CN"), count_word(0, "en")) == ("11", "0")


def test_options_have_stems_or_letters() -> None:
    assert [letter(place, "zh-CN") for place in range(4)] == ["甲", "乙", "丙", "丁"]
    assert [letter(place, "en") for place in range(4)] == ["A", "B", "C", "D"]
    assert letter(10, "en") == "11"
    assert (letters(3, "zh-CN"), letters(3, "en"), letters(2, "en")) == ("甲、乙、丙", "A, B or C", "A or B")


def test_a_letter_that_the_author_wrote_is_not_written_twice() -> None:
    assert lead(0, "快速换线", "zh-CN") == "甲　" and lead(0, "甲　快速换线", "zh-CN") == ""
    assert lead(1, "Vision", "en") == "B. " and lead(1, "B. Vision", "en") == ""


def test_a_name_in_both_scripts_is_read_in_ones_own() -> None:
    assert protagonist("周敏 Zhou Min", "zh-CN") == "周敏"
    assert protagonist("周敏 Zhou Min", "en") == "Zhou Min"
    assert protagonist("周敏", "en") == "周敏"
