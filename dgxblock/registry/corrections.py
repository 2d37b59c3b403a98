"""What people do about results that stand at a registry: award, take back, correct; and what waits for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q

from dgxblock.i18n import gettext as _
from dgxblock.registry import (
    conf,
    convergence,
    cycles,
    doorbell,
    eligibility,
    gates,
    outbox,
    people,
    schemes,
    vault,
    words,
    workitems,
)
from dgxblock.registry.clock import now
from dgxblock.registry.identity import store
from dgxblock.registry.identity.form import read
from dgxblock.registry.models import Achievement, Decision, Identity, Operation, Retirement, Scheme, WorkItem
from dgxblock.registry.states import Approval, Held, ItemKind, ItemState, OpState, RemoteState, Source
from dgxblock.registry.views import DecisionView, WorkItemView

__all__ = [
    "REASONS", "approve", "award", "masks", "refuse", "request_correction", "request_revocation", "standing_of",
    "work_items",
]  # fmt: skip

REASONS: Final = ("regraded", "wrong-person", "fraud", "duplicate", "issued-in-error", "withdrawn")
"""The contract's reasons of a revocation."""
_SETTLED: Final = (OpState.DONE, OpState.REJECTED, OpState.SUPERSEDED)


def award(
    learner_id: str, course_key: str, /, *, score: str, assessed_on: date, actor: str, reason: str
) -> bool:  # fmt: skip
    """Award the course's credential by hand. No machine takes it back; one transaction of its own.

    Args:
        learner_id: whose.
        course_key: the course whose scheme it is.
        score: 0–100, at most two decimals; sent.
        assessed_on: the day of the assessment in the scheme's zone; sent.
        actor: the id of whoever awards.
        reason: in 1 to 500 characters; kept for good, never sent.

    Returns:
        False without a scheme, actor or reason, with a score that is none, or when somebody would award it to
        themselves.
    """
    why, value, scheme = workitems.clean(reason), _score(score), schemes.for_course(course_key)
    if scheme is None or not why or not actor or value is None or actor == learner_id:
        return False
    cycle = _cycle(learner_id, scheme)
    given = {"score": value, "assessed_on": assessed_on, "withdrawn": False, "verdict": "", "source": Source.MANUAL}
    with transaction.atomic():
        made = _awarded(learner_id, scheme, cycle, given)
        if made is None:
            achievement = Achievement.objects.select_related("scheme").get(
                scheme=scheme, learner_id=learner_id, credential_code=scheme.credential_code, cycle=cycle
            )
            gates.lock(achievement)
            Achievement.objects.filter(pk=achievement.pk).update(**given)
            workitems.void(achievement, ItemKind.REVOKE, actor=actor, reason=why)
        else:
            achievement = made
            outbox.open_issue(achievement, first=True)
        workitems.note("awarded", actor=actor, reason=why, achievement=achievement)
        convergence.converge(achievement, actor=actor, reason=why)
    doorbell.ring(scheme.registry)
    return True


def _cycle(learner_id: str, scheme: Scheme, /) -> int:
    """The cycle that an award of today is for: the one that is open now."""
    held = {one.cycle: one for one in Achievement.objects.filter(scheme=scheme, learner_id=learner_id)}
    today = datetime.now(ZoneInfo(scheme.zone)).date()
    return cycles.targets(scheme.cycle, scheme.renewal_months, scheme.run_number, held, today)[-1].cycle


def _score(text: str, /) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value.quantize(Decimal("0.01")) if value.is_finite() and 0 <= value <= 100 else None


def _awarded(learner_id: str, scheme: Scheme, cycle: int, given: Mapping[str, object], /) -> Achievement | None:
    """The achievement, if there was none."""
    try:
        with transaction.atomic():
            return Achievement.objects.create(
                uuid=eligibility.result_id(scheme, learner_id, scheme.credential_code, cycle), scheme=scheme,
                learner_id=learner_id, course_key=scheme.course_key, credential_code=scheme.credential_code,
                cycle=cycle, earned_at=now(), **given,
            )  # fmt: skip
    except IntegrityError:
        return None


def request_revocation(operation_id: str, /, *, code: str, actor: str, reason: str) -> str:
    """Ask for a certificate to be revoked; somebody else has to `approve`. One transaction of its own.

    Args:
        operation_id: `OperationRow.id` of any of its operations.
        code: the contract's reason: ``regraded``, ``wrong-person``, ``fraud``, ``duplicate``, ``issued-in-error`` or
            ``withdrawn``. After another than the first no machine reinstates it.
        actor: the id of whoever asks.
        reason: in 1 to 500 characters; kept, never sent.

    Returns:
        The work item's id (of one that is open already, if there is); empty when there is no live certificate, or
        without actor, reason or a known code.
    """
    why = workitems.clean(reason)
    operation = outbox.by_id(operation_id)
    if operation is None or code not in REASONS or not why or not actor:
        return ""
    with transaction.atomic():
        achievement = operation.achievement
        gates.lock(achievement)
        if achievement.remote_state != RemoteState.ISSUED:
            return ""
        item = workitems.ask(achievement, ItemKind.REVOKE, actor=actor, reason=why, code=code)
        if not item.requester:
            workitems.adopt(item, actor=actor, reason=why, code=code)
        return str(item.uuid)


def request_correction(
    learner_id: str, course_key: str, form: Mapping[str, object], /, *, actor: str = "", reason: str = ""
) -> dict[str, str]:
    """Ask for the details on an issued certificate, or of a result that the registry refused, to be corrected; staff
    `approve`. One transaction of its own.

    The form and what comes back are those of `save_identity`; nothing changes until staff have compared documents. A
    further request replaces one that waits. `actor` and `reason` are of staff who ask for the learner: then somebody
    else has to approve.
    """
    scheme = schemes.for_course(course_key)
    achievement = (
        Achievement.objects.filter(scheme=scheme, learner_id=learner_id)
        .filter(Q(remote_state=RemoteState.ISSUED) | (Q(operations__state=OpState.REJECTED) if actor else Q(pk=None)))
        .distinct().select_related("scheme").order_by("-cycle").first()
    )  # fmt: skip
    row = store.current(learner_id)
    gone = Retirement.objects.filter(learner_id=learner_id).exists()
    if scheme is None or achievement is None or row is None or gone:
        return {"form": _("There is no certificate whose details could be corrected.")}
    try:
        before = store.details(row)
    except (vault.Closed, conf.Unset):
        return {"form": people.unavailable()}
    given, errors = read(form, today=datetime.now(ZoneInfo(scheme.zone)).date(), before=before)
    if given is not None and given == before:
        errors["form"] = _("These are the details that the registry has already.")
    if errors or given is None:
        return errors
    with transaction.atomic():
        gates.lock(achievement)
        workitems.ask(
            achievement, ItemKind.IDENTITY, actor=actor or learner_id, reason=workitems.clean(reason), details=given
        )
    return {}


def approve(item_id: str, /, *, actor: str, reason: str = "", seen: str | None = None) -> str:
    """Approve a work item. Whoever asked for it cannot; where nobody asked and a certificate has a number, two people
    have to approve. Nobody decides about their own result. One transaction of its own.

    Args:
        item_id: `WorkItemView.id`.
        actor: the id of whoever approves.
        reason: why.
        seen: `WorkItemView.seen` of what they looked at; None if nothing can have changed since.

    Returns:
        ``approved``; ``second`` (noted, somebody else has to approve too); ``same-person``; ``own``; ``changed`` (since
        they looked); ``busy`` (something else of it is under way); ``taken`` (another account holds the person whom
        corrected details name); ``gone`` (no such item is open, or its details do not open).
    """
    try:
        return workitems.decide(
            item_id,
            lambda item: _follow(item, actor),
            actor=actor,
            reason=workitems.clean(reason),
            agree=True,
            seen=seen,
        )
    except (vault.Closed, conf.Unset):
        return Approval.GONE  # the corrected details do not open: they are asked for again


def refuse(item_id: str, /, *, actor: str, reason: str) -> str:
    """Refuse a work item, with a reason; a certificate then stays until its result is earned and lost again.

    Returns:
        ``approved`` when it was written down; ``own``; ``gone`` when no such item is open, or without actor or
        reason. One transaction of its own.
    """
    return workitems.decide(
        item_id, lambda item: _follow(item, actor), actor=actor, reason=workitems.clean(reason), agree=False
    )


def _follow(item: WorkItem, actor: str, /) -> None:
    """Everything that a decision sets in motion."""
    achievement = item.achievement
    if item.kind == ItemKind.REISSUE and item.state == ItemState.APPROVED:
        outbox.open_issue(achievement)
    for one in Achievement.objects.filter(learner_id=achievement.learner_id).select_related("scheme").order_by("pk"):
        convergence.converge(one, actor=actor)
        doorbell.ring(one.scheme.registry)


def work_items(course_key: str, /, *, learner_id: str = "") -> list[WorkItemView]:
    """What waits for people in a course, latest first, then what they decided (three queries); of one learner, if
    named."""
    about = {"achievement__learner_id": learner_id} if learner_id else {}
    rows = list(
        WorkItem.objects.filter(achievement__course_key=course_key, **about)
        .select_related("achievement").order_by("decided_at", "pk")
    )  # fmt: skip
    rows.sort(key=lambda one: (one.state != ItemState.OPEN, -one.pk))
    people = masks([one.achievement.learner_id for one in rows])
    history: dict[int, list[DecisionView]] = {}
    for each in Decision.objects.filter(item__in=[one.pk for one in rows]).order_by("pk"):
        view = DecisionView(each.what, words.decision(each.what), each.actor, each.reason, each.decided_at)
        history.setdefault(each.item_id or 0, []).append(view)
    return [
        WorkItemView(
            id=str(one.uuid), learner_id=one.achievement.learner_id,
            person=people.get(one.achievement.learner_id, ""), corrected=one.details_mask,
            kind=one.kind, kind_label=words.item(one.kind), state=one.state, state_label=words.item_state(one.state),
            requester=one.requester, reason=one.reason, code=one.code, made_at=one.made_at,
            decided_at=one.decided_at, approver=one.approver, issued_on=one.achievement.issued_on,
            history=tuple(history.get(one.pk, ())), seen=workitems.shown(one),
        )
        for one in rows
    ]  # fmt: skip


def masks(learners: Sequence[str], /) -> dict[str, str]:
    """Name and end of the document number of those who have given details, masked, by learner (one query)."""
    rows = Identity.objects.filter(learner_id__in=set(learners)).order_by("version")
    return {
        one: f"{name} …{number[-4:]}" for one, name, number in rows.values_list("learner_id", "name_mask", "id_mask")
    }


def standing_of(learner_ids: Sequence[str], course_key: str, /) -> dict[str, Held]:
    """What the registry has of these learners' results, or may be about to have (one query)."""
    found = dict.fromkeys(learner_ids, Held.NOTHING)
    # By course and not by learner: a regrade asks for thousands, more than a statement may have parameters.
    rows = Operation.objects.filter(achievement__course_key=course_key).values_list(
        "achievement__learner_id", "achievement__remote_state", "state", "sends"
    )
    for learner, remote, state, sends in rows.order_by("achievement", "seq"):
        if learner not in found:
            continue
        if remote == RemoteState.ISSUED:
            found[learner] = Held.ISSUED
        elif remote == RemoteState.REVOKED:
            found[learner] = Held.REVOKED
        elif sends and state not in _SETTLED:
            found[learner] = Held.UNDER_WAY
    return found
