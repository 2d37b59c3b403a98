"""The learner's own tables, a page at a time: sorted, filtered and drawn as the learner asks.

What the page asks for is believed only as far as it names tables and columns that it has shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dgxblock.block import answers, data_charts
from dgxblock.block.figures import cell_text, heading
from dgxblock.block.http import ApiError
from dgxblock.content.model import Column, Exercise
from dgxblock.i18n import gettext as _
from dgxblock.i18n import ngettext
from dgxblock.lab import Sheet, Table
from dgxblock.lab.look import MAX_FILTER, Unfit, look, names, page

__all__ = ["FIELDS", "PAGE", "Wish", "build", "offered", "wish"]

FIELDS: Final = ("table", "page", "sort", "direction", "filter", "chart")
PAGE: Final = 20
"""Rows of a page."""
_MOST_PAGES: Final = 10**6
_DIRECTIONS: Final = ("ascending", "descending")
_MOST_CHOICES: Final = 20
"""A column of so few different texts is filtered by choosing one."""


@dataclass(frozen=True)
class Wish:
    """What a learner asks to see of `table`. `sort` is empty for the table's own order; `chart` is a column and a
    code of `data_charts.kinds`."""

    table: Table
    page: int = 1
    sort: str = ""
    descending: bool = False
    filters: Mapping[str, str] = field(default_factory=dict)
    chart: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A column as the view's head and its filter show it. `sorted` is what ``aria-sort`` says, `then` what pressing it
    leads to; `choices` are code and label of the texts to choose from, none if the filter is typed."""

    column: Column
    label: str
    numeric: bool
    sorted: str
    then: str
    filter: str
    choices: tuple[tuple[str, str], ...]


def offered(exercise: Exercise, sheet: Sheet, /) -> dict[str, Table]:
    """The tables that a learner may see in full and take home: first the one that the page shows, then the others that
    the data set gives away."""
    first = exercise.data.table
    return {first: sheet.tables[first]} | {name: table for name, table in sheet.tables.items() if table.download}


def wish(data: Mapping[str, Any], tables: Mapping[str, Table], lang: str, /) -> Wish:
    """What the request asks for. What it leaves out is as the table is.

    Raises:
        ApiError: it names what the page does not have.
    """
    data = answers.known_keys(data, FIELDS)
    table = tables[_one_of(data.get("table", next(iter(tables))), tables)]
    columns = {column.name: column for column in table.columns}
    sort = _one_of(data.get("sort", ""), {"", *columns})
    direction = _one_of(data.get("direction", "ascending"), _DIRECTIONS)
    filters = {name: _filter(raw) for name, raw in answers.known_keys(data.get("filter", {}), columns).items()}
    number = data.get("page", 1)
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= _MOST_PAGES:
        raise answers.malformed()
    return Wish(table, number, sort, direction == "descending", filters, _chart(data.get("chart"), table, lang))


def _one_of(raw: object, known: Any) -> str:
    if not isinstance(raw, str) or raw not in known:
        raise answers.malformed()
    return raw


def _filter(raw: object) -> str:
    text = answers.text(raw)
    if len(text) > MAX_FILTER:
        raise answers.malformed()
    return text


def _chart(raw: object, table: Table, lang: str) -> tuple[str, str] | None:
    if raw is None:
        return None
    asked = answers.known_keys(raw, ("column", "kind"))
    column = _one_of(asked.get("column"), {each.name for each in table.columns if each.type != "text"})
    return column, _one_of(asked.get("kind"), {code for code, _label in data_charts.kinds(table, lang)})


def build(exercise: Exercise, sheet: Sheet, asked: Wish, lang: str, uid: str, /) -> dict[str, Any]:
    """The context of ``data_view.html``; `said` is the sentence to announce.

    Raises:
        ApiError: a filter of a numeric column holds no number; the sentence stands beside its field.
    """
    table = asked.table
    try:
        rows = look(table, asked.filters, asked.sort, lang, descending=asked.descending)
    except Unfit as unfit:
        sentence = _("There is no number in it. Write 5, >5, <=5, or a range such as 3..8.", language=lang)
        refusal = _("The table stays as it is. Please look at the marked filter.", language=lang)
        raise ApiError(400, "filter", refusal, fields={f"filter.{unfit.column}": sentence}) from None
    at, pages, seen = page(rows, asked.page, PAGE)
    heads = tuple(_head(table, place, asked, lang) for place in range(len(table.columns)))
    caption = exercise.data.title if table.name == exercise.data.table else table.label
    return {
        "uid": uid,
        "lang": lang,
        "tables": [(each.name, each.label.plain(lang)) for each in offered(exercise, sheet).values()],
        "table": table,
        "caption": caption.plain(lang, sheet.values),
        "heads": heads,
        "active": sum(bool(text.strip()) for text in asked.filters.values()),
        "rows": [
            [
                (cell_text(cell, head.column, sheet.dataset, lang), head.numeric)
                for cell, head in zip(row, heads, strict=True)
            ]
            for row in seen
        ],
        "page": at,
        "pages": pages,
        "numbers": [(each.name, heading(each, lang)) for each in table.columns if each.type != "text"],
        "kinds": data_charts.kinds(table, lang),
        "chart": asked.chart or ("", "run"),
        "figure": data_charts.draw(table, rows, *asked.chart, lang, f"{uid}--c") if asked.chart and rows else None,
        "said": _said(len(rows), len(table.rows), at, pages, lang),
    }


def _head(table: Table, place: int, asked: Wish, lang: str) -> Head:
    column = table.columns[place]
    ways = ("none", *_DIRECTIONS)
    now = ways[1 + asked.descending] if asked.sort == column.name else ways[0]
    texts = names(table, place, lang) if column.type == "text" else []
    return Head(
        column=column,
        label=heading(column, lang),
        numeric=column.type != "text" and place > 0,
        sorted=now,
        then=ways[(ways.index(now) + 1) % 3],
        filter=asked.filters.get(column.name, ""),
        choices=tuple((f"={code}", label) for code, label in texts) if _to_choose(texts) else (),
    )


def _to_choose(texts: list[tuple[str, str]]) -> bool:
    return 1 < len(texts) <= _MOST_CHOICES and all(len(code) < MAX_FILTER for code, _label in texts)


def _said(found: int, total: int, at: int, pages: int, lang: str) -> str:
    shown = ngettext(
        "%(found)s of %(n)s row", "%(found)s of %(n)s rows", total, language=lang, found=f"{found:,}"
    )  # fmt: skip
    if pages == 1:
        return shown
    return _("%(shown)s, page %(page)s of %(pages)s", language=lang, shown=shown, page=at, pages=pages)
