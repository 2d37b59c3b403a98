"""Unsubmitted work, in versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from dgxblock.ledger import models
from dgxblock.ledger.shapes import Conflict, DraftView, Place

__all__ = ["clear_draft", "draft", "save_draft"]

_TURNS: Final = 50
"""How often a write that names no version is tried over the one that came first."""


def draft(place: Place, /) -> DraftView | None:
    """What was last saved here, if anything (one query)."""
    row = models.Draft.objects.filter(**place.where()).first()
    return DraftView(row.answers, row.version, row.updated_at) if row else None


def save_draft(place: Place, answers: Mapping[str, Any], /, *, version: int | None = None) -> DraftView:
    """Merge `answers` into the draft. Each of its statements is a transaction of its own.

    `version` is the version that the page has seen; a newer draft from another window is never overwritten.

    Raises:
        Conflict: ``stale-draft`` when the stored version is another one.
    """
    now = timezone.now()
    # The version is the lock. A locking read of a row that is not there yet would lock the gap between its neighbours
    # on MySQL, and fifty who begin to write at once would wait for each other in a circle.
    for _turn in range(_TURNS):
        row = models.Draft.objects.filter(**place.where()).first()
        if row is None:
            if version:
                raise Conflict("stale-draft")
            try:
                with transaction.atomic():
                    row = models.Draft.objects.create(**place.where(), answers=dict(answers), updated_at=now)
            except IntegrityError:
                if version is not None:
                    raise Conflict("stale-draft") from None
                continue
            return DraftView(row.answers, row.version, row.updated_at)
        merged = {**row.answers, **answers}
        if merged == row.answers:  # the same words again, as a page sends that was left in a hurry
            return DraftView(row.answers, row.version, row.updated_at)
        if version is not None and version != row.version:
            raise Conflict("stale-draft")
        changed = models.Draft.objects.filter(pk=row.pk, version=row.version).update(
            answers=merged, version=row.version + 1, updated_at=now
        )
        if changed == 1:
            return DraftView(merged, row.version + 1, now)
        if version is not None:
            break
    raise Conflict("stale-draft")


def clear_draft(place: Place, /) -> None:
    """Forget the draft, once it was submitted. The caller holds the transaction."""
    models.Draft.objects.filter(**place.where()).delete()
