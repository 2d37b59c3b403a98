"""ZIP archives byte by byte: honest ones, and such as no program writes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Entry:
    """A member as its headers declare it; what they say need not be true."""

    name: bytes
    packed: bytes
    size: int
    crc: int
    method: int = 8
    flags: int = 0x800
    made: int = 20
    outer: int = 0
    local_name: bytes | None = None
    at: int | None = None
    """Where the directory says that it begins; None: where it does."""


def entry(name: str, content: bytes, /, *, method: int = 8) -> Entry:
    """A member that tells the truth."""
    packed = deflated(content) if method == 8 else content
    return Entry(name.encode(), packed, len(content), zlib.crc32(content), method)


def deflated(content: bytes, /) -> bytes:
    engine = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return engine.compress(content) + engine.flush()


def loosely(name: str, content: bytes, /) -> Entry:
    """A member compressed to about a hundredth at best, as honest sheets are: no ratio gives it away."""
    engine = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    pieces = (content[at : at + 1500] for at in range(0, len(content), 1500))
    packed = b"".join(engine.compress(piece) + engine.flush(zlib.Z_FULL_FLUSH) for piece in pieces) + engine.flush()
    return Entry(name.encode(), packed, len(content), zlib.crc32(content))


def repeated(block: bytes, times: int, /, *, before: bytes = b"", after: bytes = b"") -> bytes:
    """The deflate stream of `block` many times over, made without inflating it."""
    engine = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    first = engine.compress(before) + engine.flush(zlib.Z_FULL_FLUSH)
    one = engine.compress(block) + engine.flush(zlib.Z_FULL_FLUSH)
    return first + one * times + engine.compress(after) + engine.flush()


def bomb(name: str, megabytes: int, /, *, declared: int | None = None) -> Entry:
    """A member of spaces, which may declare another size."""
    size = megabytes * MEGABYTE
    return Entry(name.encode(), repeated(b" " * MEGABYTE, megabytes), size if declared is None else declared, 0)


def zipped(parts: Mapping[str, bytes], /, *more: Entry) -> bytes:
    return archive([*(entry(name, content) for name, content in parts.items()), *more])


def archive(entries: Iterable[Entry], /, *, comment: bytes = b"", count: int | None = None) -> bytes:
    entries = tuple(entries)
    body, directory = b"", b""
    for each in entries:
        at = len(body) if each.at is None else each.at
        common = struct.pack("<5H3L", 20, each.flags, each.method, 0, 33, each.crc, len(each.packed), each.size)
        local = each.name if each.local_name is None else each.local_name
        body += b"PK\x03\x04" + common + struct.pack("<2H", len(local), 0) + local + each.packed
        directory += b"PK\x01\x02" + struct.pack("<H", each.made) + common
        directory += struct.pack("<5H2L", len(each.name), 0, 0, 0, 0, each.outer, at) + each.name
    many = len(entries) if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, many, many, len(directory), len(body), len(comment))
    return body + directory + end + comment
