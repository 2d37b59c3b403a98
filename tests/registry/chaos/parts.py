"""The parts of a run, each a real process, and how each of them fails."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, Final

import requests

from tests.builders import pump_process, worker_process
from tests.builders.broker import Broker
from tests.demo.sandbox.registry import Registry, command

__all__ = ["MODES", "Parts"]

MODES: Final = (
    "slow", "lose-answer", "fail-after-commit", "decide-later", "unavailable", "html", "envelope", "gzip", "drops",
    "hides", "echoes", "redirects",
)  # fmt: skip
"""Of the registry: all that leave the numbers of certificates alone. That a registry gives out a second number for the
same result, no sender can prevent; reconciliation finds it, and has its own tests."""


class Parts:
    """Two Celery workers, a pump in a loop, their Redis, and the registry."""

    def __init__(self, home: Path, dgxblock: dict[str, Any], registry: Registry, chance: random.Random, /) -> None:
        self.home, self.dgxblock, self.registry, self._chance = home, dgxblock, registry, chance
        (home / "redis").mkdir()
        self.broker = Broker(home / "redis")
        self._pumps = [self._worker(), self._worker(), self._pump()]

    def _worker(self) -> subprocess.Popen[bytes]:
        return worker_process.start(self.dgxblock, self.broker.url, self.home / "workers.log")

    def _pump(self) -> subprocess.Popen[bytes]:
        return pump_process.start(self.dgxblock, how="--loop", log=self.home / "pumps.log")

    def kill_a_pump(self) -> None:
        """SIGKILL to a worker with its children, or to the pump; another takes its place."""
        which = self._chance.randrange(len(self._pumps))
        _kill(self._pumps[which])
        self._pumps[which] = self._pump() if which == len(self._pumps) - 1 else self._worker()

    def freeze_a_pump(self) -> None:
        """A machine that stands still for a while, and does not know."""
        one = self._chance.choice(self._pumps)
        os.killpg(one.pid, signal.SIGSTOP)
        time.sleep(self._chance.uniform(0.1, 2.0))
        os.killpg(one.pid, signal.SIGCONT)

    def kill_the_registry(self) -> None:
        """It comes back with what it had committed."""
        self.registry.process.kill()
        self.registry.process.wait()
        self.start_the_registry()

    def start_the_registry(self) -> None:
        """Wait until it answers."""
        running = self.registry
        running.process = command(running.home, REGISTRY_PORT=str(running.port))
        for _ in range(300):
            try:
                running.http.get(f"{running.base}/healthz", timeout=2)
            except requests.RequestException:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the registry did not come back")

    def misbehave(self, mode: str, /) -> None:
        """Turn the registry's switch."""
        self.registry.misbehave(mode)

    def stop(self) -> None:
        """All pumps are killed; the registry and Redis stay."""
        for one in self._pumps:
            _kill(one)
        self._pumps = []


def _kill(process: subprocess.Popen[bytes], /) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
