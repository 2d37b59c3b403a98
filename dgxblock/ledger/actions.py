"""What the staff did to results, and why: only ever added to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from dgxblock.ledger import models
from dgxblock.ledger.shapes import Place

__all__ = ["MOST_REASON", "ActionView", "act", "actions", "cleared"]

MOST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class ActionView:
    """One action. `kind` is ``extension``, ``withdrawal``, ``reset``, ``cleared``, ``regrade`` or ``override``."""

    id: int
    kind: str
    usage_key: str
    learner_id: str
    actor_id: str
    reason: str
    detail: dict[str, Any]
    at: datetime


def act(
    kind: str, course_key: str, usage_key: str, /, *,
    actor_id: str, reason: str, learner_id: str = "", detail: Mapping[str, Any] | None = None,
) -> int:  # fmt: skip
    """Put an action on record, in the caller's transaction; its id."""
    row = models.Action.objects.create(
        kind=kind, course_key=course_key, usage_key=usage_key, learner_id=learner_id, actor_id=actor_id,
        reason=reason[:MOST_REASON], detail=dict(detail or {}), at=timezone.now(),
    )  # fmt: skip
    return int(row.pk)


def actions(course_key: str, usage_key: str = "", /, *, most: int = 200) -> list[ActionView]:
    """The latest actions in a course, or at one of its blocks, newest first (one query)."""
    rows = models.Action.objects.filter(course_key=course_key)
    if usage_key:
        rows = rows.filter(usage_key=usage_key)
    return [
        ActionView(
            row.pk, row.kind, row.usage_key, row.learner_id, row.actor_id, row.reason, row.detail, row.at
        )
        for row in rows.order_by("-at", "-pk")[:most]
    ]  # fmt: skip


def cleared(place: Place, /) -> int:
    """How often this learner's work here was taken away (one query): who begins again gets other data each time."""
    return models.Action.objects.filter(
        usage_key=place.usage_key, learner_id=place.learner_id, course_key=place.course_key,
        kind__in=("reset", "cleared"),
    ).count()  # fmt: skip
