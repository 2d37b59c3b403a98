"""Delivering results: how many a second, by workers and batches, and what a claim costs among many rows.

The registry answers at once and in this process, so what is measured is ours. *Bare* is the least that any delivery by
lease has to do: claim a row, and record its outcome and one attempt.
"""

from __future__ import annotations

import base64
import hashlib
import os
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import connections, transaction

from benchmarks.measure import Spread
from benchmarks.report import table
from dgxblock.registry import outbox, pump, rehearsal
from dgxblock.registry.adapters import Capabilities, Item, Registry, Reply, Sending
from dgxblock.registry.adapters.shadow import Shadow
from dgxblock.registry.clock import now
from dgxblock.registry.contract import of_receipt
from dgxblock.registry.models import Achievement, Attempt, Operation
from dgxblock.registry.states import OpState

__all__ = ["ROWS", "Found", "measure", "report"]

SLUG: Final = "bench"
WORKERS: Final = (1, 2, 4)
BATCHES: Final = (1, 100)
ROWS: Final = (1_000, 10_000, 100_000, 1_000_000)
_CLAIMS: Final = 20
_CHUNK: Final = 5_000


class Instant(Shadow):
    """A registry that certifies at once."""

    def __init__(self, registry: Registry, /) -> None:
        super().__init__(registry)
        self._most = registry.batch_max

    def capabilities(self) -> Capabilities:
        return Capabilities(batch_max=self._most)

    def send(self, items: Sequence[Item], /) -> Sending:
        return Sending(tuple(Reply(of_receipt(_receipt(item)), 200, 0.0, item.sent.payload_sha256) for item in items))


def _receipt(item: Item, /) -> Mapping[str, Any]:
    sent = item.sent
    return {
        "contract": "dgx-v1/receipt", "result_id": sent.result_id, "seq": sent.seq, "rev": 1, "outcome": "done",
        "payload_sha256": sent.payload_sha256, "accepted_on": "2026-01-01", "updated_at": "2026-01-01T00:00:00+08:00",
        "certificate": {"no": f"B{uuid.UUID(sent.result_id).hex}", "status": "live", "issued_on": "2026-01-01"},
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """Results per second: `bare` by workers, `delivered` by workers and batch; `claims` in ms by rows in the table."""

    results: int
    bare: Mapping[int, float]
    delivered: Mapping[tuple[int, int], float]
    claims: Mapping[int, Spread]


def measure(results: int, /, *, rows: Sequence[int] = ROWS, workers: Sequence[int] = WORKERS) -> Found:
    """Deliver `results` invented trainees in every combination.

    Raises:
        RuntimeError: something was not delivered, or twice.
    """
    _configure()
    bare = {count: _bare(results, count) for count in workers}
    delivered = {(count, batch): _deliver(results, count, batch) for count in workers for batch in BATCHES}
    return Found(results, bare, delivered, {count: _claims(count) for count in rows})


def report(found: Found, /) -> str:
    """The findings as text."""
    lines = [("bare claim and record", str(count), "10", f"{rate:.0f}", "1.00") for count, rate in found.bare.items()]
    for (count, batch), rate in found.delivered.items():
        lines.append(("delivery", str(count), str(batch), f"{rate:.0f}", f"{rate / found.bare[count]:.2f}"))
    claims = (
        (f"{rows:,}", f"{each.median:.2f} ({each.low:.2f}-{each.high:.2f})") for rows, each in found.claims.items()
    )
    return (
        f"Delivery of {found.results} results\n\n"
        f"{table(('', 'workers', 'batch', 'results/s', 'of bare'), lines)}\n\n"
        f"A claim of ten, ms: median (p10-p90)\n\n{table(('rows', ''), claims)}\n"
    )


def _configure() -> None:
    """Keys for a benchmark's own trainees, in this process only."""
    for name in ("FIELD", "INDEX"):
        os.environ[f"DGX_BENCH_{name}"] = base64.b64encode(hashlib.sha256(name.encode()).digest()).decode()
    settings.DGXBLOCK |= {
        "FIELD_KEYS": {"k": "env:DGX_BENCH_FIELD"}, "BLIND_INDEX_KEY": "env:DGX_BENCH_INDEX",
        "REGISTRIES": {SLUG: {"adapter": "shadow"}},
    }  # fmt: skip


def _registry(batch: int) -> Registry:
    return Registry(SLUG, adapter="instant", batch_max=batch, requests_per_second=10_000, burst=10_000)


def _filled(results: int) -> None:
    rehearsal.fill(rehearsal.scheme_for(SLUG), results)


def _deliver(results: int, workers: int, batch: int) -> float:
    _filled(results)
    where = _registry(batch)
    before = Attempt.objects.count()
    rate = _race(results, workers, lambda: pump.Drain(where, Instant(where)).run(results))
    _settled(Attempt.objects.count() - before, results)
    return rate


def _bare(results: int, workers: int) -> float:
    _filled(results)
    before = Attempt.objects.count()

    def work() -> None:
        while rows := outbox.claim(SLUG, 10, 60):
            for row in rows:
                with transaction.atomic():
                    if outbox.move(row, OpState.READY, OpState.DONE, delay=None):
                        moment = now()
                        Attempt.objects.create(
                            operation=row, phase="send", started_at=moment, ended_at=moment, verdict="done",
                            request_sha256="0" * 64, latency_ms=0,
                        )  # fmt: skip

    rate = _race(results, workers, work)
    _settled(Attempt.objects.count() - before, results)
    return rate


def _settled(attempts: int, results: int) -> None:
    left = Operation.objects.filter(registry=SLUG).exclude(state=OpState.DONE).count()
    if left or attempts != results:
        raise RuntimeError(f"{left} results were not delivered, {attempts} attempts for {results}")


def _race(results: int, workers: int, work: Callable[[], object]) -> float:
    """Results per second on the wall, by so many threads with a connection each."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the figures would be wrong
            failed.append(error)
        finally:
            connections.close_all()

    began = time.perf_counter()
    if workers == 1:
        work()
    else:
        threads = [threading.Thread(target=run) for _n in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if failed:
        raise failed[0]
    return results / (time.perf_counter() - began)


def _claims(rows: int) -> Spread:
    """What a claim costs when the table holds so many settled rows and a hundred that are due."""
    scheme = rehearsal.scheme_for(SLUG)
    with transaction.atomic():
        due = rehearsal.fill(scheme, 100)
    of = Achievement.objects.filter(scheme=scheme).order_by("pk")[0]
    have = Operation.objects.count()
    moment = now()
    for start in range(have, rows, _CHUNK):
        Operation.objects.bulk_create(
            Operation(
                achievement=of, scheme=scheme, registry=SLUG, seq=place + 2, op_key=f"bench:{place}",
                state=OpState.DONE, created_at=moment, changed_at=moment,
            )
            for place in range(start, min(start + _CHUNK, rows))
        )  # fmt: skip
    spent = []
    for _n in range(_CLAIMS):
        began = time.perf_counter()
        claimed = outbox.claim(SLUG, 10, 60)
        spent.append((time.perf_counter() - began) * 1000)
        if len(claimed) != 10:
            raise RuntimeError(f"{len(claimed)} of 10 rows were claimed")
        for row in claimed:
            outbox.move(row, OpState.READY, OpState.READY, delay=0.0)
    Operation.objects.filter(pk__in=due).update(state=OpState.DONE, next_at=None, active_for=None)
    return Spread.of(spent)
