"""What the page of an exercise shows: this learner's own data, the tasks, and what the last check said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from dgxblock import formats
from dgxblock.block.figures import DataTable, data_table
from dgxblock.block.words import ordinal
from dgxblock.content.model import Exercise
from dgxblock.grading import Mark, Verdict, total
from dgxblock.items import marks_from, view
from dgxblock.lab import Sheet

__all__ = ["all_right", "build", "score"]


def score(exercise: Exercise, marks: Mapping[str, Mark], /) -> Any:
    """The `grading.Score` of a set of marks."""
    return total(marks, {item.id: item.points for item in exercise.items})


def all_right(marks: Mapping[str, Mark], /) -> bool:
    """Whether nothing is left to mend. An answer that carried an earlier mistake forward still is to be."""
    return bool(marks) and all(mark.verdict is Verdict.RIGHT for mark in marks.values())


def preview(exercise: Exercise, sheet: Sheet, lang: str, /) -> DataTable:
    """The first rows of the learner's table."""
    table = sheet.tables[exercise.data.table]
    shown = table.rows[: exercise.data.rows]
    return data_table(exercise.data.title.plain(lang, sheet.values), table.columns, shown, sheet.dataset, lang)


def build(
    exercise: Exercise, sheet: Sheet, lang: str, uid: str, /, *,
    done: list[Any], limit: int, draft: Any, nonce: str,
) -> dict[str, Any]:  # fmt: skip
    """The context of ``exercise.html``. `done` are the submitted attempts, oldest first.

    Raises:
        LabError: a key that is to be shown cannot be computed.
    """
    last = done[-1] if done else None
    submitted: dict[str, Any] = dict(last.answers) if last else {}
    shown: dict[str, Any] = {**submitted, **(draft.answers if draft else {})}
    marks = marks_from(last.marks, exercise.items, submitted) if last else {}
    right = all_right(marks)
    solved = bool(last) and (right or len(done) >= limit)
    best = max((attempt.percent or 0.0 for attempt in done), default=None)
    tasks = []
    for place, task in enumerate(exercise.tasks, 1):
        views = []
        for at, item in enumerate(task.items, 1):
            answer = shown.get(item.id)
            # what was said about an answer does not hold for the one that has replaced it since
            mark = marks.get(item.id) if answer == submitted.get(item.id) else None
            views.append(view(item, f"{place}.{at}", answer, sheet, lang, mark=mark, solved=solved))
        tasks.append((ordinal(place, lang), task, views))
    return {
        "exercise": exercise,
        "uid": uid,
        "lang": lang,
        "values": sheet.values,
        "gap": "　" if lang == "zh-CN" else ". ",
        "space": "　" if lang == "zh-CN" else " ",
        "preview": preview(exercise, sheet, lang),
        "facts": [
            (fact.label, formats.format_value(sheet.values[fact.ref], fact.format, lang)) for fact in exercise.facts
        ],
        "tasks": tasks,
        "attempt": min(len(done) + 1, limit),
        "limit": limit,
        "left": 0 if solved else limit - len(done),
        "solved": solved,
        "right": right,
        "right_count": sum(mark.verdict is Verdict.RIGHT for mark in marks.values()),
        "item_count": len(exercise.items),
        "used": len(done),
        "best": None if best is None else int(best),
        "draft": draft,
        "saved_at": draft and formats.format_time(timezone.localtime(draft.updated_at), lang),
        "extra": json.dumps({"nonce": nonce}),
    }
