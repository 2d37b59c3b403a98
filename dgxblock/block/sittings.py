"""An assessment being sat: which rules hold for this learner, what an attempt of theirs consists of, how it ends."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.utils import timezone

from dgxblock import grading, lab
from dgxblock.block import host, submission
from dgxblock.block.rounds import MOST_ATTEMPTS
from dgxblock.content import read
from dgxblock.content.model import Assessment, Item, Rules
from dgxblock.grading import Mark, Score
from dgxblock.papers import counting, timing
from dgxblock.papers.review import Moment
from dgxblock.papers.timing import ALLOWANCE, Allowed, Window

__all__ = ["Rulebook", "Sitting", "close", "document_of", "rulebook", "settle", "sitting"]

COUNTS: Final = counting.POLICIES


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What holds for one learner now: the document's rules with the author's settings upon them, what staff granted,
    and when it may be sat."""

    rules: Rules
    allowed: Allowed
    window: Window
    due: datetime | None

    @property
    def practice(self) -> bool:
        return self.rules.mode == "practice"

    @property
    def limit(self) -> int:
        """How many tries there are, those granted among them."""
        return MOST_ATTEMPTS if self.practice else self.rules.attempts + self.allowed.attempts

    @property
    def minutes(self) -> int | None:
        """The time limit with what was granted; None if no clock runs."""
        return self.rules.minutes + self.allowed.minutes if self.rules.timed and self.rules.minutes else None

    def deadline(self, started: datetime, /) -> datetime | None:
        """When a try that began at `started` ends by itself."""
        return timing.deadline(
            started, self.rules.minutes if self.rules.timed else None, self.allowed, self.window.closes
        )

    def runs_out(self, started: datetime, /) -> datetime | None:
        """When the clock of a try that began at `started` runs out, by the rules alone: what was granted may move it,
        and the closing date too."""
        return timing.deadline(started, self.rules.minutes if self.rules.timed else None, Allowed(), None)

    def moment(self, done: Sequence[Any], now: datetime, /) -> Moment:
        """How far a learner is who has handed in `done`. Where there is no closing date, nothing waits for it."""
        if self.window.over(now):
            return Moment.CLOSE
        if len(done) < self.limit:
            return Moment.TRY if done else Moment.DURING
        return Moment.LAST if self.window.closes is not None else Moment.CLOSE

    def credit(self, number: int, at: datetime, /) -> float:
        """Per cent of its points that try `number` earns when it is handed in at `at`."""
        share = counting.worth(number, self.rules.shares)
        return share * timing.credit(at, self.due, self.window.due, self.rules.credit) / 100

    def begins(self, done: Sequence[Any], /) -> datetime | None:
        """Before which moment no further try may begin; None if at once."""
        last = max((each.submitted_at for each in done), default=None)
        return timing.next_beginning(last, self.rules.cooldown_hours)


def rulebook(block: Any, paper: Assessment, place: Any, /) -> Rulebook:
    """The rules of this learner (one query, and one for their groups where a group was granted something)."""
    rules = dataclasses.replace(paper.rules, **block.overrides(paper))
    allowed = block.ledger().allowed(place, lambda: host.groups(place.learner_id, place.course_key))
    due = submission.moment_of(block, "due")
    grace = submission.grace(block)
    window = timing.window(submission.moment_of(block, "start"), due, grace, rules.credit, allowed)
    return Rulebook(rules, allowed, window, due)


@dataclass(frozen=True)
class Sitting:
    """An attempt with what it is about: the document as it was when it began, its questions in order, its data. `own`
    is whether that very document was still there."""

    attempt: Any
    paper: Assessment
    items: tuple[Item, ...]
    own: bool = True

    @cached_property
    def sheet(self) -> lab.Sheet:
        """The data, built when they are first asked for. Of what was handed in the figures are known.

        Raises:
            LabError: they cannot be made.
        """
        attempt, dataset = self.attempt, self.paper.dataset
        if self.own and attempt.submitted_at is not None and attempt.values:
            return lab.recalled(dataset, attempt.seed, attempt.values)
        return lab.build(dataset, attempt.seed)


def document_of(block: Any, revision: str, /) -> Assessment | None:
    """The document of a revision: the block's own, or the one that was kept; None if it is gone."""
    if revision == block.revision():
        own: Assessment | None = block.content()
        return own
    text = block.ledger().document(revision)
    if text is None:
        return None
    try:
        document = read.parse(text)
    except read.ContentError:  # kept by a version of this package that allowed more
        return None
    return document if isinstance(document, Assessment) else None


def sitting(block: Any, attempt: Any, /) -> Sitting:
    """The attempt on the content that it began with; where that was never kept, on what the block holds now.

    Raises:
        ApiError: the block holds nothing.
    """
    own = document_of(block, attempt.revision)
    paper = own or block.required()
    by_id = {item.id: item for item in paper.items}
    items = tuple(by_id[name] for name in attempt.paper if name in by_id) if attempt.paper else paper.items
    return Sitting(attempt, paper, items, own is not None)


def score(items: Sequence[Item], marks: Mapping[str, Mark], /) -> Score:
    """The score of a set of marks, before what the try could earn."""
    return grading.total(marks, {item.id: item.points for item in items})


def close(
    block: Any, place: Any, attempts: Sequence[Any], sat: Sitting, book: Rulebook, given: Mapping[str, Any], /, *,
    at: datetime, ended_by: str,
) -> list[Any]:  # fmt: skip
    """Mark `given` and close the attempt with it; all attempts as they are then.

    Raises:
        ApiError: something could not be run just now, or the attempt was closed by something else.
        LabError: a key cannot be computed.
    """
    attempt = sat.attempt
    marks = submission.graded(sat.items, given, sat.sheet, place)
    credit = book.credit(attempt.number, at)
    earned = grading.credited(score(sat.items, marks), credit)
    mark = attempt.pass_mark if attempt.pass_mark is not None else book.rules.pass_mark
    return submission.close(
        block, place, attempts, lambda: attempt,
        nonce=submission.nonce_for(place, attempt.number, attempt.seed), seed=attempt.seed, answers=given, marks=marks,
        score=earned, passed=attempt.kind == "assessment" and grading.passed(earned, mark), values=sat.sheet.values,
        credit=credit, at=at, ended_by=ended_by,
    )  # fmt: skip


def settle(block: Any, place: Any, attempts: Sequence[Any], book: Rulebook, /) -> list[Any]:
    """Close the attempt under way if its time is over, with what was saved; all attempts as they are then.

    A request that was sent in time may still be on its way, so that nothing is closed before `ALLOWANCE` has passed.

    Raises:
        ApiError: something could not be run just now.
        LabError: a key cannot be computed.
    """
    last = attempts[-1] if attempts else None
    if last is None or last.submitted_at is not None or host.masquerading(block):
        return list(attempts)
    end = book.deadline(last.started_at)
    if end is None or timezone.now() <= end + ALLOWANCE:
        return list(attempts)
    draft = block.ledger().draft(place)
    sat = sitting(block, last)
    asked = {item.id for item in sat.items}
    given = {name: each for name, each in (draft.answers if draft else {}).items() if name in asked}
    return close(block, place, attempts, sat, book, given, at=max(end, last.started_at), ended_by="time")
