"""Charts that a learner draws of the own data: in the order of the rows, how often each size, by the names of a column.

They show what the rows look like and leave to the learner what tasks ask for: nothing is added up and nothing averaged.
The bars by name stand for medians.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Final

from django.utils.safestring import SafeString

from dgxblock import charts, formats
from dgxblock.block.figures import DataTable, Figure, heading
from dgxblock.content.model import Column, Value
from dgxblock.i18n import gettext as _
from dgxblock.i18n import ngettext
from dgxblock.lab import Table
from dgxblock.lab.look import names

__all__ = ["BY", "MOST_NAMES", "MOST_POINTS", "draw", "kinds"]

BY: Final = "by:"
"""What stands before the name of the column by which bars are drawn."""
MOST_POINTS: Final = 200
"""Points of one chart: more cannot be told apart, and would weigh more than the page."""
MOST_NAMES: Final = 20
Rows = Sequence[tuple[Value, ...]]


def kinds(table: Table, lang: str, /) -> list[tuple[str, str]]:
    """Ways to draw a numeric column of `table`: the code and what readers see."""
    found = [("run", _("in the order of the rows", language=lang)), ("histogram", _("how often", language=lang))]
    for at, column in enumerate(table.columns):
        if column.type == "text" and 1 < len(names(table, at, lang)) <= MOST_NAMES:
            label = _("median by %(column)s", language=lang, column=column.label.plain(lang))
            found.append((BY + column.name, label))
    return found


def draw(table: Table, rows: Rows, name: str, kind: str, lang: str, prefix: str, /) -> Figure:
    """The chart of the column `name` over `rows`, which are not none; `kind` is a code of `kinds`.

    Raises:
        KeyError: there is no such column.
    """
    at = _place(table, name)
    column = table.columns[at]
    if kind == "run":
        return _run(column, [_number(row[at]) for row in rows], lang, prefix)
    if kind == "histogram":
        return _histogram(column, [_number(row[at]) for row in rows], lang, prefix)
    return _medians(table, rows, at, _place(table, kind.removeprefix(BY)), lang, prefix)


def _place(table: Table, name: str) -> int:
    for at, column in enumerate(table.columns):
        if column.name == name:
            return at
    raise KeyError(name)


def _number(cell: Value) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _format(column: Column) -> str:
    return column.format if column.format != "text" else "dec2"


def _text(number: float, column: Column, lang: str) -> str:
    return (
        formats.format_plain(number) if column.format == "text" else formats.format_value(number, column.format, lang)
    )


def _said(column: Column, values: Sequence[float], lang: str) -> str:
    """The main figures in a sentence: enough to know the chart by, nothing that a task asks for."""
    return ngettext(
        "%(n)s row, from %(low)s to %(high)s.", "%(n)s rows, from %(low)s to %(high)s.", len(values), language=lang,
        low=_text(min(values), column, lang), high=_text(max(values), column, lang),
    )  # fmt: skip


def _run(column: Column, values: Sequence[float], lang: str, prefix: str) -> Figure:
    shown = values[:MOST_POINTS]
    title = _("%(column)s, in the order of the rows", language=lang, column=heading(column, lang))
    if len(shown) < len(values):
        title = _(
            "%(column)s, the first %(n)s of %(total)s rows", language=lang,
            column=heading(column, lang), n=len(shown), total=f"{len(values):,}",
        )  # fmt: skip
    percent = column.format.startswith("percent")
    svg = charts.run(
        prefix, [value * 100 for value in shown] if percent else shown,
        title=title, desc=_said(column, shown, lang), lang=lang, unit="%" if percent else "",
    )  # fmt: skip
    head = ((_("Row", language=lang), False), (heading(column, lang), True))
    rows = tuple((str(place), _text(value, column, lang)) for place, value in enumerate(shown, 1))
    return Figure(SafeString(svg), DataTable(title, head, rows))


def _histogram(column: Column, values: Sequence[float], lang: str, prefix: str) -> Figure:
    title = _("%(column)s, how often", language=lang, column=heading(column, lang))
    pairs = [
        (
            _text(low, column, lang) if low == high else formats.format_range(_edge(low, column), _edge(high, column)),
            float(count),
        )
        for low, high, count in charts.bins(values, whole=column.type == "integer")
    ]
    svg = charts.bars(prefix, pairs, title=title, desc=_said(column, values, lang), lang=lang)
    head = ((heading(column, lang), False), (_("Rows", language=lang), True))
    return Figure(SafeString(svg), DataTable(title, head, tuple((name, f"{count:,.0f}") for name, count in pairs)))


def _edge(number: float, column: Column) -> str:
    """The edge of a bar: as many decimals as it has, and no unit, which the title shows."""
    if column.format.startswith("percent"):
        return formats.format_plain(number * 100) + "%"
    return formats.format_plain(number)


def _medians(table: Table, rows: Rows, at: int, by: int, lang: str, prefix: str) -> Figure:
    column, other = table.columns[at], table.columns[by]
    groups: dict[Value, list[float]] = {}
    for row in rows:
        groups.setdefault(row[by], []).append(_number(row[at]))
    found = [
        (label, statistics.median(groups[code]), len(groups[code]))
        for code, label in names(table, by, lang)
        if code in groups
    ]
    title = _(
        "Median of %(column)s by %(other)s", language=lang,
        column=heading(column, lang), other=other.label.plain(lang),
    )  # fmt: skip
    colon = _(": ", language=lang)
    desc = ("；" if lang == "zh-CN" else "; ").join(
        f"{name}{colon}{_text(mid, column, lang)}" for name, mid, _n in found
    )
    pairs = [(name, mid) for name, mid, _n in found]
    svg = charts.bars(prefix, pairs, title=title, desc=desc, lang=lang, fmt=_format(column))
    head = (
        (other.label.plain(lang), False),
        (_("Median of %(column)s", language=lang, column=heading(column, lang)), True),
        (_("Rows", language=lang), True),
    )
    shown = tuple((name, _text(mid, column, lang), f"{count:,}") for name, mid, count in found)
    return Figure(SafeString(svg), DataTable(title, head, shown))
