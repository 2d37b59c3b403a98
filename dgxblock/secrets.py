"""Secrets by reference: settings hold where a key is, never the key (``env:NAME`` or ``file:/path``)."""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path

__all__ = ["MissingSecret", "resolve"]


class MissingSecret(Exception):
    """A reference that leads nowhere. `reference` names the place, never a value."""

    def __init__(self, reference: str, /) -> None:
        super().__init__(f"no secret at {reference}")
        self.reference = reference


def resolve(reference: str, /) -> bytes:
    """The bytes behind a reference. A value that is base64 is decoded, any other is taken as UTF-8 text.

    Raises:
        MissingSecret: nothing there, or not a reference.
    """
    kind, _, place = reference.partition(":")
    value = ""
    if kind == "env":
        value = os.environ.get(place, "").strip()
    elif kind == "file":
        try:
            value = Path(place).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            value = ""
    if not value:
        raise MissingSecret(reference)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return value.encode()
