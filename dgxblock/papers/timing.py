"""When an assessment may be sat and what being early or late is worth: by the server's clock, and by nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

__all__ = ["ALLOWANCE", "Allowed", "Window", "credit", "deadline", "next_beginning", "window"]

ALLOWANCE: Final = timedelta(seconds=10)
"""How long after a deadline something is taken that was sent before it: the way through a slow network."""


class _Credit(Protocol):
    @property
    def early_days(self) -> int: ...
    @property
    def early_percent(self) -> int: ...
    @property
    def late_days(self) -> int: ...
    @property
    def late_percent(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Allowed:
    """What somebody was granted beyond the rules: minutes on the clock, further tries, a later end."""

    minutes: int = 0
    attempts: int = 0
    closes_at: datetime | None = None

    def most(self, other: Allowed, /) -> Allowed:
        """The better of two, each thing for itself: nobody loses by being in two groups."""
        ends = [each for each in (self.closes_at, other.closes_at) if each is not None]
        return Allowed(max(self.minutes, other.minutes), max(self.attempts, other.attempts), max(ends, default=None))


@dataclass(frozen=True, slots=True)
class Window:
    """From `opens` to `closes` (None: without end); handed in by `due` it is in time."""

    opens: datetime | None
    due: datetime | None
    closes: datetime | None

    def early(self, now: datetime, /) -> bool:
        """Whether it has not opened yet."""
        return self.opens is not None and now < self.opens

    def over(self, now: datetime, /) -> bool:
        """Whether it has closed."""
        return self.closes is not None and now > self.closes


def window(
    opens: datetime | None, due: datetime | None, grace: timedelta | None, rules: _Credit, allowed: Allowed, /
) -> Window:
    """The window of one learner. Within the grace period after `due` it is still in time, after that late for as many
    days as the rules say; a granted later end moves both, so that who was granted it is in time until then."""
    in_time = None if due is None else due + (grace or timedelta())
    closes = None if in_time is None else in_time + timedelta(days=rules.late_days)
    if allowed.closes_at is not None and in_time is not None:
        in_time = max(in_time, allowed.closes_at)
        closes = max(in_time, closes) if closes is not None else in_time
    return Window(opens, in_time, closes)


def deadline(started: datetime, minutes: int | None, allowed: Allowed, closes: datetime | None, /) -> datetime | None:
    """When a try ends that began at `started`: after its minutes and those granted, or when the whole thing closes."""
    ends = [] if closes is None else [closes]
    if minutes is not None:
        ends.append(started + timedelta(minutes=minutes + allowed.minutes))
    return min(ends, default=None)


def next_beginning(submitted: datetime | None, cooldown_hours: int, /) -> datetime | None:
    """Before which moment the next try may not begin; None if at once."""
    return None if submitted is None or not cooldown_hours else submitted + timedelta(hours=cooldown_hours)


def credit(at: datetime, due: datetime | None, in_time: datetime | None, rules: _Credit, /) -> int:
    """Per cent of the points that a hand-in at `at` earns: `due` is the date as announced, `in_time` that with grace
    and what was granted."""
    if in_time is not None and at > in_time:
        return rules.late_percent
    if due is not None and rules.early_days and at <= due - timedelta(days=rules.early_days):
        return rules.early_percent
    return 100
