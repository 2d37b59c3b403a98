"""Files of a learner's own data, over GET."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from webob import Request, Response

from dgxblock.block.http import ApiError
from dgxblock.i18n import gettext as _
from dgxblock.lab import Table
from dgxblock.lab.export import csv_bytes, xlsx_bytes

__all__ = ["File", "attachment", "download"]

_TYPES: Final = {
    "csv": "text/csv",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class File:
    """What goes into a file: its `name`, the tables (a CSV file holds the first), and whose they are."""

    name: str
    tables: Sequence[Table]
    owner: str


def download(block: Any, request: Request, kind: Literal["csv", "xlsx"], own: Callable[[], File], /) -> Response:
    """The tables that `own` gives, as a file that no cache keeps; a refusal is JSON with a sentence."""

    def made() -> tuple[str, bytes]:
        file, lang = own(), block.language()
        body = csv_bytes(file.tables[0], lang) if kind == "csv" else xlsx_bytes(file.tables, lang, file.owner)
        return file.name, body

    return attachment(block, request, kind, made)


def attachment(
    block: Any, request: Request, kind: Literal["csv", "xlsx", "zip"], made: Callable[[], tuple[str, bytes]], /
) -> Response:
    """The file whose name (without its ending) and bytes `made` gives; otherwise as `download`."""
    try:
        if request.method not in ("GET", "HEAD"):
            raise ApiError(405, "method", _("This address takes GET only."))
        name, body = made()
    except ApiError as error:
        return error.response()
    except Exception:
        log.exception("dgxblock: no data file for %s", block.scope_ids.usage_id)
        return ApiError(
            500,
            "internal",
            _("Your data could not be prepared. Try again in a minute; if it stays so, tell the staff."),
        ).response()
    filename = re.sub(r"[^A-Za-z0-9._-]", "-", name)[:60] or "data"
    response = Response(body=body, content_type=_TYPES[kind], charset="utf-8" if kind == "csv" else None)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}.{kind}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
