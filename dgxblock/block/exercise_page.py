"""What the page of an exercise shows: this learner's own data, the tasks, and what the last check said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from dgxblock import formats
from dgxblock.block.figures import DataTable, data_table
from dgxblock.block.rounds import Round
from dgxblock.block.words import ordinal
from dgxblock.content.model import Exercise, Item
from dgxblock.grading import Mark, Verdict, total
from dgxblock.items import marks_from, view
from dgxblock.lab import Sheet

__all__ = ["all_right", "build", "numbered", "score"]


def score(exercise: Exercise, marks: Mapping[str, Mark], /) -> Any:
    """The `grading.Score` of a set of marks."""
    return total(marks, {item.id: item.points for item in exercise.items})


def all_right(marks: Mapping[str, Mark], /) -> bool:
    """Whether nothing is left to mend. An answer that carried an earlier mistake forward still is to be; what a person
    has yet to judge is not."""
    return any(mark.verdict is Verdict.RIGHT for mark in marks.values()) and all(
        mark.verdict in (Verdict.RIGHT, Verdict.WAITING) for mark in marks.values()
    )


def numbered(exercise: Exercise, /) -> dict[str, Item]:
    """The items by the number that stands before them on the page: 1.2 is the second of the first task."""
    return {
        f"{place}.{at}": item
        for place, task in enumerate(exercise.tasks, 1)
        for at, item in enumerate(task.items, 1)
    }  # fmt: skip


def preview(exercise: Exercise, sheet: Sheet, lang: str, /) -> DataTable:
    """The first rows of the learner's table."""
    table = sheet.tables[exercise.data.table]
    shown = table.rows[: exercise.data.rows]
    return data_table(exercise.data.title.plain(lang, sheet.values), table.columns, shown, sheet.dataset, lang)


def build(
    exercise: Exercise, sheet: Sheet, lang: str, uid: str, /, *,
    round_: Round, limit: int, draft: Any, nonce: str, practice: bool, closed: bool, explained: bool,
) -> dict[str, Any]:  # fmt: skip
    """The context of ``exercise.html``.

    `closed`: the due date has passed. `explained`: right and wrong may be told, which a host can forbid; then neither
    verdicts nor solutions are in what this gives.

    Raises:
        LabError: a key that is to be shown cannot be computed.
    """
    done = round_.done
    last = done[-1] if done else None
    submitted: dict[str, Any] = dict(last.answers) if last else {}
    shown: dict[str, Any] = {**submitted, **(draft.answers if draft else {})}
    marks = marks_from(last.marks, exercise.items, submitted) if last and explained else {}
    right = all_right(marks)
    finished = right or closed or len(done) >= limit
    solved = finished and explained
    best = max((attempt.percent or 0.0 for attempt in done), default=None)
    tasks = []
    for place, task in enumerate(exercise.tasks, 1):
        views = []
        for at, item in enumerate(task.items, 1):
            answer = shown.get(item.id)
            # what was said about an answer does not hold for the one that has replaced it since
            mark = marks.get(item.id) if answer == submitted.get(item.id) else None
            views.append(
                view(
                    item, f"{place}.{at}", answer, sheet, lang,
                    mark=mark, solved=solved, finished=finished, hints=round_.hints.get(item.id, 0),
                )
            )  # fmt: skip
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
        "left": 0 if finished else limit - len(done),
        "finished": finished,
        "closed": closed,
        "explained": explained,
        "solved": solved,
        "right": right,
        "waiting": sum(mark.verdict is Verdict.WAITING for mark in marks.values()),
        "right_count": sum(mark.verdict is Verdict.RIGHT for mark in marks.values()),
        "item_count": len(exercise.items),
        "used": len(done),
        "best": int(best) if best is not None and explained else None,
        "draft": draft,
        "saved_at": draft and formats.format_time(timezone.localtime(draft.updated_at), lang),
        "extra": json.dumps({"nonce": nonce}),
        "practice": practice and not closed,
        "mastered": round_.mastered if explained else 0,
        "round": round_.number,
        "renew": json.dumps({"after": round_.last, "nonce": nonce}),
    }
