"""Counting words and letters: 一、二、三 and A, B, C, where a bare digit would read oddly."""

from __future__ import annotations

from typing import Final

__all__ = ["count_word", "lead", "letter", "letters", "ordinal"]

_ZH: Final = "零一二三四五六七八九"
_EN: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_HEAVENLY_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"


def ordinal(number: int, lang: str, /) -> str:
    """A place in a row: 一, 十二 in Chinese up to 99, digits otherwise."""
    if lang != "zh-CN" or not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else _ZH[tens]) + "十" if tens else "") + (_ZH[ones] if ones else "")


def count_word(number: int, lang: str, /) -> str:
    """How many, before a noun: 两 (not 二) in Chinese, ``two`` in English; digits above ten."""
    if not 0 < number <= 10:
        return str(number)
    if lang == "zh-CN":
        return "两" if number == 2 else ordinal(number, lang)
    return _EN[number]


def letter(index: int, lang: str, /) -> str:
    """The letter of an option, counted from 0: 甲乙丙 or A B C; digits after the tenth."""
    if not 0 <= index < len(_HEAVENLY_STEMS):
        return str(index + 1)
    return _HEAVENLY_STEMS[index] if lang == "zh-CN" else "ABCDEFGHIJ"[index]


def lead(index: int, label: str, lang: str, /) -> str:
    """What stands before an option's label: ``甲　`` or ``A. ``, nothing if its author has written that already."""
    mark = letter(index, lang)
    return "" if label.startswith(mark) else mark + ("　" if lang == "zh-CN" else ". ")


def letters(count: int, lang: str, /) -> str:
    """The letters of `count` options: ``甲、乙、丙`` or ``A, B or C``."""
    marks = [letter(place, lang) for place in range(count)]
    if lang == "zh-CN" or count < 2:
        return "、".join(marks)
    return f"{', '.join(marks[:-1])} or {marks[-1]}"
