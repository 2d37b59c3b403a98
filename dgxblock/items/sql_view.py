"""What the page of a question for a query shows: the tables that may be read, the editor, the ladder after a check."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from dgxblock import formats
from dgxblock.content.model import Column, SqlItem
from dgxblock.grading import Mark, Verdict, ladder, ladder_words
from dgxblock.i18n import gettext as _
from dgxblock.items import engine
from dgxblock.lab import Rows, Sheet, Table

__all__ = ["ColumnView", "ResultView", "RungView", "SqlControl", "TableView", "control"]

_MOST_CODES = 8
_MOST_SHOWN = 10
"""Rows of the right result that the solution shows."""


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of a table: its name in SQL, its type in words, and what it holds."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class TableView:
    """A table that may be read. `label` is its title, `count` how many rows it has."""

    name: str
    label: str
    count: int
    columns: tuple[ColumnView, ...]


@dataclass(frozen=True, slots=True)
class RungView:
    """A rung of the ladder: `tone` and `state` of its mark, what it is called, and a remark."""

    tone: str
    state: str
    label: str
    remark: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """The right result once it may be seen: columns with whether they are numbers, the first rows, how many in all."""

    head: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[tuple[str, bool], ...], ...]
    count: int


@dataclass(frozen=True, slots=True)
class SqlControl:
    """`key` differs between data sets, so that a page notices new data. `code` and `label` are an example of a code in
    the data, or empty; `result` is set only where it is solved."""

    key: str
    text: str
    starter: str
    tables: tuple[TableView, ...]
    code: str
    label: str
    rungs: tuple[RungView, ...]
    result: ResultView | None


def control(item: SqlItem, written: str, sheet: Sheet, lang: str, mark: Mark | None, /, *, solved: bool) -> SqlControl:
    """What the template needs. Only `solved` puts anything of the key into it.

    Raises:
        LabError: the right result is to be shown and cannot be computed.
    """
    tables = engine.tables_of(item, sheet)
    code = next((each for table in tables for column in table.columns for each in _codes(table, column)), "")
    return SqlControl(
        key=hashlib.sha256(sheet.seed.encode()).hexdigest()[:12],
        text=written,
        starter=item.starter,
        tables=tuple(_table(each, lang) for each in tables),
        code=code,
        label=sheet.dataset.category(code, lang) if code else "",
        rungs=_rungs(mark, lang) if mark and mark.verdict is not Verdict.UNREAD else (),
        result=_result(sheet.query(item.key)) if solved else None,
    )


def _table(table: Table, lang: str) -> TableView:
    types = {
        "integer": _("whole number", language=lang),
        "decimal": _("decimal number", language=lang),
        "text": _("text", language=lang),
    }
    columns = tuple(ColumnView(each.name, types[each.type], _meaning(table, each, lang)) for each in table.columns)
    return TableView(table.name, table.label.plain(lang), len(table.rows), columns)


def _meaning(table: Table, column: Column, lang: str) -> str:
    label = column.label.plain(lang)
    if column.unit:
        label = f"{label} ({formats.unit_label(column.unit, lang)})"
    codes = [f"{code} {table.shown(code, lang)}" for code in _codes(table, column)]
    return label + (_(": ", language=lang) + _(", ", language=lang).join(codes) if codes else "")


def _codes(table: Table, column: Column) -> list[str]:
    """The codes in a column of texts, if they are few and each has a label."""
    if column.type != "text":
        return []
    place = table.columns.index(column)
    found = sorted({str(row[place]) for row in table.rows})
    known = {each.code for each in table.categories}
    return found if len(found) <= _MOST_CODES and set(found) <= known else []


def _rungs(mark: Mark | None, lang: str) -> tuple[RungView, ...]:
    """The rungs up to the first that fails; those above it wait, and say so."""
    if mark is None or not mark.parts:
        return ()
    parts = list(mark.parts)
    if dict(mark.figures).get("hidden"):
        parts.append(("hidden", Mark(0.0 if mark.note == ladder.ONLY_HERE else 1.0, mark.verdict)))
    views, failed = [], False
    for name, part in parts:
        label = ladder_words.rung_label(name, lang)
        if failed:
            views.append(RungView("", "", label, _("not yet looked at", language=lang)))
            continue
        good = part.fraction == 1.0
        remark = ladder_words.rung(name, mark, lang, good=good)
        views.append(RungView("dgx-ok" if good else "dgx-part", "full" if good else "half", label, remark))
        failed = not good
    return tuple(views)


def _result(found: Rows) -> ResultView:
    numeric = [any(isinstance(row[place], int | float) for row in found.rows) for place in range(len(found.columns))]
    return ResultView(
        tuple(zip(found.columns, numeric, strict=True)),
        tuple(
            tuple((_cell(cell), number) for cell, number in zip(row, numeric, strict=True))
            for row in found.rows[:_MOST_SHOWN]
        ),
        len(found.rows),
    )


def _cell(cell: object) -> str:
    if cell is None:
        return "NULL"
    return formats.format_plain(cell) if isinstance(cell, int | float) else str(cell)
