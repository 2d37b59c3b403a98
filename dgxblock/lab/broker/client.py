"""Ask the broker, and start it when there is none."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from dgxblock.lab.broker import wire
from dgxblock.lab.broker.place import PACKAGE, Settings, folder, private, socket_path
from dgxblock.lab.errors import LabError
from dgxblock.lab.jobs import FAILED, JOBS

log: Final = logging.getLogger("dgxblock.lab")

_START: Final = 15.0
"""Seconds in which a broker must be there."""
_PASSED_ON: Final = (
    "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME", "PYTHONPATH", "TMPDIR", "TZ",
)  # fmt: skip
"""Not the whole environment: a web worker's holds keys, and children of the broker run what learners wrote."""
_starting: Final = threading.Lock()


class _Lost(Exception):
    """The broker went away while it had our job."""


def call(
    job: str, header: dict[str, Any], data: bytes = b"", /, *, who: str = "", again: bool = False
) -> tuple[dict[str, Any], bytes, float]:
    """Have a job of `dgxblock.lab.jobs.JOBS` done: (header, data, seconds that it took its child).

    `who` is any text that stands for one trainee: trainees have a rate and take turns. With `again` a job that was lost
    with its broker is asked for once more.

    Raises:
        LabError: of the job itself; ``busy``, ``rate``, ``deadline`` (it was killed), ``killed``, ``down``.
    """
    try:
        message = wire.pack({"job": job, "who": who[:200]}, wire.pack(header, data))
        if len(data) > wire.MOST_JOB - wire.MOST_ENVELOPE:
            raise LabError("size")
    except ValueError:
        raise LabError("statement", detail="contains characters that are no text") from None
    for left in (1, 0) if again else (0,):
        try:
            return _answer(_exchange(message, job))
        except _Lost:
            if not left:
                raise LabError("down", detail="it went away in the middle; ask again") from None
    raise AssertionError


def status() -> dict[str, Any]:
    """What the broker says of itself: pid, numbers of jobs, pids of children, the latest jobs (ms, KB, how each ended).

    Raises:
        LabError: ``down``.
    """
    return _answer(_exchange(wire.pack({"job": "status"}, b""), "status"))[0]


def start() -> None:
    """Have a broker: a web worker may call it before its first request.

    Raises:
        LabError: ``down``.
    """
    _connected().close()


def _exchange(message: bytes, job: str, /) -> bytes:
    settings = Settings.of(os.environ)
    seconds = JOBS[job].seconds if job in JOBS else 1.0
    until = time.monotonic() + settings.wait + seconds + 5
    with contextlib.closing(_connected()) as link:
        try:
            link.settimeout(until - time.monotonic())
            link.sendall(message)
            return wire.receive(link, wire.MOST_ENVELOPE, 2 * wire.MOST_ANSWER, until=until)
        except TimeoutError:
            raise LabError("down", detail="it does not answer") from None
        except (OSError, wire.Malformed):
            raise _Lost from None


def _answer(message: bytes, /) -> tuple[dict[str, Any], bytes, float]:
    try:
        envelope, body = wire.unpack(message)
        state, took = envelope.get("state"), envelope.get("ms", 0.0)
        if state == "done":
            header, data = wire.unpack(body)
    except wire.Malformed:
        raise LabError("killed") from None
    if state == "done":
        if FAILED in header:
            raise LabError.of(header[FAILED] if isinstance(header[FAILED], dict) else {})
        return header, data, took / 1000
    if state == "late":
        raise LabError("deadline", detail="took too long and was ended")
    if state in {"busy", "rate"}:
        raise LabError.of({**envelope, "code": state})
    raise LabError("killed")


def _connected() -> socket.socket:
    """A connection to the broker of this user, started if need be."""
    if not hasattr(socket, "AF_UNIX"):
        raise LabError("down", detail="this system has no unix sockets")
    own = private(folder())
    path = str(socket_path(own))
    link = _try(path)
    if link is not None:
        return link
    until = time.monotonic() + _START
    with _starting, _locked(own, until):
        while (link := _try(path)) is None:  # another process may have started it meanwhile
            if time.monotonic() > until:
                raise LabError("down", detail="it cannot be reached")
            _launch(own, until)
    return link


def _try(path: str, /) -> socket.socket | None:
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(5)
    try:
        link.connect(path)
    except OSError as error:
        link.close()
        if isinstance(error, FileNotFoundError | ConnectionRefusedError | ConnectionResetError):
            return None
        raise LabError("down", detail=f"it cannot be reached ({error.strerror})") from None
    return link


@contextlib.contextmanager
def _locked(own: Path, until: float, /) -> Iterator[None]:
    with (own / "lock").open("ab") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > until:
                    raise LabError("down", detail="somebody else is starting it and does not get on") from None
                time.sleep(0.02)
        yield


def _launch(own: Path, until: float, /) -> None:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {name: value for name, value in os.environ.items() if name.startswith("DGXBLOCK_LAB_")}
    if str(PACKAGE.parent) not in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        paths = (str(PACKAGE.parent), environment.get("PYTHONPATH", ""))
        environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    journal = own / "log"
    try:
        if journal.exists() and journal.stat().st_size > 200_000:
            journal.unlink()
        with journal.open("ab") as errors:
            # -P: nothing is imported from the folder where the worker happens to stand
            started = subprocess.Popen(  # noqa: S603 our own module, by our own Python
                [interpreter(), "-P", "-m", "dgxblock.lab.broker", str(own)], env=environment, cwd="/",
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True,
            )  # fmt: skip
        status = started.wait(max(1.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()
        status = -9
    except OSError as error:
        log.error("dgxblock lab: the broker cannot be started: %s", error)
        raise LabError("down", detail=f"it cannot be started ({error.strerror})") from None
    if status:
        log.error("dgxblock lab: the broker ended with status %s as it started, see %s", status, journal)
        raise LabError("down", detail=f"it ended with status {status} as it started")


def interpreter() -> str:
    """The Python that runs us. Under uWSGI and mod_wsgi `sys.executable` is the web server.

    Raises:
        LabError: ``down``, none is found; ``DGXBLOCK_LAB_PYTHON`` may name it.
    """
    named = os.environ.get("DGXBLOCK_LAB_PYTHON")
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    places = [Path(sys.prefix) / "bin" / name for name in (version, "python3", "python")]
    places += [Path(sys.base_prefix) / "bin" / version]
    if sys.executable and Path(sys.executable).name.startswith("python"):
        places.insert(0, Path(sys.executable))
    for place in [Path(named)] if named else places:
        if place.is_file() and os.access(place, os.X_OK):
            return str(place)
    raise LabError("down", detail="its Python is not found: set DGXBLOCK_LAB_PYTHON")
