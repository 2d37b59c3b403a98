"""Reading what a trainee uploads: every kind of cell, as every program writes it."""

from __future__ import annotations

import io
import json
import random
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from dgxblock.lab import build
from dgxblock.lab.export import xlsx_bytes
from dgxblock.lab.workbook import ReadCell, Upload, WorkbookError, read, read_job, request
from tests.builders.lab import shifts
from tests.builders.workbooks import (
    BOOK_RELATIONS,
    CELLS,
    SHEET,
    book,
    excel,
    relations,
    rows,
    sheet,
    strict,
    strings,
    styles,
    wps,
)
from tests.builders.workbooks import workbook as book_part

LIBREOFFICE = (Path(__file__).parent / "xlsx" / "libreoffice.xlsx").read_bytes()
"""A template of ours with the answers below, calculated and saved by LibreOffice 7.4."""


def _one(data: bytes, at: str = "OEE!B5") -> ReadCell:
    return read(data, [("a", at)]).cells[0]


def _cell(text: str, **parts: bytes) -> tuple[str, Any, str, str]:
    named = {"strings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
    replaced = {SHEET: sheet(f'<row r="5">{text}</row>')} | {named[name]: part for name, part in parts.items()}
    found = _one(book(replaced))
    return found.kind, found.value, found.format, found.formula


@pytest.mark.parametrize("make", [book, strict, wps, excel])
def test_excel_strict_and_wps_are_read_alike(make: Any) -> None:
    upload = read(make(), [("a", "OEE!B5"), ("none", "OEE!C9")])

    assert upload.cells[0] == ReadCell("a", "OEE!B5", "number", 0.674, "percent", "=A5*B1")
    assert upload.cells[1] == ReadCell("none", "OEE!C9", "empty")
    assert upload.owner == "owner-1"


def test_libreoffice_is_read() -> None:
    log = build(shifts(60), "book").tables["log"]
    places = ["B3", "B4", "E3", "F3", "G3", "H3", "I3", "E4", "E6", "F4"]
    upload = read(LIBREOFFICE, [(each, f"OEE!{each}") for each in places])

    found = {cell.id: (cell.kind, cell.value, cell.format, cell.formula) for cell in upload.cells}
    run, boards = sum(row[2] for row in log.rows), sum(row[4] for row in log.rows)  # type: ignore[misc]
    assert upload.cells[0].value == pytest.approx(run / 39_600)
    assert found == {
        "B3": ("number", upload.cells[0].value, "percent", "=SUM(班次记录!C2:C61)/(660*60)"),
        "B4": ("number", boards, "", "=SUM(班次记录!E2:E61)"),
        "E3": ("error", "#DIV/0!", "", "=1/0"),
        "F3": ("text", "是", "", '=IF(1>0,"是","否")'),
        "G3": ("bool", True, "", "=TRUE()"),
        "H3": ("date", "2026-11-23", "", ""),
        "I3": ("number", 0.25, "time", ""),
        "E4": ("number", 2 * log.rows[0][4], "", "=班次记录!E2:E4*2"),
        "E6": ("number", 2 * log.rows[2][4], "", "=班次记录!E2:E4*2"),
        "F4": ("text", "", "", '=IF(1>0,"","x")'),
    }
    assert _one(LIBREOFFICE, "'oee 表'!$b$5").value == "６７.４％"
    assert upload.owner == "DGX-7F3C"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<c r="B5"><v>-1.5E-3</v></c>', ("number", -0.0015, "", "")),
        ('<c r="B5"><f>1+1</f><v></v></c>', ("not-calculated", None, "", "=1+1")),
        ('<c r="B5"><f>1+1</f></c>', ("not-calculated", None, "", "=1+1")),
        ('<c r="B5" t="str"><f>A1&amp;""</f><v></v></c>', ("text", "", "", '=A1&""')),
        ('<c r="B5" s="1"/>', ("empty", None, "", "")),
        ('<c r="B5" t="s"><v>0</v></c>', ("text", "指标", "", "")),
        ('<c r="B5" t="inlineStr"><is><t>67.4%</t></is></c>', ("text", "67.4%", "", "")),
        ('<c r="B5" t="inlineStr"><is><r><t>67</t></r><r><t>.4</t></r></is></c>', ("text", "67.4", "", "")),
        ('<c r="B5" t="b"><v>0</v></c>', ("bool", False, "", "")),
        ('<c r="B5" t="e"><f>1/0</f><v>#DIV/0!</v></c>', ("error", "#DIV/0!", "", "=1/0")),
        ('<c r="B5" t="d"><v>2026-11-23T00:00:00</v></c>', ("date", "2026-11-23", "", "")),
        ('<c r="B5"><v>1e999</v></c>', ("error", "#NUM!", "", "")),
        ("<c><v>1</v></c><c><v>2</v></c>", ("number", 2.0, "", "")),
        ('<c r="B5" cm="1"><f t="array" ref="B5">SUM(A1:A3*2)</f><v>6</v></c>', ("number", 6.0, "", "=SUM(A1:A3*2)")),
        (
            '<c r="B5"><f t="dataTable" ref="B5:B9" dt2D="1" dtr="1" r1="A1" r2="A2"/><v>6</v></c>',
            ("number", 6.0, "", "=TABLE(A1,A2)"),
        ),
        ('<c r="B5"><f t="shared" si="7"/><v>6</v></c>', ("number", 6.0, "", "=…")),
        ('<q:c xmlns:q="urn:q" r="B5"><q:v>9</q:v></q:c>', ("empty", None, "", "")),
    ],
)
def test_every_kind_of_cell_comes_out_in_a_sensible_form(text: str, found: tuple[Any, ...]) -> None:
    assert _cell(text) == found


def test_a_shared_formula_is_said_for_each_of_its_cells() -> None:
    first = '<row r="2"><c r="B2"><f t="shared" ref="B2:B9" si="0">A2*$C$1</f><v>1</v></c></row>'
    other = '<row r="5"><c r="B5"><f t="shared" si="0"/><v>4</v></c></row>'

    assert _one(book({SHEET: sheet(first + other)})).formula == "=A5*$C$1"
    assert _one(book({SHEET: sheet(first + other)}), "OEE!B2").formula == "=A2*$C$1"


def test_the_help_above_a_word_is_not_part_of_it() -> None:
    part = strings(
        "x</t></si><si><r><t>67</t></r><rPh sb='0' eb='1'><t>liu</t></rPh><r><t>.4_x000D_</t></r></si><si><t>"
    )

    assert _cell('<c r="B5" t="s"><v>1</v></c>', strings=part)[1] == "67.4\r"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("0.0%", ("number", 46349.5, "percent")),
        ("yyyy-mm-dd", ("date", "2026-11-23T12:00:00", "")),
        ("yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@", ("date", "2026-11-23T12:00:00", "")),
        ("[$-804]yyyy年m月", ("date", "2026-11-23T12:00:00", "")),
        ("mmm", ("date", "2026-11-23T12:00:00", "")),
        ("h:mm AM/PM", ("number", 46349.5, "time")),
        ("[h]:mm:ss", ("number", 46349.5, "time")),
        ("0.00E+00", ("number", 46349.5, "")),
        ("General", ("number", 46349.5, "")),
        ("[Red]0.0_);&quot;day&quot;", ("number", 46349.5, "")),
        ("#,##0.00 &quot;h&quot;", ("number", 46349.5, "")),
        ("", ("number", 46349.5, "")),
    ],
)
def test_a_number_format_tells_shares_times_and_dates(code: str, found: tuple[Any, ...]) -> None:
    part = styles(0, 200, codes=f'<numFmt numFmtId="200" formatCode="{code}"/>')

    assert _cell('<c r="B5" s="1"><v>46349.5</v></c>', styles=part)[:3] == found


def test_dates_count_from_1904_where_the_book_says_so() -> None:
    part = book_part().replace(b"<workbookPr", b'<workbookPr date1904="1"')
    data = book(
        {"xl/workbook.xml": part, "xl/styles.xml": styles(0, 14), SHEET: sheet(CELLS.replace("0.674", "1.674"))}
    )

    assert _one(data).value == "1904-01-02T16:10:34"
    assert _one(rows('<c r="B5"><v>3000000</v></c>')).value == 3_000_000


def test_defined_names_lead_to_their_cells() -> None:
    names = '<definedName name="Rate">OEE!$B$5</definedName><definedName name="gone">OEE!#REF!</definedName>'
    names += '<definedName name="far">/etc/passwd!$B$5</definedName>'
    data = book({"xl/workbook.xml": book_part(names)})

    assert _one(data, "rate").value == 0.674
    for name, code in (("gone", "name-missing"), ("other", "name-missing"), ("far", "name-missing")):
        with pytest.raises(WorkbookError) as refused:
            _one(data, name)
        assert (refused.value.code, refused.value.where) == (code, name)


@pytest.mark.parametrize(
    ("at", "code", "where"),
    [
        ("损失!B5", "sheet-missing", "损失"),
        ("OEE!A5001", "cell-outside", "OEE!A5001"),
        ("OEE!BI1", "cell-outside", "OEE!BI1"),
        ("OEE!B1:B5", "cell-outside", "OEE!B1:B5"),
    ],
)
def test_what_is_not_there_is_named(at: str, code: str, where: str) -> None:
    assert read_job(request([("a", at)]), book()) == {"error": {"code": code, "where": where}}


def test_a_workbook_without_owner_is_nobodys() -> None:
    out = io.BytesIO()
    made = Workbook()
    made.active.title = "OEE"  # type: ignore[union-attr]
    made.save(out)

    assert read(out.getvalue(), []).owner is None


def test_everything_that_openpyxl_reads_is_read_alike() -> None:
    sheet_name = load_workbook(io.BytesIO(LIBREOFFICE)).sheetnames[2]
    theirs = load_workbook(io.BytesIO(LIBREOFFICE))[sheet_name]
    places = [f"{column}{row}" for row in range(1, 15) for column in "ABCDEF"]

    ours = read(LIBREOFFICE, [(each, f"{sheet_name}!{each}") for each in places])

    assert [cell.value for cell in ours.cells] == [theirs[each].value for each in places]


def test_the_largest_honest_file_is_read_at_once() -> None:
    log = build(shifts(4500), "large").tables["log"]
    data = xlsx_bytes([log], "en", "me")
    begun = time.process_time()

    found = _one(data, f"{log.label.plain('en')}!E4501")

    assert time.process_time() - begun < 0.5
    assert found.value == log.rows[-1][4]


def test_answers_travel_as_json() -> None:
    answer = json.loads(json.dumps(read_job(request([("a", "OEE!B5")]), book())))

    assert Upload.of(answer) == read(book(), [("a", "OEE!B5")])
    with pytest.raises(WorkbookError) as refused:
        Upload.of(read_job(request([]), b""))
    assert refused.value.code == "empty"


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"cells": None},
        {"cells": [1]},
        {"cells": [{}]},
        {"cells": [{"id": 1, "at": "A!A1"}]},
        {"cells": [["a", "b"]]},
        request([("a", "OEE!B5")] * 101),
    ],
)
def test_a_header_that_asks_for_nothing_is_said_to(header: dict[str, Any]) -> None:
    assert read_job(header, book())["error"]["code"] == "request"


def test_a_file_that_was_changed_anywhere_is_read_or_refused() -> None:
    dice = random.Random(7)
    wanted = [("a", "OEE!B5"), ("b", "OEE!A1")]
    parts = {SHEET: sheet(CELLS), "xl/_rels/workbook.xml.rels": relations(*BOOK_RELATIONS)}
    for data in (book(), LIBREOFFICE, wps()):
        for _ in range(150):
            changed = bytearray(data)
            for _ in range(dice.randint(1, 4)):
                changed[dice.randrange(len(changed))] = dice.randrange(256)
            _readable(bytes(changed), wanted)
    for name, content in parts.items():
        for _ in range(300):
            at, end = sorted(dice.sample(range(len(content)), 2))
            _readable(book({name: content[:at] + content[end:]}), wanted)


def _readable(data: bytes, wanted: list[tuple[str, str]]) -> None:
    with suppress(WorkbookError):  # anything else would be a fault that nobody foresaw
        read(data, wanted)
