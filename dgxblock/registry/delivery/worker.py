"""One operation's turn: the gates once more, a durable mark, one exchange, a durable outcome."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction

from dgxblock.registry import document, gates, outbox, vault
from dgxblock.registry.adapters import Item, Known, Lookup, Registry, RegistryAdapter, Reply, Sending
from dgxblock.registry.clock import now
from dgxblock.registry.contract import Next, Sent, payload_sha256
from dgxblock.registry.delivery import channel, record, rules
from dgxblock.registry.models import Operation
from dgxblock.registry.states import UNGATED, OpKind, OpState, Owner, Phase

__all__ = [
    "SINGLY",
    "Marked",
    "Prepared",
    "look_up",
    "mark",
    "prepare",
    "send",
    "settle",
    "shadow",
    "situation",
    "trace",
    "waiting",
]

SINGLY: Final = "singly"
"""The reason of an operation that a registry could not take together with others."""
_AFTER_NO: Final = frozenset({"conflict", "state", "stale"})
_KINDS: Final = {OpKind.REVOKE: "revoke", OpKind.REINSTATE: "reinstate"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation that may go, and the bytes that it is."""

    operation: Operation
    content: bytes

    @property
    def says(self) -> dict[str, Any]:
        """What the bytes say of the result."""
        if self.operation.kind in UNGATED:
            return {"score": None, "assessed_on": None}
        achievement = self.operation.achievement
        return {"score": achievement.score, "assessed_on": achievement.assessed_on}


@dataclass(frozen=True, slots=True)
class Marked:
    """An operation for which "about to send" is committed. `at` is of the process's own clock."""

    operation: Operation
    item: Item
    started_at: datetime
    at: float


def situation(operation: Operation, registry: Registry, /) -> rules.Situation:
    """What the rules need to know about a claimed row."""
    state = OpState(operation.state)
    return rules.Situation(
        state=OpState.UNKNOWN if state is OpState.SENDING else state,
        reason=operation.reason, tries=operation.tries, quiet=registry.quiet_seconds, base=registry.base_seconds,
        moment=datetime.now(UTC), kind=operation.kind,
    )  # fmt: skip


def prepare(operation: Operation, adapter: RegistryAdapter, /) -> Prepared | None:
    """The bytes to send, or None when the operation was held, replaced or given to a person instead."""
    if not _able(operation, adapter):
        outbox.move(operation, OpState.READY, OpState.HUMAN, delay=None, reason="not-supported", owner=Owner.STAFF)
        return None
    if operation.kind == OpKind.REINSTATE and operation.achievement.person_key is None:
        # Given free meanwhile: the person may be certified under another account.
        outbox.move(operation, OpState.READY, OpState.HUMAN, delay=None, reason=gates.RELEASED, owner=Owner.STAFF)
        return None
    if operation.kind in UNGATED:
        return _frozen(operation, partial(_ungated, operation, adapter))
    achievement = operation.achievement
    passage = gates.papers(achievement)
    current = not passage.reason and (passage.identity, passage.consent) == (operation.identity, operation.consent)
    current = current and gates.holds(achievement, passage.identity)
    said = (operation.score, operation.assessed_on)
    as_said = current and said in ((None, None), (achievement.score, achievement.assessed_on))
    # What was sent once and is no longer frozen lost its bytes with a retired account.
    if (operation.payload_enc or operation.sends) and not as_said:
        outbox.supersede(operation)
        return None
    if not current or passage.identity is None:
        with transaction.atomic():
            gates.recheck(operation)
            outbox.move(operation, OpState.READY, OpState.READY, delay=0.0)
        return None
    identity = passage.identity
    return _frozen(operation, lambda: adapter.build(document.build(operation, achievement, identity)))


def _able(operation: Operation, adapter: RegistryAdapter, /) -> bool:
    """Whether a registry of this kind can be asked for it; one that is only rehearsed is asked for nothing."""
    able = adapter.capabilities()
    needed = {OpKind.CORRECT: able.correct, OpKind.REVOKE: able.revoke, OpKind.REINSTATE: able.revoke}
    return not able.put or needed.get(OpKind(operation.kind), True)


def _ungated(operation: Operation, adapter: RegistryAdapter, /) -> bytes:
    achievement = operation.achievement
    if operation.kind == OpKind.REINSTATE:
        return document.reinstatement(achievement)
    today = datetime.now(ZoneInfo(achievement.scheme.zone)).date()
    return adapter.build(document.revocation(operation, achievement, today))


def _frozen(operation: Operation, build: Callable[[], bytes], /) -> Prepared | None:
    """The bytes that were frozen, or those that will be."""
    try:
        return Prepared(operation, document.thaw(operation) if operation.payload_enc else build())
    except document.Misnamed:
        whose = Owner.TRAINEE if operation.kind == OpKind.ISSUE else Owner.STAFF
        with transaction.atomic():
            gates.lock(operation.achievement)
            if outbox.move(
                operation, OpState.READY, OpState.REJECTED, delay=None, reason="identity-mismatch", owner=whose
            ):
                gates.release(operation.achievement)
    except document.Invalid:
        outbox.move(
            operation, OpState.READY, OpState.HUMAN, delay=None, reason="invalid-document", owner=Owner.OPERATOR
        )
    except vault.Closed as closed:
        if closed.code == "key-missing":  # the operator can put the key back; until then nothing is lost
            outbox.move(
                operation, OpState.READY, OpState.READY, delay=rules.PROBE_SECONDS, reason=closed.code,
                owner=Owner.OPERATOR,
            )  # fmt: skip
        else:
            outbox.move(operation, OpState.READY, OpState.HUMAN, delay=None, reason=closed.code, owner=Owner.OPERATOR)
    return None


def mark(prepared: Prepared, registry: Registry, /) -> Marked | None:
    """Freeze the bytes and commit "about to send". None when the row is no longer ours to send."""
    operation, content = prepared.operation, prepared.content
    payload_enc = operation.payload_enc
    if not payload_enc:
        payload_enc, _ = document.freeze(operation, content)
    previous_seq = operation.previous_seq if operation.payload_enc else operation.achievement.remote_seq
    sha = payload_sha256(content)
    marked = outbox.begin_send(
        operation, payload_enc=payload_enc, payload_sha256=sha, previous_seq=previous_seq,
        **prepared.says, lease_seconds=registry.lease_seconds, quiet_seconds=registry.quiet_seconds,
    )  # fmt: skip
    if not marked:
        return None
    at = time.monotonic()
    item = Item(_sent(operation, sha, previous_seq), operation.op_key, content, operation.achievement.issued_on)
    return Marked(operation, item, now(), at)


def send(marked: Sequence[Marked], registry: Registry, adapter: RegistryAdapter, /) -> Sending | None:
    """Send them, once. None when this process stood still for so long that its leases may be over: then nothing was
    sent, and the rows are left to the look-up."""
    if time.monotonic() - marked[0].at > registry.deadline_seconds:
        return None
    return adapter.send([one.item for one in marked])


def settle(
    one: Marked, reply: Reply, registry: Registry, /, *, singly: bool = False, polled: bool = True
) -> rules.Effect:  # fmt: skip
    """Write down what came of one operation; what that says about the registry is for the caller to apply.

    `singly` says that a batch was refused as a whole: nothing is stored, and each of its lines goes by itself next.
    `polled` says whether what is pending is asked for.
    """
    operation, outcome = one.operation, reply.outcome
    at = situation(operation, registry)
    move = rules.Move(OpState.READY, 0.0, at.tries, SINGLY)
    if not singly:
        move = waiting(rules.after_send(outcome, at), polled=polled)
    record.settle(operation, OpState.SENDING, move, trace(one, reply))
    return move.effect


def trace(one: Marked, reply: Reply, /) -> record.Trace:
    """What is kept of the exchange for one operation."""
    outcome = reply.outcome
    return record.Trace(
        Phase.SEND, one.started_at, reply.http_status, reply.seconds, one.item.sent.payload_sha256,
        reply.response_sha256, outcome, outcome.verdict, outcome.code,
    )  # fmt: skip


def shadow(prepared: Prepared, /) -> None:
    """Keep what would have been sent, and send nothing: for a registry that is only rehearsed."""
    operation, content = prepared.operation, prepared.content
    payload_enc, sha = document.freeze(operation, content)
    move = rules.Move(OpState.SHADOWED, None, 0, owner=Owner.OPERATOR)
    columns: dict[str, Any] = {
        "payload_enc": payload_enc,
        "payload_sha256": sha,
        "previous_seq": operation.achievement.remote_seq,
        **prepared.says,
    }
    built = record.Trace(Phase.SHADOW, now(), None, 0.0, sha, "", None, Phase.SHADOW, "")
    record.settle(operation, OpState.READY, move, built, **columns)


def look_up(operation: Operation, registry: Registry, adapter: RegistryAdapter, /, *, probe: bool = False) -> bool:
    """Ask the registry what it holds. Returns whether it is well, so that others may follow at once.

    Args:
        operation: as `outbox.claim` gave it; unknown or pending, and with `probe` any.
        registry: where it goes.
        adapter: how it is asked.
        probe: the registry or the scheme is blocked, and this asks whether it is well again.
    """
    if not outbox.renew(operation, registry.lease_seconds):
        return True
    if not adapter.capabilities().lookup:
        return _cannot_ask(operation, adapter)
    started_at = now()
    item = Item(_sent(operation, operation.payload_sha256, operation.previous_seq), operation.op_key, b"")
    got = adapter.lookup(item, _known(operation, registry))
    move, phase = _after(operation, got, situation(operation, registry), probe=probe)
    move = waiting(move, polled=adapter.capabilities().poll)
    found = got.settlement
    asked = record.Trace(
        phase, started_at, got.http_status, got.seconds, got.request_sha256, got.response_sha256, found.outcome,
        found.next, found.code,
    )  # fmt: skip
    record.settle(operation, operation.state, move, asked)
    channel.apply(move.effect, registry, operation.scheme.slug)
    return move.effect.kind == "ok"


def waiting(move: rules.Move, /, *, polled: bool) -> rules.Move:
    """A pending result that nobody can be asked for waits without an end."""
    return move if polled or move.to is not OpState.PENDING else replace(move, delay=None)


def _after(operation: Operation, got: Lookup, at: rules.Situation, /, *, probe: bool) -> tuple[rules.Move, Phase]:
    found = got.settlement
    move = rules.after_lookup(found, at)
    if not probe or operation.state != OpState.READY:
        return move, Phase.POLL if operation.state == OpState.PENDING else Phase.LOOKUP
    # What a probe says about the operation was known before; whether the registry is well was not.
    effect = rules.OK if found.next is not Next.WAIT else move.effect
    if effect.kind == "fail":  # still not well: keep the block, and probe again later
        effect = rules.Effect("block", effect.scope, rules.PROBE_SECONDS, effect.reason)
    return rules.Move(OpState.READY, 0.0, operation.tries, "", effect=effect), Phase.PROBE


def _cannot_ask(operation: Operation, adapter: RegistryAdapter, /) -> bool:
    """Nobody can be asked: a shadow waits until a registry is named again, at any other a person has to compare."""
    if operation.state == OpState.READY or not adapter.capabilities().put:
        outbox.move(operation, operation.state, operation.state, delay=rules.PROBE_SECONDS)
    else:
        outbox.move(operation, operation.state, OpState.HUMAN, delay=None, reason="no-lookup", owner=Owner.STAFF)
    return True


def _sent(operation: Operation, sha: str, previous_seq: int, /) -> Sent:
    kind = _KINDS.get(OpKind(operation.kind), "issue")
    return Sent(str(operation.achievement.uuid), operation.seq, sha, previous_seq, kind)


def _known(operation: Operation, registry: Registry, /) -> Known:
    quiet = timedelta(seconds=registry.quiet_seconds)
    return Known(
        rev=operation.achievement.remote_rev,
        lagging=operation.accepted_at is not None and now() - operation.accepted_at < quiet,
        after_no=operation.reason in _AFTER_NO,
    )
