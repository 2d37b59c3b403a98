"""Tries whose time is over and whose trainee has not come back: closed with what was saved, as the page would have."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from dgxblock import grading, lab
from dgxblock.content import read
from dgxblock.content.model import Assessment
from dgxblock.items import grade, stored
from dgxblock.lab import LabError
from dgxblock.ledger import api as ledger
from dgxblock.papers import counting
from dgxblock.papers.timing import ALLOWANCE
from dgxblock.registry import api as registry

__all__ = ["Closed", "close_overdue"]

log = logging.getLogger(__name__)
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Closed:
    """How many tries were `closed`; `left` could not be marked now, `open` were granted more time by somebody."""

    closed: int
    left: int
    open: int


def close_overdue(now: datetime | None = None, /) -> Closed:
    """Close what ran out of time. Each in a transaction of its own; whoever is faster, the trainee's own page or this,
    closes it once. The gradebook hears of it with the trainee's next visit, the registry at once."""
    moment = now or timezone.now()
    closed = left = granted = 0
    for place, number in ledger.overdue(moment - ALLOWANCE, most=_MOST):
        more = ledger.most_allowed(place)
        attempt = next((each for each in ledger.attempts(place) if each.number == number), None)
        if attempt is None or attempt.submitted_at is not None or attempt.deadline is None:
            continue
        # Who is in which group only the page knows: what any group was granted is waited for.
        end = attempt.deadline + timedelta(minutes=more.minutes)
        if moment <= end + ALLOWANCE:
            granted += 1
        elif _close(place, attempt, end):
            closed += 1
        else:
            left += 1
    return Closed(closed, left, granted)


def _close(place: ledger.Place, attempt: ledger.AttemptView, end: datetime) -> bool:
    text = ledger.document(attempt.revision)
    try:
        paper = None if text is None else read.parse(text)
    except read.ContentError:
        paper = None
    if not isinstance(paper, Assessment):
        log.error("dgxblock: no content %s for an attempt that is over at %s", attempt.revision, place.usage_key)
        return False
    by_id = {item.id: item for item in paper.items}
    asked = [by_id[name] for name in attempt.paper if name in by_id] or list(paper.items)
    draft = ledger.draft(place)
    given = {name: each for name, each in (draft.answers if draft else {}).items() if name in by_id}
    try:
        sheet = lab.build(paper.dataset, attempt.seed)
        marks = grade(asked, given, sheet)
    except LabError:
        log.exception("dgxblock: an attempt that is over could not be marked at %s", place.usage_key)
        return False
    credit = float(counting.worth(attempt.number, paper.rules.shares))
    score = grading.credited(grading.total(marks, {item.id: item.points for item in asked}), credit)
    reach = attempt.pass_mark if attempt.pass_mark is not None else paper.rules.pass_mark

    @ledger.undeadlocked
    def all_or_nothing() -> None:
        with transaction.atomic():
            ledger.submit_attempt(
                place, attempt.number, nonce=f"time-{attempt.seed[:40]}", answers=given, marks=stored(marks),
                earned=score.earned, possible=score.possible, opened=attempt, values=sheet.values, ended_by="time",
                passed=attempt.kind == "assessment" and grading.passed(score, reach), at=max(end, attempt.started_at),
                credit=credit,
            )  # fmt: skip
            ledger.clear_draft(place)
            registry.evaluate(place.learner_id, place.course_key)

    try:
        all_or_nothing()
    except ledger.Conflict:
        return True  # the trainee's own page has just done it
    return True
