"""Work items: what people decide about a result, and two of them where a certificate is at stake.

Whoever asked for something cannot approve it. Where nobody asked but the machine, and a certificate has a number, the
first approval only counts as the asking.
"""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from dgxblock.registry import gates, vault
from dgxblock.registry.clock import now
from dgxblock.registry.identity import store
from dgxblock.registry.identity.form import Details
from dgxblock.registry.models import Achievement, Decision, Operation, WorkItem
from dgxblock.registry.states import Approval, ItemKind, ItemState, RemoteState, Source, Verdict

__all__ = ["REASON_MAX", "adopt", "ask", "clean", "decide", "note", "shown", "void"]

REASON_MAX: Final = 500  # the columns' width
_log = logging.getLogger("dgxblock.registry")
_TABLE: Final = WorkItem._meta.db_table


class _Busy(Exception):
    """Something of this achievement is under way, and must come to its end first."""


class _Taken(Exception):
    """Another account holds the person whom the corrected details name."""


def clean(reason: str, /) -> str:
    """A reason as it is kept; empty when it is none or too long."""
    why = reason.strip()
    return why if len(why) <= REASON_MAX else ""


def note(what: str, /, *, actor: str = "", reason: str = "", **about: Any) -> Decision:
    """Put a decision on record. `about` names rows: ``achievement``, ``item``, ``recon_item``, ``recon_run``."""
    return Decision.objects.create(what=what, actor=actor, reason=reason[:REASON_MAX], decided_at=now(), **about)


def note_all(what: str, achievements: Sequence[Achievement], /, *, actor: str, reason: str) -> None:
    """The same decision about many results (one statement for each five hundred)."""
    moment = now()
    rows = [Decision(what=what, actor=actor, reason=reason, decided_at=moment, achievement=one) for one in achievements]
    Decision.objects.bulk_create(rows, batch_size=500)


def ask(
    achievement: Achievement, kind: str, /, *, actor: str, reason: str, code: str = "", details: Details | None = None
) -> WorkItem:
    """The open item of this kind; a new one if there is none. The caller holds the transaction and the lock.

    Corrected details of an item that is open already replace those that wait.
    """
    place = f"{kind}:{achievement.pk}"
    found = WorkItem.objects.select_for_update().filter(open_for=place).first()
    if found is not None and details is None:
        return found
    item = found or WorkItem(
        uuid=uuid.uuid4(), achievement=achievement, kind=kind, open_for=place, made_at=now(), requester=actor,
        reason=reason[:REASON_MAX], code=code,
    )  # fmt: skip
    if details is not None:
        # Whoever gave the details that wait now is the one who cannot approve them.
        item.requester, item.reason = actor, reason[:REASON_MAX]
        item.details_enc = vault.seal(_TABLE, "details_enc", item.uuid, json.dumps(asdict(details)))
        item.details_mask = " ".join(details.masks[:2])
    item.save()
    note("asked", actor=actor, reason=reason, achievement=achievement, item=item)
    return item


def shown(item: WorkItem, /) -> str:
    """Names what an approval would do, so that nobody approves what was put in place of what they looked at."""
    return hashlib.sha256(f"{item.kind}|{item.code}|{item.details_enc}".encode()).hexdigest()[:32]


def adopt(item: WorkItem, /, *, actor: str, reason: str, code: str) -> None:
    """Somebody asks for what the machine had asked for already. The caller holds the transaction and the lock."""
    item.requester, item.reason, item.code = actor, reason, code
    item.save(update_fields=["requester", "reason", "code"])
    note("asked", actor=actor, reason=reason, achievement=item.achievement, item=item)


def void(achievement: Achievement, kind: str, /, *, actor: str = "", reason: str = "") -> None:
    """Close an open item, because what it was about is no longer so. The caller holds the transaction and the lock."""
    item = WorkItem.objects.select_for_update().filter(open_for=f"{kind}:{achievement.pk}").first()
    if item is not None:
        _close(item, ItemState.VOID, actor)
        note(ItemState.VOID, actor=actor, reason=reason, achievement=achievement, item=item)


def decide(
    item_id: str, then: Callable[[WorkItem], None], /, *, actor: str, reason: str, agree: bool, seen: str | None = None
) -> str:  # fmt: skip
    """Approve or refuse an item. One transaction of its own.

    Args:
        item_id: its ``uuid``.
        then: what brings the achievement where it should be now; called in the transaction.
        actor: who decides.
        reason: why; a refusal needs one.
        agree: whether it is an approval.
        seen: what was looked at (`shown`); None if the caller has no page that could be old.

    Returns:
        An `Approval`; for a refusal too, where APPROVED says that it was written down.
    """
    try:
        which = UUID(item_id)
    except ValueError:
        return Approval.GONE
    try:
        with transaction.atomic():
            found = WorkItem.objects.filter(uuid=which).select_related("achievement__scheme").first()
            if found is None or not actor:
                return Approval.GONE
            achievement = found.achievement
            _lock_all(achievement)
            item = WorkItem.objects.select_for_update().get(pk=found.pk)
            item.achievement = achievement
            if item.state != ItemState.OPEN:
                return Approval.GONE
            if actor == achievement.learner_id and (item.kind == ItemKind.REVOKE or actor != item.requester):
                return Approval.OWN
            if agree and seen is not None and seen != shown(item):
                return Approval.CHANGED
            came = _approve(item, actor, reason) if agree else _refuse(item, actor, reason)
            if came == Approval.APPROVED:
                then(item)
            return came
    except _Taken:
        return Approval.TAKEN
    except _Busy:
        return Approval.BUSY


def _lock_all(achievement: Achievement, /) -> None:
    """Lock all achievements of the learner, in the order of whoever locks several."""
    for one in Achievement.objects.filter(learner_id=achievement.learner_id).order_by("pk"):
        gates.lock(achievement if one.pk == achievement.pk else one)


def _approve(item: WorkItem, actor: str, reason: str, /) -> Approval:
    if actor == item.requester:
        return Approval.SAME_PERSON
    about = {"achievement": item.achievement, "item": item}
    if not item.requester and item.achievement.certificate_bidx is not None:
        item.requester = actor
        item.save(update_fields=["requester"])
        note("approved-first", actor=actor, reason=reason, **about)
        return Approval.SECOND
    _DO[item.kind](item)
    _close(item, ItemState.APPROVED, actor)
    note(ItemState.APPROVED, actor=actor, reason=reason, **about)
    # Not the reason: whoever wrote it may have named somebody.
    _log.info("dgx_registry: work item %s (%s) is approved by %s", item.uuid, item.kind, actor)
    return Approval.APPROVED


def _refuse(item: WorkItem, actor: str, reason: str, /) -> Approval:
    if not reason:
        return Approval.GONE
    achievement = item.achievement
    if item.kind == ItemKind.REVOKE and achievement.withdrawn:
        _set(achievement, verdict=Verdict.KEEP)
    _close(item, ItemState.REFUSED, actor)
    note(ItemState.REFUSED, actor=actor, reason=reason, achievement=achievement, item=item)
    _log.info("dgx_registry: work item %s (%s) is refused by %s", item.uuid, item.kind, actor)
    return Approval.APPROVED


def _close(item: WorkItem, state: str, actor: str, /) -> None:
    item.state, item.approver, item.open_for, item.details_enc, item.decided_at = state, actor, None, "", now()
    item.save()


def _set(achievement: Achievement, /, **columns: Any) -> None:
    Achievement.objects.filter(pk=achievement.pk).update(**columns)
    for name, value in columns.items():
        setattr(achievement, name, value)


def _revoke(item: WorkItem, /) -> None:
    by_hand = {} if item.code == "regraded" else {"source": Source.MANUAL}
    _set(item.achievement, withdrawn=True, verdict=Verdict.REVOKE, revoke_code=item.code, **by_hand)


def _identity(item: WorkItem, /) -> None:
    """The corrected details become the learner's, and the claim moves to the person whom they name."""
    achievement = item.achievement
    if not item.details_enc:
        raise vault.Closed("damaged")  # gone with a retired account
    given = Details(**json.loads(vault.open_text(_TABLE, "details_enc", item.uuid, item.details_enc)))
    before = store.current(achievement.learner_id)
    item.identity = store.add(achievement.learner_id, given, after=before)
    for one in Achievement.objects.filter(learner_id=achievement.learner_id).select_related("scheme").order_by("pk"):
        gates.lock(one)
        if before is None or one.person_key is None or not gates.holds(one, before):
            continue
        try:
            with transaction.atomic():
                _set(one, person_key=gates.person_key(one, item.identity))
        except IntegrityError:
            raise _Taken from None


def _reissue(item: WorkItem, /) -> None:
    """The registry has lost it: nothing is held there, so the next operation issues anew, under the same reference."""
    if Operation.objects.filter(active_for=item.achievement.pk).exists():
        raise _Busy
    _set(
        item.achievement, remote_state=RemoteState.ABSENT, remote_seq=0, remote_rev=0, certificate_enc="",
        certificate_bidx=None, issued_on=None,
    )  # fmt: skip


_DO: Final[dict[str, Callable[[WorkItem], None]]] = {
    ItemKind.REVOKE: _revoke,
    ItemKind.IDENTITY: _identity,
    ItemKind.REISSUE: _reissue,
}
