"""Finding whom nobody evaluated: one look at everybody in every course run of the live schemes."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dgxblock.ledger import api as ledger
from dgxblock.registry import cycles, host, hours, rules, schemes
from dgxblock.registry.eligibility import evaluate
from dgxblock.registry.models import Achievement, Requirement, RuleVersion, Scheme
from dgxblock.registry.states import Cycle, Kind, Mode, SchemeKind, Source

__all__ = ["sweep"]

_log = logging.getLogger("dgxblock.registry")
_FEW, _PART = 3, 0.01  # that many, or this part of all, may lose a result in one sweep


@dataclass(frozen=True, slots=True)
class _Seen:
    """What everybody in a course has done."""

    progress: Mapping[str, ledger.Progress]
    grades: Mapping[str, float]
    hours: Mapping[str, Decimal]


def sweep() -> int:
    """Evaluate every learner whose record differs from their work in a course of a live scheme; the number of
    achievements that were missing.

    Where much would be taken back at once, somebody has likelier broken a course than so many results: then nothing
    is, and the log says so.
    """
    before = Achievement.objects.count()
    live = Scheme.objects.filter(mode=Mode.LIVE, kind=SchemeKind.RESULTS)
    for scheme in live.prefetch_related("requirements", "runs"):
        if not schemes.usable(scheme) or not rules.examines(scheme.requirements.all()):
            continue
        body = rules.body(scheme.requirements.all())
        runs = [(scheme.course_key, 1, {}), *((run.course_key, run.number, run.blocks) for run in scheme.runs.all())]
        for course_key, number, blocks in runs:
            gain, lose, stand = _drifted(scheme, body, course_key, number, blocks)
            if len(lose) > max(_FEW, stand * _PART):
                _log.error(
                    "dgx_registry: %d of %d results of %s would be taken back; nothing was. Was the course changed?",
                    len(lose), stand, scheme.slug,
                )  # fmt: skip
                lose = []
            for learner_id in (*gain, *lose):
                evaluate(learner_id, course_key)
    return Achievement.objects.count() - before


def _drifted(
    scheme: Scheme, body: list[dict[str, Any]], course_key: str, number: int, blocks: dict[str, str], /
) -> tuple[list[str], list[str], int]:
    """Learners who look as if they had earned more, or less, than is recorded; and how many results stand."""

    def asked(rows: list[dict[str, Any]]) -> list[Requirement]:
        return rules.in_run(rules.read(scheme, rows), scheme.course_key, course_key, blocks)

    now = asked(body)
    versions = dict(RuleVersion.objects.filter(scheme=scheme).values_list("sha256", "body"))
    pinned = {name: asked(rows) for name, rows in versions.items()}
    seen = _Seen(
        ledger.course_progress(course_key),
        host.course_grades(course_key) if any(one.kind == Kind.GRADE for one in now) else {},
        hours.total(course_key) if any(one.kind == Kind.HOURS for one in now) else {},
    )
    gain = {learner for learner in seen.progress if _meets(seen, learner, now)}
    lose: set[str] = set()
    stands = 0
    for learner, one in _latest(scheme, number).items():
        ours = one.course_key == course_key and one.source != Source.MANUAL
        under = pinned.get(one.rule_sha256, now)
        if ours and not one.withdrawn:
            stands += 1
            if learner in seen.progress and _fails(seen, learner, under):
                lose.add(learner)
        elif ours and learner in seen.progress and _meets(seen, learner, under):
            gain.add(learner)
        if not (ours and one.withdrawn) and not _renews(scheme, one):
            gain.discard(learner)
    return sorted(gain - lose), sorted(lose), stands


def _latest(scheme: Scheme, number: int, /) -> dict[str, Achievement]:
    """The achievement of each learner that this run is about."""
    rows = Achievement.objects.filter(scheme=scheme)
    if scheme.cycle != Cycle.RENEWAL:
        rows = rows.filter(cycle=number if scheme.cycle == Cycle.RUN else 1)
    return {one.learner_id: one for one in rows.order_by("cycle")}


def _renews(scheme: Scheme, one: Achievement, /) -> bool:
    """Whether an assessment of today would count as a renewal."""
    if scheme.cycle != Cycle.RENEWAL or scheme.renewal_months < 1:
        return False
    opens = cycles.due(scheme.renewal_months, one)
    return opens is not None and opens <= datetime.now(ZoneInfo(scheme.zone)).date()


def _meets(seen: _Seen, learner: str, requirements: Sequence[Requirement], /) -> bool:
    """Whether every requirement looks met: enough to tell whom to evaluate, and nothing is decided by it."""
    return all(_met(seen, learner, each) for each in requirements)


def _fails(seen: _Seen, learner: str, requirements: Sequence[Requirement], /) -> bool:
    """Whether a result that is there falls short. One that is not there any more, because an account was cleared, says
    nothing about what was earned."""
    progress = seen.progress[learner]
    there = progress.exercises.keys() | progress.assessments.keys()
    for each in requirements:
        known = {Kind.GRADE: learner in seen.grades, Kind.HOURS: learner in seen.hours}
        if known.get(Kind(each.kind), each.usage_key in there) and not _met(seen, learner, each):
            return True
    return False


def _met(seen: _Seen, learner: str, requirement: Requirement, /) -> bool:
    usage, progress = requirement.usage_key, seen.progress[learner]
    match requirement.kind:
        case Kind.CASE:
            return usage in progress.finished_cases
        case Kind.HOURS:
            return seen.hours.get(learner, Decimal(0)) >= (requirement.min_hours or Decimal("Infinity"))
        case Kind.ASSESSMENT:
            percent, passed = progress.assessments.get(usage, (0.0, False))
        case Kind.GRADE:
            percent = seen.grades.get(learner, 0.0)
            passed = percent > 0
        case _:
            percent = progress.exercises.get(usage, 0.0)
            passed = percent > 0
    return passed and (requirement.min_percent is None or Decimal(str(percent)) >= requirement.min_percent)
