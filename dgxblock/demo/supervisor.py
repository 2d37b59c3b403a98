"""Starts the demo's three processes, waits until they answer, and stops all of them together."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final, Self

from dgxblock.i18n import gettext as _

__all__ = ["Child", "ChildDied", "Interrupted", "Supervisor"]

_READY_SECONDS: Final = 60.0
"""A cold start on a slow machine takes a quarter of this."""
_STOP_SECONDS: Final = 5.0
_TAIL_LINES: Final = 12
_PR_SET_PDEATHSIG: Final = 1


class ChildDied(Exception):
    """A process ended by itself; the text says which and shows the end of its log."""


class Interrupted(Exception):
    """Ctrl-C or SIGTERM."""


@dataclass(frozen=True, slots=True)
class Child:
    """A process to run. `healthz` is polled until it answers 200 with JSON; without one the process counts as ready."""

    name: str
    command: Sequence[str]
    log: Path
    healthz: str | None = None


def _die_with_parent() -> None:
    """So that even a killed supervisor leaves no orphans (Linux only; elsewhere the signals below must do)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs children until one of them ends or somebody says stop."""

    def __init__(
        self, children: Sequence[Child], environment: Mapping[str, str], say: Callable[[str], None], /
    ) -> None:
        self._children, self._environment, self._say = children, dict(environment), say
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._asked_to_stop = False

    def __enter__(self) -> Self:
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._interrupt)
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def _interrupt(self, signum: int, frame: FrameType | None) -> None:
        """Only remembered: an exception here could lose a child that is just being started."""
        del signum, frame
        self._asked_to_stop = True

    def process(self, name: str, /) -> subprocess.Popen[bytes]:
        """The running process of that name."""
        return self._running[name]

    def start(self) -> None:
        """Start every child in a session of its own: Ctrl-C reaches the supervisor only, which stops them in order."""
        for child in self._children:
            self._say(_("Starting %(name)s", name=child.name))
            with child.log.open("wb") as log:
                self._running[child.name] = subprocess.Popen(  # noqa: S603
                    child.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                    env=self._environment, start_new_session=True,
                    preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
                )  # fmt: skip

    def wait_until_ready(self) -> None:
        """
        Raises:
            ChildDied: a child ended, or did not answer in time.
            Interrupted: somebody said stop.
        """
        deadline = time.monotonic() + _READY_SECONDS
        for child in self._children:
            while child.healthz and not _healthy(child.healthz):
                self.check()
                if time.monotonic() > deadline:
                    seconds = f"{_READY_SECONDS:.0f}"
                    late = _("%(name)s did not answer within %(seconds)s seconds.", name=child.name, seconds=seconds)
                    raise ChildDied(late + self._tail(child))
                time.sleep(0.1)
            self._say(_("%(name)s is ready", name=child.name))

    def check(self) -> None:
        """
        Raises:
            ChildDied: a child has ended.
            Interrupted: somebody said stop.
        """
        if self._asked_to_stop:
            raise Interrupted
        for child in self._children:
            code = self._running[child.name].poll()
            if code is not None:
                ended = _("%(name)s has ended (code %(code)s), so everything stops.", name=child.name, code=code)
                raise ChildDied(ended + self._tail(child))

    def watch(self) -> None:
        """Block until a child ends.

        Raises:
            ChildDied: it did.
            Interrupted: somebody said stop.
        """
        while True:
            self.check()
            time.sleep(0.3)

    def stop(self) -> None:
        """End every child, politely first. Signals that arrive meanwhile change nothing."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, signal.SIG_IGN)
        for process in self._running.values():
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            _signal_group(process, signal.SIGKILL)
            process.wait()
        self._running.clear()

    @staticmethod
    def _tail(child: Child) -> str:
        lines = child.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:]
        if not lines:
            return ""
        return "\n" + _("The end of %(log)s:", log=str(child.log)) + "".join(f"\n    {line}" for line in lines)


def _signal_group(process: subprocess.Popen[bytes], signum: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signum)


def _healthy(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy to ourselves
    try:
        with opener.open(url, timeout=2) as answer:
            return answer.status == 200 and isinstance(json.load(answer), dict)
    except (OSError, ValueError):
        return False
