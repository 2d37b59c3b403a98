"""A child: it gives up what it will not need, does one job, answers and ends."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dgxblock.lab import jobs
from dgxblock.lab.broker import wire
from dgxblock.lab.errors import LabError

_MB: Final = 1 << 20
_PARENT_DEATH_SIGNAL: Final = 1
_NO_NEW_PRIVILEGES: Final = 38
_PRCTL: Final = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


@dataclass(frozen=True)
class Child:
    """As the broker knows it: `link` leads to it."""

    pid: int
    link: socket.socket

    def alive(self) -> bool:
        """Whether it has not ended by itself."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def end(self) -> tuple[int, int]:
        """Kill it and wait: (the signal that ended it or 0, its largest resident memory in KB)."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.link.close()
        _, status, used = os.wait4(self.pid, 0)
        size = used.ru_maxrss if sys.platform == "linux" else used.ru_maxrss // 1024
        return (os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0), size


def spawn() -> Child:
    """Fork a child that waits for its job. Only for a process with one thread."""
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    everything = signal.valid_signals()
    # a signal in between would run the broker's own clean-up in the child
    signal.pthread_sigmask(signal.SIG_BLOCK, everything)
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = _live(theirs.detach(), parent)
        finally:
            os._exit(status)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, everything)
    theirs.close()
    ours.setblocking(False)
    return Child(pid, ours)


def _live(fd: int, parent: int, /) -> int:
    gc.freeze()  # nothing of the broker's is looked at again, let alone closed by a destructor
    _leave(fd, parent)
    link = socket.socket(fileno=fd)
    engines = jobs.prepare()
    message = wire.receive(link, wire.MOST_ENVELOPE, wire.MOST_JOB)
    envelope, body = wire.unpack(message)
    job = jobs.JOBS[envelope["job"]]
    answer = _answer(job, body, engines)
    link.settimeout(None)
    link.sendall(answer)
    return 0


def _leave(fd: int, parent: int, /) -> None:
    """Go without the broker's files, signals and rights, and not survive it."""
    if _PRCTL is not None:
        _PRCTL(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        _PRCTL(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    listed = Path("/proc/self/fd" if sys.platform == "linux" else "/dev/fd")
    for each in [int(name.name) for name in listed.iterdir()]:
        if each > 2 and each != fd:
            with contextlib.suppress(OSError):
                os.close(each)
    for what, most in (("FSIZE", 0), ("CORE", 0), ("NPROC", 0)):
        _limit(what, most)


def _limit(what: str, most: int, /) -> None:
    with contextlib.suppress(ValueError, OSError):  # the limit that the host has set is lower still
        resource.setrlimit(getattr(resource, f"RLIMIT_{what}"), (most, most))


def _answer(job: jobs.Job, body: bytes, engines: dict[str, Any], /) -> bytes:
    try:
        function = job.load()  # before the limits: it may have to read modules
        _limit("CPU", int(job.seconds) + 1)
        _limit("AS", job.memory * _MB)
        _limit("NOFILE", 16 if job.files else 0)
        jobs.bound_heap(job)
        header, data = wire.unpack(body)
        made = function(header, data, engines) if job.prepared else function(header, data)
        answer = wire.pack(*made) if isinstance(made, tuple) else wire.pack(made)
    except LabError as error:
        return _failed(error)
    except MemoryError:
        return _failed(LabError("size", detail="needs too much memory"))
    except Exception as error:  # noqa: BLE001 whatever it was: its words may hold anything, its kind does not
        return _failed(LabError("killed", detail=type(error).__name__))
    return answer if len(answer) <= wire.MOST_ANSWER else _failed(LabError("size", detail="the answer is too large"))


def _failed(error: LabError, /) -> bytes:
    return wire.pack({jobs.FAILED: error.as_json()})
