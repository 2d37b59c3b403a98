"""Which of a learner's tries counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol, TypeVar

from dgxblock.grading import Score, passed

__all__ = ["POLICIES", "Tried", "best", "counted", "worth"]

POLICIES: Final = ("best", "last", "average")


class Tried(Protocol):
    """A try as the ledger hands it out. `percent` is 0–100, None before it was handed in; `counts` is one of
    `POLICIES`, `pass_mark` in per cent, None where there is none to reach (an exercise)."""

    @property
    def number(self) -> int: ...
    @property
    def percent(self) -> float | None: ...
    @property
    def passed(self) -> bool: ...
    @property
    def submitted_at(self) -> datetime | None: ...
    @property
    def counts(self) -> str: ...
    @property
    def pass_mark(self) -> float | None: ...


_T = TypeVar("_T", bound=Tried)


def best(done: Sequence[_T], /) -> _T:
    """The best of some tries: one that passed before one that did not, the earlier of two equal ones."""
    return max(done, key=lambda each: (each.passed, each.percent or 0.0, -each.number))


def counted(done: Sequence[_T], /) -> tuple[float, bool, _T] | None:
    """Per cent, whether it passed, and the try that stands for it: None if nothing was handed in.

    The rule is that of the latest try. Of an average the latest try stands for it, and it passes if the average reaches
    the latest try's pass mark.
    """
    done = sorted((each for each in done if each.submitted_at is not None), key=lambda each: each.number)
    if not done:
        return None
    last = done[-1]
    if last.counts == "average":
        percent = round(math.fsum(each.percent or 0.0 for each in done) / len(done), 9)
        reached = last.pass_mark is not None and passed(Score(percent, 100.0), last.pass_mark)
        return percent, reached, last
    chosen = last if last.counts == "last" else best(done)
    return chosen.percent or 0.0, chosen.passed, chosen


def worth(number: int, shares: Sequence[int], /) -> int:
    """Per cent of its points that try `number` (from 1) can earn; the last share goes on for all that follow."""
    return shares[min(number, len(shares)) - 1] if shares else 100
