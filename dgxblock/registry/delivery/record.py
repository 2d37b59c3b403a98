"""The outcome of an exchange, written down in one transaction: transition, attempt, receipt, certificate."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from dgxblock.registry import conf, convergence, gates, outbox, vault, workitems
from dgxblock.registry.clock import now
from dgxblock.registry.contract import Outcome, Verdict, blind_index, canonical, of_receipt
from dgxblock.registry.delivery.rules import Move
from dgxblock.registry.models import Achievement, Attempt, Operation, Receipt
from dgxblock.registry.states import WORKABLE, ItemKind, OpKind, OpState, Owner, Phase, RemoteState

_log = logging.getLogger("dgxblock.registry")
_ACHIEVEMENT = Achievement._meta.db_table
_RECEIPT = Receipt._meta.db_table


@dataclass(frozen=True, slots=True)
class Trace:
    """What is kept of one exchange: no body, no header."""

    phase: Phase
    started_at: datetime
    http_status: int | None
    seconds: float
    request_sha256: str
    response_sha256: str
    outcome: Outcome | None
    verdict: str
    code: str


def settle(
    operation: Operation, state: str, move: Move, trace: Trace, /, *, leased: bool = True, **written: Any
) -> bool:
    """Commit one transition with all that belongs to it.

    A pump whose lease went to another writes its attempt and nothing else; then the result is False.

    Args:
        operation: as it was claimed, or as it was read.
        state: the state that the row must have now.
        move: what it becomes.
        trace: of the exchange.
        leased: no for what a registry told us by itself: it holds no lease, and the row may be leased to anybody.
        written: further columns.
    """
    with transaction.atomic():
        gates.lock(operation.achievement)
        move, believed = _accepted(operation, move)
        columns: dict[str, Any] = {"tries": move.tries, "reason": move.reason, "owner": move.owner, **written}
        if believed is not None and operation.accepted_at is None:
            columns["accepted_at"] = now()
        done = outbox.move(operation, state, move.to, delay=move.delay, leased=leased, **columns)
        attempt(operation, trace, now(), recorded=done).save()
        if done and believed is not None:
            _keep(operation, believed)
        if done and move.to == OpState.REJECTED:
            # Nothing is held, so nobody else must wait for whoever may have given another's number.
            gates.lock(operation.achievement)
            gates.release(operation.achievement)
        if done and move.to not in WORKABLE:
            convergence.converge(operation.achievement)  # what was wanted meanwhile has waited for this
    return done


def learn(operation: Operation, given: Mapping[str, Any], /) -> bool:
    """Keep a receipt about an operation that is settled already: a certificate was revoked, or found late.

    Returns:
        False when the number is another trainee's; then nothing is kept.
    """
    with transaction.atomic():
        gates.lock(operation.achievement)
        outcome = of_receipt(given)
        move, believed = _accepted(operation, Move(OpState.DONE, None, 0, outcome=outcome))
        if believed is None:
            return False
        _keep(operation, believed)
        if operation.state == OpState.REJECTED and (outcome.verdict, move.to) == (Verdict.DONE, OpState.DONE):
            # The registry has thought better of its refusal.
            outbox.move(operation, operation.state, move.to, delay=None, leased=False, tries=0, reason="", owner="")
            convergence.converge(operation.achievement)
    return True


def _accepted(operation: Operation, move: Move, /) -> tuple[Move, Mapping[str, Any] | None]:
    """The receipt to believe; and a person to call when its number is another trainee's already."""
    given = move.outcome.receipt if move.outcome else None
    certificate = given.get("certificate") if given else None
    if certificate is None:
        return move, given
    if move.to == OpState.DONE and (certificate["status"] == "revoked") != (operation.kind == OpKind.REVOKE):
        # Done, and yet not what was asked for: only people can say why. What the registry has is kept all the same.
        move = replace(move, to=OpState.HUMAN, reason="other-status", owner=Owner.STAFF)
    index = blind_index(conf.blind_index_key(), "certificate", certificate["no"])
    others = Achievement.objects.filter(certificate_bidx=index).exclude(pk=operation.achievement_id)
    if others.exists():
        return Move(OpState.HUMAN, None, move.tries, "number-twice", Owner.STAFF), None
    return move, given


def attempt(operation: Operation, trace: Trace, ended_at: datetime, /, *, recorded: bool) -> Attempt:
    """The row of an exchange, not saved."""
    codes = ",".join(trace.outcome.error_codes)[:200] if trace.outcome else ""
    return Attempt(
        operation=operation, phase=trace.phase, started_at=trace.started_at, ended_at=ended_at,
        http_status=trace.http_status, verdict=trace.verdict[:10], code=trace.code[:40], error_codes=codes,
        request_sha256=trace.request_sha256, response_sha256=trace.response_sha256,
        latency_ms=int(trace.seconds * 1000), recorded=recorded,
    )  # fmt: skip


def receipt(operation: Operation, given: Mapping[str, Any], received_at: datetime, /) -> Receipt:
    """The row of a receipt, not saved."""
    row_id, certificate = uuid.uuid4(), given.get("certificate")
    return Receipt(
        uuid=row_id, achievement=operation.achievement, operation=operation, seq=given["seq"], rev=given["rev"],
        outcome=given["outcome"], payload_sha256=given["payload_sha256"],
        accepted_on=date.fromisoformat(given["accepted_on"]),
        certificate_status=certificate["status"] if certificate else "none",
        body_enc=vault.seal(_RECEIPT, "body_enc", row_id, canonical(given)), received_at=received_at,
    )  # fmt: skip


def shown(achievement: Achievement, given: Mapping[str, Any], index: str, /) -> dict[str, Any]:
    """The columns of an achievement that say what the registry shows by a receipt; `index` is of its number."""
    certificate = given.get("certificate")
    columns: dict[str, Any] = {"remote_seq": given["seq"], "remote_rev": given["rev"]}
    if certificate:
        return columns | {
            "certificate_enc": vault.seal(_ACHIEVEMENT, "certificate_enc", achievement.uuid, certificate["no"]),
            "certificate_bidx": index,
            "issued_on": date.fromisoformat(certificate["issued_on"]),
            "remote_state": RemoteState.REVOKED if certificate["status"] == "revoked" else RemoteState.ISSUED,
        }
    if achievement.certificate_bidx is not None:
        return columns  # what a registry does not repeat of a certificate is there all the same
    return columns | {"remote_state": RemoteState.REFUSED if given["outcome"] == "refused" else RemoteState.PENDING}


def _keep(operation: Operation, given: Mapping[str, Any], /) -> None:
    achievement, certificate = operation.achievement, given.get("certificate")
    if not Receipt.objects.filter(achievement=achievement, seq=given["seq"], rev=given["rev"]).exists():
        receipt(operation, given, now()).save()
    if given["rev"] < achievement.remote_rev:
        return
    index = blind_index(conf.blind_index_key(), "certificate", certificate["no"]) if certificate else ""
    columns = shown(achievement, given, index)
    Achievement.objects.filter(pk=achievement.pk).update(**columns)
    if achievement.person_key is None and columns.get("remote_state") in (RemoteState.PENDING, RemoteState.ISSUED):
        _hold_again(operation)


def _hold_again(operation: Operation, /) -> None:
    """A registry has what was thought refused, or was given free by people: nobody else may certify its person."""
    achievement, papers = operation.achievement, operation.identity
    if papers is None or gates.claim_again(achievement, gates.person_key(achievement, papers)):
        return
    # Another account was faster: one of the two has to go, and people say which.
    _log.error("dgx_registry: operation %s is held, and its person by another account too", operation.uuid)
    workitems.ask(achievement, ItemKind.REVOKE, actor="", reason="", code="duplicate")


def certificate_number(achievement: Achievement, /) -> str:
    """The certificate's number, in clear; empty if there is none.

    Raises:
        dgxblock.registry.vault.Closed, dgxblock.registry.conf.Unset: it does not open.
    """
    return vault.open_text(_ACHIEVEMENT, "certificate_enc", achievement.uuid, achievement.certificate_enc)
