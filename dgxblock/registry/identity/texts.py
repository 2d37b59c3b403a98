"""Names, phone numbers and firms, normalised as the contract wants them; and the masks that screens show."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["BadText", "line", "mask_name", "mask_number", "mask_phone", "name", "phone"]

_NAME_MAX: Final = 64  # code points, the contract's limit
# Cf: marks of direction, zero-width joiners, U+00AD, U+FEFF. The contract lets a direction mark pass on the wire, as a
# name travels as it was given; our form is stricter on purpose. What nobody sees, and what turns a text around, makes
# two names look alike and one name look like another, on certificates and on staff's screens.
_CONTROL: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# The rest of Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt), and U+2800, which shows nothing.
_UNSEEN: Final = frozenset(
    map(
        chr,
        (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2065, 0x2800, 0x3164, *range(0xFE00, 0xFE10),
         0xFFA0, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)),
    )
)  # fmt: skip
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_FOREIGN: Final = re.compile(r"\+[1-9][0-9]{5,14}")


class BadText(Exception):
    """Why a text is refused: ``missing``, ``long``, ``control``, ``letters``, ``phone``. Never holds the text."""

    def __init__(self, code: str, /) -> None:
        super().__init__(code)
        self.code = code


def line(text: str, /, *, limit: int) -> str:
    """One line: NFC, trimmed of all white space (U+3000 too), nothing that controls or hides.

    NFC and not NFKC: compatibility forms would turn one Han character of a name into another.

    Raises:
        BadText: ``long`` or ``control``.
    """
    if any(unicodedata.category(c) in _CONTROL or c in _UNSEEN for c in text.strip()):
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
