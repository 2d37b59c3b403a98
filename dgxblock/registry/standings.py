"""How a learner stands in what a scheme asks for: read from the ledger, the host and the hours attested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from dgxblock.ledger import api as ledger
from dgxblock.registry import host
from dgxblock.registry.cycles import Target
from dgxblock.registry.models import AttestedHours, Requirement, Scheme
from dgxblock.registry.states import Kind

__all__ = ["Standing", "earned", "hours_of", "standing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one requirement stands. `percent` is 0–100 or None; `at` is when it was met or last tried; `hours` of those
    that were attested."""

    requirement: Requirement
    met: bool
    percent: float | None = None
    at: datetime | None = None
    hours: float | None = None


def standing(
    learner_id: str, course_key: str, requirement: Requirement, /, *,
    since: datetime | None = None, until: datetime | None = None,
) -> Standing:  # fmt: skip
    """How a learner stands in one requirement (one query). `since` and `until` bound when an assessment was handed in;
    what else was done counts whenever it was."""
    if requirement.kind == Kind.GRADE:
        grade = host.course_grades(course_key, learner_id).get(learner_id)
        return Standing(requirement, grade is not None and bool(grade) and _enough(requirement, grade), grade)
    if requirement.kind == Kind.HOURS:
        hours = hours_of(learner_id, course_key)
        return Standing(requirement, hours >= (requirement.min_hours or Decimal("Infinity")), hours=float(hours))
    place = ledger.Place(learner_id, course_key, requirement.usage_key)
    if requirement.kind == Kind.CASE:
        finished = ledger.case_finished(place)
        return Standing(requirement, finished is not None, None, finished)
    examined = requirement.kind == Kind.ASSESSMENT
    best = ledger.best_result(place, since=since, until=until) if examined else ledger.best_result(place)
    if best is None:
        return Standing(requirement, False)
    # A submission without a single right answer is no exercise, whatever the scheme forgot to ask for.
    passed = best.passed if examined else best.percent > 0
    return Standing(requirement, _enough(requirement, best.percent) and passed, best.percent, best.submitted_at)


def _enough(requirement: Requirement, percent: float, /) -> bool:
    return requirement.min_percent is None or Decimal(str(percent)) >= requirement.min_percent


def hours_of(learner_id: str, course_key: str, /) -> Decimal:
    """The hours attested to a learner in a course (one query)."""
    rows = AttestedHours.objects.filter(course_key=course_key, learner_id=learner_id)
    found: Decimal | None = rows.aggregate(sum=Sum("hours"))["sum"]
    return found or Decimal(0)


def earned(
    learner_id: str, scheme: Scheme, requirements: Sequence[Requirement], target: Target, course_key: str, /
) -> tuple[Decimal, date] | None:
    """Score and day of assessment if every requirement is met, as the registry would get them."""
    zone = ZoneInfo(scheme.zone)
    since, until = _begin(target.since, zone), _begin(target.until, zone)
    # The assessment first: it is what most learners have not passed yet.
    found: list[Standing] = []
    for requirement in sorted(requirements, key=lambda r: r.kind != Kind.ASSESSMENT):
        found.append(standing(learner_id, course_key, requirement, since=since, until=until))
        if not found[-1].met:
            return None
    # The last assessment by position is the one whose score the registry gets.
    last = max((s for s in found if s.requirement.kind == Kind.ASSESSMENT), key=lambda s: s.requirement.position)
    assert last.percent is not None and last.at is not None
    assessed = last.at if timezone.is_aware(last.at) else timezone.make_aware(last.at)
    score = min(Decimal(str(last.percent)), Decimal(100)).quantize(Decimal("0.01"))
    return score, assessed.astimezone(zone).date()


def _begin(day: date | None, zone: ZoneInfo, /) -> datetime | None:
    """When a day begins, as the host keeps times."""
    if day is None:
        return None
    moment = datetime.combine(day, time.min, zone)
    return moment if settings.USE_TZ else timezone.make_naive(moment)
