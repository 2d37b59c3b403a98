"""The pump: takes due operations and gives each its turn. Any number may run; the database keeps them apart."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeVar

from django.db import Error as DatabaseError
from django.db import transaction

from dgxblock.registry import conf, health, inbox, outbox
from dgxblock.registry.adapters import Registry, RegistryAdapter
from dgxblock.registry.clock import now
from dgxblock.registry.conf import Unset
from dgxblock.registry.contract import MAX_BATCH_BYTES, Scope
from dgxblock.registry.delivery import channel, rules, together, worker
from dgxblock.registry.models import Channel, Operation, Scheme
from dgxblock.registry.states import Mode, OpState

_log = logging.getLogger("dgxblock.registry")
_BATCH: Final = 10  # rows claimed at once: few, so that a pump that dies holds little back
_PATIENCE: Final = 1.0  # seconds to wait for a token; longer waits are the caller's next look into the queue
_T = TypeVar("_T")


@dataclass(slots=True)
class Report:
    """What one run did: turns given, and sentences about settings that are missing."""

    turns: int = 0
    sentences: list[str] = field(default_factory=list)


def run(*, limit: int = 1000, only: str | None = None) -> Report:
    """Give every operation that is due now its turn, up to `limit` turns, and read what registries told us.

    Returns when nothing more is due, or when a registry may not be spoken to for now. `only` names one registry.
    """
    report = Report()
    health.beat()
    inbox.work(limit=limit, only=only)
    waiting = Operation.objects.filter(next_at__lte=now()).values_list("registry", flat=True)
    if only is not None:
        waiting = waiting.filter(registry=only)
    for slug in sorted(set(waiting.order_by().distinct())):
        try:
            conf.field_keys()
            conf.blind_index_key()
            registry = conf.registry(slug)
            adapter = conf.adapter(registry)
        except Unset as sentence:
            report.sentences.append(str(sentence))
            continue
        report.turns += Drain(registry, adapter).run(limit - report.turns)
    return report


class Drain:
    """One registry's queue, worked off."""

    def __init__(self, registry: Registry, adapter: RegistryAdapter, /) -> None:
        self._registry, self._adapter = registry, adapter
        self._channel = channel.key(Scope.REGISTRY, registry.slug)
        able = adapter.capabilities()
        self._polls = able.poll
        self._sends, self._together = able.put, max(1, min(able.batch_max, registry.batch_max))

    def run(self, limit: int, /) -> int:
        """Returns the number of turns."""
        turns = 0
        while turns < limit:
            state = channel.look(self._channel)
            if channel.resting(state, now()):
                break
            resting, probing = _schemes()
            size = 1 if state.blocked else min(max(_BATCH, self._together), limit - turns)
            rows = outbox.claim(self._registry.slug, size, self._registry.lease_seconds * 2, without=resting)
            if not rows:
                break
            turns += len(rows)
            probes = [row for row in rows if state.blocked or row.scheme_id in probing]
            if not self._all(rows, probes):
                break
        return turns

    def _all(self, rows: Sequence[Operation], probes: Sequence[Operation], /) -> bool:
        """A turn for each; on the first sign that something is wrong there the others are given back.

        Returns whether to look into the queue again: no, when there is no token for a request.
        """
        parts = self._parts(rows, probes)
        for position, part in enumerate(parts):
            may = self._token()
            if not (may and self.turn(part, probe=part[0] in probes)):
                _give_back([row for later in parts[position + may :] for row in later])
                return may  # the channel says whether it rests now
        return True

    def _parts(self, rows: Sequence[Operation], probes: Sequence[Operation], /) -> list[list[Operation]]:
        """What shares a request: new results, except where the registry wanted them singly."""
        singles: list[list[Operation]] = []
        together: list[Operation] = []
        for row in rows:
            fits = row.state == OpState.READY and row.kind == "ISSUE" and row.reason != worker.SINGLY
            if fits and self._together > 1 and row not in probes:
                together.append(row)
            else:
                singles.append([row])
        return [*(together[at : at + self._together] for at in range(0, len(together), self._together)), *singles]

    def _token(self) -> bool:
        if not self._sends:
            return True
        while (wait := channel.take(self._channel, self._registry)) > 0:
            if wait > _PATIENCE:
                return False
            time.sleep(wait)
        return True

    def turn(self, rows: Sequence[Operation], /, *, probe: bool) -> bool:
        """One exchange for claimed rows. Returns whether more may follow at once."""
        try:
            if rows[0].state != OpState.READY or probe:
                row = rows[0]
                look_up = partial(worker.look_up, row, self._registry, self._adapter, probe=probe)
                return self._guarded(row, look_up) is not False
            return self._send(rows)
        except Unset:
            return False

    def _send(self, rows: Sequence[Operation], /) -> bool:
        marked = together.mark(rows, self._registry, self._adapter, most=MAX_BATCH_BYTES) if self._sends else []
        marked += self._marked(rows, marked)
        sending = worker.send(marked, self._registry, self._adapter) if marked else None
        if sending is None:
            return True
        if sending.strangers:
            inbox.strangers(self._registry.slug, sending.strangers)
        effects: dict[str, set[rules.Effect]] = {}
        plain = {} if sending.singly else together.settle(
            marked, sending.replies, self._registry, polled=self._polls
        )  # fmt: skip
        for one, reply in zip(marked, sending.replies, strict=True):
            settle = partial(
                worker.settle, one, reply, self._registry, singly=sending.singly, polled=self._polls
            )  # fmt: skip
            effect = plain.get(one.operation.pk) or self._guarded(one.operation, settle)
            if effect is not None:
                effects.setdefault(one.operation.scheme.slug, set()).add(effect)
        return self._apply(effects)

    def _marked(self, rows: Sequence[Operation], already: Sequence[worker.Marked], /) -> list[worker.Marked]:
        """Those that may go beside `already`, each frozen and committed as "about to send"."""
        begun, size = time.monotonic(), sum(len(one.item.content) + 1 for one in already)
        done = {one.operation.pk for one in already}
        found: list[worker.Marked] = []
        for row in rows:
            if row.pk in done:
                continue
            if (found or done) and time.monotonic() - begun > self._registry.deadline_seconds / 2:
                _give_back([row])  # a slow database: what is marked must go before its lease is over
                continue
            ready = self._guarded(row, partial(worker.prepare, row, self._adapter))
            if ready is None:
                continue
            if not self._sends:
                self._guarded(row, partial(worker.shadow, ready))
                continue
            size += len(ready.content) + 1
            if (found or done) and size > MAX_BATCH_BYTES:
                size -= len(ready.content) + 1
                _give_back([row])
                continue
            marked = self._guarded(row, partial(worker.mark, ready, self._registry))
            if marked is not None:
                found.append(marked)
        return found

    def _apply(self, effects: dict[str, set[rules.Effect]], /) -> bool:
        """What one exchange says about registry and schemes counts once, however many results it carried."""
        answered = any(effect.kind == "ok" for found in effects.values() for effect in found)
        well = True
        for slug, found in effects.items():
            for effect in sorted(found, key=lambda each: each.kind != "ok"):
                if effect.kind == "fail" and answered:
                    continue
                channel.apply(effect, self._registry, slug)
                well = well and effect.kind == "ok"
        return well

    def _guarded(self, row: Operation, call: Callable[[], _T], /) -> _T | None:
        """The call's value; an error of ours is counted against the row, and the others go on."""
        try:
            return call()
        except (DatabaseError, Unset):
            raise
        except Exception as error:  # noqa: BLE001 - one poisoned row must not stop the others
            # The type only: a message or a traceback could hold what the document holds.
            _log.error("dgx_registry: operation %s failed inside (%s)", row.uuid, type(error).__name__)
            _poisoned(row, self._registry)
            return None


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


def _poisoned(row: Operation, registry: Registry, /) -> None:
    with transaction.atomic():
        row.state = Operation.objects.values_list("state", flat=True).get(pk=row.pk)
        move = rules.after_internal(worker.situation(row, registry))
        outbox.move(row, row.state, move.to, delay=move.delay, tries=move.tries, reason=move.reason, owner=move.owner)


def _give_back(rows: Sequence[Operation], /) -> None:
    """Rows that were claimed, but whose turn does not come now."""
    for row in rows:
        outbox.move(row, row.state, row.state, delay=0.0)
