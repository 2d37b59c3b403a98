"""Which certificates of one credential a person may earn: once, once in each course run, or anew after some months."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from dgxblock.registry.states import Cycle

__all__ = ["Held", "Target", "after_months", "due", "targets"]


class Held(Protocol):
    """What is recorded of one cycle."""

    @property
    def withdrawn(self) -> bool: ...
    @property
    def assessed_on(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Target:
    """A cycle that work done now may count for: assessments from the day `since` on and before the day `until`, in the
    scheme's zone; None leaves it open."""

    cycle: int
    since: date | None = None
    until: date | None = None


def targets(kind: str, months: int, run_number: int, held: Mapping[int, Held], today: date, /) -> list[Target]:
    """The cycles to look at, the earliest first; at most the last one recorded and the next one.

    Args:
        kind: a `Cycle`.
        months: from an assessment to when it may be renewed.
        run_number: of the course run at hand.
        held: what is recorded, by cycle.
        today: in the scheme's zone.
    """
    if kind == Cycle.RUN:
        return [Target(run_number)]
    if kind != Cycle.RENEWAL or not held or months < 1:
        return [Target(1)]
    last = max(held)
    before = held.get(last - 1)
    since = after_months(before.assessed_on, months) if before is not None else None
    opens = due(months, held[last])
    if opens is None or opens > today:
        return [Target(last, since)]
    return [Target(last, since, opens), Target(last + 1, opens)]


def due(months: int, one: Held, /) -> date | None:
    """The day from which an assessment counts as a renewal; None while there is nothing to renew."""
    return None if one.withdrawn else after_months(one.assessed_on, months)


def after_months(day: date, months: int, /) -> date:
    """The same day of a later month; the month's last where it has no such day. The calendar's last day at the end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
