"""``python -m dgxblock lab …``: try queries on a trainee's data and write these out, without Django."""

from __future__ import annotations

import argparse
import io
import json
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dgxblock import lab
from dgxblock.content import read
from dgxblock.content.findings import ContentError
from dgxblock.content.folder import inlined
from dgxblock.content.messages import QUERY_REASONS
from dgxblock.content.model import Document, Exercise
from dgxblock.i18n import LANGUAGES, current_language
from dgxblock.i18n import gettext as _
from dgxblock.lab.export import csv_bytes, xlsx_bytes
from dgxblock.lab.remote import image
from dgxblock.lab.words import said


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser], /) -> None:
    """Add ``lab`` to the commands of the package."""
    actions = commands.add_parser("lab", help=_("try queries on a trainee's data")).add_subparsers(
        dest="action", required=True
    )
    asker = actions.add_parser("query", help=_("run a query and write its rows, or the error, as JSON"))
    _about(asker)
    asker.add_argument("--sql-file", type=Path, required=True, metavar="FILE", help=_("the query; - is standard input"))
    asker.add_argument(
        "--as-trainee", action="store_true", help=_("on the trainee's tables alone, by the rules of the SQL console")
    )
    asker.set_defaults(run=lambda o: query(o.document, o.seed, o.sql_file, as_trainee=o.as_trainee))
    writer = actions.add_parser("data", help=_("write the tables that a trainee may take home"))
    _about(writer)
    writer.add_argument(
        "--format", choices=("csv", "xlsx", "sqlite"), default="csv", help=_("several tables as CSV: a ZIP")
    )
    writer.add_argument("-o", "--output", type=Path, metavar="FILE", help=_("default: standard output"))
    writer.add_argument("--language", choices=LANGUAGES, default="zh-CN", help=_("of the column headings"))
    writer.set_defaults(run=lambda o: data(o.document, o.seed, o.format, o.output, o.language))
    teller = actions.add_parser("status", help=_("say how the process that runs queries is"))
    teller.set_defaults(run=lambda _options: status())


def _about(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", type=Path, metavar="EXERCISE.xml", help=_("an exercise, assessment or case"))
    parser.add_argument("--seed", help=_("whose data; default: the teaching variant"))


def query(document: Path, seed: str | None, sql_file: Path, /, *, as_trainee: bool = False) -> int:
    """Write ``{"columns", "rows"}`` and give 0, or ``{"error"}`` and 1. By default the query is one of the document's
    own, such as a key: it sees all tables, and the values as ``:name``."""
    try:
        sql = sys.stdin.read() if str(sql_file) == "-" else sql_file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError):
        return _refused({"code": "unreadable", "message": _("The query cannot be read.")})
    try:
        opened, sheet = _open(document, seed)
        found = lab.run(sql, _tables(opened, sheet)) if as_trainee else sheet.query(sql)
    except ContentError as error:
        return _refused(_content(error))
    except lab.LabError as error:
        told = _lab(error)
        return _refused({**told, "message": said(error, current_language())} if as_trainee else told)
    print(json.dumps({"columns": found.columns, "rows": found.rows}, ensure_ascii=False))
    return 0


def data(document: Path, seed: str | None, form: str, output: Path | None, lang: str, /) -> int:
    """Write the tables; 1 and nothing written if they cannot be built."""
    try:
        opened, sheet = _open(document, seed)
        made = _bytes(_tables(opened, sheet), form, lang, sheet.seed[:16])
    except ContentError as error:
        return _said(str(_content(error)["message"]))
    except lab.LabError as error:
        return _said(str(_lab(error)["message"]))
    if output is None:
        sys.stdout.buffer.write(made)
        return 0
    try:
        output.write_bytes(made)
    except OSError as error:
        return _said(_("%(path)s cannot be written: %(reason)s.", path=output, reason=error.strerror or ""))
    print(output)
    return 0


def status() -> int:
    """Write what the broker says of itself as JSON; 1 if it does not answer."""
    try:
        print(json.dumps(lab.status()))
    except lab.LabError as error:
        return _refused(_lab(error))
    return 0


def _open(document: Path, seed: str | None) -> tuple[Document, lab.Sheet]:
    opened = read.parse(inlined(document))
    return opened, lab.build(opened.dataset, opened.dataset.seed if seed is None else seed)


def _tables(opened: Document, sheet: lab.Sheet) -> list[lab.Table]:
    """What a trainee gets of the data: the tables to take home, and the one that the exercise shows."""
    shown = opened.data.table if isinstance(opened, Exercise) else ""
    return [table for name, table in sheet.tables.items() if table.download or name == shown]


def _bytes(tables: Sequence[lab.Table], form: str, lang: str, owner: str) -> bytes:
    if form == "xlsx":
        return xlsx_bytes(tables, lang, owner)
    if form == "sqlite":
        return image(tuple(tables))
    if len(tables) == 1:
        return csv_bytes(tables[0], lang)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            # a date of its own would make two archives of the same data differ
            archive.writestr(zipfile.ZipInfo(f"{table.name}.csv"), csv_bytes(table, lang), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _content(error: ContentError) -> dict[str, Any]:
    first = error.findings[0]
    return {"code": first.code, "line": first.line, "message": first.message()}


def _lab(error: lab.LabError) -> dict[str, Any]:
    return {**error.as_json(), "message": _(QUERY_REASONS[error.code])}


def _refused(told: dict[str, Any]) -> int:
    print(json.dumps({"error": told}, ensure_ascii=False))
    return 1


def _said(message: str) -> int:
    print(message, file=sys.stderr)
    return 1
