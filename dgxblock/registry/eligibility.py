"""Who has earned a credential: read from the ledger, written once.

Level-triggered: `evaluate` may be called after every submission, by the sweep, twice, or late. It always leads to the
same rows. Its speed matters more than its beauty, because it runs inside the trainee's submission.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, FilteredRelation, Q
from django.utils import timezone
from django.utils.encoding import force_bytes

from dgxblock.ledger import api as ledger
from dgxblock.registry import convergence, gates, outbox, schemes, workitems
from dgxblock.registry.clock import now
from dgxblock.registry.models import Achievement, Requirement, Scheme
from dgxblock.registry.states import ItemKind, Kind, Mode, Source

_log = logging.getLogger("dgxblock.registry")
_FEW, _PART = 3, 0.01  # that many, or this part of all, may lose a result in one sweep


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


def evaluate(learner_id: str, course_key: str, /, *, reason: str = "", actor: str = "") -> None:
    """Bring what is recorded in line with what the learner has earned now, in both directions.

    Runs inside the caller's transaction, so that both exist exactly if the submission does. `reason` and `actor` are of
    whoever changed results; empty for the learner's own work.
    """
    there = FilteredRelation(
        "scheme__achievement", condition=Q(scheme__achievement__learner_id=learner_id, scheme__achievement__cycle=1)
    )
    asked = (
        Requirement.objects.filter(scheme__course_key=course_key, scheme__mode=Mode.LIVE)
        .annotate(there=there, achievement=F("there__pk"), source=F("there__source"), withdrawn=F("there__withdrawn"),
                  earned_in=F("there__course_key"), score=F("there__score"), assessed_on=F("there__assessed_on"))
        .select_related("scheme")
        .order_by("scheme", "position", "pk")
    )  # fmt: skip
    for scheme, group in groupby(asked, key=lambda requirement: requirement.scheme):
        requirements: list[Any] = list(group)
        was = requirements[0]
        if was.source == Source.MANUAL:
            continue  # people have decided; no machine decides otherwise
        if was.earned_in not in (None, course_key):
            continue  # it was earned in an earlier run, and what is done in this one says nothing about that
        if not schemes.usable(scheme) or not _examines(requirements):
            continue  # what an administrator mistyped fails no submission, and takes nothing back; settings say so
        earned = _earned(learner_id, course_key, scheme, requirements)
        if was.achievement is None:
            if earned is not None:
                _record(learner_id, course_key, scheme, earned)
        elif earned != (None if was.withdrawn else (was.score, was.assessed_on)):
            # What was read may be older than what another request has written meanwhile.
            with transaction.atomic():
                achievement = Achievement.objects.select_related("scheme").get(pk=was.achievement)
                gates.lock(achievement)
                if achievement.source != Source.MANUAL:
                    now_earned = _earned(learner_id, course_key, scheme, requirements)
                    _change(achievement, now_earned, actor=actor, reason=reason)


def _earned(
    learner_id: str, course_key: str, scheme: Scheme, requirements: Sequence[Requirement], /
) -> tuple[Decimal, date] | None:
    """Score and day of assessment if every requirement is met, as the registry would get them."""
    # The assessment first: it is what most learners have not passed yet.
    found: list[Standing] = []
    for requirement in sorted(requirements, key=lambda r: r.kind != Kind.ASSESSMENT):
        found.append(standing(learner_id, course_key, requirement))
        if not found[-1].met:
            return None
    # The last assessment by position is the one whose score the registry gets.
    last = max((s for s in found if s.requirement.kind == Kind.ASSESSMENT), key=lambda s: s.requirement.position)
    assert last.percent is not None and last.at is not None
    assessed = last.at if timezone.is_aware(last.at) else timezone.make_aware(last.at)
    score = min(Decimal(str(last.percent)), Decimal(100)).quantize(Decimal("0.01"))
    return score, assessed.astimezone(ZoneInfo(scheme.zone)).date()


def _examines(requirements: Sequence[Requirement], /) -> bool:
    """A scheme without an assessment certifies nobody (`api.missing_settings` says so)."""
    return any(requirement.kind == Kind.ASSESSMENT for requirement in requirements)


def _record(learner_id: str, course_key: str, scheme: Scheme, earned: tuple[Decimal, date], /) -> None:
    try:
        with transaction.atomic():
            achievement = Achievement.objects.create(
                uuid=result_id(scheme, learner_id, scheme.credential_code, 1),
                scheme=scheme, learner_id=learner_id, course_key=course_key, credential_code=scheme.credential_code,
                score=earned[0], assessed_on=earned[1], earned_at=now(),
            )  # fmt: skip
            outbox.open_issue(achievement, first=True)
    except IntegrityError:
        # A locking read: under MySQL's REPEATABLE READ a plain one would not see the winner's row.
        winner = Achievement.objects.select_for_update().filter(scheme=scheme, learner_id=learner_id, cycle=1)
        if winner.first() is None:
            raise  # not the race that a unique key is there to decide


def _change(achievement: Achievement, earned: tuple[Decimal, date] | None, /, *, actor: str, reason: str) -> None:
    """Write down what is wanted now. The caller holds the transaction and the lock."""
    turned = achievement.withdrawn == (earned is not None)
    achievement.withdrawn = earned is None
    if earned is not None:
        achievement.score, achievement.assessed_on = earned
    if turned:
        achievement.verdict, achievement.revoke_code = "", "regraded"
        what = "not-earned" if achievement.withdrawn else "earned-again"
        workitems.note(what, actor=actor, reason=reason, achievement=achievement)
    achievement.save(update_fields=["withdrawn", "score", "assessed_on", "verdict", "revoke_code"])
    if not achievement.withdrawn:
        workitems.void(achievement, ItemKind.REVOKE, actor=actor, reason=reason)
    convergence.converge(achievement, actor=actor, reason=reason)


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
    """Evaluate every learner whose record differs from their work in a course of a live scheme; the number of
    achievements that were missing.

    Where much would be taken back at once, somebody has likelier changed the scheme than so many results: then nothing
    is, and the log says so.
    """
    before = Achievement.objects.count()
    for scheme in Scheme.objects.filter(mode=Mode.LIVE).prefetch_related("requirements"):
        gain, lose, stand = _drifted(scheme)
        if len(lose) > max(_FEW, stand * _PART):
            _log.error(
                "dgx_registry: %d of %d results of %s would be taken back; nothing was. Was the scheme changed?",
                len(lose), stand, scheme.slug,
            )  # fmt: skip
            lose = []
        for learner_id in (*gain, *lose):
            evaluate(learner_id, scheme.course_key)
    return Achievement.objects.count() - before


def _drifted(scheme: Scheme, /) -> tuple[list[str], list[str], int]:
    """Learners who look as if they had earned more, or less, than is recorded; and how many results stand."""
    requirements = list(scheme.requirements.all())
    if not _examines(requirements):
        return [], [], 0
    rows = Achievement.objects.filter(scheme=scheme, cycle=1)
    ours = Q(course_key=scheme.course_key) & ~Q(source=Source.MANUAL)
    stands = set(rows.filter(ours, withdrawn=False).values_list("learner_id", flat=True))
    others = set(rows.exclude(ours).values_list("learner_id", flat=True))
    progress = ledger.course_progress(scheme.course_key)
    meets = {learner for learner, each in progress.items() if _meets(each, requirements)} - others
    fails = {learner for learner, each in progress.items() if _fails(each, requirements)}
    return sorted(meets - stands), sorted(stands & fails), len(stands)


def _meets(progress: ledger.Progress, requirements: Sequence[Requirement], /) -> bool:
    """Whether every requirement looks met: enough to tell whom to evaluate, and nothing is decided by it."""
    return all(_met(progress, each) for each in requirements)


def _fails(progress: ledger.Progress, requirements: Sequence[Requirement], /) -> bool:
    """Whether a result that is there falls short. One that is not there any more, because an account was cleared, says
    nothing about what was earned."""
    there = progress.exercises.keys() | progress.assessments.keys()
    return any(each.usage_key in there and not _met(progress, each) for each in requirements)


def _met(progress: ledger.Progress, requirement: Requirement, /) -> bool:
    usage = requirement.usage_key
    if requirement.kind == Kind.CASE:
        return usage in progress.finished_cases
    if requirement.kind == Kind.ASSESSMENT:
        percent, passed = progress.assessments.get(usage, (0.0, False))
    else:
        percent = progress.exercises.get(usage, 0.0)
        passed = percent > 0
    return passed and (requirement.min_percent is None or Decimal(str(percent)) >= requirement.min_percent)
