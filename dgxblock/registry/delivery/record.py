"""The outcome of an exchange, written down in one transaction: transition, attempt, receipt, certificate."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from dgxblock.registry import conf, gates, outbox, vault
from dgxblock.registry.clock import now
from dgxblock.registry.contract import Outcome, blind_index, canonical
from dgxblock.registry.delivery.rules import Move
from dgxblock.registry.delivery.wire import Exchange
from dgxblock.registry.models import Achievement, Attempt, Operation, Receipt
from dgxblock.registry.states import OpState, Owner, Phase, RemoteState

_ACHIEVEMENT = Achievement._meta.db_table
_RECEIPT = Receipt._meta.db_table


@dataclass(frozen=True, slots=True)
class Trace:
    """What is kept of one exchange: no body, no header."""

    phase: Phase
    started_at: datetime
    exchange: Exchange
    request_sha256: str
    response_sha256: str
    outcome: Outcome | None
    verdict: str
    code: str


def settle(operation: Operation, state: str, move: Move, trace: Trace, /) -> bool:
    """Commit one transition with all that belongs to it.

    A pump whose lease went to another writes its attempt and nothing else; then the result is False.
    """
    with transaction.atomic():
        gates.lock(operation.achievement)
        move, receipt = _accepted(operation, move)
        columns: dict[str, Any] = {"tries": move.tries, "reason": move.reason, "owner": move.owner}
        if receipt is not None and operation.accepted_at is None:
            columns["accepted_at"] = now()
        done = outbox.move(operation, state, move.to, delay=move.delay, **columns)
        _attempt(operation, trace, recorded=done)
        if done and receipt is not None:
            _receipt(operation, receipt)
        if done and move.to == OpState.REJECTED:
            # Nothing is held, so nobody else must wait for whoever may have given another's number.
            gates.lock(operation.achievement)
            gates.release(operation.achievement)
    return done


def _accepted(operation: Operation, move: Move, /) -> tuple[Move, Mapping[str, Any] | None]:
    """The receipt to believe; and a person to call when its number is another trainee's already."""
    receipt = move.outcome.receipt if move.outcome else None
    certificate = receipt.get("certificate") if receipt else None
    if certificate is None:
        return move, receipt
    index = blind_index(conf.blind_index_key(), "certificate", certificate["no"])
    others = Achievement.objects.filter(certificate_bidx=index).exclude(pk=operation.achievement_id)
    if others.exists():
        return Move(OpState.HUMAN, None, move.tries, "number-twice", Owner.STAFF), None
    return move, receipt


def _attempt(operation: Operation, trace: Trace, /, *, recorded: bool) -> None:
    codes = ",".join(trace.outcome.error_codes)[:200] if trace.outcome else ""
    Attempt.objects.create(
        operation=operation, phase=trace.phase, started_at=trace.started_at, ended_at=now(),
        http_status=trace.exchange.status, verdict=trace.verdict[:10], code=trace.code[:40], error_codes=codes,
        request_sha256=trace.request_sha256, response_sha256=trace.response_sha256,
        latency_ms=int(trace.exchange.seconds * 1000), recorded=recorded,
    )  # fmt: skip


def _receipt(operation: Operation, receipt: Mapping[str, Any], /) -> None:
    achievement = operation.achievement
    certificate = receipt.get("certificate")
    if not Receipt.objects.filter(achievement=achievement, rev=receipt["rev"]).exists():
        row_id = uuid.uuid4()
        Receipt.objects.create(
            uuid=row_id, achievement=achievement, operation=operation, seq=receipt["seq"], rev=receipt["rev"],
            outcome=receipt["outcome"], payload_sha256=receipt["payload_sha256"],
            accepted_on=date.fromisoformat(receipt["accepted_on"]),
            certificate_status=certificate["status"] if certificate else "none",
            body_enc=vault.seal(_RECEIPT, "body_enc", row_id, canonical(receipt)), received_at=now(),
        )  # fmt: skip
    if receipt["rev"] < achievement.remote_rev:
        return
    columns: dict[str, Any] = {"remote_seq": receipt["seq"], "remote_rev": receipt["rev"]}
    if certificate:
        columns |= {
            "certificate_enc": vault.seal(_ACHIEVEMENT, "certificate_enc", achievement.uuid, certificate["no"]),
            "certificate_bidx": blind_index(conf.blind_index_key(), "certificate", certificate["no"]),
            "issued_on": date.fromisoformat(certificate["issued_on"]),
            "remote_state": RemoteState.REVOKED if certificate["status"] == "revoked" else RemoteState.ISSUED,
        }
    else:
        columns["remote_state"] = RemoteState.REFUSED if receipt["outcome"] == "refused" else RemoteState.PENDING
    Achievement.objects.filter(pk=achievement.pk).update(**columns)


def certificate_number(achievement: Achievement, /) -> str:
    """The certificate's number, in clear; empty if there is none.

    Raises:
        dgxblock.registry.vault.Closed, dgxblock.registry.conf.Unset: it does not open.
    """
    return vault.open_text(_ACHIEVEMENT, "certificate_enc", achievement.uuid, achievement.certificate_enc)
