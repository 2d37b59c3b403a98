"""A comparison as a file that somebody signs off: the same bytes every time, with a digest that is kept."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Final

from openpyxl import Workbook

from dgxblock.lab.export import harmless
from dgxblock.registry.models import ReconItem, ReconRun

__all__ = ["csv_bytes", "xlsx_bytes"]

_HEAD: Final = (
    "result_id", "learner", "kind", "code", "ours", "theirs", "confirmed", "decision", "actor", "reason", "decided_at",
)  # fmt: skip


def _rows(run: ReconRun, /) -> list[list[str]]:
    about = [
        ["registry", run.registry], ["run", str(run.uuid)], ["since", run.since.isoformat()],
        ["until", run.until.isoformat()], ["state", run.state], ["code", run.code], ["days", str(run.days)],
        ["days_differing", str(run.days_differing)], ["results", str(run.results)],
        ["started_at", _instant(run.started_at)], ["ended_at", _instant(run.ended_at)],
    ]  # fmt: skip
    items = ReconItem.objects.filter(run=run).select_related("achievement").order_by("pk")
    return [*about, [], list(_HEAD), *(_row(item) for item in items)]


def _row(item: ReconItem, /) -> list[str]:
    learner = item.achievement.learner_id if item.achievement else ""
    return [
        item.result_id, learner, item.kind, item.code, item.ours, item.theirs, "yes" if item.confirmed else "no",
        item.decision, item.actor, item.reason, _instant(item.decided_at),
    ]  # fmt: skip


def _instant(moment: datetime | None, /) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def csv_bytes(run: ReconRun, /) -> bytes:
    """CSV in UTF-8 with the mark by which Excel knows it; no text is taken for a formula. Codes, not words, so that the
    language of a page changes nothing about the digest."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in _rows(run))
    return out.getvalue().encode("utf-8-sig", "replace")


def xlsx_bytes(run: ReconRun, /) -> bytes:
    """The same as a workbook of one sheet."""
    book = Workbook(write_only=True)
    book.properties.creator = "dgxblock"
    sheet = book.create_sheet("reconciliation")
    for row in _rows(run):
        sheet.append([harmless(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
