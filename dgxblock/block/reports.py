"""What was answered, as rows for a table: a row for each question of each hand-in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.utils import timezone
from openpyxl import Workbook

from dgxblock import formats, lab
from dgxblock.block import host
from dgxblock.content.model import Assessment, Exercise
from dgxblock.i18n import gettext as _
from dgxblock.items import kind_of, marks_from
from dgxblock.lab import LabError
from dgxblock.lab.export import harmless

__all__ = ["answers", "csv_bytes", "named", "xlsx_bytes"]

MOST_CELL: Final = 32_000
"""Characters that Excel takes in a cell, or nearly so."""


def answers(
    content: Assessment | Exercise, submissions: Iterable[Any], lang: str, /
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Pairs of learner id and row: try, day, number and text of the question, what was answered in words, verdict,
    note, points earned and possible, and the result of the try in per cent. Questions that `content` has no more are
    left out."""
    by_id = {item.id: (number, item) for number, item in enumerate(content.items, 1)}
    for each in submissions:
        attempt = each.attempt
        sheet = lab.recalled(content.dataset, attempt.seed, attempt.values)
        asked = [by_id[name] for name in (attempt.paper or by_id) if name in by_id]
        marks = marks_from(attempt.marks, [item for _number, item in asked], attempt.answers)
        for number, item in asked:
            mark, answer = marks[item.id], attempt.answers.get(item.id)
            try:
                own = kind_of(item).own(item, answer, sheet, lang)
                prompt = formats.one_line(item.prompt.plain(lang, sheet.values), lang)
            except (LabError, KeyError):
                own, prompt = "—", item.id
            yield (
                each.place.learner_id,
                {
                    _("Try", language=lang): attempt.number,
                    _("Handed in", language=lang): timezone.localtime(attempt.submitted_at).isoformat(
                        timespec="seconds"
                    ),
                    _("No.", language=lang): number,
                    _("Question", language=lang): prompt,
                    _("Answer", language=lang): own,
                    _("Result", language=lang): kind_of(item).tag(item, mark, lang),
                    _("Note", language=lang): mark.note,
                    _("Points", language=lang): round(mark.fraction * item.points, 4),
                    _("Full marks", language=lang): item.points,
                    _("Score in per cent", language=lang): attempt.percent,
                },
            )


def named(rows: Iterable[tuple[str, dict[str, Any]]], lang: str, /) -> Iterator[dict[str, Any]]:
    """The rows with the login name of whose they are as their first column."""
    known: dict[str, str] = {}
    for learner, row in rows:
        if learner not in known:
            known[learner] = host.username(learner)
        yield {_("Trainee", language=lang): known[learner], **row}


def csv_bytes(rows: Iterable[dict[str, Any]], /) -> bytes:
    """Rows as CSV: UTF-8 with the mark by which Excel knows it. No text is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for number, row in enumerate(rows):
        if not number:
            writer.writerow([harmless(name) for name in row])
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row.values()])
    return out.getvalue().encode("utf-8-sig", "replace")


def xlsx_bytes(rows: Iterable[dict[str, Any]], /) -> bytes:
    """Rows as a workbook of one sheet; texts are texts, whatever they begin with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for number, row in enumerate(rows):
        if not number:
            sheet.append([harmless(name) for name in row])
        sheet.append([harmless(cell)[:MOST_CELL] if isinstance(cell, str) else cell for cell in row.values()])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
