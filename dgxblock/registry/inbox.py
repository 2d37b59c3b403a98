"""What registries tell us by themselves: stored first, believed only as far as a look-up would be.

A callback is verified and stored by `receive`, in the request; `work`, in the pump, compares it with what was sent. It
can settle an operation sooner than a look-up, and it can tell that a certificate was revoked. It can never make
anything be sent, and it never speaks for another registry's results.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from dgxblock.registry import conf, vault
from dgxblock.registry.adapters import Registry
from dgxblock.registry.clock import now
from dgxblock.registry.contract import Malformed, Next, Sent, canonical, compare, loads, of_receipt, payload_sha256
from dgxblock.registry.contract import blind_index as index_of
from dgxblock.registry.delivery import record
from dgxblock.registry.delivery.rules import Move, after_send
from dgxblock.registry.delivery.worker import situation
from dgxblock.registry.models import Achievement, Inbox, Operation
from dgxblock.registry.states import OpState, Phase

__all__ = ["LEARNED", "OLD", "SETTLED", "believe", "receive", "strangers", "work"]

_log = logging.getLogger("dgxblock.registry")
_TABLE: Final = Inbox._meta.db_table
_OPEN: Final = (OpState.READY, OpState.SENDING, OpState.UNKNOWN, OpState.PENDING, OpState.HUMAN, OpState.DEAD)
SETTLED, LEARNED, OLD = "settled", "learned", "old"


def receive(registry: Registry, headers: Mapping[str, str], body: bytes, moment: float, /) -> bool:
    """Verify a callback and store it. Returns whether it is new.

    Args:
        registry: whose address it came to.
        headers: of the request.
        body: raw bytes.
        moment: our clock, seconds since the epoch.

    Raises:
        dgxblock.registry.contract.Refused: it is not the registry's; nothing is stored.
        dgxblock.registry.conf.Unset: it cannot be stored now.
    """
    message_id = {name.lower(): value for name, value in headers.items()}.get("webhook-id", "")
    receipt: Mapping[str, Any] | None = None
    try:
        receipt = conf.adapter(registry).parse_callback(headers, body, moment)
        result = ""
    except Malformed as malformed:  # signed by the registry, so it is told nothing new by an error
        result = f"malformed-{malformed.code}"[:40]
        _log.error("dgx_registry: a callback of %s is not valid (%s)", registry.slug, malformed.code)
    return _store(registry.slug, message_id, body, receipt, result)


def strangers(slug: str, references: Iterable[tuple[str, int]], /) -> None:
    """Keep, for the reconciliation, that a registry answered about results that nobody had sent."""
    for result_id, seq in references:
        _log.error("dgx_registry: %s answered about %s (seq %s), which was not sent", slug, result_id, seq)
        _store(slug, f"batch:{result_id}:{seq}", b"", {"result_id": result_id, "seq": seq}, "not-sent")


def _store(slug: str, message_id: str, body: bytes, about: Mapping[str, Any] | None, result: str, /) -> bool:
    row_id, moment = uuid.uuid4(), now()
    about = about or {}
    try:
        with transaction.atomic():
            Inbox.objects.create(
                uuid=row_id, registry=slug, message_id=message_id, sha256=payload_sha256(body), received_at=moment,
                result_id=about.get("result_id", ""), seq=about.get("seq"), rev=about.get("rev"), result=result,
                worked_at=moment if result else None,
                body_enc="" if result else vault.seal(_TABLE, "body_enc", row_id, body),
            )  # fmt: skip
    except IntegrityError:
        return False
    return True


def work(*, limit: int = 1000, only: str | None = None) -> int:
    """Compare what was stored with what was sent; how many messages. Any number of processes may do it."""
    waiting: QuerySet[Inbox] = Inbox.objects.filter(result="").order_by("pk")
    if only is not None:
        waiting = waiting.filter(registry=only)
    rows = list(waiting[:limit])
    for row in rows:
        try:
            result = _one(row)
        except (conf.Unset, vault.Closed):
            break  # a key is missing; all of it is kept until it is back
        except Exception as error:  # noqa: BLE001 - one message must not stop the others
            _log.error("dgx_registry: message %s failed inside (%s)", row.uuid, type(error).__name__)
            result = "internal"
        Inbox.objects.filter(pk=row.pk).update(result=result, worked_at=now())
        if result not in (SETTLED, LEARNED, OLD):
            _log.error("dgx_registry: %s says of %s: %s; somebody has to compare", row.registry, row.result_id, result)
    return len(rows)


def _one(row: Inbox, /) -> str:
    """What one message came to, as a code."""
    receipt: Mapping[str, Any] = loads(vault.open_bytes(_TABLE, "body_enc", row.uuid, row.body_enc))
    found = Achievement.objects.filter(uuid=receipt["result_id"], operations__registry=row.registry)
    achievement = found.select_related("scheme").first()
    if achievement is None:
        return "unknown-reference"
    if receipt["rev"] <= achievement.remote_rev:
        return OLD
    return believe(achievement, receipt, row.registry, Phase.CALLBACK, row.received_at, row.sha256)


def believe(
    achievement: Achievement, receipt: Mapping[str, Any], slug: str, phase: str, received_at: datetime, sha256: str, /
) -> str:
    """Take a receipt over that was told by itself, as far as a look-up would be; what came of it, as a code.

    Args:
        achievement: the one that it names.
        receipt: valid, and newer than what is known.
        slug: of the registry that told it.
        phase: how it was told.
        received_at: when.
        sha256: of what was told, hex.
    """
    if _another_certificate(achievement, receipt):
        return "second-certificate"
    operation = (
        Operation.objects.filter(achievement=achievement, seq=receipt["seq"])
        .select_related("achievement__scheme", "scheme")
        .first()
    )
    if operation is None or not operation.sends:
        return "never-sent"
    sent = Sent(receipt["result_id"], operation.seq, operation.payload_sha256, operation.previous_seq)
    found_out = compare(sent, receipt, known_rev=achievement.remote_rev)
    if found_out.next is not Next.ANSWER or found_out.outcome is None:
        return found_out.code or "other-digest"
    if operation.state not in _OPEN:
        return LEARNED if record.learn(operation, receipt) else "number-twice"
    move = _move(operation, receipt, slug)
    trace = record.Trace(
        Phase(phase), received_at, None, 0.0, sha256, payload_sha256(canonical(receipt)), found_out.outcome,
        found_out.outcome.verdict, found_out.outcome.code,
    )  # fmt: skip
    # Whoever holds the lease now waits for the answer to a request, and will find that it is known.
    if record.settle(operation, operation.state, move, trace, leased=False):
        return SETTLED
    return LEARNED if record.learn(operation, receipt) else "number-twice"


def _move(operation: Operation, receipt: Mapping[str, Any], slug: str, /) -> Move:
    return after_send(of_receipt(receipt), situation(operation, conf.registry(slug)))


def _another_certificate(achievement: Achievement, receipt: Mapping[str, Any], /) -> bool:
    """Whether the receipt names another certificate than the one that we know of this result."""
    certificate = receipt.get("certificate")
    if certificate is None or achievement.certificate_bidx is None:
        return False
    return index_of(conf.blind_index_key(), "certificate", certificate["no"]) != achievement.certificate_bidx
