"""Who has earned a credential: read from the ledger, written once.

Level-triggered: `evaluate` may be called after every submission, by the sweep, twice, or late. It always leads to the
same rows. Its speed matters more than its beauty, because it runs inside the trainee's submission.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.encoding import force_bytes

from dgxblock.ledger import api as ledger
from dgxblock.registry import gates, outbox, schemes
from dgxblock.registry.clock import now
from dgxblock.registry.models import Achievement, Operation, Requirement, Scheme
from dgxblock.registry.states import Kind, Mode, RemoteState

log = logging.getLogger("dgxblock.registry")


@dataclass(frozen=True, slots=True)
class Standing:
    """How one requirement stands. `percent` is 0–100 or None; `at` is when it was met or last tried."""

    requirement: Requirement
    met: bool
    percent: float | None = None
    at: datetime | None = None


def standing(learner_id: str, course_key: str, requirement: Requirement, /) -> Standing:
    """How a learner stands in one requirement (one query)."""
    place = ledger.Place(learner_id, course_key, requirement.usage_key)
    if requirement.kind == Kind.CASE:
        finished = ledger.case_finished(place)
        return Standing(requirement, finished is not None, None, finished)
    best = ledger.best_result(place)
    if best is None:
        return Standing(requirement, False)
    enough = requirement.min_percent is None or Decimal(str(best.percent)) >= requirement.min_percent
    # A submission without a single right answer is no exercise, whatever the scheme forgot to ask for.
    passed = best.passed if requirement.kind == Kind.ASSESSMENT else best.percent > 0
    return Standing(requirement, enough and passed, best.percent, best.submitted_at)


def evaluate(learner_id: str, course_key: str, /) -> None:
    """Record an achievement and its first operation, once, when all requirements of a live scheme are met.

    Runs inside the caller's transaction, so that both exist exactly if the submission does.
    """
    earned = Achievement.objects.filter(scheme=OuterRef("scheme"), learner_id=learner_id, cycle=1)
    open_ones = (
        Requirement.objects.filter(~Exists(earned), scheme__course_key=course_key, scheme__mode=Mode.LIVE)
        .select_related("scheme")
        .order_by("scheme", "position", "pk")
    )
    with transaction.atomic():
        for scheme, requirements in groupby(open_ones, key=lambda requirement: requirement.scheme):
            _evaluate(learner_id, course_key, scheme, list(requirements))


def _evaluate(learner_id: str, course_key: str, scheme: Scheme, requirements: list[Requirement], /) -> None:
    # The assessment first: it is what most learners have not passed yet.
    if not schemes.usable(scheme):
        return  # a submission must not fail for what an administrator mistyped; `api.missing_settings` says so
    wanted = sorted(requirements, key=lambda r: r.kind != Kind.ASSESSMENT)
    if wanted[0].kind != Kind.ASSESSMENT:
        return  # a scheme without an assessment certifies nobody (`api.missing_settings` says so)
    found: list[Standing] = []
    for requirement in wanted:
        found.append(standing(learner_id, course_key, requirement))
        if not found[-1].met:
            return
    # The last assessment by position is the one whose score the registry gets.
    score = max((s for s in found if s.requirement.kind == Kind.ASSESSMENT), key=lambda s: s.requirement.position)
    assert score.percent is not None and score.at is not None
    assessed = score.at if timezone.is_aware(score.at) else timezone.make_aware(score.at)
    try:
        with transaction.atomic():
            achievement = Achievement.objects.create(
                uuid=result_id(scheme, learner_id, scheme.credential_code, 1),
                scheme=scheme, learner_id=learner_id, course_key=course_key, credential_code=scheme.credential_code,
                score=min(Decimal(str(score.percent)), Decimal(100)).quantize(Decimal("0.01")),
                assessed_on=assessed.astimezone(ZoneInfo(scheme.zone)).date(), earned_at=now(),
            )  # fmt: skip
            outbox.open_issue(achievement, first=True)
    except IntegrityError:
        # A locking read: under MySQL's REPEATABLE READ a plain one would not see the winner's row.
        winner = Achievement.objects.select_for_update().filter(scheme=scheme, learner_id=learner_id, cycle=1)
        if winner.first() is None:
            raise  # not the race that a unique key is there to decide


def reconsider(learner_id: str, course_key: str, /) -> None:
    """The same in both directions, after staff have changed results: what is no longer earned and has not left the
    house never leaves it, and goes on if it is earned again. What the registry has already is for people to decide; it
    is marked, and `api.no_longer_earned` counts it. In the caller's transaction.
    """
    evaluate(learner_id, course_key)
    rows = Achievement.objects.filter(scheme__course_key=course_key, learner_id=learner_id, scheme__mode=Mode.LIVE)
    for achievement in rows.select_related("scheme"):
        stands = [standing(learner_id, course_key, each) for each in achievement.scheme.requirements.all()]
        withdrawn = not all(each.met for each in stands)
        if withdrawn == achievement.withdrawn:
            continue
        with transaction.atomic():
            gates.lock(achievement)
            achievement.withdrawn = withdrawn
            achievement.save(update_fields=["withdrawn"])
            unsent = Operation.objects.filter(achievement=achievement, active_for=achievement.pk, sends=0)
            for operation in unsent.select_related("achievement__scheme", "identity", "consent"):
                gates.recheck(operation)
        if withdrawn and achievement.remote_state != RemoteState.ABSENT:
            log.warning("dgx_registry: %s is no longer earned, and the registry has it", achievement.uuid)


def result_id(scheme: Scheme, learner_id: str, credential_code: str, cycle: int, /) -> UUID:
    """The same for ever: a platform restored from yesterday's backup must not choose a second id for one achievement.

    A keyed digest in the form of UUID version 8 (RFC 9562), so that the registry cannot guess learners from it.
    """
    text = f"{scheme.slug}|{learner_id}|{credential_code}|{cycle}"
    key = force_bytes(settings.SECRET_KEY)
    raw = bytearray(hmac.digest(key, b"dgx-result-id|" + text.encode(), hashlib.sha256)[:16])
    raw[6] = raw[6] & 0x0F | 0x80
    raw[8] = raw[8] & 0x3F | 0x80
    return UUID(bytes=bytes(raw))


def sweep() -> int:
    """Evaluate every learner with work in a course of a live scheme; the number of achievements that were missing."""
    before = Achievement.objects.count()
    for scheme in Scheme.objects.filter(mode=Mode.LIVE):
        known = set(Achievement.objects.filter(scheme=scheme).values_list("learner_id", flat=True))
        for learner_id, progress in ledger.course_progress(scheme.course_key).items():
            if learner_id not in known and any(passed for _, passed in progress.assessments.values()):
                evaluate(learner_id, scheme.course_key)
    return Achievement.objects.count() - before
