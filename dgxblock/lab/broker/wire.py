"""Messages: two lengths of four bytes each, a header in JSON, bytes. Both ends refuse more than they asked for."""

from __future__ import annotations

import json
import math
import socket
import struct
import time
from typing import Any, Final

_LENGTHS: Final = struct.Struct("!II")
MOST_ENVELOPE: Final = 4096
"""What the broker reads itself."""
MOST_JOB: Final = 24_000_000
"""A job on its way to a child: a statement and data, or a workbook."""
MOST_ANSWER: Final = 12_000_000
"""What a child may answer: 5,000 rows of 64 columns and the image of their tables."""


class Malformed(Exception):
    """A message is no message, or is larger than it may be."""


def pack(header: object, data: bytes = b"", /) -> bytes:
    """One message.

    Raises:
        ValueError: the header holds a number that is not finite, or half a character.
    """
    text = json.dumps(header, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return _LENGTHS.pack(len(text), len(data)) + text + data


def length(begun: bytes | bytearray, most_header: int, most_data: int, /) -> int:
    """How many bytes the message that begins so will have; 0 while that is unknown.

    Raises:
        Malformed: it would be too large.
    """
    if len(begun) < _LENGTHS.size:
        return 0
    header, data = _LENGTHS.unpack_from(begun)
    if header > most_header or data > most_data:
        raise Malformed
    return int(_LENGTHS.size + header + data)


def unpack(message: bytes | bytearray, /) -> tuple[dict[str, Any], bytes]:
    """Header and data of a whole message.

    Raises:
        Malformed: it is none, or its header is not an object of finite numbers.
    """
    if len(message) < _LENGTHS.size:
        raise Malformed
    header, data = _LENGTHS.unpack_from(message)
    if len(message) != _LENGTHS.size + header + data:
        raise Malformed
    text = bytes(message[_LENGTHS.size : _LENGTHS.size + header])
    try:
        told = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(told, dict):
        raise Malformed
    return told, bytes(message[_LENGTHS.size + header :])


def receive(link: socket.socket, most_header: int, most_data: int, /, *, until: float = math.inf) -> bytes:
    """Read one whole message, until the monotonic time `until`.

    Raises:
        Malformed: it is too large.
        ConnectionError: the other end has gone.
        TimeoutError: it did not come in time.
    """
    message = bytearray()
    wanted = _LENGTHS.size
    while len(message) < wanted:
        link.settimeout(None if until == math.inf else max(0.001, until - time.monotonic()))
        piece = link.recv(min(262_144, wanted - len(message)))
        if not piece:
            raise ConnectionResetError
        message += piece
        wanted = length(message, most_header, most_data) or _LENGTHS.size
    return bytes(message)


def _refuse(constant: str) -> float:
    raise ValueError(constant)
