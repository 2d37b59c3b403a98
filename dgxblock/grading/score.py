"""From marks to a score, and from a score to a pass."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dgxblock.grading.verdict import Mark


@dataclass(frozen=True, slots=True)
class Score:
    """Points earned and possible. `percent` is 0 to 100."""

    earned: float
    possible: float

    @property
    def ratio(self) -> float:
        return self.earned / self.possible if self.possible else 0.0

    @property
    def percent(self) -> float:
        # nine decimals: fractions of points must not miss a pass mark by a binary hair
        return round(100 * self.ratio, 9)

    @property
    def whole(self) -> int:
        """The percentage to show, rounded down: 69.9 is never shown as the 70 that was not reached."""
        return math.floor(self.percent)


def total(marks: Mapping[str, Mark], points: Mapping[str, float], /) -> Score:
    """The score of the items that `points` names; an item without a mark earns nothing."""
    worth = {item: value for item, value in points.items() if math.isfinite(value) and value > 0}
    earned = math.fsum(marks[item].fraction * value for item, value in worth.items() if item in marks)
    return Score(round(earned, 9), round(math.fsum(worth.values()), 9))


def passed(score: Score, pass_mark: float, /) -> bool:
    """Whether `score` reaches `pass_mark` per cent. An assessment without points cannot be passed."""
    return score.possible > 0 and score.percent >= pass_mark


def credited(score: Score, percent: float, /) -> Score:
    """What counts of a score where a try could earn `percent` of its points: never more than all of them."""
    return Score(round(min(score.earned * percent / 100, score.possible), 9), score.possible)
