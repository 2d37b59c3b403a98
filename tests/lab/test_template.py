"""The workbook to fill in, as it opens and as it comes back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from dgxblock.lab import build
from dgxblock.lab.template import AnswerCell, template_bytes
from dgxblock.lab.workbook import read
from tests.builders.lab import shifts

CELLS = (
    AnswerCell("OEE", "B5", "时间开动率", "%"),
    AnswerCell("OEE", "B6", "=产出", "piece", formula=False),
    AnswerCell("损失 表", "C4", "换线", "min"),
)


def _made(cells: tuple[AnswerCell, ...] = CELLS, lang: str = "zh-CN") -> bytes:
    return template_bytes([build(shifts(20), "book").tables["log"]], cells, lang, "DGX-7F3C")


def _opened(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data))


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_answer_sheets_come_first_then_the_data_and_the_hidden_owner(lang: str) -> None:
    book = _opened(_made(lang=lang))

    assert book.sheetnames[:2] == ["OEE", "损失 表"] and book.sheetnames[-1] == "_dgx"
    assert len(book.sheetnames) == 5 and book["_dgx"].sheet_state == "veryHidden"
    assert book.worksheets[2].max_row == 21
    assert not any(sheet.protection.sheet for sheet in book)


def test_a_yellow_cell_stands_between_its_label_and_its_unit() -> None:
    sheet = _opened(_made())["OEE"]

    assert [sheet[each].value for each in ("A5", "B5", "C5")] == ["时间开动率", None, "%"]
    assert sheet["B5"].fill.fgColor.rgb == "00FFF2CC" and sheet["B5"].number_format == "0.0%"
    assert sheet["A1"].value and sheet["A2"].value and sheet["D5"].value != sheet["D6"].value
    assert sheet.freeze_panes == "A3"
    assert sheet.column_dimensions["A"].width >= 12


def test_a_label_is_text_whatever_it_begins_with() -> None:
    assert _opened(_made())["OEE"]["A6"].data_type == "s"


def test_an_untouched_template_comes_back_blank_and_with_its_owner() -> None:
    upload = read(_made(), [(each.cell, f"'{each.sheet}'!{each.cell}") for each in CELLS])

    assert [cell.kind for cell in upload.cells] == ["empty"] * 3
    assert upload.owner == "DGX-7F3C"


def test_a_filled_template_comes_back_with_its_answers() -> None:
    book = _opened(_made())
    book["OEE"]["B5"], book["OEE"]["B6"] = 0.674, "=SUM(A1:A2)"
    out = io.BytesIO()
    book.save(out)

    rate, boards = read(out.getvalue(), [("a", "OEE!B5"), ("b", "OEE!B6")]).cells

    assert (rate.kind, rate.value, rate.format) == ("number", 0.674, "percent")
    assert (boards.kind, boards.formula) == ("not-calculated", "=SUM(A1:A2)")


def test_data_sheets_give_way_to_answer_sheets() -> None:
    names = _opened(_made((AnswerCell("班次记录", "B5", "产出"),))).sheetnames

    assert names[:2] == ["班次记录", "班次记录 2"]


@pytest.mark.parametrize(
    "cells",
    [
        [("OEE", "A5")],
        [("OEE", "B2")],
        [("OEE", "nowhere")],
        [("OEE", "BH5")],
        [("OEE", "B5001")],
        [("OEE", "B5"), ("OEE", "B5")],
        [("OEE", "B5"), ("OEE", "D5")],
        [("OEE", "B5"), ("oee", "B5")],
        [("_DGX", "B5")],
        [("History", "B5")],
        [("", "B5")],
        [("a/b", "B5")],
        [("'a", "B5")],
        [("x" * 32, "B5")],
    ],
)
def test_a_place_that_cannot_be_is_refused(cells: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match=r"no place|two things|no title"):
        _made(tuple(AnswerCell(sheet, cell, "x") for sheet, cell in cells))
