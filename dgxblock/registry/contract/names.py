"""Names on the wire: operation keys, paths, identifiers of callbacks. None of them holds personal data."""

from __future__ import annotations

import base64
import re
import uuid
from dataclasses import dataclass
from typing import Final

__all__ = ["Operation", "callback_id", "op_key", "parse_op_key", "result_target", "revocation_target"]

_SCHEME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_OP_KEY: Final = re.compile(r"([a-z0-9-]{1,32}):([a-z2-7]{26}):([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class Operation:
    """What an operation key names."""

    scheme: str
    result_id: str
    seq: int


def op_key(scheme: str, result_id: str, seq: int, /) -> str:
    """``scheme:base32(result_id):seq``: the same for ever, so that it survives a restored database.

    Raises:
        ValueError: a part that the contract does not allow.
    """
    if not _SCHEME.fullmatch(scheme):
        raise ValueError("scheme")
    if not _UUID.fullmatch(result_id):
        raise ValueError("result_id")
    if not 1 <= seq <= 999_999:
        raise ValueError("seq")
    packed = base64.b32encode(uuid.UUID(result_id).bytes).decode("ascii").rstrip("=").lower()
    return f"{scheme}:{packed}:{seq}"


def parse_op_key(key: str, /) -> Operation:
    """The parts of an operation key.

    Raises:
        ValueError: not a key that `op_key` could have made.
    """
    match = _OP_KEY.fullmatch(key)
    if match is None:
        raise ValueError("op_key")
    scheme, packed, seq = match.groups()
    result_id = str(uuid.UUID(bytes=base64.b32decode(packed.upper() + "======")))
    # Base32 of 16 bytes leaves two bits over: only the form with zeros there is the key.
    if op_key(scheme, result_id, int(seq)) != key:
        raise ValueError("op_key")
    return Operation(scheme, result_id, int(seq))


def result_target(result_id: str, /) -> str:
    """The path (from ``/v1/`` on) of a result: PUT issues or corrects, GET looks up."""
    return f"/v1/results/{result_id}"


def revocation_target(result_id: str, /) -> str:
    """The path of a result's revocation: PUT revokes, DELETE reinstates."""
    return f"/v1/results/{result_id}/revocation"


def callback_id(result_id: str, rev: int, /) -> str:
    """The ``webhook-id`` of the callback that tells a receipt's revision; the same over redelivery."""
    return f"rcpt:{result_id}:{rev}"
