"""The outbox: how an operation comes into being, is claimed, and changes state.

Every change is one ``UPDATE … WHERE`` on what the caller believes, and counts only if it touched exactly one row. It
works alike on SQLite, MySQL and PostgreSQL, and needs no row locks across an exchange with the registry.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from dgxblock.registry import doorbell, gates
from dgxblock.registry.clock import now
from dgxblock.registry.contract import op_key
from dgxblock.registry.models import Achievement, Operation
from dgxblock.registry.states import SETTLED, UNGATED, OpKind, OpState


def open_issue(achievement: Achievement, /, *, first: bool = False) -> Operation:
    """An operation that issues this achievement's certificate. See `open_operation`; `first` says that the achievement
    was made just now, so no earlier operation needs to be looked for.

    Raises:
        django.db.IntegrityError: one is under way already.
    """
    # Held from the pass on: a repair later is not held again.
    due = achievement.earned_at + timedelta(seconds=achievement.scheme.hold_seconds)
    return open_operation(achievement, OpKind.ISSUE, first=first, not_before=due)


def open_operation(
    achievement: Achievement, kind: str, /, *,
    hold: float = 0.0, first: bool = False, not_before: datetime | None = None, reason_code: str = "",
) -> Operation:  # fmt: skip
    """The next operation of an achievement. The caller holds the transaction and the achievement's lock (`gates.lock`).

    Args:
        achievement: whose certificate it is about.
        kind: an `OpKind`.
        hold: seconds before which it is not sent.
        first: whether it is certainly the first one.
        not_before: before which it is not sent; instead of `hold`.
        reason_code: of a revocation, by the contract's list.

    Raises:
        django.db.IntegrityError: one is under way already.
    """
    earlier = Operation.objects.filter(achievement=achievement).order_by("-seq").values_list("seq", flat=True)
    last = None if first else earlier.first()
    # A restored database may know fewer operations than the registry.
    seq = max(last or 0, achievement.remote_seq) + 1
    passage = gates.Passage(None, None) if kind in UNGATED else gates.look(achievement)
    moment = now()
    due = not_before if not_before is not None else moment + timedelta(seconds=hold)
    if not passage.reason and due <= moment:
        doorbell.ring(achievement.scheme.registry)
    return Operation.objects.create(
        achievement=achievement,
        scheme=achievement.scheme,
        registry=achievement.scheme.registry,
        kind=kind,
        seq=seq,
        op_key=op_key(achievement.scheme.slug, str(achievement.uuid), seq),
        active_for=achievement.pk,
        state=OpState.HELD if passage.reason else OpState.READY,
        reason=passage.reason,
        owner=passage.owner,
        identity=passage.identity,
        consent=passage.consent,
        reason_code=reason_code,
        created_at=moment,
        changed_at=moment,
        not_before=due,
        next_at=None if passage.reason else max(moment, due),
    )


def by_id(operation_id: str, /) -> Operation | None:
    """The operation that a row of a staff page names, with its achievement and scheme."""
    try:
        which = UUID(operation_id)
    except ValueError:
        return None
    return Operation.objects.select_related("achievement__scheme").filter(uuid=which).first()


def claim(registry: str, limit: int, lease_seconds: float, /, *, without: list[int] | None = None) -> list[Operation]:
    """Lease up to `limit` due rows to the caller, oldest first; other pumps no longer see them.

    Args:
        registry: its slug.
        limit: rows.
        lease_seconds: after which an unfinished row may be claimed again.
        without: primary keys of schemes that may not be spoken for now.
    """
    moment = now()
    due = Operation.objects.filter(registry=registry, next_at__lte=moment)
    if without:
        due = due.exclude(scheme_id__in=without)
    candidates = list(due.order_by("next_at").values_list("pk", flat=True)[:limit])
    if not candidates:
        return []
    token = secrets.token_hex(16)
    until = moment + timedelta(seconds=lease_seconds)
    Operation.objects.filter(pk__in=candidates, next_at__lte=moment).update(
        lease_token=token, lease_until=until, next_at=until
    )
    mine = Operation.objects.filter(pk__in=candidates, lease_token=token).order_by("pk")
    return list(mine.select_related("achievement__scheme", "scheme", "identity", "consent"))


def begin_send(
    operation: Operation, /, *,
    payload_enc: str, payload_sha256: str, previous_seq: int, score: Decimal | None, assessed_on: date | None,
    lease_seconds: float, quiet_seconds: float,
) -> bool:  # fmt: skip
    """Write down "about to send", with the frozen bytes, and renew the lease. Commits before it returns.

    If this process dies now, the row is looked up after the last moment at which its request could have arrived.

    `score` and `assessed_on` are what the bytes say; None where they say nothing of it.

    Returns:
        False when the row is no longer the caller's, was held back, or changed, when what the bytes say is no longer
        so, or when the achievement's claim is not for the operation's identity: then nothing may be sent.
    """
    achievement = operation.achievement
    with transaction.atomic():
        gates.lock(achievement)
        if achievement.withdrawn != (operation.kind == OpKind.REVOKE):
            return False  # what is right to show has changed since it was claimed
        if operation.kind == OpKind.REINSTATE and achievement.person_key is None:
            return False  # the person was given free, and may be certified under another account
        if operation.kind not in UNGATED and (
            (achievement.score, achievement.assessed_on) != (score, assessed_on)
            or not gates.holds(achievement, operation.identity)
        ):
            return False  # whose papers these are is claimed for somebody else, or for nobody
        moment = now()
        if operation.not_before is not None and operation.not_before > moment:
            return False
        until = moment + timedelta(seconds=lease_seconds)
        return (
            Operation.objects.filter(
                pk=operation.pk, state=OpState.READY, lease_token=operation.lease_token, lease_until__gt=moment,
                identity=operation.identity, consent=operation.consent,
            ).update(
                state=OpState.SENDING, payload_enc=payload_enc, payload_sha256=payload_sha256,
                previous_seq=previous_seq, score=score, assessed_on=assessed_on, sent_at=moment,
                sends=F("sends") + 1, changed_at=moment, lease_until=until,
                next_at=until + timedelta(seconds=quiet_seconds),
            )
        ) == 1  # fmt: skip


def renew(operation: Operation, lease_seconds: float, /) -> bool:
    """Renew the lease before a look-up. False when the row is no longer the caller's."""
    moment = now()
    until = moment + timedelta(seconds=lease_seconds)
    return (
        Operation.objects.filter(
            pk=operation.pk, state=operation.state, lease_token=operation.lease_token, lease_until__gt=moment
        ).update(lease_until=until, next_at=until)
        == 1
    )


def move(
    operation: Operation, state: str, to: str, /, *, delay: float | None, leased: bool = True, **columns: Any
) -> bool:
    """One transition of a leased row, which gives the lease back. The caller holds the transaction.

    Args:
        operation: as it was claimed; its token fences a pump whose lease went to another.
        state: the state that the row must have now.
        to: the state that it takes.
        delay: seconds until a pump may take it again; None if none may.
        leased: no if it does not matter who holds the lease; whoever does can then write nothing more.
        columns: further columns to set.
    """
    moment = now()
    freed: Mapping[str, Any] = {"active_for": None} if to in SETTLED else {}
    mine = {"lease_token": operation.lease_token} if leased else {}
    return Operation.objects.filter(pk=operation.pk, state=state, **mine).update(
        state=to, changed_at=moment, next_at=None if delay is None else moment + timedelta(seconds=delay),
        lease_token="", lease_until=None, **freed, **columns,
    ) == 1  # fmt: skip


def supersede(operation: Operation, /) -> bool:
    """Replace an operation that is known not to have arrived, because its frozen bytes are no longer what should go.

    A changed document needs a greater seq; the old one is closed and never sent again.
    """
    with transaction.atomic():
        gates.lock(operation.achievement)
        if not move(operation, OpState.READY, OpState.SUPERSEDED, delay=None, reason="changed"):
            return False
        open_operation(operation.achievement, operation.kind, not_before=operation.not_before)
    return True


def release_shadowed(registry: str, /) -> int:
    """Queue what would have been sent; how many. Nothing of it ever left, so it is built anew when it does."""
    moment = now()
    return Operation.objects.filter(registry=registry, state=OpState.SHADOWED, sends=0).update(
        state=OpState.READY, reason="", owner="", tries=0, payload_enc="", payload_sha256="", previous_seq=0,
        next_at=moment, changed_at=moment,
    )  # fmt: skip
