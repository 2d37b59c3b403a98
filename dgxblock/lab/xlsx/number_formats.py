"""What a number format says about the number under it: a share, a time of day, a date, or nothing."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final, Literal

Format = Literal["", "percent", "time", "date"]

_BUILT_IN: Final[dict[int, Format]] = {
    9: "percent",
    10: "percent",
    **dict.fromkeys((*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58), "date"),
    **dict.fromkeys((*range(18, 22), *range(32, 36), 45, 46, 47, 55, 56), "time"),
}
"""Ids that have no entry in the file; 27 to 58 are those of Chinese Excel."""
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|[_*].|\[(?![hms]+\])[^\]]*\]|general', re.IGNORECASE | re.DOTALL)
_EPOCH: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001 cells have no time zone
_EPOCH_1904: Final = dt.datetime(1904, 1, 1)  # noqa: DTZ001
_LAST: Final = 2_958_466


def kind_of(id: int, codes: dict[int, str], /) -> Format:
    """The kind of format `id`; `codes` are the file's own."""
    if id not in codes:
        return _BUILT_IN.get(id, "")
    code = _LITERAL.sub("", codes[id]).partition(";")[0].lower()
    if "%" in code:
        return "percent"
    if re.search(r"[yd]|[年月日]", code):
        return "date"
    if re.search(r"[hs]", code):
        return "time"
    return "date" if "m" in code else ""


def date_text(serial: float, since_1904: bool, /) -> str | None:
    """A serial number as ``2026-11-23`` or ``2026-11-23T14:32:00``; None if it is no date."""
    if not 0 <= serial < _LAST:
        return None
    if not since_1904 and serial < 60:
        serial += 1  # Excel believes that 1900 had a 29 February
    moment = (_EPOCH_1904 if since_1904 else _EPOCH) + dt.timedelta(seconds=round(serial * 86_400))
    return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat()
