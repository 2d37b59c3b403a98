"""Numbers of identity documents: which document an 18-character number of the People's Republic itself names, and
whether a number can be one of the type that it is said to be.

One number belongs to one type. Otherwise one person could be certified once as the holder of an identity card and once
more as the holder of a "passport" with the card's number.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

__all__ = ["belongs_elsewhere", "check_character", "id_number_fits", "issued_as", "passport_fits"]

_NUMBER: Final = re.compile(r"[1-9][0-9]{16}[0-9X]")
_WEIGHTS: Final = tuple(pow(2, 17 - place, 11) for place in range(17))
_CHECK: Final = "10X98765432"
_PREFIX: Final = {"81": "CN-RPHK", "82": "CN-RPMO", "83": "CN-RPTW"}
_TYPES: Final = frozenset({"CN-RIC", "CN-FPR", *_PREFIX.values()})
# What Chinese authorities write and no passport bears: the card of the first generation (15 digits), an 18-character
# number without its check character, and the foreign permanent resident card of 2004 to 2023, valid until it expires.
_DIGITS: Final = re.compile(r"[0-9]{15}|[0-9]{17}")
_FPR_OLD: Final = re.compile(r"[A-Z]{3}[0-9]{12}")
# ICAO 9303 has room for nine characters and lets a longer number overflow; no state is known to go beyond twelve.
_PASSPORT: Final = re.compile(r"(?=.*[1-9])[A-Z0-9]{5,12}")


def check_character(first17: str, /) -> str:
    """The 18th character for 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def issued_as(id_no: str, /) -> str | None:
    """The type that a number of 18 characters shows by its first digits, if its check digit fits (GB 11643-1999,
    ISO 7064 MOD 11-2); None for every other number. No choice of the holder enters into it."""
    if not _NUMBER.fullmatch(id_no) or check_character(id_no[:17]) != id_no[17]:
        return None
    return "CN-FPR" if id_no[0] == "9" else _PREFIX.get(id_no[:2], "CN-RIC")


def belongs_elsewhere(id_no: str, /) -> bool:
    """Whether a number has the form of a Chinese identity document, so that it is no passport's."""
    return issued_as(id_no) is not None or any(form.fullmatch(id_no) for form in (_DIGITS, _FPR_OLD))


def passport_fits(id_no: str, /) -> bool:
    """Whether a number can be a passport's: 5 to 12 characters, a digit above zero, and not one character repeated."""
    return bool(_PASSPORT.fullmatch(id_no)) and len(set(id_no)) > 1


def id_number_fits(id_type: str, id_no: str, /) -> bool:
    """Whether the number can be one of its type. Of types that we do not know, only what is certainly another's is
    refused."""
    if id_type.endswith("-PASSPORT"):
        return passport_fits(id_no)
    if id_type == "CN-FPR" and _FPR_OLD.fullmatch(id_no):
        return len(set(id_no[3:])) > 1
    shown = issued_as(id_no)
    if id_type not in _TYPES:
        return shown is None
    return shown == id_type and _has_a_birthday(id_no)


def _has_a_birthday(id_no: str, /) -> bool:
    try:
        date(int(id_no[6:10]), int(id_no[10:12]), int(id_no[12:14]))
    except ValueError:
        return False
    return True
