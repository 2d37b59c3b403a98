"""Tables to take home: CSV as Excel likes it, and XLSX with a data dictionary.

A cell that a spreadsheet would run as a formula is made harmless in both: texts come from documents, and documents
from whoever may import a course.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from dgxblock.content.model import Column, Value
from dgxblock.formats import unit_label
from dgxblock.i18n import N_, gettext
from dgxblock.lab.sheet import Table
from dgxblock.lab.workbook import OWNER_SHEET

_RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_A_TITLE: Final = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_NUMBER_FORMAT: Final = {"integer": "#,##0", "decimal": "#,##0.0##", "text": "@"}
_BOLD: Final = Font(bold=True)


def heading(column: Column, lang: str, /) -> str:
    """The label of a column with its unit: ``换线用时 (min)``."""
    label = column.label.plain(lang)
    return f"{label} ({unit_label(column.unit, lang)})" if column.unit else label


def harmless(text: str, /) -> str:
    """`text` without control characters, and with a quote before what a spreadsheet would take for a formula."""
    text = _CONTROL.sub("", text)
    return "'" + text if text.lstrip(" ").startswith(_RUNS) or text.startswith(_RUNS) else text


def csv_bytes(table: Table, lang: str, /) -> bytes:
    """The table as CSV: UTF-8 with the mark by which Excel knows it, CRLF, numbers with a point and no separators."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless(heading(column, lang)) for column in table.columns])
    for row in table.rows:
        shown = (table.shown(cell, lang) for cell in row)
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in shown])
    return out.getvalue().encode("utf-8-sig", "replace")


def xlsx_bytes(tables: Iterable[Table], lang: str, owner_reference: str, /) -> bytes:
    """The tables as a workbook: a sheet each, a data dictionary, and `owner_reference` in a hidden sheet."""
    book = new_book()
    add_tables(book, tables, lang)
    return finished(book, owner_reference)


def new_book() -> Workbook:
    """An empty workbook to which sheets are added one after the other."""
    book = Workbook(write_only=True)
    book.properties.creator = "dgxblock"
    return book


def add_tables(book: Workbook, tables: Iterable[Table], lang: str, /) -> None:
    """A sheet for each table, and a data dictionary. Titles give way to those of the sheets that are there."""
    tables = tuple(tables)
    titles: list[str] = []
    for table in tables:
        titles.append(_title(table.label.plain(lang), book.sheetnames))
        _table(book, table, titles[-1], lang)
    _dictionary(book, tables, titles, lang)


def finished(book: Workbook, owner_reference: str, /) -> bytes:
    """The file, with `owner_reference` in its hidden sheet."""
    hidden = book.create_sheet(OWNER_SHEET)
    hidden.sheet_state = "veryHidden"
    hidden.append([text_cell(hidden, owner_reference)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _table(book: Workbook, table: Table, title: str, lang: str, /) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    headings = [heading(column, lang) for column in table.columns]
    set_widths(sheet, [max(8, width(text) + 2) for text in headings])
    sheet.append([text_cell(sheet, text, bold=True) for text in headings])
    for row in table.rows:
        cells = zip(row, table.columns, strict=True)
        sheet.append([_cell(sheet, table.shown(cell, lang), column) for cell, column in cells])


def _dictionary(book: Workbook, tables: Sequence[Table], titles: Sequence[str], lang: str, /) -> None:
    title = _title(gettext("Data dictionary", language=lang), book.sheetnames)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    set_widths(sheet, [22, 22, 22, 12, 12])
    head = (N_("Table"), N_("Column"), N_("Name in SQL"), N_("Type"), N_("Unit"))
    sheet.append([text_cell(sheet, gettext(text, language=lang), bold=True) for text in head])
    kinds = {
        "integer": gettext("whole number", language=lang),
        "decimal": gettext("decimal number", language=lang),
        "text": gettext("text", language=lang),
    }
    for table, name in zip(tables, titles, strict=True):
        for column in table.columns:
            unit = unit_label(column.unit, lang) if column.unit else ""
            line = (name, column.label.plain(lang), f"{table.name}.{column.name}", kinds[column.type], unit)
            sheet.append([text_cell(sheet, text) for text in line])


def _cell(sheet: Any, cell: Value, column: Column, /) -> Any:
    if isinstance(cell, str):
        return text_cell(sheet, cell)
    made = WriteOnlyCell(sheet, value=cell)
    made.number_format = _NUMBER_FORMAT[column.type]
    return made


def text_cell(sheet: Any, text: str, /, *, bold: bool = False) -> Any:
    """A cell that is text whatever it begins with: the type says so, and the quote keeps it so when it is edited."""
    cell = WriteOnlyCell(sheet, value=_CONTROL.sub("", text)[:32_767])
    cell.data_type = "s"
    if harmless(text).startswith("'"):
        cell.alignment = Alignment(horizontal="left")
        cell.quotePrefix = True
    if bold:
        cell.font = _BOLD
    return cell


def _title(label: str, taken: Sequence[str], /) -> str:
    """A free sheet title of at most 31 characters, none of them forbidden."""
    base = _NOT_IN_A_TITLE.sub(" ", label).strip()[:28] or "data"
    used = {each.lower() for each in (*taken, OWNER_SHEET, "history")}
    title, number = base, 2
    while title.lower() in used:
        title, number = f"{base} {number}", number + 1
    return title


def width(text: str, /) -> int:
    """Columns that `text` takes: a Chinese character is two wide."""
    return sum(2 if letter > "\u2e80" else 1 for letter in text)


def set_widths(sheet: Any, widths: Iterable[int], /) -> None:
    """How wide the columns are, from the first, in characters."""
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
