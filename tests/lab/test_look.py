"""Filtering, sorting and paging the rows of a table."""

from __future__ import annotations

import time
from typing import Any

import pytest

from dgxblock.content.model import Category, Column, Text
from dgxblock.content.text import Span
from dgxblock.lab import Table
from dgxblock.lab.look import Unfit, look, names, page


def text(zh: str, en: str) -> Text:
    return Text((Span("text", zh),), (Span("text", en),))


def column(name: str, type_: Any = "text", fmt: str = "text") -> Column:
    return Column(name, text(name, name), type_, "", fmt)


CATEGORIES = (
    Category("L2", text("二号线", "Line 2")),
    Category("L1", text("一号线", "Line 1")),
    Category("x", text("停", "Stop")),
)
COLUMNS = (
    column("line"), column("machine"), column("n", "integer", "int"), column("min", "decimal", "dec1"),
    column("share", "decimal", "percent1"),
)  # fmt: skip
ROWS = (
    ("L1", "M10", 3, 203.64, 0.583), ("L2", "M2", 8, 8.04, 0.5), ("L1", "m2", -5, 7.96, 0.25),
    ("L2", "Ｍ1", 3, 1234.5, 1.0), ("x", "", 0, 0.05, 0.0),
)  # fmt: skip
TABLE = Table("t", text("表", "Table"), COLUMNS, ROWS, True, CATEGORIES)


def found(filters: dict[str, str], lang: str = "zh-CN") -> list[int]:
    """Places of the rows that pass, counted from 0."""
    return [ROWS.index(row) for row in look(TABLE, filters, "", lang)]


@pytest.mark.parametrize(
    ("name", "wanted", "places"),
    [
        ("n", "3", [0, 3]), ("n", "=3", [0, 3]), ("n", "＝３", [0, 3]), ("n", " >3 ", [1]), ("n", "＞ 3", [1]),
        ("n", ">=3", [0, 1, 3]), ("n", "≥3", [0, 1, 3]), ("n", "<0", [2]), ("n", "-5", [2]), ("n", "≤−5", [2]),
        ("n", "!=3", [1, 2, 4]), ("n", "≠3", [1, 2, 4]), ("n", "<>3", [1, 2, 4]),
        ("n", "3..8", [0, 1, 3]), ("n", "8..3", [0, 1, 3]), ("n", "3…8", [0, 1, 3]), ("n", "3–8", [0, 1, 3]),
        ("n", "3～8", [0, 1, 3]), ("n", "3..", [0, 1, 3]), ("n", "..0", [2, 4]), ("n", "-5..0", [2, 4]),
        ("min", "203.6", [0]), ("min", "8", [1, 2]), ("min", ">8", [0, 3]), ("min", "<=8", [1, 2, 4]),
        ("min", "1,234.5", [3]), ("min", "0.1", [4]),
        ("share", "58.3", [0]), ("share", "58.3%", [0]), ("share", ">50", [0, 3]), ("share", "500‰", [1]),
        ("share", "25..50", [1, 2]), ("n", "1e9..1e12", []), ("n", "", [0, 1, 2, 3, 4]), ("n", "  ", [0, 1, 2, 3, 4]),
        ("line", "一号线", [0, 2]), ("line", "=一号线", [0, 2]), ("line", "号线", [0, 1, 2, 3]), ("line", "L1", [0, 2]),
        ("line", "l1", [0, 2]), ("line", "=L1", [0, 2]), ("line", "=L", []), ("line", "!=L1", [1, 3, 4]),
        ("line", "Line 1", []), ("machine", "m1", [0, 3]), ("machine", "=m1", [3]), ("machine", "=M2", [1, 2]),
        ("machine", "%", []), ("machine", ".*", []), ("machine", ">5", []), ("machine", "' OR 1=1 --", []),
    ],
)  # fmt: skip
def test_a_filter_finds_what_readers_see(name: str, wanted: str, places: list[int]) -> None:
    assert found({name: wanted}) == places


def test_labels_are_those_of_the_readers_language() -> None:
    assert found({"line": "Line 1"}, "en") == [0, 2]
    assert found({"line": "一号线"}, "en") == []


def test_filters_hold_together() -> None:
    assert found({"line": "一号线", "n": ">0"}) == [0]


@pytest.mark.parametrize(
    "wanted",
    ["many", ">", "..", "…", "4,29", ">4,29", "3..x", "nan", ">inf", "1e400", "5 h", "= =5", "１²", "½", "\u202e5",
     "1..2..3", "=3..8"],
)  # fmt: skip
def test_what_is_no_number_is_refused_and_names_its_column(wanted: str) -> None:
    if wanted == "\u202e5":  # a mark that a copied number brings along is no reason to refuse it
        assert found({"n": wanted}) == []
        return
    with pytest.raises(Unfit) as caught:
        found({"n": wanted})
    assert caught.value.column == "n"


def sorted_by(name: str, lang: str = "zh-CN", *, descending: bool = False) -> list[int]:
    rows = look(TABLE, {}, name, lang, descending=descending)
    return [ROWS.index(row) for row in rows]


def test_numbers_sort_by_size_and_equal_rows_keep_their_order_both_ways() -> None:
    assert sorted_by("n") == [2, 4, 0, 3, 1]
    assert sorted_by("n", descending=True) == [1, 0, 3, 4, 2]


def test_categories_sort_as_their_author_lists_them_and_other_texts_as_people_count() -> None:
    assert sorted_by("line") == [1, 3, 0, 2, 4]
    assert sorted_by("machine") == [4, 3, 1, 2, 0]
    assert names(TABLE, 0, "en") == [("L2", "Line 2"), ("L1", "Line 1"), ("x", "Stop")]


def test_there_is_no_such_column() -> None:
    with pytest.raises(KeyError):
        look(TABLE, {"nothing": "1"}, "", "en")
    with pytest.raises(KeyError):
        look(TABLE, {}, "nothing", "en")


@pytest.mark.parametrize(
    ("wanted", "at", "pages", "shown"),
    [(1, 1, 3, [0, 1]), (3, 3, 3, [4]), (99, 3, 3, [4]), (0, 1, 3, [0, 1])],
)  # fmt: skip
def test_a_page_that_is_not_there_is_the_nearest_one(wanted: int, at: int, pages: int, shown: list[int]) -> None:
    assert page([(n,) for n in range(5)], wanted, 2) == (at, pages, [(n,) for n in shown])
    assert page([], wanted, 2) == (1, 1, [])


def test_five_thousand_rows_take_no_time_to_speak_of() -> None:
    rows = tuple((f"M{n % 700}", "m", n % 97, n / 7, n / 5000) for n in range(5000))
    table = Table("t", text("表", "Table"), COLUMNS, rows, True, CATEGORIES)
    start = time.perf_counter()
    assert look(table, {"line": "m", "min": ">1", "share": "1..99"}, "line", "en", descending=True)
    assert time.perf_counter() - start < 1.0  # about 0.05 s on a quiet machine
