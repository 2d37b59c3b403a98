"""ZIP as strictly as a workbook allows.

Readers of ZIP disagree about files that contradict themselves, and that is where attacks live. Here the central
directory rules, every local header must agree with it, no two members may overlap or share a name, and a member gives
exactly the bytes that it declared. ZIP64 has no place in two megabytes.
"""

from __future__ import annotations

import re
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dgxblock.lab.xlsx.errors import WorkbookError

MOST_MEMBERS: Final = 200
MOST_INFLATED: Final = 20_000_000
MOST_RATIO: Final = 150
"""Sheets of repeated cells come to 60; deflate itself to 1032."""
_SMALL: Final = 1_000_000
"""Below this many bytes no ratio matters."""
_TAKEN: Final = 16 * 1024
_GIVEN: Final = 64 * 1024

_END: Final = struct.Struct("<4s4H2LH")
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_UTF8: Final = 0x800
_ESCAPED: Final = re.compile(r"%(?:00|2e|2f|5c)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive: its bytes are inflated anew at each reading, never kept."""

    name: str
    size: int
    _data: memoryview
    _deflated: bool
    _crc: int

    def pieces(self) -> Iterator[bytes]:
        """The content in pieces of at most 64 KiB.

        Raises:
            WorkbookError: ``damaged``, as soon as there is more than declared, or at the end less or another.
        """
        crc = given = 0
        for piece in self._inflated() if self._deflated else self._stored():
            given += len(piece)
            if given > self.size:
                raise WorkbookError("damaged")
            crc = zlib.crc32(piece, crc)
            yield piece
        if given != self.size or crc != self._crc:
            raise WorkbookError("damaged")

    def _stored(self) -> Iterator[bytes]:
        for start in range(0, len(self._data), _GIVEN):
            yield bytes(self._data[start : start + _GIVEN])

    def _inflated(self) -> Iterator[bytes]:
        engine = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for start in range(0, len(self._data), _TAKEN):
                if engine.eof:
                    raise WorkbookError("damaged")  # bytes behind the end of the stream
                left: bytes | memoryview = self._data[start : start + _TAKEN]
                while piece := engine.decompress(left, _GIVEN):
                    yield piece
                    left = engine.unconsumed_tail
        except zlib.error:
            raise WorkbookError("damaged") from None
        if not engine.eof or engine.unused_data:
            raise WorkbookError("damaged")


def members(data: bytes, /, *, most: int = MOST_MEMBERS) -> tuple[Member, ...]:
    """The files in an archive, in the order of its directory; folders are left out, more than `most` entries refused.
    Nothing is inflated yet.

    Raises:
        WorkbookError: ``damaged``, ``encrypted``, ``too-many-parts`` or ``too-large``.
    """
    found: list[Member] = []
    taken: list[tuple[int, int]] = []
    names: set[str] = set()
    count, at, end = _directory(data, most)
    for _ in range(count):
        if at + _ENTRY.size > end:
            raise WorkbookError("damaged")
        entry = _ENTRY.unpack_from(data, at)
        (mark, made, _need, flags, method, _time, _date, crc, packed, size) = entry[:10]
        (long_name, long_extra, long_comment, disk, _inner, outer, offset) = entry[10:]
        raw = data[at + _ENTRY.size : at + _ENTRY.size + long_name]
        at += _ENTRY.size + long_name + long_extra + long_comment
        if mark != b"PK\x01\x02" or disk or method not in (_STORED, _DEFLATED) or at > end:
            raise WorkbookError("damaged")
        if flags & _ENCRYPTED:
            raise WorkbookError("encrypted")
        name = _name(raw, flags)
        # OPC compares names without regard to case
        if name.lower() in names or not _plain(made, outer, name):
            raise WorkbookError("damaged")
        names.add(name.lower())
        start = _start(data, offset, raw, flags, method)
        taken.append((offset, start + packed))
        if start + packed > len(data) or (method == _STORED and packed != size) or (name.endswith("/") and size):
            raise WorkbookError("damaged")
        if size > _SMALL and size > MOST_RATIO * packed:
            raise WorkbookError("too-large")
        if not name.endswith("/"):
            found.append(Member(name, size, memoryview(data)[start : start + packed], method == _DEFLATED, crc))
    _apart(taken, _directory(data, most)[1])
    if sum(member.size for member in found) > MOST_INFLATED:
        raise WorkbookError("too-large")
    return tuple(found)


def _directory(data: bytes, most: int, /) -> tuple[int, int, int]:
    """How many entries the central directory has, where it begins and where it ends."""
    end = len(data) - _END.size
    if end < 0:
        raise WorkbookError("damaged")
    mark, disk, first, here, count, size, offset, comment = _END.unpack_from(data, end)
    if mark != b"PK\x05\x06" or disk or first or here != count or comment or offset + size > end:
        raise WorkbookError("damaged")
    if count > most:
        raise WorkbookError("too-many-parts")
    return count, offset, offset + size


def _name(raw: bytes, flags: int, /) -> str:
    """The name of a part, free of everything that a file system or another reader could take otherwise."""
    try:
        name = raw.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        raise WorkbookError("damaged") from None
    steps = name.removesuffix("/").split("/")
    if (
        not 0 < len(name) <= 250
        or not name.isprintable()
        or any(step in ("", ".", "..") or step.endswith((".", " ")) for step in steps)
        or set(name) & set('\\:*?"<>|')
        or _ESCAPED.search(name)
    ):
        raise WorkbookError("damaged")
    return name


def _plain(made: int, outer: int, name: str, /) -> bool:
    """Whether an entry is a file or a folder: Unix keeps links, devices and pipes in the upper attributes."""
    kind = stat.S_IFMT(outer >> 16) if made >> 8 == 3 else 0
    return kind in (0, stat.S_IFDIR if name.endswith("/") else stat.S_IFREG)


def _start(data: bytes, offset: int, name: bytes, flags: int, method: int, /) -> int:
    """Where the content of a member begins, behind a local header that agrees with the directory."""
    if offset + _LOCAL.size > len(data):
        raise WorkbookError("damaged")
    mark, _need, own_flags, own_method, *_rest, long_name, long_extra = _LOCAL.unpack_from(data, offset)
    own_name = data[offset + _LOCAL.size : offset + _LOCAL.size + long_name]
    if mark != b"PK\x03\x04" or own_method != method or own_name != name or (own_flags ^ flags) & _ENCRYPTED:
        raise WorkbookError("damaged")
    return int(offset + _LOCAL.size + long_name + long_extra)


def _apart(taken: list[tuple[int, int]], directory: int, /) -> None:
    reached = 0
    for start, stop in sorted(taken):
        if start < reached:
            raise WorkbookError("damaged")
        reached = stop
    if reached > directory:
        raise WorkbookError("damaged")
