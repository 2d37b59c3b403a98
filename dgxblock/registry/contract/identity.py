"""The check digit of Chinese identity numbers."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

__all__ = ["id_number_fits"]

_NUMBER: Final = re.compile(r"[1-9][0-9]{16}[0-9X]")
_WEIGHTS: Final = tuple(pow(2, 17 - place, 11) for place in range(17))
_CHECK: Final = "10X98765432"
# The resident identity card, and the residence permits whose numbers have its form and begin with 81, 82 or 83.
_TYPES: Final = frozenset({"CN-RIC", "CN-RPHK", "CN-RPMO", "CN-RPTW"})


def id_number_fits(id_type: str, id_no: str, /) -> bool:
    """Whether the number can be one of its type: date and check digit of an 18-digit number (GB 11643-1999,
    ISO 7064 MOD 11-2). Types that we cannot check fit."""
    if id_type not in _TYPES:
        return True
    if not _NUMBER.fullmatch(id_no):
        return False
    try:
        date(int(id_no[6:10]), int(id_no[10:12]), int(id_no[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(id_no, _WEIGHTS, strict=False))
    return _CHECK[total % 11] == id_no[17]
