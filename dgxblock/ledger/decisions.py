"""Decisions in a case, each taken once."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone

from dgxblock.ledger import models
from dgxblock.ledger.shapes import Conflict, DecisionView, Place

__all__ = ["case_finished", "class_choices", "decide", "decisions"]


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
