"""Numbers of identity documents.

The 18-character numbers of the People's Republic share one build (GB 11643, GA 467 and the 2023 foreign permanent
resident card): six digits of place or kind, date of birth, three digits, check character by ISO 7064 MOD 11-2. Place
codes are not looked up: districts come and go, and a published table refuses people who exist.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final

from dgxblock.registry.contract import belongs_elsewhere, check_character, id_number_fits, issued_as, passport_fits

__all__ = ["ID_TYPES", "BadNumber", "check", "check_character", "normalise"]

ID_TYPES: Final = ("CN-RIC", "CN-RPHK", "CN-RPTW", "CN-FPR", "XX-PASSPORT")
"""What a trainee may choose. CN-RPHK stands for Hong Kong and Macau; a Macau number is sent as CN-RPMO."""

_EIGHTEEN: Final = re.compile(r"[1-9][0-9]{16}[0-9X]")
_FIFTEEN_OLD: Final = re.compile(r"[0-9]{15}")
_AGE: Final = range(16, 81)


class BadNumber(Exception):
    """Why a number is refused: ``type``, ``missing``, ``length``, ``old``, ``check``, ``birth``, ``age``, ``kind``."""

    def __init__(self, code: str, /) -> None:
        super().__init__(code)
        self.code = code


def normalise(text: str, /) -> str:
    """Full-width characters made half-width, spaces and hyphens removed, capitals.

    Letters outside ASCII stay and fail later: a Cyrillic look-alike must not slip through as a Latin letter.
    """
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if not c.isspace() and c not in "-‐‑–").upper()


def _birth(number: str, today: date, /) -> None:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise BadNumber("birth") from None
    if born > today:
        raise BadNumber("birth")
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age not in _AGE:
        raise BadNumber("age")


def check(id_type: str, text: str, /, *, today: date) -> tuple[str, str]:
    """The document type to send and the normalised number.

    Resident identity card numbers that begin with 81, 82, 83 or 9 are residence permits, and are sent as what they are
    even when the trainee chose the resident identity card. A number that has the form of a Chinese identity document is
    never taken as a passport's: one number, one person.

    Raises:
        BadNumber: with a code, never with the number.
    """
    if id_type not in ID_TYPES:
        raise BadNumber("type")
    number = normalise(text)
    if not number:
        raise BadNumber("missing")
    if id_type == "XX-PASSPORT":
        if belongs_elsewhere(number):
            raise BadNumber("kind")
        if not passport_fits(number):
            raise BadNumber("length")
        return id_type, number
    if id_type == "CN-FPR" and len(number) == 15 and id_number_fits(id_type, number):
        return id_type, number  # a card issued from 2004 to 2023
    if _FIFTEEN_OLD.fullmatch(number):
        raise BadNumber("old")
    if not _EIGHTEEN.fullmatch(number):
        raise BadNumber("length")
    actual = issued_as(number)
    if actual is None:
        raise BadNumber("check")
    _birth(number, today)
    chosen = "CN-RPHK" if actual == "CN-RPMO" else actual
    if id_type not in (chosen, "CN-RIC"):
        raise BadNumber("kind")
    return actual, number
