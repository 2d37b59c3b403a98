"""A folder into which files are handed over, and the book that says what was: no file twice, none lost.

One manifest a file, in the sub-folder ``journal``, is what counts. A file is handed over in this order, and a process
may die after any step: its bytes as ``….part``; its manifest (from here on it is handed over); its ``.sha256``; and its
own name, by a rename. Whoever comes next finishes what has a manifest and a ``.part``, and removes a ``.part`` without
one. So a file that was taken away meanwhile is never written again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

__all__ = ["Busy", "Damaged", "Journal", "Line"]

_NAME: Final = re.compile(r"[a-z0-9-]{1,32}_[0-9]{8}_[0-9]{3,6}_[0-9a-f]{8}\.(?:csv|xlsx)")
_PART: Final = ".part"
_WAIT: Final = 0.05  # seconds between looks at the lock


class Busy(Exception):
    """Another process holds the folder for longer than the caller can wait."""


class Damaged(Exception):
    """A manifest cannot be read: what was handed over is not known."""


@dataclass(frozen=True, slots=True)
class Line:
    """One operation in a file: its reference, its digest (hex), and the day on which the file was handed over."""

    result_id: str
    seq: int
    payload_sha256: str
    day: str = ""


class Journal:
    """One folder. `folder` and ``folder/journal`` are there."""

    def __init__(self, folder: Path, /) -> None:
        self.folder, self.book = folder, folder / "journal"

    @contextmanager
    def locked(self, seconds: float, /) -> Iterator[None]:
        """Keep other processes out; what a dead one left is finished first.

        Raises:
            Busy: not to be had within `seconds`.
            Damaged, OSError: the folder is not as it should be.
        """
        until = time.monotonic() + seconds
        handle = os.open(self.book / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise Busy from None
                    time.sleep(_WAIT)
            self._mend()
            yield
        finally:
            os.close(handle)

    def lines(self) -> dict[tuple[str, int], Line]:
        """Everything that was ever handed over, by result_id and seq.

        Raises:
            Damaged: a manifest cannot be read.
        """
        found: dict[tuple[str, int], Line] = {}
        for path in sorted(self.book.glob("*.json")):
            try:
                written = json.loads(path.read_bytes())
                for result_id, seq, sha in written["lines"]:
                    found[(result_id, seq)] = Line(result_id, seq, sha, written["day"])
            except (ValueError, KeyError, TypeError) as error:
                raise Damaged from error
        return found

    def hand_over(self, scheme: str, day: date, suffix: str, content: bytes, lines: Sequence[Line], /) -> str:
        """Put a file into the folder and return its name. The caller holds the lock.

        Raises:
            OSError: it may have been handed over, or not: `lines` says.
        """
        sha = hashlib.sha256(content).hexdigest()
        before = sorted(self.book.glob(f"{scheme}_{day:%Y%m%d}_*.json"))
        number = max((int(path.name.split("_")[2]) for path in before), default=0) + 1
        name = f"{scheme}_{day:%Y%m%d}_{number:03}_{sha[:8]}.{suffix}"
        _write(self.folder / (name + _PART), content)
        manifest = {
            "name": name, "sha256": sha, "rows": len(lines), "day": day.isoformat(),
            "lines": [[line.result_id, line.seq, line.payload_sha256] for line in lines],
        }  # fmt: skip
        _write(self.book / "next", json.dumps(manifest).encode())
        (self.book / "next").replace(self._manifest(name))
        _sync(self.book)
        self._finish(name)
        return name

    def _manifest(self, name: str, /) -> Path:
        return self.book / f"{name}.json"

    def _mend(self) -> None:
        for part in sorted(self.folder.glob("*" + _PART)):
            name = part.name.removesuffix(_PART)
            if not _NAME.fullmatch(name):
                continue  # somebody else's
            if self._manifest(name).exists():
                self._finish(name)
            else:
                part.unlink()

    def _finish(self, name: str, /) -> None:
        try:
            written = json.loads(self._manifest(name).read_bytes())
            line = f"# {written['rows']} rows\n{written['sha256']}  {name}\n"
        except (ValueError, KeyError, TypeError) as error:
            raise Damaged from error
        _write(self.folder / f"{name}.sha256", line.encode())
        (self.folder / (name + _PART)).replace(self.folder / name)
        _sync(self.folder)


def _write(path: Path, content: bytes, /) -> None:
    """The bytes, on the disk. Readable by the folder's group, which fetches them."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path, /) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
