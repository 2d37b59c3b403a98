"""A file becomes rows of text: CSV in UTF-8 or GB18030, or XLSX, whatever else somebody has put into it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from dgxblock import lab
from dgxblock.bank.shape import Untakable, decode
from dgxblock.registry.roster.columns import REQUIRED, find

__all__ = ["MOST_BYTES", "MOST_COLUMNS", "MOST_ROWS", "Row", "Unreadable", "read"]

MOST_BYTES: Final = 2_000_000
"""Below what Django keeps in memory, so that a file which is taken never lies on a disk."""
MOST_ROWS: Final = 1000
"""Trainees of one file."""
MOST_COLUMNS: Final = 30
_HEAD_ROWS: Final = 10  # official forms have a title and remarks above the headings
_MOST_CELL: Final = 300
_TOO_MUCH: Final = {"deadline": "deadline", "killed": "deadline", "size": "too-large"}
_FLOAT: Final = re.compile(r"[+-]?[0-9](\.[0-9]+)?[eE]\+?[0-9]{1,3}")
_EXACT: Final = 10**15  # a spreadsheet keeps 15 digits of a number

Lines = Iterator[tuple[int, list[str]]]


class Unreadable(Exception):
    """Why nothing of a file is taken. `code` is stable; `params` fill its sentence and name nobody."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: its number as a spreadsheet counts (a CSV's line) and its texts by field.

    `faults`: codes of cells that hold no usable text, by field: ``digits`` (a number that lost some), ``formula``,
    ``long``, ``beyond`` (something stands in a column without a heading; under ``""``).
    """

    number: int
    texts: dict[str, str] = field(repr=False)
    faults: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """`columns`: the number (from 1) of each field's column, by field."""

    columns: dict[str, int]
    rows: tuple[Row, ...]


def read(data: bytes, /) -> Table:
    """The rows of a roster.

    Raises:
        Unreadable: ``empty``, ``too-large``, ``encoding``, ``cell``, ``head`` (no row of headings), ``missing`` (a
            column), ``twice`` (a column), ``columns``, ``rows``, ``nobody``, ``busy`` or a code of `WorkbookError`.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable("too-large")
    if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise Unreadable("empty")
    lines = list(_workbook(data) if _is_binary(data) else _csv(data))
    head = _head(lines)
    columns = find(lines[head][1])
    for name in {each for each in columns if each}:
        if columns.count(name) > 1:
            raise Unreadable("twice", field=name)
    for name in REQUIRED:
        if name not in columns:
            raise Unreadable("missing", field=name)
    rows = tuple(_row(number, columns, cells) for number, cells in lines[head + 1 :] if any(map(str.strip, cells)))
    if not rows:
        raise Unreadable("nobody")
    if len(rows) > MOST_ROWS:
        raise Unreadable("rows", limit=MOST_ROWS)
    return Table({name: at + 1 for at, name in enumerate(columns) if name}, rows)


def _is_binary(data: bytes) -> bool:
    """Whatever is no text goes to the judge of workbooks, who says what it is. UTF-16 has zeros too."""
    return data[:4] == b"PK\x03\x04" or (b"\0" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"))


def _head(lines: Sequence[tuple[int, list[str]]]) -> int:
    """The place of the row of headings: the one among the first that knows most columns."""
    known = [len({name for name in find(cells) if name}) for _number, cells in lines[:_HEAD_ROWS]]
    best = max(known, default=0)
    if best < 2:  # one word may stand in a title
        raise Unreadable("head")
    return known.index(best)


def _row(number: int, columns: Sequence[str], cells: Sequence[str]) -> Row:
    texts: dict[str, str] = {}
    faults: dict[str, str] = {}
    for at, cell in enumerate(cells):
        name = columns[at] if at < len(columns) else None
        text = _bare(cell)
        if name is None and text:
            faults[""] = "beyond"
        if not name or not text:
            continue
        if len(text) > _MOST_CELL:
            faults[name] = "long"
        elif text.startswith(("=", "#")):
            faults[name] = "formula"
        elif name in ("id_no", "phone", "enterprise_code") and _FLOAT.fullmatch(text):
            faults[name] = "digits"
        else:
            texts[name] = text
    return Row(number, texts, faults)


def _bare(cell: str) -> str:
    """A cell without what people write before a number so that a spreadsheet leaves it alone: ``'…`` and ``="…"``."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1]
    return text.removeprefix("'").strip()


def _csv(data: bytes) -> Lines:
    try:
        text = decode(data)
    except Untakable as reason:
        raise Unreadable(reason.refusal.code, line=reason.refusal.place.line) from None
    first = text.split("\n", 1)[0]
    if re.fullmatch(r"sep=.", first, re.IGNORECASE):  # a note of Excel to itself
        text = text[len(first) :]

    def known(separator: str) -> int:
        return max(len(set(find(cells))) for cells in csv.reader(text[:20_000].split("\n"), delimiter=separator))

    try:
        separator = max((",", ";", "\t"), key=known)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        line = 1
        filled = 0
        for cells in reader:
            filled += any(map(str.strip, cells))
            if filled > MOST_ROWS + _HEAD_ROWS:
                raise Unreadable("rows", limit=MOST_ROWS)
            if len(cells) > MOST_COLUMNS and any(map(str.strip, cells[MOST_COLUMNS:])):
                raise Unreadable("columns", limit=MOST_COLUMNS)
            yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise Unreadable("cell") from None


def _workbook(data: bytes) -> Lines:
    """Read by a guarded child process."""
    rows, columns = MOST_ROWS + _HEAD_ROWS + 1, MOST_COLUMNS + 1  # one more of each, to see that there are more
    try:
        answer, _data, _seconds = lab.call("table", {"rows": rows, "columns": columns}, data)
    except lab.LabError as error:
        raise Unreadable(_TOO_MUCH.get(error.code, "busy")) from None
    if "error" in answer:
        raise Unreadable(str(answer["error"]["code"]))
    found: dict[int, list[str]] = {}
    for row, column, kind, value in answer["cells"]:
        text = _shown(kind, value)
        if text and row == rows:
            raise Unreadable("rows", limit=MOST_ROWS)
        if text and column == columns:
            raise Unreadable("columns", limit=MOST_COLUMNS)
        found.setdefault(row, [""] * MOST_COLUMNS)[min(column, MOST_COLUMNS) - 1] = text
    yield from sorted(found.items())


def _shown(kind: str, value: object) -> str:
    """A cell of a workbook as a CSV would have it. A number that has lost digits shows so."""
    if kind == "number" and isinstance(value, int | float):
        return str(int(value)) if abs(value) < _EXACT and value == int(value) else f"{float(value):.5e}"
    if kind in ("error", "not-calculated"):
        return "#"
    return "" if value is None else str(value)
