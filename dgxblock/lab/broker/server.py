"""The broker: takes jobs, gives each to a child of its own when its turn comes, and kills what is late. One thread."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from dgxblock.lab.broker import wire
from dgxblock.lab.broker.child import Child, spawn
from dgxblock.lab.broker.place import Settings
from dgxblock.lab.broker.tasks import PATIENCE, Task, Work, is_ours
from dgxblock.lab.broker.turns import Rates, Turns
from dgxblock.lab.jobs import JOBS

_EXIT: Final = 0.5
"""A child that has answered may take so long to end."""
_MOST_CLIENTS: Final = 500
_MOST_WAITING: Final = 100_000_000
"""Bytes of the jobs that wait."""


class Broker:
    """Serves `listener`, whose file is `path`, until nobody has asked for `settings.idle` seconds."""

    def __init__(self, listener: socket.socket, path: Path, settings: Settings, /) -> None:
        self._listener = listener
        self._path = path
        self._inode = path.stat().st_ino
        self._settings = settings
        self._selector = selectors.DefaultSelector()
        self._rates = Rates()
        self._waiting: dict[str, Turns[Task]] = {"page": Turns(), "trainee": Turns()}
        self._tasks: set[Task] = set()
        self._working: set[Work] = set()
        self._spare: deque[Child] = deque()
        self._recent: deque[dict[str, Any]] = deque(maxlen=50)
        self._served = 0
        self._busy_at = time.monotonic()
        self._ending = False

    def run(self) -> None:
        """Serve; at the end no child is left, and no socket."""
        self._listener.setblocking(False)
        self._watch(self._listener, selectors.EVENT_READ, self._accept)
        try:
            while not (self._ending and not self._tasks and not self._working):
                events = self._selector.select(self._pause())
                for key, mask in events:
                    link: socket.socket = key.fileobj  # type: ignore[assignment]
                    if link.fileno() != -1:  # an earlier one may have closed this
                        key.data(mask)
                self._look_at_clock()
                self._hand_out()
                if not events and not self._working and len(self._spare) < self._spares():
                    self._spare.append(spawn())
        finally:
            self._unlink()
            for child in (*self._spare, *(work.child for work in self._working)):
                child.end()

    # -- waiting ---------------------------------------------------------------------------------------------------

    def _spares(self) -> int:
        return 0 if self._ending else self._settings.at_once + 1

    def _pause(self) -> float:
        """Until something is due. Children are made ahead of need when there is nothing else to do at all."""
        if not self._working and len(self._spare) < self._spares():
            return 0.0
        due: list[float] = [task.until for task in self._tasks] + [work.until for work in self._working]
        due.append(self._busy_at + self._settings.idle if not self._ending else time.monotonic() + 1)
        return max(0.0, min(due) - time.monotonic())

    def _look_at_clock(self) -> None:
        now = time.monotonic()
        for work in [each for each in self._working if each.until <= now]:
            self._end(work, "late")
        for task in [each for each in self._tasks if each.until <= now]:
            if task.job is not None and any(each is task for each in self._waiting[task.job.lane]):
                place = self._waiting[task.job.lane].place(task) + self._at_work(task.job.lane)
                self._waiting[task.job.lane].remove(task)
                self._tell(task, {"state": "busy", "place": place})
            else:
                self._forget(task)
        if not self._ending and not self._tasks and not self._working and now > self._busy_at + self._settings.idle:
            self._stop()

    def _stop(self) -> None:
        """Take nobody new. Who came before the socket's file went is served still."""
        self._unlink()
        self._accept(0)
        self._ending = True
        self._selector.unregister(self._listener)
        self._listener.close()

    def _unlink(self) -> None:
        with contextlib.suppress(OSError):
            if self._path.stat().st_ino == self._inode:  # else another broker has taken the place
                self._path.unlink()

    # -- clients ---------------------------------------------------------------------------------------------------

    def _accept(self, _mask: int) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            if len(self._tasks) >= _MOST_CLIENTS or not is_ours(link):
                link.close()
                continue
            link.setblocking(False)
            task = Task(link, time.monotonic())
            self._tasks.add(task)
            self._busy_at = time.monotonic()
            self._watch(link, selectors.EVENT_READ, partial(self._hear, task))

    def _hear(self, task: Task, _mask: int) -> None:
        try:
            piece = task.link.recv(262_144)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece or task.job is not None:  # it has gone; or it says more than one job
            self._forget(task)
            return
        task.begun += piece
        try:
            whole = wire.length(task.begun, wire.MOST_ENVELOPE, wire.MOST_JOB)
            if not whole or len(task.begun) < whole:
                return
            task.message, task.begun = bytes(task.begun), bytearray()
            self._take(task, *wire.unpack(task.message))
        except (wire.Malformed, KeyError, TypeError):
            self._forget(task)

    def _take(self, task: Task, envelope: dict[str, Any], _body: bytes, /) -> None:
        now = time.monotonic()
        if envelope["job"] == "status":
            self._tell(task, {"state": "done"}, wire.pack(self._status()))
            return
        job, who = JOBS[envelope["job"]], str(envelope.get("who") or "")
        waiting = self._waiting[job.lane]
        seconds = self._rates.wait(who, now) if job.lane == "trainee" else 0
        if seconds:
            self._tell(task, {"state": "rate", "seconds": seconds})
        elif len(waiting) >= self._settings.queue or sum(len(each.message) for each in waiting) > _MOST_WAITING:
            self._tell(task, {"state": "busy", "place": len(waiting) + self._at_work(job.lane)})
        else:
            task.job, task.name, task.who = job, envelope["job"], who
            task.until = now + self._settings.wait
            waiting.add(task, who)

    def _tell(self, task: Task, envelope: dict[str, Any], body: bytes = b"", /) -> None:
        task.sending = memoryview(wire.pack(envelope, body))
        task.until = time.monotonic() + PATIENCE
        self._busy_at = time.monotonic()
        self._speak(task)

    def _speak(self, task: Task, _mask: int = 0) -> None:
        try:
            task.sending = task.sending[task.link.send(task.sending) :]
        except BlockingIOError:
            pass
        except OSError:
            task.sending = memoryview(b"")
        if task.sending:
            self._watch(task.link, selectors.EVENT_WRITE, partial(self._speak, task))
        else:
            self._forget(task)

    def _forget(self, task: Task, /) -> None:
        """End with a client; what works for it is killed."""
        if task not in self._tasks:
            return
        self._tasks.discard(task)
        self._selector.unregister(task.link)
        task.link.close()
        if task.job is not None:
            self._waiting[task.job.lane].remove(task)
        for work in [each for each in self._working if each.task is task]:
            work.task = None
            self._end(work, "left")

    # -- children --------------------------------------------------------------------------------------------------

    def _hand_out(self) -> None:
        for lane, waiting in self._waiting.items():
            while len(waiting) and self._at_work(lane) < self._settings.at_once:
                task = waiting.next()
                work = Work(self._child(), task, time.monotonic())
                task.message = b""
                task.until = work.until + PATIENCE
                self._working.add(work)
                self._give(work)

    def _at_work(self, lane: str, /) -> int:
        return sum(work.job.lane == lane for work in self._working)

    def _child(self) -> Child:
        while self._spare:
            child = self._spare.popleft()
            if child.alive():
                return child
            child.end()
        return spawn()

    def _give(self, work: Work) -> None:
        try:
            work.sending = work.sending[work.child.link.send(work.sending) :]
        except BlockingIOError:
            pass
        except OSError:
            self._end(work, "killed")
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if work.sending else 0)
        self._watch(work.child.link, wanted, partial(self._follow, work))

    def _follow(self, work: Work, mask: int) -> None:
        if mask & selectors.EVENT_WRITE and work.sending:
            self._give(work)
        if mask & selectors.EVENT_READ and work in self._working:
            self._collect(work)

    def _collect(self, work: Work, /) -> None:
        try:
            piece = work.child.link.recv(262_144)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece or work.task is None:  # it has ended, or nobody wants to know
            self._end(work, "killed")
            return
        work.answer += piece
        try:
            whole = wire.length(work.answer, wire.MOST_ANSWER, wire.MOST_ANSWER)
        except wire.Malformed:
            self._end(work, "killed")
            return
        if len(work.answer) > wire.MOST_ANSWER or (whole and len(work.answer) > whole):
            self._end(work, "killed")
        elif whole == len(work.answer):
            task, work.task = work.task, None
            now = time.monotonic()
            work.until = now + _EXIT
            self._tell(task, {"state": "done", "ms": round((now - work.begun) * 1000, 1)}, bytes(work.answer))

    def _end(self, work: Work, state: str, /) -> None:
        """Bury a child, whatever it does, and tell its client if there is one still."""
        self._working.discard(work)
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(work.child.link)
        stopped = time.monotonic()
        number, size = work.child.end()
        if work.task is None and state != "left":
            state = "done"
        elif state == "killed" and number == signal.SIGXCPU:
            state = "late"
        self._served += 1
        self._recent.append(
            {"job": work.name, "state": state, "ms": round((stopped - work.begun) * 1000, 1), "kb": size}
        )
        if work.task is not None:
            task, work.task = work.task, None
            self._tell(task, {"state": state, "ms": round((stopped - work.begun) * 1000, 1)})

    def _status(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "served": self._served,
            "working": len(self._working),
            "waiting": {lane: len(waiting) for lane, waiting in self._waiting.items()},
            "children": [child.pid for child in (*self._spare, *(work.child for work in self._working))],
            "recent": list(self._recent),
        }

    def _watch(self, link: socket.socket, events: int, then: Callable[[int], None], /) -> None:
        if link in self._selector.get_map():
            self._selector.modify(link, events, then)
        else:
            self._selector.register(link, events, then)
