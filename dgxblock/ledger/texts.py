"""Texts that people judge, and texts that trainees show to each other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from dgxblock.ledger import models
from dgxblock.ledger.attempts import view
from dgxblock.ledger.shapes import AttemptView, Conflict, Place

__all__ = ["SharedView", "Waiting", "hide", "review", "share", "shared", "text_digest", "unshare", "waiting"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submitted attempt in which something waits to be judged."""

    place: Place
    number: int
    submitted_at: datetime
    answers: dict[str, Any]
    marks: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SharedView:
    """A shared text. `id` names it in requests; `named` says whether its author may be named."""

    id: int
    learner_id: str
    item_id: str
    text: str
    named: bool
    shared_at: datetime
    hidden: bool
    hidden_why: str


def text_digest(text: str, /) -> str:
    """What names a text in a review, so that nobody judges one text and marks another."""
    return hashlib.sha256(text.encode()).hexdigest()


def waiting(course_key: str, usage_key: str, /, *, judged: bool = False, most: int = 200) -> list[Waiting]:
    """What waits at a block, oldest first (one query). Of each learner only the latest attempt: that is what counts.

    With `judged`, after that also what no longer waits, so that what was judged never crowds out what waits.
    """
    rows = models.Attempt.objects.filter(course_key=course_key, usage_key=usage_key, submitted_at__isnull=False)
    if not judged:
        rows = rows.filter(waiting=True)
    own = rows.filter(learner_id=OuterRef("learner_id")).order_by("-number")
    latest = rows.filter(number=Subquery(own.values("number")[:1])).order_by("-waiting", "submitted_at", "pk")
    return [
        Waiting(Place(row.learner_id, course_key, usage_key), row.number, row.submitted_at, row.answers, row.marks)
        for row in latest[:most]
        if row.submitted_at is not None
    ]


def review(
    place: Place, number: int, item_id: str, /, *,
    digest: str, mark: Mapping[str, Any], reviewer_id: str,
    replacing: Callable[[Mapping[str, Any]], dict[str, Any]],
    rescore: Callable[[AttemptView, Mapping[str, Any]], tuple[float, float, bool]],
) -> None:  # fmt: skip
    """Put the mark of a text into every attempt of this learner that holds the same text, and keep who said it.

    `replacing` gives the mark that takes the place of one, which may have been lowered by hints; `rescore` gives
    (earned, possible, passed) for an attempt with its new marks. The caller holds the transaction.

    Raises:
        Conflict: ``not-open`` when there is no such submitted attempt, ``stale-review`` when its text is another one.
    """
    rows = list(models.Attempt.objects.select_for_update().filter(**place.where(), submitted_at__isnull=False))
    judged = next((row for row in rows if row.number == number), None)
    if judged is None:
        raise Conflict("not-open")
    text = judged.answers.get(item_id)
    if not isinstance(text, str) or text_digest(text) != digest:
        raise Conflict("stale-review")
    sequence = max(row.sequence or 0 for row in rows)
    for row in rows:
        if row.answers.get(item_id) != text or item_id not in row.marks:
            continue
        sequence += 1
        row.sequence = sequence
        row.marks[item_id] = replacing(row.marks[item_id])
        earned, possible, row.passed = rescore(view(row), row.marks)
        row.earned, row.possible = Decimal(str(round(earned, 4))), Decimal(str(round(possible, 4)))
        row.waiting = any(each.get("verdict") == "waiting" for each in row.marks.values())
        row.save(update_fields=["marks", "earned", "possible", "passed", "waiting", "sequence"])
    models.Review.objects.create(
        **place.where(), number=number, item_id=item_id, text_digest=digest, mark=dict(mark),
        reviewer_id=reviewer_id, reviewed_at=timezone.now(),
    )  # fmt: skip


def share(place: Place, number: int, item_id: str, /, *, named: bool) -> None:
    """Show a text to the others, or show a newer one instead. Hidden by the staff stays hidden. One transaction."""
    values = {"number": number, "named": named, "shared_at": timezone.now()}
    with transaction.atomic():
        row, made = models.SharedText.objects.get_or_create(**place.where(), item_id=item_id, defaults=values)
        if not made:
            for name, value in values.items():
                setattr(row, name, value)
            row.save(update_fields=list(values))


def unshare(place: Place, item_id: str, /) -> None:
    """Take a text back. What the staff hid stays on record, not shown."""
    models.SharedText.objects.filter(**place.where(), item_id=item_id, hidden_by="").delete()


def shared(course_key: str, usage_key: str, /, *, learner_id: str, most: int) -> list[SharedView]:
    """The newest `most` texts that others share at a block and all of this learner, newest first (two queries); hidden
    ones too: who may see those the caller says."""
    here = {"course_key": course_key, "usage_key": usage_key}
    found = list(models.SharedText.objects.filter(**here).order_by("-shared_at", "-pk"))
    kept = {row.pk for row in [each for each in found if each.learner_id != learner_id][:most]}
    rows = [row for row in found if row.learner_id == learner_id or row.pk in kept]
    written = models.Attempt.objects.filter(
        **here, learner_id__in={row.learner_id for row in rows}, number__in={row.number for row in rows}
    )
    attempts = {
        (learner, number): answers
        for learner, number, answers in written.values_list("learner_id", "number", "answers")
    } if rows else {}  # fmt: skip
    views = (
        SharedView(
            row.pk, row.learner_id, row.item_id, attempts.get((row.learner_id, row.number), {}).get(row.item_id, ""),
            row.named, row.shared_at, bool(row.hidden_by), row.hidden_why,
        )
        for row in rows
    )  # fmt: skip
    return [view for view in views if isinstance(view.text, str) and view.text]


def hide(course_key: str, usage_key: str, shared_id: int, /, *, by: str, why: str) -> bool:
    """Hide a shared text (`by` empty: show it again). False if there is none of that id at the block."""
    rows = models.SharedText.objects.filter(pk=shared_id, course_key=course_key, usage_key=usage_key)
    return rows.update(hidden_by=by, hidden_why=why) == 1
