"""From the bytes of an uploaded file to its lines: guarded first, read then."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from openpyxl import load_workbook

from dgxblock.lab.xlsx.container import judge
from dgxblock.lab.xlsx.errors import WorkbookError
from dgxblock.lab.xlsx.parts import Budget
from dgxblock.registry.official.profile import Line, Unreadable, columns, line

__all__ = ["MOST_BYTES", "MOST_ROWS", "lines"]

MOST_ROWS: Final = 50_000
MOST_BYTES: Final = 8_000_000
_MOST_COLUMNS: Final = 60
_HEAD_WITHIN: Final = 10  # lines in which the head is looked for: titles often stand above it
_ZIP: Final = b"PK\x03\x04"
_BOM: Final = b"\xef\xbb\xbf"


def lines(data: bytes, more: Mapping[str, Sequence[str]], /) -> list[Line]:
    """All lines below the head.

    Args:
        data: CSV in UTF-8 or GB18030, or XLSX.
        more: further names of columns by member.

    Raises:
        Unreadable: a code of `dgxblock.lab.xlsx.container.judge`, ``too-large``, ``too-many-rows``, ``no-head``,
            ``column-twice``, ``encoding``, ``no-rows``.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable("too-large")
    rows = _of_workbook(data) if not _is_text(data) else _of_csv(data)
    where: dict[str, int] | None = None
    found: list[Line] = []
    for row_no, cells in enumerate(rows, start=1):
        if row_no > MOST_ROWS + _HEAD_WITHIN:
            raise Unreadable("too-many-rows")
        if where is None:
            where = columns(cells[:_MOST_COLUMNS], more)
            if where is None and row_no >= _HEAD_WITHIN:
                break
            continue
        one = line(row_no, cells[:_MOST_COLUMNS], where)
        if one is not None:
            found.append(one)
    if where is None:
        raise Unreadable("no-head")
    if not found:
        raise Unreadable("no-rows")
    if len(found) > MOST_ROWS:
        raise Unreadable("too-many-rows")
    return found


def _is_text(data: bytes, /) -> bool:
    """Whether it may be CSV: everything else goes to the guard of workbooks, which says what it is."""
    head = data[:4096]
    return bool(head.strip()) and not head.startswith((_ZIP, b"%PDF", b"\xd0\xcf\x11\xe0")) and b"\0" not in head


def _of_csv(data: bytes, /) -> Iterator[Sequence[object]]:
    text = _decoded(data)
    if text.lstrip("\ufeff \r\n\t")[:1] == "<":
        raise Unreadable("html")
    first = text.partition("\n")[0]
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=max(",\t;", key=first.count), strict=True)
    except csv.Error:
        raise Unreadable("damaged") from None


def _decoded(data: bytes, /) -> str:
    for encoding in ("utf-8-sig",) if data.startswith(_BOM) else ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding")


def _of_workbook(data: bytes, /) -> Iterator[Sequence[object]]:
    try:
        judge(data, Budget())
    except WorkbookError as error:
        # Lines of text that came here are in another encoding than those that are read.
        raise Unreadable("encoding" if error.code == "csv" else error.code) from None
    # What passed is small when inflated, and holds neither macros nor links nor document types.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            yield from _cells(shown[0].iter_rows(max_col=_MOST_COLUMNS, values_only=True) if shown else ())
        except Unreadable:
            raise
        except Exception as error:
            raise Unreadable("damaged") from error


def _cells(rows: Iterable[Sequence[object]], /) -> Iterator[Sequence[object]]:
    """A sheet that says it has a million empty rows is read no further than any other."""
    for row_no, cells in enumerate(rows, start=1):
        if row_no > MOST_ROWS + _HEAD_WITHIN:
            if any(cell is not None for cell in cells):
                raise Unreadable("too-many-rows")
            return
        yield cells
