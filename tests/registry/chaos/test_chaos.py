"""Many results through workers, pump, broker and registry while these are killed, frozen, emptied and made to lie.

``DGX_CHAOS_SEED`` and ``DGX_CHAOS_RESULTS`` repeat a run: the choices are the same, their timing is the machine's.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from django.db import connection, connections
from pytest_django.fixtures import Settings

from dgxblock.registry import api, models, rehearsal, tasks
from tests.builders import worker_process
from tests.builders.registry import COURSE, earn, number, scheme, time_passes
from tests.builders.sandboxed import sender, turn
from tests.demo.sandbox.registry import Registry
from tests.registry.chaos import oracle
from tests.registry.chaos.parts import MODES, Parts

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.chaos]

RESULTS: Final = int(os.environ.get("DGX_CHAOS_RESULTS", "10000"))
SEED: Final = int(os.environ.get("DGX_CHAOS_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
EARNERS: Final = 60
"""Trainees with work in the ledger, whose marks are changed while their results are under way."""
LONGEST: Final = 120.0  # seconds of trouble, after which what is left must go through without


def number_of(earner: int, /) -> str:
    return number(f"44190019900101{earner:03}")


class Trouble:
    """What happens meanwhile, chosen by chance."""

    def __init__(self, parts: Parts, chance: random.Random, /) -> None:
        self._parts, self._chance = parts, chance
        self.withdrawn: set[str] = set()
        self.happened: Counter[str] = Counter()

    def next(self) -> None:
        """One thing more."""
        names = ("calm", "mode", "pump", "freeze", "registry", "broker", "bells", "marks", "consent")
        what = self._chance.choices(names, (6, 8, 5, 2, 1, 2, 3, 6, 1))[0]
        self.happened[what] += 1
        getattr(self, what)()

    def calm(self) -> None:
        """It is well again, and an operator says so."""
        self._parts.misbehave("normal")
        models.Channel.objects.update(blocked=False, until=None, failures=0)

    def mode(self) -> None:
        which = self._chance.choice(MODES)
        self.happened[which] += 1
        self._parts.misbehave(which)

    def pump(self) -> None:
        self._parts.kill_a_pump()

    def freeze(self) -> None:
        self._parts.freeze_a_pump()

    def registry(self) -> None:
        self._parts.kill_the_registry()

    def broker(self) -> None:
        if self._chance.random() < 0.5:
            self._parts.broker.forget()
        else:
            self._parts.broker.die()

    def bells(self) -> None:
        assert tasks.ring is not None
        for _ in range(20):
            tasks.ring.apply_async(args=["sandbox"], retry=False, ignore_result=True, expires=120)

    def marks(self) -> None:
        for _ in range(3):
            learner = str(self._chance.randrange(EARNERS))
            turn(self._chance.random() < 0.6, self._chance.choice([0, 70, 90]), learner)

    def consent(self) -> None:
        learner = str(self._chance.randrange(EARNERS))
        if api.withdraw_consent(learner, COURSE):
            self.withdrawn.add(learner)


def fill(results: int, /) -> None:
    """Trainees who pass meanwhile, some at a time."""
    try:
        made = rehearsal.scheme_for("sandbox")
        for start in range(0, results, 200):
            rehearsal.fill(made, min(200, results - start))
    finally:
        connections.close_all()


def under_way() -> int:
    return models.Operation.objects.filter(state__in=("READY", "SENDING", "UNKNOWN", "PENDING")).count()


def drain(parts: Parts) -> None:
    """Without trouble, and with staff who have another try at what stopped: until nothing is left."""
    from dgxblock.registry import pump

    parts.misbehave("normal")
    for _ in range(60):
        models.Channel.objects.update(blocked=False, until=None, failures=0)  # the operator says: try again
        pump.run(limit=100_000)
        api.sweep()
        parts.registry.decide()
        for one in models.Operation.objects.filter(state__in=("HUMAN", "DEAD")):
            api.replay(str(one.uuid), actor="staff")
        if not models.Operation.objects.exclude(next_at=None).exists():
            return
        time_passes(7200)
    raise AssertionError(Counter(models.Operation.objects.values_list("state", "reason")))


def database() -> bytes:
    """Every row of every table, as it stands."""
    found: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += map(repr, cursor.fetchall())
    return "\n".join(found).encode()


def written(parts: Parts, where: Path) -> dict[str, bytes]:
    """All that was written anywhere but at the registry: logs, the broker's files, and the whole database."""
    logs = {file.name: file.read_bytes() for file in where.glob("*.log")}
    return {**logs, "broker": parts.broker.stop(), "database": database()}


def test_everybody_who_earned_a_certificate_has_one_and_nobody_else(settings: Settings, tmp_path: Path) -> None:
    print(f"DGX_CHAOS_SEED={SEED} DGX_CHAOS_RESULTS={RESULTS}")
    chance = random.Random(SEED)
    (tmp_path / "registry").mkdir()
    running = Registry.start(tmp_path / "registry")
    settings.DGXBLOCK = sender(
        tmp_path, running, batch_max=100, quiet_seconds=2, deadline_seconds=3, base_seconds=0.2, sandbox=True
    )
    scheme(revoke_policy="auto", correct_scores=True)
    for learner in range(EARNERS):
        earn(str(learner), id_no=number_of(learner))
    parts = Parts(tmp_path, settings.DGXBLOCK, running, chance)
    worker_process.app(parts.broker.url)
    trouble = Trouble(parts, chance)
    filling = threading.Thread(target=fill, args=(RESULTS,))
    begun = time.monotonic()
    filling.start()
    try:
        while (filling.is_alive() or under_way()) and time.monotonic() - begun < LONGEST:
            trouble.next()
            time.sleep(chance.uniform(0.2, 1.5))
        filling.join()
        left = under_way()
    finally:
        parts.stop()
    print(f"{time.monotonic() - begun:.0f} s of trouble, {left} left: {dict(trouble.happened)}")
    drain(parts)
    print(f"{time.monotonic() - begun:.0f} s; {Counter(models.Operation.objects.values_list('kind', 'state'))}")
    assert models.Achievement.objects.count() == RESULTS + EARNERS
    assert oracle.wrong(running, undecided=trouble.withdrawn) == []
    secrets = [*(number_of(learner) for learner in range(EARNERS)), "演练学员1", "4400001960"]
    assert oracle.plain_text(written(parts, tmp_path), secrets) == []
    running.stop()
