"""Exhibits as a page shows them: number and title, source line, and a table or a chart with the table behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from dgxblock.block import figures
from dgxblock.content.model import Case, Cell, ChartExhibit, Exhibit, Source
from dgxblock.i18n import gettext as _
from dgxblock.lab import Sheet

__all__ = ["ExhibitView", "exhibit_views"]


_NUMBERED: Final = re.compile(r"(?:[图表]|Exhibit |Figure |Table )\s*[0-9]+")
"""A title whose author has numbered it already."""


@dataclass(frozen=True, slots=True)
class ExhibitView:
    """An exhibit ready for its template. `lead` stands before the title (图2　); a plain table has no `figure`."""

    id: str
    lead: str
    exhibit: Exhibit
    sources: tuple[Source, ...]
    figure: figures.Figure | None

    @property
    def rows(self) -> list[list[tuple[Cell, bool]]]:
        """The cells of a written-out table, each with whether its column is numeric; none for a chart."""
        if isinstance(self.exhibit, ChartExhibit):
            return []
        columns = self.exhibit.columns
        return [
            [(cell, column.numeric) for cell, column in zip(row, columns, strict=True)] for row in self.exhibit.rows
        ]


def exhibit_views(case: Case, sheet: Sheet, lang: str, uid: str, /) -> dict[str, ExhibitView]:
    """All exhibits of a case by id, numbered in the order in which the case lists them.

    Raises:
        LabError: a chart's query cannot run.
    """
    sources = {source.id: source for source in case.sources}
    views = {}
    for number, exhibit in enumerate(case.exhibits, 1):
        title = exhibit.title.plain(lang, sheet.values)
        lead = "" if _NUMBERED.match(title) else _label(exhibit, number, lang) + ("　" if lang == "zh-CN" else ". ")
        cited = exhibit.sources if exhibit.basis == "sourced" else ()
        figure = (
            figures.exhibit(exhibit, sheet, lang, f"{uid}-{exhibit.id}") if isinstance(exhibit, ChartExhibit) else None
        )
        views[exhibit.id] = ExhibitView(
            exhibit.id, lead, exhibit, tuple(sources[each] for each in cited if each in sources), figure
        )
    return views


def _label(exhibit: Exhibit, number: int, lang: str) -> str:
    """图2 or 表1 in Chinese, Exhibit 2 in English for both."""
    if isinstance(exhibit, ChartExhibit):
        return _("Exhibit %(n)s", language=lang, n=number)
    return f"表{number}" if lang == "zh-CN" else _("Exhibit %(n)s", language=lang, n=number)
