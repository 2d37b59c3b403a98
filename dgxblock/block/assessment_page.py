"""What the pages of an assessment show: the rules before, the questions during, the result after.

The questions are made without marks and without solutions; those enter only in `result`, from a submitted attempt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils import timezone

from dgxblock import formats
from dgxblock.block import figures, rule_words
from dgxblock.block.sittings import Rulebook, Sitting
from dgxblock.block.submission import FLAGS
from dgxblock.block.words import count_word
from dgxblock.content.model import Assessment, Item
from dgxblock.grading import Mark, Verdict
from dgxblock.items import marks_from, view
from dgxblock.lab import Sheet
from dgxblock.papers import counting, size
from dgxblock.papers.review import shown

__all__ = ["form", "left", "result", "start"]

_NEAR: Final = 7200
"""Seconds before the closing date from which on the clock is shown where no time limit runs."""


def _common(assessment: Assessment, book: Rulebook, lang: str, uid: str) -> dict[str, Any]:
    return {
        "assessment": assessment,
        "uid": uid,
        "lang": lang,
        "rules": book.rules,
        "pass_mark": book.rules.pass_mark,
        "limit": book.limit,
        "practice": book.practice,
        "minutes": book.minutes,
        "granted": book.allowed.minutes if book.minutes else 0,
        "opens": rule_words.moment(book.window.opens, lang) if book.window.early(timezone.now()) else "",
        "closes": rule_words.moment(book.window.closes, lang),
        "closed": book.window.over(timezone.now()),
    }


def start(assessment: Assessment, book: Rulebook, lang: str, uid: str, /) -> dict[str, Any]:
    """The context of ``assessment_start.html``."""
    due = book.window.due
    return _common(assessment, book, lang, uid) | {
        "count": size.questions(assessment),
        "points": plain(size.points(assessment)),
        "due": rule_words.moment(due, lang) if due is not None and due != book.window.closes else "",
        "tries": rule_words.tries(book),
        "lines": list(rule_words.before(book, lang)),
        "extra": json.dumps({"number": 1}),
    }


def left(attempt: Any, book: Rulebook, /) -> dict[str, int]:
    """The seconds until the end of an attempt, by the server's clock; nothing where it has none, or only a day on which
    all closes that is not near."""
    end = book.deadline(attempt.started_at)
    if end is None:
        return {}
    seconds = max(0, int((end - timezone.now()).total_seconds()))
    return {"left": seconds} if book.minutes or seconds < _NEAR else {}


def form(
    sat: Sitting, book: Rulebook, lang: str, uid: str, /, *, draft: Any, nonce: str,
) -> dict[str, Any]:  # fmt: skip
    """The context of ``assessment.html``.

    Raises:
        LabError: the order in which steps are shown cannot be computed.
    """
    answers: Mapping[str, Any] = draft.answers if draft else {}
    flags = answers.get(FLAGS, ())
    views = [
        view(
            item,
            str(place),
            answers.get(item.id),
            sat.sheet,
            lang,
            flagged=item.id in flags,
            shuffle=sat.paper.rules.shuffle,
        )
        for place, item in enumerate(sat.items, 1)
    ]
    return _common(sat.paper, book, lang, uid) | {
        "values": sat.sheet.values,
        "number": sat.attempt.number,
        "items": [(each, plain(each.item.points)) for each in views],
        "review_at": len(views),
        "draft": draft,
        "saved_at": draft and formats.format_time(timezone.localtime(draft.updated_at), lang),
        "extra": json.dumps({"nonce": nonce}),
        "comma": "，" if lang == "zh-CN" else ", ",
        "ends": rule_words.moment(book.deadline(sat.attempt.started_at), lang),
        "left": None,
    } | left(sat.attempt, book)  # fmt: skip


def result(
    sat: Sitting, book: Rulebook, lang: str, uid: str, /, *, done: Sequence[Any], host: bool
) -> dict[str, Any]:  # fmt: skip
    """The context of ``result.html`` for the last of the submitted attempts `done`, which `sat` is about. What the
    policy does not show yet is not in it; `host` is whether the platform shows results at all.

    Raises:
        LabError: a key that is to be shown cannot be computed.
    """
    last, rules, now = sat.attempt, book.rules, timezone.now()
    shows = shown(rules.review, book.moment(done, now), host=host)
    marks = marks_from(last.marks, sat.items, last.answers)
    rows = []
    for place, item in enumerate(sat.items, 1):
        mark = marks[item.id]
        seen = view(
            item, str(place), last.answers.get(item.id), sat.sheet, lang, mark=mark if shows.correctness else None,
            solved=shows.solution, own=shows.answers, finished=True, shuffle=sat.paper.rules.shuffle,
        )  # fmt: skip
        earned = plain(mark.fraction * item.points) if shows.marks and shows.correctness else ""
        rows.append((seen, shows.correctness and mark.fraction >= 1.0, earned, plain(item.points)))
    percent = whole(last.percent)
    found = counting.counted(list(done))
    assert found is not None
    counted, passed, chosen = found
    if book.practice:
        passed = counted >= rules.pass_mark
    again = [row for row in rows if not row[1]]
    begins = book.begins(done)
    return _common(sat.paper, book, lang, uid) | {
        "values": sat.sheet.values,
        "attempt": last,
        "shows": shows,
        "title": formats.one_line(sat.paper.title.plain(lang, sat.sheet.values), lang),
        "day": formats.format_date(timezone.localtime(last.submitted_at).date(), lang, today=timezone.localdate()),
        "percent": percent,
        "passed": percent >= rules.pass_mark if book.practice else last.passed,
        "short": rules.pass_mark - percent,
        "best": None if chosen is last and rules.counts != "average" else whole(counted),
        "best_number": chosen.number,
        "ever_passed": passed,
        "credit": None if last.credit >= 100 else plain(last.credit),
        "timed_out": last.ended_by == "time",
        "ended": formats.format_time(timezone.localtime(last.submitted_at), lang),
        "duration": formats.format_duration((last.submitted_at - last.started_at).total_seconds(), lang),
        "left": 0 if book.window.over(now) else max(0, book.limit - len(done)),
        "begins": rule_words.moment(begins, lang) if begins is not None and begins > now else "",
        "figure": figures.objectives(_by_objective(sat.paper, sat.items, marks, sat.sheet, lang), lang, f"{uid}--o")
        if shows.correctness and shows.marks
        else None,
        "objective_word": count_word(len(sat.paper.objectives), lang),
        "steps": _steps(sat, marks) if shows.correctness else [],
        "rows": rows,
        "again": again,
        "again_word": count_word(len(again), lang),
        "right": [row for row in rows if row[1]],
        "later": []
        if shows.marks and shows.correctness and shows.solution
        else list(rule_words.when_shown(book, lang)),
        "waiting": any(mark.verdict is Verdict.WAITING for mark in marks.values()),
        "extra": json.dumps({"number": last.number + 1, "confirm": True}),
    }


_WEAK = 0.7
"""Below this share of an objective's points its part of the case is worth reading again."""


def _steps(sat: Sitting, marks: Mapping[str, Mark]) -> list[Any]:
    """The objectives to go on with, the weakest first."""
    found = []
    for objective in sat.paper.objectives:
        serving = [item for item in sat.items if objective.id in item.objectives]
        possible = sum(item.points for item in serving)
        share = sum(marks[item.id].fraction * item.points for item in serving) / possible if possible else 1.0
        if share < _WEAK:
            found.append((share, objective))
    return [objective for _share, objective in sorted(found, key=lambda each: each[0])]


def _by_objective(
    assessment: Assessment, items: Sequence[Item], marks: Mapping[str, Mark], sheet: Sheet, lang: str
) -> list[tuple[str, float, float]]:
    """Points by objective; an item that serves several counts for each of them in equal parts."""
    rows = []
    for objective in assessment.objectives:
        serving = [item for item in items if objective.id in item.objectives]
        if not serving:
            continue  # this trainee's questions did not ask for it
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
