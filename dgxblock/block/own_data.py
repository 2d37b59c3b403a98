"""What a block with a learner's own data does to show them and to give them away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from webob import Request, Response
from xblock.core import XBlock

from dgxblock import lab
from dgxblock.block import data_view
from dgxblock.block.downloads import File, download
from dgxblock.block.http import ApiError, api_handler
from dgxblock.content.model import Exercise
from dgxblock.i18n import gettext as _
from dgxblock.pages.render import render

__all__ = ["OwnData"]


class OwnData:
    """Mixed into the exercise: its data a page at a time, and as files."""

    runtime: Any
    scope_ids: Any
    language: Callable[[], str]
    uid: Callable[[], str]

    def own_data(self) -> tuple[Exercise, lab.Sheet]:
        """The exercise, and this learner's data for it.

        Raises:
            ApiError: there is nothing to see here, or nobody who may.
        """
        raise NotImplementedError

    def data_links(self, exercise: Exercise, sheet: lab.Sheet) -> dict[str, Any]:
        """Where the page finds the learner's data in full."""
        lang, first = self.language(), exercise.data.table
        tables = data_view.offered(exercise, sheet)
        files = [
            (name, table.label.plain(lang), self.runtime.handler_url(self, "data_csv", "" if name == first else name))
            for name, table in tables.items()
        ]
        return {
            "row_count": len(tables[first].rows),
            "files": files,
            "xlsx_url": self.runtime.handler_url(self, "data_xlsx"),
            "data_key": sheet.seed[:16],
            "module_url": self.runtime.local_resource_url(self, "public/dgx-data.js"),
            "style_url": self.runtime.local_resource_url(self, "public/dgx-data.css"),
        }

    @api_handler
    def data_page(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"table", "page", "sort", "direction", "filter": {column: text}, "chart"}`` → ``{"html", "said"}``."""
        exercise, sheet = self.own_data()
        lang = self.language()
        asked = data_view.wish(data, data_view.offered(exercise, sheet), lang)
        context = data_view.build(exercise, sheet, asked, lang, self.uid())
        return {"html": render("data_view.html", context), "said": context["said"]}

    @XBlock.handler
    def data_csv(self, request: Request, suffix: str = "") -> Response:
        """GET: one of the learner's own tables as CSV; the suffix names it, without one it is that of the page."""

        def own() -> File:
            exercise, sheet = self.own_data()
            tables = data_view.offered(exercise, sheet)
            if suffix and suffix not in tables:
                raise ApiError(404, "no-table", _("There is no such table among your data. Nothing was changed."))
            name = f"{exercise.dataset.id}-{suffix}" if suffix else exercise.dataset.id
            return File(name, [tables[suffix or exercise.data.table]], sheet.seed[:16])

        return download(self, request, "csv", own)

    @XBlock.handler
    def data_xlsx(self, request: Request, suffix: str = "") -> Response:
        """GET: all of them as a workbook with a data dictionary."""
        del suffix

        def own() -> File:
            exercise, sheet = self.own_data()
            return File(exercise.dataset.id, list(data_view.offered(exercise, sheet).values()), sheet.seed[:16])

        return download(self, request, "xlsx", own)
