"""Messages between web worker, broker and child: whole, bounded, or refused."""

from __future__ import annotations

import socket
import struct
import time

import pytest

from dgxblock.lab.broker import wire


def test_a_message_comes_back_as_it_was() -> None:
    header = {"zh": "换线", "n": [1, 2.5, None]}
    assert wire.unpack(wire.pack(header, b"\0\xff")) == (header, b"\0\xff")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_what_json_does_not_have_is_not_sent(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        wire.pack({"n": number})


def raw(header: bytes, data: bytes = b"", *, more: int = 0) -> bytes:
    return struct.pack("!II", len(header), len(data) + more) + header + data


HOSTILE = {
    "nothing": b"",
    "half a length": b"\0\0",
    "less than it says": raw(b"{}", b"x", more=1),
    "more than it says": raw(b"{}") + b"x",
    "no object": raw(b"[1]"),
    "no JSON": raw(b"{'a': 1}"),
    "no UTF-8": raw(b'{"a": "\xff"}'),
    "not a number": raw(b'{"a": NaN}'),
    "infinity": raw(b'{"a": -Infinity}'),
    "a number of ten thousand digits": raw(b'{"a": ' + b"9" * 10_000 + b"}"),
    "a hundred thousand brackets": raw(b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_message_is_refused(case: str) -> None:
    with pytest.raises(wire.Malformed):
        wire.unpack(HOSTILE[case])


def test_a_length_beyond_the_limit_is_refused_before_anything_is_read() -> None:
    assert wire.length(b"\0\0\0", 10, 10) == 0
    assert wire.length(raw(b"{}", b"xyz"), 2, 3) == 13
    for most in ((1, 3), (2, 2)):
        with pytest.raises(wire.Malformed):
            wire.length(raw(b"{}", b"xyz"), *most)


def test_a_reader_waits_no_longer_than_it_was_told() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(raw(b"{}")[:5])
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            wire.receive(ours, 10, 10, until=begun + 0.1)
        assert time.monotonic() - begun < 2
        theirs.close()
        with pytest.raises(ConnectionError):
            wire.receive(ours, 10, 10)
