"""Encryption by field: AES-256-GCM, bound to its place, and closed when anything is wrong.

A stored value is ``v1.<key id>.<base64url of 12-byte nonce and ciphertext>``. The table, column and row are associated
data: a value that was copied into another row does not open. There is no way to get ciphertext back as if it were text.
"""

from __future__ import annotations

import base64
import binascii
import os
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dgxblock.registry import conf

_FORM: Final = "v1"
_NONCE: Final = 12  # bytes, the size that NIST SP 800-38D recommends


class Closed(Exception):
    """A value does not open. `code`: ``key-missing`` (the operator can repair it) or ``damaged``. Holds no data."""

    def __init__(self, code: str, /) -> None:
        super().__init__(code)
        self.code = code


def _place(table: str, column: str, row: UUID, /) -> bytes:
    return f"{table}|{column}|{row}".encode()


def seal(table: str, column: str, row: UUID, text: str | bytes, /) -> str:
    """Encrypt `text` for one place, under the first key listed.

    Raises:
        dgxblock.registry.conf.Unset: no key is set.
    """
    name, key = next(iter(conf.field_keys().items()))
    nonce = os.urandom(_NONCE)
    raw = text.encode() if isinstance(text, str) else text
    sealed = nonce + AESGCM(key).encrypt(nonce, raw, _place(table, column, row))
    return f"{_FORM}.{name}.{base64.urlsafe_b64encode(sealed).decode()}"


def prefix(name: str, /) -> str:
    """What every value begins with that was written under the key of this id."""
    return f"{_FORM}.{name}."


def open_bytes(table: str, column: str, row: UUID, value: str, /) -> bytes:
    """Decrypt what `seal` wrote for this place.

    Raises:
        Closed: the key is unknown, the value was changed, or it belongs elsewhere.
        dgxblock.registry.conf.Unset: no key is set.
    """
    form, _, rest = value.partition(".")
    name, _, body = rest.rpartition(".")
    if form != _FORM or not name:
        raise Closed("damaged")
    key = conf.field_keys().get(name)
    if key is None:
        raise Closed("key-missing")
    try:
        sealed = base64.b64decode(body, altchars=b"-_", validate=True)
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(table, column, row))
    except (binascii.Error, ValueError, InvalidTag):
        raise Closed("damaged") from None


def open_text(table: str, column: str, row: UUID, value: str, /) -> str:
    """Like `open_bytes`, as text. An empty column is an empty text."""
    return open_bytes(table, column, row, value).decode() if value else ""
