"""Blind index of identity numbers: find equal ones without storing any. Never on the wire."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from typing import Final

__all__ = ["blind_index", "normalise_number"]

_DOMAIN: Final = "dgx-bidx-v1"


def normalise_number(value: str, /) -> str:
    """A number as it is compared: NFKC, white space removed, upper case. Never for names."""
    return "".join(unicodedata.normalize("NFKC", value).split()).upper()


def blind_index(key: bytes, label: str, value: str, /) -> str:
    """HMAC-SHA256 (hex) of a normalised number under a key of its own.

    Args:
        key: used for nothing else.
        label: what kind of number, so that equal digits of different documents differ: ``id:CN-RIC``, ``certificate``.
        value: the number as it was typed.
    """
    message = "\0".join((_DOMAIN, label, normalise_number(value)))
    return hmac.new(key, message.encode("utf-8"), hashlib.sha256).hexdigest()
