"""Taking data home: what Excel and other spreadsheets find in the files."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from dgxblock.content.model import Category
from dgxblock.lab import Table, build
from dgxblock.lab.export import csv_bytes, harmless, xlsx_bytes
from dgxblock.lab.workbook import OWNER_SHEET
from tests.builders.lab import column, dataset, shifts, table, text

DANGEROUS = [
    "=1+1",
    '=HYPERLINK("http://evil.example","click")',
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1+1",
    "\x00=1",
]


def _of(cells: list[str], *, label: str = "log", head: str = "x") -> Table:
    rows = ", ".join(f"({cell!r})" for cell in ("safe", "also safe"))
    made = build(dataset([table(f"SELECT column1 AS x FROM (VALUES {rows})", (column("x", "text", label=head),))]), "e")
    return Table("log", text(label), made.tables["log"].columns, tuple((cell,) for cell in cells), True)


def _read(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_csv_is_what_excel_reads_as_utf8() -> None:
    log = build(shifts(3), "csv").tables["log"]
    raw = csv_bytes(log, "zh-CN")
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") == 4 and raw.count(b"\n") == 4
    lines = _read(raw)
    assert lines[0] == ["序号", "班次", "运行 (min)", "换线", "产出", "合格"]
    assert [line[0] for line in lines[1:]] == ["1", "2", "3"]
    assert {line[1] for line in lines[1:]} <= {"白", "N"}
    assert [float(line[2]) for line in lines[1:]] == [row[2] for row in log.rows]


@pytest.mark.parametrize("cell", DANGEROUS)
def test_a_formula_in_a_text_stays_text(cell: str) -> None:
    written = _read(csv_bytes(_of([cell], head=cell), "en"))
    assert written[0][0].startswith("'") and written[1][0].startswith("'")

    book = load_workbook(io.BytesIO(xlsx_bytes([_of([cell], label=cell, head=cell)], "en", cell)))
    for sheet in book:
        for row in sheet.iter_rows():
            for found in row:
                assert found.data_type != "f"
    assert book.worksheets[0]["A2"].data_type == "s" and book.worksheets[0]["A2"].quotePrefix
    assert not book.worksheets[0]["A2"].value.startswith("'")


def test_numbers_below_zero_stay_numbers() -> None:
    data = dataset([table("SELECT -1.5 AS x, -2 AS k", (column("x"), column("k", "integer")))])
    log = build(data, "minus").tables["log"]
    assert _read(csv_bytes(log, "en"))[1] == ["-1.5", "-2"]
    sheet = load_workbook(io.BytesIO(xlsx_bytes([log], "en", "me"))).worksheets[0]
    assert (sheet["A2"].value, sheet["B2"].value) == (-1.5, -2)


def test_harmless_leaves_ordinary_words_alone() -> None:
    assert [harmless(word) for word in ("白", "L1", "a=b", "3-4", "")] == ["白", "L1", "a=b", "3-4", ""]


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_workbook_holds_tables_dictionary_and_hidden_owner(lang: str) -> None:
    log = build(shifts(60), "book").tables["log"]
    book = load_workbook(io.BytesIO(xlsx_bytes([log], lang, "DGX-7F3C")))
    data, dictionary, owner = book.worksheets
    assert data.title == log.label.plain(lang) and data.freeze_panes == "A2"
    assert data.max_row == 61 and data.max_column == 6
    assert [cell.value for cell in data[1]][2] == "运行 (min)"
    assert data["C2"].value == log.rows[0][2] and data["C2"].number_format == "#,##0.0##"
    assert data["B2"].value in {"白", "Day", "N"}
    assert dictionary.max_row == 7 and dictionary["C4"].value == "log.run" and dictionary["E4"].value == "min"
    assert owner.title == OWNER_SHEET and owner.sheet_state == "veryHidden" and owner["A1"].value == "DGX-7F3C"


def test_titles_of_sheets_are_allowed_and_differ() -> None:
    labels = ["a/b:c*d?e[f]g\\h'i", "A" * 60, "a" * 60, "", "_DGX", "History"]
    book = load_workbook(io.BytesIO(xlsx_bytes([_of(["x"], label=label) for label in labels], "en", "me")))
    titles = [sheet.title for sheet in book]
    assert len({title.lower() for title in titles}) == len(labels) + 2
    assert all(len(title) <= 31 and not set(title) & set("[]:*?/\\'") for title in titles)


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    book = load_workbook(io.BytesIO(xlsx_bytes([_of(["a\x08b\ud800c"])], "en", "\x01me")))
    assert book.worksheets[0]["A2"].value == "abc" and book.worksheets[-1]["A1"].value == "me"


def test_a_category_is_exported_by_its_label() -> None:
    data = dataset([table("SELECT 'D' AS s", (column("s", "text"),))], categories=[Category("D", text("白", "Day"))])
    log = build(data, "cat").tables["log"]
    assert _read(csv_bytes(log, "en"))[1] == ["Day"] and _read(csv_bytes(log, "zh-CN"))[1] == ["白"]
