"""Names, phone numbers and firms, normalised as the contract wants them; and the masks that screens show."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["BadText", "line", "mask_name", "mask_number", "mask_phone", "name", "phone"]

_NAME_MAX: Final = 64  # code points, the contract's limit
_CONTROL: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_FOREIGN: Final = re.compile(r"\+[1-9][0-9]{5,14}")


class BadText(Exception):
    """Why a text is refused: ``missing``, ``long``, ``control``, ``letters``, ``phone``. Never holds the text."""

    def __init__(self, code: str, /) -> None:
        super().__init__(code)
        self.code = code


def line(text: str, /, *, limit: int) -> str:
    """One line: NFC, trimmed of all white space (U+3000 too), nothing that controls.

    NFC and not NFKC: compatibility forms would turn one Han character of a name into another.

    Raises:
        BadText: ``long`` or ``control``.
    """
    if any(unicodedata.category(c) in _CONTROL or c == "\ufeff" for c in text.strip()):
        raise BadText("control")
    value = unicodedata.normalize("NFC", text).strip()
    if len(value) > limit:
        raise BadText("long")
    return value


def name(text: str, /) -> str:
    """A person's name, 1 to 64 characters. The middle dot U+00B7 stays; so does every rare character.

    Raises:
        BadText: ``missing``, ``long``, ``control``, or ``letters`` when nothing in it is a letter.
    """
    value = line(text, limit=_NAME_MAX)
    if not value:
        raise BadText("missing")
    if not any(unicodedata.category(c)[0] == "L" or unicodedata.category(c) == "Co" for c in value):
        raise BadText("letters")
    return value


def phone(text: str, /) -> str:
    """A phone number as ``+86…`` or ``+country…``; empty stays empty.

    Raises:
        BadText: ``phone``.
    """
    folded = unicodedata.normalize("NFKC", text)
    digits = "".join(c for c in folded if not c.isspace() and c not in "-()‐‑–.")
    if not digits:
        return ""
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    bare = digits.removeprefix("+86")
    if bare != digits or not digits.startswith("+"):
        if not digits.startswith("+") and len(bare) == 13 and bare.startswith("86"):
            bare = bare[2:]
        if not _MOBILE.fullmatch(bare):
            raise BadText("phone")
        return f"+86{bare}"
    if not _FOREIGN.fullmatch(digits):
        raise BadText("phone")
    return digits


def mask_name(value: str, /) -> str:
    """周敏 as 周*. At most two stars, so that the mask does not count a long name's letters."""
    return value[:1] + "*" * min(max(len(value) - 1, 1), 2)


def mask_number(value: str, /) -> str:
    """First and last four of a long number, less of a short one."""
    head, tail = (4, 4) if len(value) >= 15 else (1, 2) if len(value) >= 6 else (0, 1)
    return value[:head] + "*" * (len(value) - head - tail) + value[len(value) - tail :]


def mask_phone(value: str, /) -> str:
    """138****1234 for a number of the mainland, +49****34 for others, empty for none."""
    if value.startswith("+86") and len(value) == 14:
        return f"{value[3:6]}****{value[-4:]}"
    return f"{value[:3]}****{value[-2:]}" if value else ""
