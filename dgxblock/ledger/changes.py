"""Results that were changed after the hand-in: nothing is lost, and nothing is overwritten that changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Field, Max

from dgxblock.ledger import models
from dgxblock.ledger.actions import act
from dgxblock.ledger.shapes import Place

__all__ = ["Changed", "Revised", "changes", "override", "revise"]


@dataclass(frozen=True, slots=True)
class Revised:
    """What an attempt is to become. `id` and `sequence` are those of the `Submitted` that it was reckoned from."""

    id: int
    sequence: int | None
    marks: Mapping[str, Any]
    earned: float
    possible: float
    passed: bool
    revision: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A change on record: what was `before` (of the marks only those that changed), who did it, when and why."""

    number: int
    sequence: int
    before: dict[str, Any]
    actor_id: str
    reason: str
    at: datetime


def revise(action_id: int, rows: Sequence[Revised], /) -> set[int]:
    """Change attempts as an action says; the ids of those that were changed. One that has changed since it was read is
    left as it is. Opens a transaction of its own, so `rows` should be a few hundred at most.
    """
    wanted = {row.id: row for row in rows}
    with transaction.atomic():
        there = models.Attempt.objects.select_for_update().filter(pk__in=wanted, submitted_at__isnull=False)
        found = list(there.defer("answers", "values", "paper", "hints"))
        found = [row for row in found if row.sequence == wanted[row.pk].sequence]
        highest: dict[tuple[str, str, str], int] = {}
        at = models.Attempt.objects.filter(
            learner_id__in={row.learner_id for row in found}, usage_key__in={row.usage_key for row in found}
        )
        for learner, course, usage, sequence in at.values_list("learner_id", "course_key", "usage_key").annotate(
            Max("sequence")
        ):
            highest[learner, course, usage] = sequence or 0
        record: list[models.Change] = []
        for row in found:
            place = (row.learner_id, row.course_key, row.usage_key)
            highest[place] += 1
            new = wanted[row.pk]
            before = {
                "marks": {name: mark for name, mark in row.marks.items() if new.marks.get(name) != mark},
                "earned": str(row.earned), "possible": str(row.possible), "passed": row.passed,
                "revision": row.revision, "sequence": row.sequence,
            }  # fmt: skip
            record.append(models.Change(
                learner_id=row.learner_id, course_key=row.course_key, usage_key=row.usage_key, number=row.number,
                sequence=highest[place], before=before, action_id=action_id,
            ))  # fmt: skip
            row.marks, row.passed, row.revision = dict(new.marks), new.passed, new.revision
            row.earned, row.possible = Decimal(str(round(new.earned, 4))), Decimal(str(round(new.possible, 4)))
            row.waiting = any(mark.get("verdict") == "waiting" for mark in new.marks.values())
            row.sequence = highest[place]
        models.Change.objects.bulk_create(record)
        _write(found)
    return {row.pk for row in found}


_CHANGING: Final = ("marks", "passed", "revision", "earned", "possible", "waiting", "sequence")


def _write(rows: Sequence[models.Attempt]) -> None:
    """Write the columns that a change touches: by one statement for all rows, which is several times faster than
    Django's own update of many, with its case for each row and column."""
    meta, quote = models.Attempt._meta, connection.ops.quote_name
    fields: list[Field[Any, Any]] = [field for field in meta.concrete_fields if field.name in _CHANGING]
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(meta.db_table)} SET {columns} WHERE {quote('id')} = %s",  # noqa: S608  names of our own
            [
                [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk]
                for row in rows
            ],
        )


def override(place: Place, percent: float, /, *, actor_id: str, reason: str) -> int:
    """Let a learner's result here be `percent`, whichever try counts: the staff's decision over all that was handed in.
    Marking again undoes it. Opens a transaction of its own. How many attempts were changed; 0 if nothing was handed in.
    """
    with transaction.atomic():
        rows = list(models.Attempt.objects.select_for_update().filter(**place.where(), submitted_at__isnull=False))
        if not rows:
            return 0
        action = act(
            "override", place.course_key, place.usage_key, learner_id=place.learner_id, actor_id=actor_id,
            reason=reason, detail={"percent": percent},
        )  # fmt: skip
        return len(revise(action, [
            Revised(
                row.pk, row.sequence, row.marks, float(row.possible or 0) * percent / 100, float(row.possible or 0),
                row.kind == "assessment" and percent >= float(row.pass_mark if row.pass_mark is not None else 101),
                row.revision,
            )
            for row in rows
        ]))  # fmt: skip


def changes(place: Place, /) -> list[Changed]:
    """What was changed in this learner's results here, oldest first (one query)."""
    rows = models.Change.objects.filter(**place.where()).select_related("action").order_by("sequence")
    return [
        Changed(row.number, row.sequence, row.before, row.action.actor_id, row.action.reason, row.action.at)
        for row in rows
    ]
