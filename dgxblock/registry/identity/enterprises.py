"""Unified social credit codes of enterprises (GB 32100-2015)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["check_character", "code"]

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V and Z
_FORM: Final = re.compile(rf"[{_ALPHABET}]{{18}}")


def check_character(first17: str, /) -> str:
    """The 18th character: 31 less the sum of values weighted by powers of 3, modulo 31."""
    total = sum(_ALPHABET.index(each) * pow(3, at, 31) for at, each in enumerate(first17))
    return _ALPHABET[-total % 31]


def code(text: str, /) -> str | None:
    """The normalised code, empty for none; None if it is no such code, or its check character does not fit."""
    folded = "".join(c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and c != "-").upper()
    if not folded:
        return ""
    return folded if _FORM.fullmatch(folded) and check_character(folded[:17]) == folded[17] else None
