"""Who has earned a credential: read from the ledger, written once.

Level-triggered: `evaluate` may be called after every submission, by the sweep, twice, or late. It always leads to the
same rows. Its speed matters more than its beauty, because it runs inside the trainee's submission.
"""

from __future__ import annotations

import hashlib
import hmac
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
from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery
from django.utils.encoding import force_bytes

from dgxblock.registry import convergence, cycles, gates, outbox, rules, schemes, workitems
from dgxblock.registry.clock import now
from dgxblock.registry.models import Achievement, Requirement, RuleVersion, Scheme
from dgxblock.registry.standings import earned
from dgxblock.registry.states import ItemKind, Mode, SchemeKind, Source

__all__ = ["evaluate", "record", "result_id"]

_HELD = ("withdrawn", "assessed_on", "score", "source", "course_key", "rule_sha256")


@dataclass(frozen=True, slots=True)
class _Held:
    """What is recorded of one cycle; the names are those of `Achievement`."""

    pk: int
    withdrawn: bool
    assessed_on: date
    score: Decimal
    source: str
    course_key: str
    rule_sha256: str


@dataclass(frozen=True, slots=True)
class _Case:
    """One learner in one run of one scheme. `rules` are what it asks for now, `known` the latest version kept."""

    learner_id: str
    course_key: str
    scheme: Scheme
    first: str
    blocks: dict[str, str]
    rules: list[dict[str, Any]]
    known: str
    actor: str
    reason: str

    def requirements(self, body: Sequence[dict[str, Any]], /) -> list[Requirement]:
        return rules.in_run(rules.read(self.scheme, body), self.first, self.course_key, self.blocks)


def evaluate(learner_id: str, course_key: str, /, *, reason: str = "", actor: str = "") -> None:
    """Bring what is recorded in line with what the learner has earned now, in both directions.

    Runs inside the caller's transaction, so that both exist exactly if the submission does. `reason` and `actor` are of
    whoever changed results; empty for the learner's own work.
    """
    there = FilteredRelation("scheme__achievement", condition=Q(scheme__achievement__learner_id=learner_id))
    run = FilteredRelation("scheme__runs", condition=Q(scheme__runs__course_key=course_key))
    versions = RuleVersion.objects.filter(scheme=OuterRef("scheme")).order_by("-pk")
    asked = (
        Requirement.objects.annotate(
            there=there, run=run, run_number=F("run__number"), run_blocks=F("run__blocks"), held_pk=F("there__pk"),
            held_cycle=F("there__cycle"), known=Subquery(versions.values("sha256")[:1]),
            **{f"held_{name}": F(f"there__{name}") for name in _HELD},
        )
        .filter(Q(scheme__course_key=course_key) | Q(run__isnull=False), scheme__mode=Mode.LIVE,
                scheme__kind=SchemeKind.RESULTS)
        .select_related("scheme")
        .order_by("scheme", "position", "pk")
    )  # fmt: skip
    for scheme, group in groupby(asked, key=lambda requirement: requirement.scheme):
        rows: list[Any] = list(group)
        # One row for each requirement and each cycle that is recorded.
        requirements = list({row.pk: row for row in rows}.values())
        if not schemes.usable(scheme) or not rules.examines(requirements):
            continue  # what an administrator mistyped fails no submission, and takes nothing back; settings say so
        held = {
            row.held_cycle: _Held(row.held_pk, *(getattr(row, f"held_{name}") for name in _HELD))
            for row in rows if row.held_pk is not None
        }  # fmt: skip
        case = _Case(
            learner_id, course_key, scheme, scheme.course_key, rows[0].run_blocks or {}, rules.body(requirements),
            rows[0].known or "", actor, reason,
        )  # fmt: skip
        today = datetime.now(ZoneInfo(scheme.zone)).date()
        for target in cycles.targets(scheme.cycle, scheme.renewal_months, rows[0].run_number or 1, held, today):
            _look(case, target, held.get(target.cycle))


def _look(case: _Case, target: cycles.Target, was: _Held | None, /) -> None:
    """Bring one cycle in line."""
    if was is None:
        found = _earned(case, target, case.rules)
        if found is not None:
            who = (case.scheme, case.learner_id, case.course_key, target.cycle)
            record(*who, found, case.rules, known=case.known)
        return
    if was.source == Source.MANUAL:
        return  # people have decided; no machine decides otherwise
    if was.course_key != case.course_key:
        return  # it was earned in an earlier run, and what is done in this one says nothing about that
    found, _body = _judged(case, target, was.withdrawn, was.rule_sha256)
    if found == (None if was.withdrawn else (was.score, was.assessed_on)):
        return
    # What was read may be older than what another request has written meanwhile.
    with transaction.atomic():
        achievement = Achievement.objects.select_related("scheme").get(pk=was.pk)
        gates.lock(achievement)
        if achievement.source != Source.MANUAL:
            found, body = _judged(case, target, achievement.withdrawn, achievement.rule_sha256)
            if body is not None and rules.digest(body) != achievement.rule_sha256:
                achievement.rule_sha256 = rules.keep(case.scheme, body)
            _change(achievement, found, actor=case.actor, reason=case.reason)


def _earned(case: _Case, target: cycles.Target, body: Sequence[dict[str, Any]], /) -> tuple[Decimal, date] | None:
    return earned(case.learner_id, case.scheme, case.requirements(body), target, case.course_key)


def _judged(
    case: _Case, target: cycles.Target, withdrawn: bool, named: str, /
) -> tuple[tuple[Decimal, date] | None, list[dict[str, Any]] | None]:
    """What is earned by the rules that it was earned under; by today's too, if by those it is not earned and was taken
    back before. And the rules that say so."""
    body = case.rules
    if named and named != rules.digest(case.rules):
        # Changed rules take nothing back. A version that is missing was never written: then today's have to do.
        kept = RuleVersion.objects.filter(scheme=case.scheme, sha256=named).values_list("body", flat=True).first()
        body = case.rules if kept is None else kept
    found = _earned(case, target, body)
    if found is None and withdrawn and body != case.rules:
        found, body = _earned(case, target, case.rules), case.rules
    return found, body if found is not None else None


def record(
    scheme: Scheme, learner_id: str, course_key: str, cycle: int, found: tuple[Decimal, date],
    body: list[dict[str, Any]], /, *, known: str = "",
) -> Achievement | None:  # fmt: skip
    """Write an achievement down and open the operation that issues its certificate; None if somebody else just has."""
    try:
        with transaction.atomic():
            achievement = Achievement.objects.create(
                uuid=result_id(scheme, learner_id, scheme.credential_code, cycle), scheme=scheme,
                learner_id=learner_id, course_key=course_key, credential_code=scheme.credential_code, cycle=cycle,
                score=found[0], assessed_on=found[1], earned_at=now(),
                rule_sha256=rules.keep(scheme, body, known=known),
            )  # fmt: skip
            outbox.open_issue(achievement, first=True)
            return achievement
    except IntegrityError:
        # A locking read: under MySQL's REPEATABLE READ a plain one would not see the winner's row.
        with transaction.atomic():
            rows = Achievement.objects.select_for_update().filter(scheme=scheme, learner_id=learner_id, cycle=cycle)
            winner = rows.first()
        if winner is None:
            raise  # not the race that a unique key is there to decide
        return None


def _change(achievement: Achievement, found: tuple[Decimal, date] | None, /, *, actor: str, reason: str) -> None:
    """Write down what is wanted now. The caller holds the transaction and the lock."""
    turned = achievement.withdrawn == (found is not None)
    achievement.withdrawn = found is None
    if found is not None:
        achievement.score, achievement.assessed_on = found
    if turned:
        achievement.verdict, achievement.revoke_code = "", "regraded"
        what = "not-earned" if achievement.withdrawn else "earned-again"
        workitems.note(what, actor=actor, reason=reason, achievement=achievement)
    achievement.save(
        update_fields=["withdrawn", "score", "assessed_on", "verdict", "revoke_code", "rule_sha256"]
    )  # fmt: skip
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
