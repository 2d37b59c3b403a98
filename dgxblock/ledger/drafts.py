"""Unsubmitted work, in versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from dgxblock.ledger import models
from dgxblock.ledger.shapes import Conflict, DraftView, Place

__all__ = ["clear_draft", "draft", "save_draft"]


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
