"""The SQL console of a block: a learner's own tables for their browser, and practice here where that cannot."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterable, Sequence
from typing import Any, Final

from webob import Request, Response
from xblock.core import XBlock

from dgxblock.block import answers, submission
from dgxblock.block.http import ApiError, api_handler
from dgxblock.content.model import Item, PointsItem, SqlItem
from dgxblock.i18n import gettext as _
from dgxblock.items import engine, shape
from dgxblock.lab import LabError, Sheet, Table
from dgxblock.lab.statement import MOST_CHARACTERS

__all__ = ["SqlConsole"]

MOST_SENT: Final = 200
"""Rows that practice here sends back; the page shows fewer still."""
log = logging.getLogger(__name__)


class SqlConsole:
    """Two handlers for blocks whose documents may ask for a query. Neither uses a try nor keeps anything."""

    def own_items(self) -> tuple[Sequence[Item], Sheet]:
        """The questions that this learner sees now, and their data.

        Raises:
            ApiError: there is nothing to see here, or nobody who may.
        """
        raise NotImplementedError

    def console_links(self: Any, items: Iterable[Item], /) -> dict[str, Any]:
        """Where the page finds what its questions need: ``{"sql": …}`` for queries, ``{"points": …}`` for charts."""
        links: dict[str, Any] = {}
        if any(isinstance(item, SqlItem) for item in items):
            links["sql"] = {name: self.runtime.local_resource_url(self, path) for name, path in _FILES.items()}
            links["sql"]["data"] = self.runtime.handler_url(self, "data_sqlite")
        if any(isinstance(item, PointsItem) for item in items):
            links["points"] = {
                "module": self.runtime.local_resource_url(self, "public/dgx-points.js"),
                "style": self.runtime.local_resource_url(self, "public/dgx-points.css"),
            }
        return links

    @api_handler
    def run_sql(self: Any, data: dict[str, Any]) -> dict[str, Any]:
        """``{"item", "sql"}`` → ``{"columns", "rows", "count", "ms"}``, or ``{"refused": sentence, "code"}``."""
        answers.known_keys(data, ("item", "sql"))
        try:
            sql = shape.text(data.get("sql"), most=MOST_CHARACTERS)
        except shape.Malformed:
            raise answers.malformed() from None
        items, sheet = self.own_items()
        item = _asked(items, data.get("item"))
        begin = time.monotonic()
        try:
            found = engine.learner_query(item, sheet, sql, submission.who(self.place()))
        except LabError as error:
            submission.check_now(error)
            return {"refused": engine.said(error, self.language()), "code": error.code}
        return {
            "columns": found.columns,
            "rows": found.rows[:MOST_SENT],
            "count": len(found.rows),
            "ms": round(1000 * (time.monotonic() - begin)),
        }

    @XBlock.handler
    def data_sqlite(self: Any, request: Request, suffix: str = "") -> Response:
        """GET ``?item=``: the tables that this question lets its learner read, theirs alone, as an SQLite file."""
        del suffix
        try:
            if request.method not in ("GET", "HEAD"):
                raise ApiError(405, "method", _("This address takes GET only."))
            items, sheet = self.own_items()
            body = database(engine.tables_of(_asked(items, request.params.get("item")), sheet))
        except ApiError as error:
            return error.response()
        except Exception:
            log.exception("dgxblock: no database for %s", self.scope_ids.usage_id)
            return ApiError(
                500, "internal",
                _("Your data could not be prepared. Try again in a minute; if it stays so, tell the staff."),
            ).response()  # fmt: skip
        response = Response(body=body, content_type="application/vnd.sqlite3", charset=None)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


_FILES: Final = {
    "module": "public/dgx-sql.js", "worker": "public/dgx-sql-worker.js",
    "script": "public/vendor/sql-wasm.js", "wasm": "public/vendor/sql-wasm.wasm",
}  # fmt: skip


def _asked(items: Sequence[Item], name: object) -> SqlItem:
    item = next((each for each in items if isinstance(each, SqlItem) and each.id == name), None)
    if item is None:
        raise answers.malformed()
    return item


def database(tables: Iterable[Table], /) -> bytes:
    """The tables as an SQLite file. Columns have no declared type, as where the answers are checked."""
    made = sqlite3.connect(":memory:")
    try:
        for table in tables:
            names = [f'"{column.name}"' for column in table.columns]
            # names are plain words: the laboratory has looked at them when it built the tables
            made.execute(f'CREATE TABLE "{table.name}" ({", ".join(names)})')
            marks = ", ".join("?" * len(names))
            made.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', table.rows)  # noqa: S608
        made.commit()
        return made.serialize()
    finally:
        made.close()
