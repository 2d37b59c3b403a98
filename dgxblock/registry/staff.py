"""The registry console's data: operations, learners, replay. A fixed number of queries, whatever the number of rows."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from dgxblock.i18n import gettext as _
from dgxblock.registry import conf, convergence, doorbell, gates, outbox, people, schemes, status, words
from dgxblock.registry.clock import now
from dgxblock.registry.delivery import channel
from dgxblock.registry.models import (
    Achievement,
    Attempt,
    Channel,
    Consent,
    Identity,
    Operation,
    Requirement,
    Ruling,
    Scheme,
)
from dgxblock.registry.states import Kind, OpState, Owner, RemoteState, Ruled, SchemeKind
from dgxblock.registry.views import AttemptView, LearnerView, OperationRow

_log = logging.getLogger("dgxblock.registry")
_REASON_MAX = 500  # the column's width
_REPLAYABLE = (OpState.HUMAN, OpState.DEAD, OpState.REJECTED)
_WAITING = frozenset({OpState.HELD, OpState.READY})


def operations(course_key: str, /) -> list[OperationRow]:
    """See `dgxblock.registry.api.operations`."""
    rows = Operation.objects.filter(achievement__course_key=course_key).exclude(state=OpState.SUPERSEDED)
    rows = rows.select_related("achievement", "identity").order_by("-changed_at", "-pk")
    newest = Attempt.objects.filter(operation__in=rows.order_by()).values("operation").annotate(newest=Max("pk"))
    latest = {one.operation_id: one for one in Attempt.objects.filter(pk__in=newest.values("newest"))}
    moment = now()
    return [row(one, latest.get(one.pk), moment) for one in rows]


def row(one: Operation, last: Attempt | None, moment: datetime, /) -> OperationRow:
    """An operation for staff; `last` is its latest exchange."""
    when = _clock(one.next_at, moment)
    who = one.identity
    state = OpState.UNKNOWN if one.state == OpState.SENDING and (one.lease_until or moment) < moment else one.state
    return OperationRow(
        id=str(one.uuid), learner_id=one.achievement.learner_id,
        person=f"{who.name_mask} …{who.id_mask[-4:]}" if who else "",
        kind=one.kind, kind_label=words.kind(one.kind),
        state=state, state_label=words.state(state, one.kind), tone=words.tone(state),
        reason=one.reason, reason_label=words.reason(one.reason),
        owner=one.owner, owner_label=words.owner(one.owner),
        next_step=words.next_step(state, one.owner, when), next_at=one.next_at,
        sends=one.sends, created_at=one.created_at, sent_at=one.sent_at, changed_at=one.changed_at,
        payload_sha256=one.payload_sha256,
        replayable=may_replay(one, one.identity_id),
        last=_attempt(last) if last else None,
    )  # fmt: skip


def may_replay(one: Operation, current: int | None, /) -> bool:
    """Whether staff can try it again. What the trainee has to correct they can once it is corrected: `current` is the
    primary key of the trainee's latest details."""
    waits = one.state == OpState.REJECTED and one.owner == Owner.TRAINEE and one.identity_id == current
    return one.state in _REPLAYABLE and not waits


def of_course(operation_id: str, course_key: str, /) -> Operation | None:
    """An operation of this course, with its achievement and scheme; None for any other's."""
    found = outbox.by_id(operation_id)
    return found if found is not None and found.achievement.course_key == course_key else None


def _clock(at: datetime | None, moment: datetime, /) -> str:
    """A time of today, or a day and a time; empty for none."""
    if at is None or not timezone.is_aware(at):
        return ""
    local = timezone.localtime(at)
    today = local.date() == timezone.localtime(moment).date()
    return local.strftime("%H:%M" if today else "%m-%d %H:%M")


def _attempt(one: Attempt, /) -> AttemptView:
    codes = tuple(filter(None, one.error_codes.split(",")))
    return AttemptView(one.phase, one.started_at, one.http_status, one.verdict, one.code, codes, one.latency_ms)


def learners(course_key: str, /) -> dict[str, LearnerView]:
    """See `dgxblock.registry.api.learners`."""
    achievements = list(Achievement.objects.filter(course_key=course_key).select_related("scheme").order_by("cycle"))
    operations_of: dict[int, Operation] = {}
    standing = Operation.objects.filter(achievement__course_key=course_key).exclude(state=OpState.SUPERSEDED)
    for one in standing.order_by("seq"):
        operations_of[one.achievement_id] = one
    # Identities belong to people, not to courses: look only for those who have something to do with this one.
    agreed = Consent.objects.filter(schemes.in_course(course_key, "scheme__")).values("learner_id")
    earned = Achievement.objects.filter(course_key=course_key).values("learner_id")
    here = Identity.objects.filter(Q(learner_id__in=agreed) | Q(learner_id__in=earned)).order_by("version")
    masks = dict(here.values_list("learner_id", "name_mask"))
    found = {
        learner: LearnerView(learner, status.stage(None, None), True, False, False, mask)
        for learner, mask in masks.items()
    }
    for achievement in achievements:
        operation = operations_of.get(achievement.pk)
        learner = achievement.learner_id
        found[learner] = LearnerView(
            learner_id=learner,
            stage=status.stage(achievement, operation),
            identity=learner in masks,
            # What is back in the queue is known not to have arrived.
            sent=operation is not None and operation.sent_at is not None and operation.state not in _WAITING,
            certified=achievement.remote_state == RemoteState.ISSUED,
            person=masks.get(learner, ""),
        )
    return found


def replay(operation_id: str, /, *, actor: str) -> bool:
    """See `dgxblock.registry.api.replay`."""
    with transaction.atomic():
        row = outbox.by_id(operation_id)
        if row is None or row.state not in _REPLAYABLE:
            return False
        gates.lock(row.achievement)
        if row.state == OpState.REJECTED:
            if row.achievement.operations.filter(seq__gt=row.seq).exists():
                return False
            outbox.open_operation(row.achievement, row.kind, reason_code=row.reason_code)
            convergence.converge(row.achievement, actor=actor)  # which closes it, if nobody needs it any longer
        else:
            # Whatever was sent once is looked up before anything else.
            to = OpState.UNKNOWN if row.sends else OpState.READY
            if not outbox.move(row, row.state, to, delay=0.0, tries=0, reason="", owner=""):
                return False
    doorbell.ring(row.achievement.scheme.registry)
    _log.info("dgx_registry: operation %s is replayed by %s", row.uuid, actor)
    return True


def rule(operation_id: str, verdict: Ruled, /, *, actor: str, reason: str) -> bool:
    """See `dgxblock.registry.api.release_person` and `readmit_person`."""
    why = reason.strip()
    if not why or len(why) > _REASON_MAX or not actor:
        return False
    with transaction.atomic():
        row = outbox.by_id(operation_id)
        if row is None:
            return False
        gates.lock(row.achievement)
        key = _ruled_about(row.achievement, verdict)
        if key is None or (verdict == Ruled.RELEASED and not gates.release(row.achievement, judged=True)):
            return False
        Ruling.objects.create(
            achievement=row.achievement, person_key=key, verdict=verdict, actor=actor, reason=why, ruled_at=now()
        )
        if verdict == Ruled.READMITTED and gates.outstanding(row.achievement):
            gates.claim_again(row.achievement, key)  # no gate will: it was sent, and may be reinstated
        people.recheck(row.achievement.learner_id)
    # Not the reason: whoever wrote it may have named somebody.
    _log.info("dgx_registry: the person of operation %s is %s by %s", row.uuid, verdict.value, actor)
    return True


def _ruled_about(achievement: Achievement, verdict: Ruled, /) -> str | None:
    """The claim that a ruling would be about: the one that stands, or the one that was released last."""
    if verdict == Ruled.RELEASED:
        return achievement.person_key
    last = achievement.rulings.order_by("-pk").first()
    return last.person_key if last is not None and last.verdict == Ruled.RELEASED else None


def missing_settings() -> list[str]:
    """See `dgxblock.registry.api.missing_settings`."""
    found = conf.problems(sorted(set(Scheme.objects.values_list("registry", flat=True).order_by().distinct())))
    schemes_there = list(Scheme.objects.all())
    for scheme in schemes_there:
        found.extend(schemes.faults(scheme))
    asked = list(Requirement.objects.select_related("scheme").order_by("scheme__slug", "position", "pk"))
    for requirement in asked:
        found.extend(schemes.requirement_faults(requirement))
    examined = {requirement.scheme_id for requirement in asked if requirement.kind == Kind.ASSESSMENT}
    for scheme in schemes_there:
        if scheme.pk not in examined and scheme.kind == SchemeKind.RESULTS:
            text = _("The scheme %(slug)s asks for no assessment, so it certifies nobody. Add one.", slug=scheme.slug)
            found.append(text)
    return found


def channel_sentences() -> list[str]:
    """One sentence for each registry or scheme that is blocked or rests now."""
    found: list[str] = []
    for row in Channel.objects.exclude(until=None).order_by("key"):
        name = row.key.partition(":")[2]
        if row.blocked:
            found.append(
                _(
                    "Sending to %(name)s is stopped: %(reason)s. All results are kept; it is tried every 10 minutes.",
                    name=name,
                    reason=words.reason(row.reason),
                )
            )
        elif channel.resting(row, now()):
            found.append(
                _(
                    "Sending to %(name)s rests for a while: %(reason)s. All results are kept and go out later.",
                    name=name,
                    reason=words.reason(row.reason),
                )
            )
    return found


def release_shadowed(registry: str, /) -> int:
    """Queue what a registry that was only rehearsed would have been sent; how many. One transaction of its own.

    Raises:
        dgxblock.registry.conf.Unset: the registry is not set, or is still a shadow.
    """
    where = conf.registry(registry)
    if not conf.adapter(where).capabilities().put:
        raise conf.Unset(
            _('DGXBLOCK["REGISTRIES"]["%(slug)s"]["adapter"] still sends nothing. Set it to “rest” first.',
              slug=registry)
        )  # fmt: skip
    return outbox.release_shadowed(registry)


def queue() -> dict[str, int]:
    """How many operations are in each state, by state."""
    counts = Operation.objects.order_by().values_list("state").annotate(Count("pk"))
    return {str(state): 0 for state in OpState} | dict(counts.values_list("state", "pk__count"))
