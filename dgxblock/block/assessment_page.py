"""What the pages of an assessment show: the rules before, the questions during, the result after.

The questions are made without marks and without solutions; those enter only in `result`, from a submitted attempt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from dgxblock import formats
from dgxblock.block import figures
from dgxblock.block.submission import FLAGS
from dgxblock.block.words import count_word
from dgxblock.content.model import Assessment
from dgxblock.grading import Mark, Score, total
from dgxblock.items import marks_from, view
from dgxblock.lab import Sheet

__all__ = ["form", "result", "score", "start"]


def score(assessment: Assessment, marks: Mapping[str, Mark], /) -> Score:
    """The score of a set of marks."""
    return total(marks, {item.id: item.points for item in assessment.items})


def _common(assessment: Assessment, lang: str, uid: str, pass_mark: int, limit: int) -> dict[str, Any]:
    return {"assessment": assessment, "uid": uid, "lang": lang, "pass_mark": pass_mark, "limit": limit}


def start(
    assessment: Assessment, lang: str, uid: str, /, *, pass_mark: int, limit: int, closes: datetime | None, closed: bool
) -> dict[str, Any]:
    """The context of ``assessment_start.html``."""
    return _common(assessment, lang, uid, pass_mark, limit) | {
        "points": plain(sum(item.points for item in assessment.items)),
        "closes": closes and formats.format_datetime(timezone.localtime(closes), lang),
        "closed": closed,
        "extra": json.dumps({"number": 1}),
    }


def form(
    assessment: Assessment, sheet: Sheet, lang: str, uid: str, /, *,
    number: int, pass_mark: int, limit: int, draft: Any, nonce: str,
) -> dict[str, Any]:  # fmt: skip
    """The context of ``assessment.html``.

    Raises:
        LabError: the order in which steps are shown cannot be computed.
    """
    answers: Mapping[str, Any] = draft.answers if draft else {}
    flags = answers.get(FLAGS, ())
    views = [
        view(item, str(place), answers.get(item.id), sheet, lang, flagged=item.id in flags)
        for place, item in enumerate(assessment.items, 1)
    ]
    return _common(assessment, lang, uid, pass_mark, limit) | {
        "values": sheet.values,
        "number": number,
        "items": [(each, plain(each.item.points)) for each in views],
        "review_at": len(views),
        "draft": draft,
        "saved_at": draft and formats.format_time(timezone.localtime(draft.updated_at), lang),
        "extra": json.dumps({"nonce": nonce}),
        "comma": "，" if lang == "zh-CN" else ", ",
    }


def result(
    assessment: Assessment, sheet: Sheet, lang: str, uid: str, /, *,
    done: Sequence[Any], pass_mark: int, limit: int, explained: bool, closed: bool,
) -> dict[str, Any]:  # fmt: skip
    """The context of ``result.html`` for the last of the submitted attempts `done`; `explained` opens the solutions.

    Raises:
        LabError: a key that is to be shown cannot be computed.
    """
    last = done[-1]
    marks = marks_from(last.marks, assessment.items, last.answers)
    rows = []
    for place, item in enumerate(assessment.items, 1):
        mark = marks[item.id]
        shown = view(item, str(place), last.answers.get(item.id), sheet, lang, mark=mark, solved=explained)
        rows.append((shown, mark.fraction >= 1.0, plain(mark.fraction * item.points), plain(item.points)))
    percent = whole(last.percent)
    best = max(done, key=lambda each: (each.passed, each.percent or 0.0, -each.number))
    again = [row for row in rows if not row[1]]
    return _common(assessment, lang, uid, pass_mark, limit) | {
        "values": sheet.values,
        "attempt": last,
        "title": formats.one_line(assessment.title.plain(lang, sheet.values), lang),
        "day": formats.format_date(timezone.localtime(last.submitted_at).date(), lang, today=timezone.localdate()),
        "percent": percent,
        "passed": last.passed,
        "short": pass_mark - percent,
        "best": None if best is last else whole(best.percent),
        "best_number": best.number,
        "ever_passed": best.passed,
        "duration": formats.format_duration((last.submitted_at - last.started_at).total_seconds(), lang),
        "left": 0 if closed else max(0, limit - len(done)),
        "figure": figures.objectives(_by_objective(assessment, marks, sheet, lang), lang, f"{uid}--o"),
        "objective_word": count_word(len(assessment.objectives), lang),
        "rows": rows,
        "again": again,
        "again_word": count_word(len(again), lang),
        "right": [row for row in rows if row[1]],
        "explained": explained,
        "extra": json.dumps({"number": last.number + 1, "confirm": True}),
    }


def _by_objective(
    assessment: Assessment, marks: Mapping[str, Mark], sheet: Sheet, lang: str
) -> list[tuple[str, float, float]]:
    """Points by objective; an item that serves several counts for each of them in equal parts."""
    rows = []
    for objective in assessment.objectives:
        serving = [item for item in assessment.items if objective.id in item.objectives]
        shares = [(item.points / len(item.objectives), marks[item.id].fraction) for item in serving]
        rows.append((
            objective.text.plain(lang, sheet.values).rstrip("；;。."),
            sum(points * fraction for points, fraction in shares),
            sum(points for points, _fraction in shares),
        ))  # fmt: skip
    return rows


def whole(percent: float | None, /) -> int:
    """Per cent as shown, rounded down: 69.9 is never shown as the 70 that was not reached."""
    return int(percent or 0.0)


def plain(points: float, /) -> str:
    """Points with at most one decimal."""
    return formats.format_plain(round(points, 1))
