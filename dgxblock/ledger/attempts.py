"""Tries: opened, then handed in once; and what of them counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Sum
from django.utils import timezone

from dgxblock.ledger import models
from dgxblock.ledger.deadlocks import undeadlocked
from dgxblock.ledger.drafts import clear_draft
from dgxblock.ledger.shapes import AttemptView, Conflict, Place, Result, percent
from dgxblock.papers import counting

__all__ = [
    "Rolled", "Submitted", "Terms", "attempts", "best_result", "digest", "open_attempt", "overdue", "renew", "roll",
    "state", "submissions", "submit_attempt", "submitted", "take_hint", "view",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a try from its beginning on, whatever its rules become later: the questions in order (none: all of
    the document), when it ends by itself, which try counts, the pass mark in per cent."""

    paper: tuple[str, ...] = ()
    deadline: datetime | None = None
    counts: str = "best"
    pass_mark: float | None = None


_NO_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Rolled:
    """One line of the roll of a block; a `counting.Tried`."""

    learner_id: str
    number: int
    started_at: datetime
    submitted_at: datetime | None
    percent: float | None
    passed: bool
    waiting: bool
    ended_by: str
    counts: str
    pass_mark: float | None


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submitted attempt with its place; `id` names its row."""

    id: int
    place: Place
    attempt: AttemptView


def view(row: models.Attempt, /) -> AttemptView:
    """A row as others see it."""
    return AttemptView(
        number=row.number, seed=row.seed, revision=row.revision, started_at=row.started_at,
        submitted_at=row.submitted_at, nonce=row.nonce, answers=row.answers, marks=row.marks,
        hints=row.hints,
        earned=None if row.earned is None else float(row.earned),
        possible=None if row.possible is None else float(row.possible), passed=row.passed,
        paper=tuple(row.paper), deadline=row.deadline, ended_by=row.ended_by, sequence=row.sequence,
        digest=row.digest, credit=float(row.credit), counts=row.counts,
        pass_mark=None if row.pass_mark is None else float(row.pass_mark), values=row.values, kind=row.kind,
    )  # fmt: skip


def attempts(place: Place, /) -> list[AttemptView]:
    """All attempts of this learner here, oldest first (one query)."""
    return [view(row) for row in models.Attempt.objects.filter(**place.where()).order_by("number")]


@undeadlocked
def open_attempt(
    place: Place, /, *, kind: str, seed: str, revision: str, limit: int | None, number: int | None = None,
    terms: Terms = _NO_TERMS, started_at: datetime | None = None,
) -> AttemptView:  # fmt: skip
    """The attempt under way, or a new one. Opens a transaction of its own.

    One on other data than the attempt before begins without a draft: what it holds is about those.

    `number` asks for one attempt in particular, so that a repeated request opens nothing new. `started_at` is the
    moment from which `terms` were reckoned; now, if it is not given.

    Raises:
        Conflict: ``no-attempts-left`` when `limit` attempts were used up, or `number` is not the next.
    """
    for _ in range(3):  # two tabs may open the same number at once: the loser reads the winner's row
        rows = attempts(place)
        if rows and rows[-1].submitted_at is None:
            return rows[-1]
        following = len(rows) + 1
        if (limit is not None and following > limit) or (number is not None and number != following):
            raise Conflict("no-attempts-left")
        try:
            with transaction.atomic():
                row = models.Attempt.objects.create(
                    **place.where(), number=following, kind=kind, seed=seed, revision=revision,
                    started_at=started_at or timezone.now(), paper=list(terms.paper), deadline=terms.deadline,
                    counts=terms.counts, pass_mark=terms.pass_mark,
                )  # fmt: skip
                if rows and rows[-1].seed != seed:
                    clear_draft(place)
            return view(row)
        except IntegrityError:
            continue
    raise Conflict("not-open")


def submit_attempt(
    place: Place, number: int, /, *,
    nonce: str, answers: Mapping[str, Any], marks: Mapping[str, Any], earned: float, possible: float, passed: bool,
    opened: AttemptView | None = None, sequence: int | None = None, values: Mapping[str, Any] | None = None,
    credit: float = 100.0, ended_by: str = "learner", at: datetime | None = None,
) -> AttemptView:  # fmt: skip
    """Close the open attempt with its marks. The caller holds the transaction.

    Of many submissions that race for one attempt exactly one closes it: the update is a compare-and-swap on
    ``submitted_at``. `opened` is the attempt as the caller has read it already, which saves reading it again; then it
    must still have the same data. `sequence` is the next of this learner here, as the caller has reckoned it from all
    attempts; a caller who may be wrong is told by an IntegrityError. `at` is the moment of the hand-in, if not now.

    Raises:
        Conflict: ``not-open`` when the attempt is not there, was submitted already, or got other data.
        IntegrityError: `nonce` or `sequence` has been used.
    """
    now, answers, marks = at or timezone.now(), dict(answers), dict(marks)
    if sequence is None:
        sequence = 1 + (models.Attempt.objects.filter(**place.where()).aggregate(n=Max("sequence"))["n"] or 0)
    name = "" if opened is None else digest(place, opened, answers)
    rows = models.Attempt.objects.filter(**place.where(), number=number, submitted_at=None)
    if opened is not None:
        rows = rows.filter(seed=opened.seed)
    changed = rows.update(
        submitted_at=now, nonce=nonce, answers=answers, marks=marks,
        earned=Decimal(str(round(earned, 4))), possible=Decimal(str(round(possible, 4))), passed=passed,
        waiting=any(mark.get("verdict") == "waiting" for mark in marks.values()),
        sequence=sequence, values=dict(values or {}), credit=Decimal(str(round(credit, 2))), ended_by=ended_by,
        digest=name,
    )  # fmt: skip
    if changed != 1:
        raise Conflict("not-open")
    if opened is not None:
        return replace(
            opened, submitted_at=now, nonce=nonce, answers=answers, marks=marks,
            earned=round(earned, 4), possible=round(possible, 4), passed=passed,
            sequence=sequence, credit=round(credit, 2), ended_by=ended_by, digest=name, values=dict(values or {}),
        )  # fmt: skip
    return view(models.Attempt.objects.get(**place.where(), number=number))


@undeadlocked
def take_hint(place: Place, number: int, item: str, step: int, /, *, taken: int) -> None:
    """Note in the open attempt that hint `step` of an item was taken. Opens a transaction of its own.

    `taken` are those of earlier attempts on the same data. A step that was taken before is taken once.

    Raises:
        Conflict: ``not-next`` when a step between is missing, ``not-open`` when the attempt was submitted meanwhile.
    """
    with transaction.atomic():
        row = models.Attempt.objects.select_for_update().filter(**place.where(), number=number).first()
        if row is None or row.submitted_at is not None:
            raise Conflict("not-open")
        known = max(taken, int(row.hints.get(item, 0)))
        if step > known + 1:
            raise Conflict("not-next")
        if step == known + 1:
            row.hints[item] = step
            row.save(update_fields=["hints"])


@undeadlocked
def renew(place: Place, number: int, /, *, seed: str, instead_of: str) -> None:
    """Give the open attempt other data and forget its draft and hints. Opens a transaction of its own.

    Raises:
        Conflict: ``not-open`` when it was submitted, or given other data, meanwhile.
    """
    with transaction.atomic():
        changed = models.Attempt.objects.filter(
            **place.where(), number=number, submitted_at=None, seed=instead_of
        ).update(seed=seed, hints={}, started_at=timezone.now())  # fmt: skip
        if changed != 1:
            raise Conflict("not-open")
        clear_draft(place)


def best_result(
    place: Place, /, *, since: datetime | None = None, until: datetime | None = None
) -> Result | None:  # fmt: skip
    """The result that counts by the rule of the block: the best, the last or the average of what was handed in, from
    the moment `since` on and before `until`; None if nothing was (one query)."""
    done = [
        one for one in attempts(place)
        if one.submitted_at is not None and (since is None or one.submitted_at >= since)
        and (until is None or one.submitted_at < until)
    ]  # fmt: skip
    found = counting.counted(done)
    if found is None:
        return None
    share, passed, chosen = found
    if chosen.percent is None and not passed:
        return None
    assert chosen.submitted_at is not None
    return Result(share, passed, chosen.submitted_at, chosen.number)


def digest(place: Place, attempt: AttemptView, answers: Mapping[str, Any], /) -> str:
    """What names a hand-in: SHA-256 over who, where, on which content, data and questions, and the answers, as JSON
    with sorted names and no spaces. Reckoned again it tells whether a stored answer has been touched."""
    said = [
        place.course_key, place.usage_key, place.learner_id, attempt.number, attempt.revision, attempt.seed,
        list(attempt.paper), answers,
    ]  # fmt: skip
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def submitted(place: Place, /) -> list[Submitted]:
    """What a learner handed in here, oldest first, with the ids of the rows (one query)."""
    rows = models.Attempt.objects.filter(**place.where(), submitted_at__isnull=False).order_by("number")
    return [Submitted(row.pk, place, view(row)) for row in rows]


def submissions(course_key: str, usage_key: str, /, *, chunk: int = 500) -> Iterator[Submitted]:
    """Everything that was handed in at a block, by learner and number, `chunk` rows in memory at a time (one query)."""
    rows = models.Attempt.objects.filter(course_key=course_key, usage_key=usage_key, submitted_at__isnull=False)
    for row in rows.order_by("learner_id", "number").iterator(chunk_size=chunk):
        yield Submitted(row.pk, Place(row.learner_id, course_key, usage_key), view(row))


def state(course_key: str, usage_key: str, /) -> str:
    """Names what was handed in at a block and how it stands: another one when anything of it changes (one query)."""
    found = models.Attempt.objects.filter(
        course_key=course_key, usage_key=usage_key, submitted_at__isnull=False
    ).aggregate(n=Count("pk"), last=Max("pk"), sequences=Sum("sequence"))  # fmt: skip
    return f"{found['n']}-{found['last'] or 0}-{found['sequences'] or 0}"


def roll(course_key: str, usage_key: str, /) -> list[Rolled]:
    """Everybody's attempts at a block without what was answered, by learner and number (one query)."""
    rows = models.Attempt.objects.filter(course_key=course_key, usage_key=usage_key).order_by("learner_id", "number")
    return [
        Rolled(
            learner, number, started, submitted, percent(earned, possible), passed, waiting, ended, counts,
            None if reach is None else float(reach),
        )
        for learner, number, started, submitted, earned, possible, passed, waiting, ended, counts, reach in
        rows.values_list(
            "learner_id", "number", "started_at", "submitted_at", "earned", "possible", "passed", "waiting",
            "ended_by", "counts", "pass_mark",
        )
    ]  # fmt: skip


def overdue(now: datetime, /, *, most: int = 500) -> list[tuple[Place, int]]:
    """Open attempts whose time was over at `now`, longest ago first (one query)."""
    rows = models.Attempt.objects.filter(submitted_at=None, deadline__lt=now).order_by("deadline", "pk")
    return [
        (Place(learner, course, usage), number)
        for learner, course, usage, number in rows.values_list("learner_id", "course_key", "usage_key", "number")[:most]
    ]
