"""Retry-After, as far as we believe it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

__all__ = ["MAX_PAUSE_SECONDS", "retry_after"]

MAX_PAUSE_SECONDS: Final = 6 * 3600
"""No registry may silence a sender for longer."""
_SECONDS: Final = re.compile(r"[0-9]+")
# The three forms of RFC 9110 begin with a day's name; `parsedate_to_datetime` alone would take much more.
_DATE: Final = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[A-Za-z]*,? [A-Za-z0-9 :-]+")


def retry_after(header: str | None, now: datetime, base: int, /) -> int | None:
    """Seconds to wait after the header Retry-After, clamped to [`base`, 6 h].

    Args:
        header: seconds or an HTTP date; None where there is none.
        now: aware; what a date counts from.
        base: the shortest wait in seconds, the sender's own.

    Returns:
        Whole seconds, or None when the header says nothing that can be read: use your own back-off.
    """
    value = (header or "").strip()
    if _SECONDS.fullmatch(value):
        wait = MAX_PAUSE_SECONDS if len(value) > 9 else int(value)
    elif _DATE.fullmatch(value):
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return None
        if until.tzinfo is None:
            until = until.replace(tzinfo=UTC)
        wait = int((until - now).total_seconds())
    else:
        return None
    return max(base, min(wait, MAX_PAUSE_SECONDS))
