"""The pump: takes due operations and gives each its turn. Any number may run; the database keeps them apart."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from django.db import Error as DatabaseError
from django.db import transaction

from dgxblock.registry import conf, outbox
from dgxblock.registry.clock import now
from dgxblock.registry.conf import Registry, Unset
from dgxblock.registry.contract import Scope
from dgxblock.registry.delivery import channel, rules, worker
from dgxblock.registry.models import Channel, Operation, Scheme
from dgxblock.registry.states import Mode

_log = logging.getLogger("dgxblock.registry")
_BATCH = 10  # rows claimed at once: few, so that a pump that dies holds little back


@dataclass(slots=True)
class Report:
    """What one run did: turns given, and sentences about settings that are missing."""

    turns: int = 0
    sentences: list[str] = field(default_factory=list)


def run(*, limit: int = 1000) -> Report:
    """Give every operation that is due now its turn, up to `limit` turns. Returns when nothing more is due."""
    report = Report()
    waiting = Operation.objects.filter(next_at__lte=now()).values_list("registry", flat=True)
    for slug in sorted(set(waiting.order_by().distinct())):
        try:
            conf.field_keys()
            conf.blind_index_key()
            registry = conf.registry(slug)
        except Unset as sentence:
            report.sentences.append(str(sentence))
            continue
        report.turns += _drain(registry, limit - report.turns)
    return report


def _drain(registry: Registry, limit: int, /) -> int:
    turns = 0
    name = channel.key(Scope.REGISTRY, registry.slug)
    while turns < limit:
        state = channel.look(name)
        if channel.resting(state, now()):
            break
        resting, probing = _schemes()
        lease = registry.lease_seconds * 2
        size = 1 if state.blocked else min(_BATCH, limit - turns)
        rows = outbox.claim(registry.slug, size, lease, without=resting)
        if not rows:
            break
        for position, row in enumerate(rows):
            turns += 1
            probe = state.blocked or row.scheme_id in probing
            if not _turn(row, registry, probe=probe):
                _give_back(rows[position + 1 :])
                break
    return turns


def _schemes() -> tuple[list[int], set[int]]:
    """Schemes that may not be spoken for now, and those for which only a probe may go out."""
    moment = now()
    blocked = {row.key: row for row in Channel.objects.filter(key__startswith="scheme:", blocked=True)}
    resting, probing = [], set()
    for pk, slug, mode in Scheme.objects.values_list("pk", "slug", "mode"):
        row = blocked.get(channel.key(Scope.SCHEME, slug))
        if mode == Mode.PAUSED or (row is not None and channel.resting(row, moment)):
            resting.append(pk)
        elif row is not None:
            probing.add(pk)
    return resting, probing


def _turn(row: Operation, registry: Registry, /, *, probe: bool) -> bool:
    """One turn; an error of ours is counted against the row, and the others go on."""
    try:
        return worker.turn(row, registry, probe=probe)
    except DatabaseError:
        raise
    except Unset:
        return False
    except Exception as error:  # noqa: BLE001 - one poisoned row must not stop the others
        # The type only: a message or a traceback could hold what the document holds.
        _log.error("dgx_registry: operation %s failed inside (%s)", row.uuid, type(error).__name__)
        _poisoned(row, registry)
        return True


def _poisoned(row: Operation, registry: Registry, /) -> None:
    with transaction.atomic():
        row.state = Operation.objects.values_list("state", flat=True).get(pk=row.pk)
        move = rules.after_internal(worker.situation(row, registry))
        outbox.move(row, row.state, move.to, delay=move.delay, tries=move.tries, reason=move.reason, owner=move.owner)


def _give_back(rows: list[Operation], /) -> None:
    """Rows that were claimed, but whose turn does not come now."""
    for row in rows:
        outbox.move(row, row.state, row.state, delay=0.0)
