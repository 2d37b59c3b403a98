"""Results that staff hold back, and let go again. Nothing but staff lets go of them."""

from __future__ import annotations

from django.db import transaction

from dgxblock.registry import doorbell, gates, outbox
from dgxblock.registry.clock import now
from dgxblock.registry.states import OpState, Owner

__all__ = ["hold", "let_go"]


def hold(operation_id: str, /) -> bool:
    """Keep a queued operation from being sent. False if it is not queued: what is on its way cannot be called back.

    One transaction of its own.
    """
    with transaction.atomic():
        row = outbox.by_id(operation_id)
        if row is None:
            return False
        gates.lock(row.achievement)
        # A pump that has leased the row finds its token gone, and sends nothing.
        return outbox.move(
            row, OpState.READY, OpState.HELD, delay=None, leased=False, reason=gates.BY_STAFF, owner=Owner.STAFF
        )


def let_go(operation_id: str, /) -> bool:
    """Queue again what staff held back, if the gates are open. False if staff do not hold it. One transaction."""
    with transaction.atomic():
        row = outbox.by_id(operation_id)
        if row is None or row.state != OpState.HELD or row.reason != gates.BY_STAFF:
            return False
        gates.lock(row.achievement)
        moment = now()
        delay = max(0.0, ((row.not_before or moment) - moment).total_seconds())
        if not outbox.move(row, OpState.HELD, OpState.READY, delay=delay, leased=False, reason="", owner=""):
            return False
        gates.recheck(row)
    doorbell.ring(row.registry)
    return True
