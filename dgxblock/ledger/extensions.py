"""More time, more tries, a later end: granted by staff to a learner or to a group, with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from dgxblock.ledger import models
from dgxblock.ledger.actions import act
from dgxblock.ledger.shapes import Place
from dgxblock.papers.timing import Allowed

__all__ = ["Granted", "allowed", "grant", "granted", "most_allowed", "withdraw"]


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant that holds. One of `learner_id` and `group` is not empty."""

    id: int
    learner_id: str
    group: str
    allowed: Allowed
    reason: str
    by: str
    at: datetime


def _group_key(name: str) -> str:
    # Some collations hold two different Chinese names equal; a digest is what it is.
    return hashlib.sha256(name.encode()).hexdigest() if name else ""


def _allowed(row: models.Extension) -> Allowed:
    return Allowed(row.minutes, row.attempts, row.closes_at)


def allowed(place: Place, groups: Callable[[], Iterable[str]] = tuple, /) -> Allowed:
    """What was granted to a learner here, themselves or through one of their groups (one query). `groups` gives their
    names, and is asked only where some group was granted something."""
    rows = models.Extension.objects.filter(
        course_key=place.course_key, usage_key=place.usage_key, learner_id__in=("", place.learner_id)
    )
    found, of_groups = Allowed(), []
    for row in rows:
        if row.learner_id:
            found = found.most(_allowed(row))
        else:
            of_groups.append(row)
    mine = {_group_key(name) for name in groups()} if of_groups else set()
    for row in of_groups:
        if row.group in mine:
            found = found.most(_allowed(row))
    return found


def most_allowed(place: Place, /) -> Allowed:
    """The most that was granted to a learner here or to any group, whoever is in it (one query)."""
    found = Allowed()
    for row in models.Extension.objects.filter(
        course_key=place.course_key, usage_key=place.usage_key, learner_id__in=("", place.learner_id)
    ):
        found = found.most(_allowed(row))
    return found


def granted(course_key: str, usage_key: str, /) -> list[Granted]:
    """Every grant that holds at a block, latest first (one query)."""
    rows = models.Extension.objects.filter(course_key=course_key, usage_key=usage_key).select_related("action")
    return [
        Granted(
            row.pk, row.learner_id, str(row.action.detail.get("group", "")), _allowed(row), row.action.reason,
            row.action.actor_id, row.action.at,
        )
        for row in rows.order_by("-action__at", "-pk")
    ]  # fmt: skip


def grant(
    course_key: str, usage_key: str, given: Allowed, /, *,
    actor_id: str, reason: str, learner_id: str = "", group: str = "",
) -> None:  # fmt: skip
    """Grant something to a learner or to a group, in place of what they had. Opens a transaction of its own. It holds
    for a try under way too.

    Raises:
        ValueError: neither a learner nor a group, or both.
    """
    if bool(learner_id) == bool(group):
        raise ValueError("one learner or one group")
    detail: dict[str, Any] = {"minutes": given.minutes, "attempts": given.attempts, "group": group}
    detail["closes_at"] = given.closes_at.isoformat() if given.closes_at else None
    who: dict[str, Any] = {"learner_id": learner_id, "group": _group_key(group)}
    with transaction.atomic():
        action = act(
            "extension", course_key, usage_key, learner_id=learner_id, actor_id=actor_id, reason=reason, detail=detail
        )
        models.Extension.objects.update_or_create(
            course_key=course_key, usage_key=usage_key, **who,
            defaults={
                "minutes": given.minutes, "attempts": given.attempts, "closes_at": given.closes_at, "action_id": action,
            },
        )  # fmt: skip


def withdraw(course_key: str, usage_key: str, grant_id: int, /, *, actor_id: str, reason: str) -> bool:
    """Take a grant back; False if there is none of that id here. Opens a transaction of its own."""
    with transaction.atomic():
        row = models.Extension.objects.filter(pk=grant_id, course_key=course_key, usage_key=usage_key).first()
        if row is None:
            return False
        act(
            "withdrawal", course_key, usage_key, learner_id=row.learner_id, actor_id=actor_id, reason=reason,
            detail={"action": row.action_id},
        )  # fmt: skip
        row.delete()
    return True
