"""Signed requests (Standard Webhooks): ``webhook-id . webhook-timestamp . content``, one signature a key."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Final

from dgxblock.registry.contract.documents import content_digest, request_content
from dgxblock.registry.contract.keys import Key, KeyProblem

__all__ = ["CLOCK_SECONDS", "Refused", "sign", "signed_headers", "verify"]

CLOCK_SECONDS: Final = 300
"""How far a timestamp may lie from the receiver's clock, either way."""
_MAX_SIGNATURES: Final = 8
_ID: Final = re.compile(r"[A-Za-z0-9:_-]{1,80}")
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")


class Refused(Exception):
    """A request that is not believed. `code` is the problem to answer with: ``signature`` or ``clock``."""

    def __init__(self, code: str, /) -> None:
        super().__init__(code)
        self.code = code


def sign(keys: Sequence[Key], msg_id: str, timestamp: int, content: bytes, /) -> str:
    """The header ``webhook-signature``, one signature a key (two keys during a rotation).

    Args:
        keys: one to eight signing keys.
        msg_id: the header ``webhook-id``; where there is an Idempotency-Key, equal to it.
        timestamp: seconds since 1970-01-01T00:00:00Z.
        content: the body, or `request_content` where there is none.

    Raises:
        ValueError: no key or too many, or an id or timestamp that the contract does not allow.
    """
    if not 1 <= len(keys) <= _MAX_SIGNATURES:
        raise KeyProblem("one to eight keys sign")
    if not _ID.fullmatch(msg_id) or not _TIMESTAMP.fullmatch(str(timestamp)):
        raise ValueError("webhook-id or webhook-timestamp")
    message = _message(msg_id, str(timestamp), content)
    return " ".join(key.sign(message) for key in keys)


def verify(keys: Sequence[Key], headers: Mapping[str, str], content: bytes, now: float, /) -> None:
    """Believe a request, or do not. One signature that verifies under one trusted key is enough.

    Args:
        keys: the keys trusted now (shared secrets and public keys).
        headers: names in any case.
        content: the body's bytes as received, or `request_content` where there is none.
        now: the receiver's clock, seconds since the epoch.

    Raises:
        Refused: ``signature``, or ``clock`` when the signature is good and the timestamp is not near `now`.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    msg_id = lower.get("webhook-id", "")
    timestamp = lower.get("webhook-timestamp", "")
    signatures = lower.get("webhook-signature", "")
    if not _ID.fullmatch(msg_id) or not _TIMESTAMP.fullmatch(timestamp) or len(signatures) > 1000:
        raise Refused("signature")
    if not _any_verifies(keys, signatures.split(" "), _message(msg_id, timestamp, content)):
        raise Refused("signature")
    # Only somebody who holds a key learns what our clock says.
    if abs(int(timestamp) - now) > CLOCK_SECONDS:
        raise Refused("clock")


def signed_headers(
    keys: Sequence[Key],
    method: str,
    target: str,
    /,
    *,
    msg_id: str,
    timestamp: int,
    body: bytes | None = None,
    content_type: str = "application/json",
    idempotency_key: str | None = None,
    previous_seq: int | None = None,
) -> dict[str, str]:
    """The headers of one request, as the contract asks for them.

    Args:
        keys: the sender's signing keys.
        method: of HTTP.
        target: the path from ``/v1/`` on with its query, exactly as it will be sent.
        msg_id: ``webhook-id``; of a write, its operation key; else unique (``get:`` and a UUID).
        timestamp: of this attempt, UTC seconds.
        body: the frozen bytes; None where there is no body.
        content_type: of the body.
        idempotency_key: of a write, its operation key.
        previous_seq: of a write; 0 asks for If-None-Match, any other for If-Match. None sends neither.
    """
    headers: dict[str, str] = {}
    if body is not None:
        headers["Content-Type"] = content_type
    if idempotency_key is not None:
        headers["Idempotency-Key"] = idempotency_key
    if previous_seq == 0:
        headers["If-None-Match"] = "*"
    elif previous_seq is not None:
        headers["If-Match"] = f'"{previous_seq}"'
    if body is not None:
        headers["Content-Digest"] = content_digest(body)
    content = request_content(method, target) if body is None else body
    headers["webhook-id"] = msg_id
    headers["webhook-timestamp"] = str(timestamp)
    headers["webhook-signature"] = sign(keys, msg_id, timestamp, content)
    return headers


def _message(msg_id: str, timestamp: str, content: bytes) -> bytes:
    return b".".join((msg_id.encode("ascii"), timestamp.encode("ascii"), content))


def _any_verifies(keys: Sequence[Key], parts: Sequence[str], message: bytes) -> bool:
    if len(parts) > _MAX_SIGNATURES:
        return False
    for part in parts:
        version, separator, encoded = part.partition(",")
        if not separator:
            return False
        try:
            signature = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            continue
        if any(key.verifies(version, signature, message) for key in keys):
            return True
    return False
