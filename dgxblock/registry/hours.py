"""Learning hours that people attest. Rows are only ever added; what counts is their sum."""

from __future__ import annotations

import hashlib
from decimal import Decimal, InvalidOperation
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Sum

from dgxblock.registry import doorbell, eligibility, schemes, workitems
from dgxblock.registry.clock import now
from dgxblock.registry.models import AttestedHours
from dgxblock.registry.standings import hours_of

__all__ = ["attest_hours", "total"]

_MOST: Final = Decimal(9999)


def attest_hours(
    learner_id: str, course_key: str, /, *, hours: str, actor: str, reason: str, reference: str = ""
) -> bool:  # fmt: skip
    """Attest learning hours, for requirements of the kind ``hours``; then `evaluate`. One transaction of its own.

    Args:
        learner_id: who learnt.
        course_key: where.
        hours: more than 0, at most two decimals; a negative number takes back what was attested too much.
        actor: the id of whoever attests; not the learner.
        reason: in 1 to 500 characters; kept for good.
        reference: of an import, its own name of the line: the same one counts once.

    Returns:
        False without a scheme, actor or reason, with hours that are none or would leave less than nothing, and for a
        reference that is there already.
    """
    why, value = workitems.clean(reason), _hours(hours)
    scheme = schemes.for_course(course_key)
    if scheme is None or not learner_id or actor in ("", learner_id) or not why or value is None:
        return False
    named = hashlib.sha256(f"{course_key}|{learner_id}|{reference}".encode()).hexdigest() if reference else None
    with transaction.atomic():
        # The learner's own rows are locked, so that two who take hours back at once do not go below nothing.
        list(AttestedHours.objects.select_for_update().filter(course_key=course_key, learner_id=learner_id))
        if not 0 <= hours_of(learner_id, course_key) + value <= _MOST:
            return False
        try:
            with transaction.atomic():
                AttestedHours.objects.create(
                    learner_id=learner_id, course_key=course_key, hours=value, actor=actor, reason=why,
                    reference=named, attested_at=now(),
                )  # fmt: skip
        except IntegrityError:
            if named is None:
                raise
            return False  # imported before
        eligibility.evaluate(learner_id, course_key, actor=actor, reason=why)
    doorbell.ring(scheme.registry)
    return True


def _hours(text: str, /) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 < abs(value) <= _MOST or int(value.as_tuple().exponent) < -2:
        return None
    return value


def total(course_key: str, /) -> dict[str, Decimal]:
    """The hours attested in a course, by learner (one query)."""
    rows = AttestedHours.objects.filter(course_key=course_key).order_by().values_list("learner_id")
    return dict(rows.annotate(Sum("hours")).values_list("learner_id", "hours__sum"))
