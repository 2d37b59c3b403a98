"""Whose turn it is: a queue in which nobody is served twice while others wait, and a rate for each trainee."""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

BURST: Final = 5
PER_SECOND: Final = 1.0
PER_MINUTE: Final = 20
_MOST_KNOWN: Final = 10_000

T = TypeVar("T")


class Turns(Generic[T]):
    """Waiting things, each of somebody. The next is of whoever has been served least since others began to wait.

    Fair queueing: everybody's n-th thing comes in the n-th round, and within a round the first that came is first.
    Things of nobody (``""``) have a round to themselves each: they come in the order of arrival.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, T]] = []
        self._last: dict[str, int] = {}
        self._round = 0
        self._count = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, thing: T, who: str, /) -> None:
        """`thing` waits from now on."""
        turn = self._round
        if who:
            turn = max(turn, self._last.get(who, -1) + 1)
            self._last[who] = turn
        self._count += 1
        self._waiting.append((turn, self._count, thing))

    def place(self, thing: T, /) -> int:
        """How many come before it."""
        own = next(each for each in self._waiting if each[2] is thing)
        return sum(each[:2] < own[:2] for each in self._waiting)

    def next(self) -> T:
        """Take the next one; IndexError if nothing waits."""
        first = min(self._waiting, key=lambda each: each[:2], default=None)
        if first is None:
            raise IndexError
        self._waiting.remove(first)
        self._round = max(self._round, first[0])
        if not self._waiting:  # rounds matter only among those who wait together
            self._last.clear()
        return first[2]

    def remove(self, thing: T, /) -> None:
        """It waits no more; nothing happens if it did not."""
        self._waiting = [each for each in self._waiting if each[2] is not thing]

    def __iter__(self) -> Iterator[T]:
        return iter([each[2] for each in self._waiting])


@dataclass
class _Known:
    tokens: float = BURST
    at: float = 0.0
    minute: deque[float] = field(default_factory=deque)


class Rates:
    """For each trainee one a second, five at once after a pause, and twenty a minute."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def wait(self, who: str, now: float, /) -> int:
        """0 if `who` may go on, which is counted; else the whole seconds to wait. Nobody (``""``) always may."""
        if not who:
            return 0
        known = self._known.setdefault(who, _Known(at=now))
        self._known.move_to_end(who)
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        known.tokens = min(BURST, known.tokens + (now - known.at) * PER_SECOND)
        known.at = now
        while known.minute and known.minute[0] <= now - 60:
            known.minute.popleft()
        if len(known.minute) >= PER_MINUTE:
            return max(1, math.ceil(known.minute[0] + 60 - now))
        if known.tokens < 1:
            return max(1, math.ceil((1 - known.tokens) / PER_SECOND))
        known.tokens -= 1
        known.minute.append(now)
        return 0
