"""The ledger's public API. Blocks write through it, the registry and the staff pages read through it.

Every function that writes says whether it opens a transaction of its own. `submit_attempt` and `decide` do not: the
caller wraps them together with whatever must succeed or fail with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone

from dgxblock.ledger import models
from dgxblock.ledger.progress import course_progress
from dgxblock.ledger.shapes import AttemptView, Conflict, DecisionView, DraftView, Place, Progress, Result
from dgxblock.ledger.texts import SharedView, Waiting, hide, review, share, shared, text_digest, unshare, waiting
from dgxblock.ledger.uploads import (
    OWNER,
    StoredFile,
    Suspect,
    UploadView,
    add_upload,
    latest_upload,
    suspects,
    upload_count,
    upload_file,
    uploads,
)

__all__ = [
    "OWNER", "AttemptView", "Conflict", "DecisionView", "DraftView", "Place", "Progress", "Result", "SharedView",
    "StoredFile", "Suspect", "UploadView", "Waiting", "add_upload", "attempts", "best_result", "case_finished",
    "class_choices", "clear_draft", "course_progress", "decide", "decisions", "draft", "forget", "hide",
    "latest_upload", "open_attempt", "renew", "review", "save_draft", "share", "shared", "submit_attempt", "suspects",
    "take_hint", "text_digest", "unshare", "upload_count", "upload_file", "uploads", "waiting",
]  # fmt: skip


def _view(row: models.Attempt) -> AttemptView:
    return AttemptView(
        number=row.number, seed=row.seed, revision=row.revision, started_at=row.started_at,
        submitted_at=row.submitted_at, nonce=row.nonce, answers=row.answers, marks=row.marks,
        hints=row.hints,
        earned=None if row.earned is None else float(row.earned),
        possible=None if row.possible is None else float(row.possible), passed=row.passed,
    )  # fmt: skip


def attempts(place: Place, /) -> list[AttemptView]:
    """All attempts of this learner here, oldest first (one query)."""
    return [_view(row) for row in models.Attempt.objects.filter(**place.where()).order_by("number")]


def open_attempt(
    place: Place, /, *, kind: str, seed: str, revision: str, limit: int | None, number: int | None = None
) -> AttemptView:
    """The attempt under way, or a new one. Opens a transaction of its own.

    One on other data than the attempt before begins without a draft: what it holds is about those.

    `number` asks for one attempt in particular, so that a repeated request opens nothing new.

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
                    started_at=timezone.now(),
                )  # fmt: skip
                if rows and rows[-1].seed != seed:
                    clear_draft(place)
            return _view(row)
        except IntegrityError:
            continue
    raise Conflict("not-open")


def submit_attempt(
    place: Place, number: int, /, *,
    nonce: str, answers: Mapping[str, Any], marks: Mapping[str, Any], earned: float, possible: float, passed: bool,
    opened: AttemptView | None = None,
) -> AttemptView:  # fmt: skip
    """Close the open attempt with its marks. The caller holds the transaction.

    Of many submissions that race for one attempt exactly one closes it: the update is a compare-and-swap on
    ``submitted_at``. `opened` is the attempt as the caller has read it already, which saves reading it again; then it
    must still have the same data.

    Raises:
        Conflict: ``not-open`` when the attempt is not there, was submitted already, or got other data.
    """
    now, answers, marks = timezone.now(), dict(answers), dict(marks)
    rows = models.Attempt.objects.filter(**place.where(), number=number, submitted_at=None)
    if opened is not None:
        rows = rows.filter(seed=opened.seed)
    changed = rows.update(
        submitted_at=now, nonce=nonce, answers=answers, marks=marks,
        earned=Decimal(str(round(earned, 4))), possible=Decimal(str(round(possible, 4))), passed=passed,
        waiting=any(mark.get("verdict") == "waiting" for mark in marks.values()),
    )  # fmt: skip
    if changed != 1:
        raise Conflict("not-open")
    if opened is not None:
        return replace(
            opened, submitted_at=now, nonce=nonce, answers=answers, marks=marks,
            earned=round(earned, 4), possible=round(possible, 4), passed=passed,
        )  # fmt: skip
    return _view(models.Attempt.objects.get(**place.where(), number=number))


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


def best_result(place: Place, /) -> Result | None:
    """The best submitted attempt, a passed one first; None if nothing was submitted."""
    done = [a for a in attempts(place) if a.submitted_at is not None and a.percent is not None]
    if not done:
        return None
    best = max(done, key=lambda a: (a.passed, a.percent or 0.0, -a.number))
    assert best.submitted_at is not None and best.percent is not None
    return Result(best.percent, best.passed, best.submitted_at, best.number)


def draft(place: Place, /) -> DraftView | None:
    """What was last saved here, if anything (one query)."""
    row = models.Draft.objects.filter(**place.where()).first()
    return DraftView(row.answers, row.version, row.updated_at) if row else None


def save_draft(place: Place, answers: Mapping[str, Any], /, *, version: int | None = None) -> DraftView:
    """Merge `answers` into the draft. Opens a transaction of its own.

    `version` is the version that the page has seen; a newer draft from another window is never overwritten.

    Raises:
        Conflict: ``stale-draft`` when the stored version is another one.
    """
    now = timezone.now()
    with transaction.atomic():
        row = models.Draft.objects.select_for_update().filter(**place.where()).first()
        if row is None:
            if version:
                raise Conflict("stale-draft")
            try:
                with transaction.atomic():
                    row = models.Draft.objects.create(**place.where(), answers=dict(answers), updated_at=now)
            except IntegrityError:
                raise Conflict("stale-draft") from None
            return DraftView(row.answers, row.version, row.updated_at)
        merged = {**row.answers, **answers}
        if merged == row.answers:  # the same words again, as a page sends that was left in a hurry
            return DraftView(row.answers, row.version, row.updated_at)
        if version is not None and version != row.version:
            raise Conflict("stale-draft")
        changed = models.Draft.objects.filter(pk=row.pk, version=row.version).update(
            answers=merged, version=row.version + 1, updated_at=now
        )
        if changed != 1:  # SQLite has no row locks: the version itself is the lock
            raise Conflict("stale-draft")
        return DraftView(merged, row.version + 1, now)


def clear_draft(place: Place, /) -> None:
    """Forget the draft, once it was submitted. The caller holds the transaction."""
    models.Draft.objects.filter(**place.where()).delete()


def decisions(place: Place, /) -> list[DecisionView]:
    """Decisions taken in a case, oldest first (one query)."""
    return [
        DecisionView(row.decision_id, row.option_id, row.reason, row.made_at, row.final)
        for row in models.Decision.objects.filter(**place.where()).order_by("made_at", "pk")
    ]


def decide(
    place: Place, decision_id: str, option_id: str, /, *, reason: str, revision: str, final: bool
) -> DecisionView:
    """Record a decision. The caller holds the transaction. The same choice again answers with the first record.

    Raises:
        Conflict: ``already-decided`` when another option was chosen before.
    """
    try:
        with transaction.atomic():
            row = models.Decision.objects.create(
                **place.where(), decision_id=decision_id, option_id=option_id, reason=reason,
                revision=revision, final=final, made_at=timezone.now(),
            )  # fmt: skip
    except IntegrityError:
        row = models.Decision.objects.get(**place.where(), decision_id=decision_id)
        if row.option_id != option_id:
            raise Conflict("already-decided") from None
    return DecisionView(row.decision_id, row.option_id, row.reason, row.made_at, row.final)


def case_finished(place: Place, /) -> datetime | None:
    """When the learner took the last decision of the case; None if not yet."""
    row = models.Decision.objects.filter(**place.where(), final=True).first()
    return row.made_at if row else None


def class_choices(course_key: str, usage_key: str, /) -> dict[str, dict[str, int]]:
    """How many learners chose each option of each decision of a case (one query)."""
    rows = models.Decision.objects.filter(course_key=course_key, usage_key=usage_key)
    found: dict[str, dict[str, int]] = {}
    for decision, option, count in rows.values_list("decision_id", "option_id").annotate(Count("pk")):
        found.setdefault(decision, {})[option] = count
    return found


def forget(place: Place, /) -> None:
    """Delete what this learner did here: staff's *delete state*. Opens a transaction of its own."""
    with transaction.atomic():
        for model in (models.Attempt, models.Draft, models.Decision, models.Review, models.SharedText, models.Upload):
            model._default_manager.filter(**place.where()).delete()
