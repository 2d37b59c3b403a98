"""Where the broker's socket is, and what the environment says about the broker."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from dgxblock import __version__
from dgxblock.lab.errors import LabError

PACKAGE: Final = Path(__file__).resolve().parents[2]
_LONGEST: Final = 100
"""A socket's path has 108 bytes on Linux, 104 elsewhere."""


@dataclass(frozen=True)
class Settings:
    """`at_once` jobs of a kind run, `queue` more wait for at most `wait` seconds; it ends after `idle` seconds."""

    at_once: int = 2
    queue: int = 100
    wait: float = 8.0
    idle: float = 600.0

    @classmethod
    def of(cls, environment: Mapping[str, str], /) -> Settings:
        """``DGXBLOCK_LAB_AT_ONCE``, ``_QUEUE``, ``_WAIT`` and ``_IDLE``; what is no sensible number counts as unset."""

        def number(name: str, usual: float, low: float, high: float) -> float:
            try:
                given = float(environment.get(f"DGXBLOCK_LAB_{name}", ""))
            except ValueError:
                return usual
            return given if low <= given <= high else usual

        return cls(
            int(number("AT_ONCE", cls.at_once, 1, 64)),
            int(number("QUEUE", cls.queue, 1, 10_000)),
            number("WAIT", cls.wait, 0.1, 60),
            number("IDLE", cls.idle, 0.2, 86_400),
        )


@cache
def _state() -> str:
    """A digest of the code that a broker runs: an updated package starts its own broker, the old one idles out."""
    files = sorted((PACKAGE / "lab").rglob("*.py"))
    state = [(str(each), each.stat().st_mtime_ns, each.stat().st_size) for each in files]
    return hashlib.sha256(repr((__version__, sys.version, sys.prefix, state)).encode()).hexdigest()[:10]


def folder() -> Path:
    """The broker's folder: ``DGXBLOCK_LAB_DIR``, else one of this user and this version in the system's own."""
    given = os.environ.get("DGXBLOCK_LAB_DIR")
    return Path(given) if given else Path(tempfile.gettempdir()) / f"dgxblock-lab-{os.getuid()}-{_state()}"


def private(path: Path, /) -> Path:
    """Make the folder if it is missing, and be sure that nobody else can put anything there.

    Raises:
        LabError: ``down``, it belongs to somebody else or is open to others.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
    except OSError as error:
        raise LabError("down", detail=f"its folder cannot be made ({error.strerror})") from None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise LabError("down", detail="its folder is not private to this user (mode 0700)")
    return path


def socket_path(of: Path, /) -> Path:
    """The socket in the folder.

    Raises:
        LabError: ``down``, the path is too long for one.
    """
    path = of / "socket"
    if len(os.fsencode(path)) > _LONGEST:
        raise LabError("down", detail="the path of its folder is too long: set DGXBLOCK_LAB_DIR to a shorter one")
    return path
