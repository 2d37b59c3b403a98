"""One operation's turn: the gates once more, a durable mark, one exchange, a durable outcome."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta

from django.db import transaction

from dgxblock.registry import document, gates, outbox, vault
from dgxblock.registry.clock import now
from dgxblock.registry.conf import Registry
from dgxblock.registry.contract import (
    MAX_ANSWER_BYTES,
    Answer,
    Next,
    Outcome,
    Sent,
    Settlement,
    classify,
    not_sent,
    payload_sha256,
    request_content,
    result_target,
    signed_headers,
    unknown,
)
from dgxblock.registry.contract import settle as read_lookup
from dgxblock.registry.delivery import channel, record, rules, wire
from dgxblock.registry.models import Operation
from dgxblock.registry.states import OpState, Owner, Phase

_AFTER_NO = frozenset({"conflict", "state", "stale"})


def turn(operation: Operation, registry: Registry, /, *, probe: bool = False) -> bool:
    """Do what a claimed operation needs now. Returns whether the rest of the batch may follow at once.

    Args:
        operation: as `outbox.claim` gave it.
        registry: where it goes.
        probe: only look up: the registry or the scheme is blocked, and this asks whether it is well again.
    """
    if operation.state == OpState.READY and not probe:
        return _send(operation, registry)
    return _look_up(operation, registry)


def situation(operation: Operation, registry: Registry, /) -> rules.Situation:
    """What the rules need to know about a claimed row."""
    state = OpState(operation.state)
    return rules.Situation(
        state=OpState.UNKNOWN if state is OpState.SENDING else state,
        reason=operation.reason, tries=operation.tries, quiet=registry.quiet_seconds, base=registry.base_seconds,
        moment=datetime.now(UTC),
    )  # fmt: skip


def _send(operation: Operation, registry: Registry, /) -> bool:
    content = _prepare(operation)
    if content is None:
        return True
    payload_enc = operation.payload_enc
    if not payload_enc:
        payload_enc, _ = document.freeze(operation, content)
    sha = payload_sha256(content)
    previous_seq = operation.previous_seq if operation.payload_enc else operation.achievement.remote_seq
    marked = outbox.begin_send(
        operation, payload_enc=payload_enc, payload_sha256=sha, previous_seq=previous_seq,
        lease_seconds=registry.lease_seconds, quiet_seconds=registry.quiet_seconds,
    )  # fmt: skip
    if not marked:
        return True
    marked_at = time.monotonic()
    started_at = now()
    achievement = operation.achievement
    target = result_target(str(achievement.uuid))
    headers = signed_headers(
        registry.sign_keys, "PUT", target, msg_id=operation.op_key, timestamp=int(time.time()), body=content,
        idempotency_key=operation.op_key, previous_seq=previous_seq,
    )  # fmt: skip
    if time.monotonic() - marked_at > registry.deadline_seconds:
        # This process stood still for so long that its lease may be over: leave the row to the look-up.
        return True
    got = _exchange(registry, "PUT", target, headers, content)
    sent = Sent(str(achievement.uuid), operation.seq, sha, previous_seq)
    outcome = _outcome(sent, got)
    move = rules.after_send(outcome, situation(operation, registry))
    trace = record.Trace(
        Phase.SEND, started_at, got, sha, payload_sha256(got.body) if got.body else "", outcome,
        outcome.verdict, outcome.code,
    )  # fmt: skip
    record.settle(operation, OpState.SENDING, move, trace)
    channel.apply(move.effect, registry.slug, operation.scheme.slug, base=registry.base_seconds)
    return move.effect.kind == "ok"


def _prepare(operation: Operation, /) -> bytes | None:
    """The bytes to send, or None when the operation was held, replaced or given to a person instead."""
    passage = gates.papers(operation.achievement)
    current = not passage.reason and (passage.identity, passage.consent) == (operation.identity, operation.consent)
    current = current and gates.holds(operation.achievement, passage.identity)
    if operation.payload_enc and not current:
        outbox.supersede(operation)
        return None
    if not current or passage.identity is None:
        with transaction.atomic():
            gates.recheck(operation)
            outbox.move(operation, OpState.READY, OpState.READY, delay=0.0)
        return None
    try:
        if operation.payload_enc:
            return document.thaw(operation)
        return document.build(operation, operation.achievement, passage.identity)
    except document.Misnamed:
        with transaction.atomic():
            gates.lock(operation.achievement)
            if outbox.move(
                operation, OpState.READY, OpState.REJECTED, delay=None, reason="identity-mismatch", owner=Owner.TRAINEE
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


def _look_up(operation: Operation, registry: Registry, /) -> bool:
    if not outbox.renew(operation, registry.lease_seconds):
        return True
    started_at = now()
    achievement = operation.achievement
    target = result_target(str(achievement.uuid))
    headers = signed_headers(
        registry.sign_keys, "GET", target, msg_id=f"get:{uuid.uuid4()}", timestamp=int(time.time())
    )
    got = _exchange(registry, "GET", target, headers, None)
    sent = Sent(str(achievement.uuid), operation.seq, operation.payload_sha256, operation.previous_seq)
    found = _settlement(operation, registry, sent, got)
    at = situation(operation, registry)
    if operation.state == OpState.READY:  # a probe: what it says about the operation was known before
        well = found.next is not Next.WAIT
        move = rules.after_lookup(found, at)
        effect = rules.OK if well else move.effect
        if effect.kind == "fail":  # still not well: keep the block, and probe again later
            effect = rules.Effect("block", effect.scope, rules.PROBE_SECONDS, effect.reason)
        move = rules.Move(OpState.READY, 0.0, operation.tries, "", effect=effect)
        phase = Phase.PROBE
    else:
        move = rules.after_lookup(found, at)
        phase = Phase.POLL if operation.state == OpState.PENDING else Phase.LOOKUP
    trace = record.Trace(
        phase, started_at, got, payload_sha256(request_content("GET", target)),
        payload_sha256(got.body) if got.body else "", found.outcome, found.next, found.code,
    )  # fmt: skip
    record.settle(operation, operation.state, move, trace)
    channel.apply(move.effect, registry.slug, operation.scheme.slug, base=registry.base_seconds)
    return move.effect.kind == "ok"


def _exchange(
    registry: Registry, method: str, target: str, headers: dict[str, str], body: bytes | None, /
) -> wire.Exchange:
    return wire.exchange(
        method, registry.base_url + target, headers, body, deadline=registry.deadline_seconds,
        limit=MAX_ANSWER_BYTES, ca=registry.ca, client_cert=registry.client_cert,
    )  # fmt: skip


def _outcome(sent: Sent, got: wire.Exchange, /) -> Outcome:
    if got.status is not None:
        return classify(sent, Answer(got.status, got.headers, got.body))
    return unknown(got.fault) if got.began else not_sent(got.fault)


def _settlement(operation: Operation, registry: Registry, sent: Sent, got: wire.Exchange, /) -> Settlement:
    if got.status is None:
        return Settlement(next=Next.WAIT, code=got.fault, outcome=_outcome(sent, got))
    quiet = timedelta(seconds=registry.quiet_seconds)
    return read_lookup(
        sent, Answer(got.status, got.headers, got.body), known_rev=operation.achievement.remote_rev,
        lagging=operation.accepted_at is not None and now() - operation.accepted_at < quiet,
        after_no=operation.reason in _AFTER_NO,
    )  # fmt: skip
