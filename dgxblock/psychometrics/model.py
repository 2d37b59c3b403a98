"""What goes into an item analysis and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_PRIVATE: Final = 10
"""Below this number of people statistics would tell about persons, not about questions."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to one question. `fraction` is 0–1; None while a person has yet to judge it. `note` is the grader's
    stable note, `choices` the ids of the options chosen. `variant` is the trainee's own key where the question has one:
    a number that tells the variants apart."""

    fraction: float | None
    points: float
    note: str = ""
    choices: tuple[str, ...] = ()
    variant: float | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """What one person handed in: answers by question, only to those they were asked; `seconds` from start to end."""

    learner: str
    responses: Mapping[str, Response]
    seconds: float | None = None
    passed: bool = False


class Flag(StrEnum):
    """What a statistic says about a question, in the order of urgency. Thresholds are in `analysis`."""

    CHECK_KEY = "check-key"
    UNFAIR = "unfair"
    WEAK = "weak"
    HARD = "hard"
    EASY = "easy"


@dataclass(frozen=True, slots=True)
class Option:
    """An option: how many chose it, as a share of those asked, and the mean rest score of those who did (0–1; None if
    nobody). `functional`: chosen by at least 5 %."""

    id: str
    count: int
    share: float
    rest: float | None
    functional: bool


@dataclass(frozen=True, slots=True)
class Fairness:
    """Mean fractions in the quarters of the trainees' own keys, from small to large; `effect` is the share of the
    variance that they explain (eta squared), `p` its probability by chance."""

    means: tuple[float, ...]
    counts: tuple[int, ...]
    effect: float
    p: float


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """Statistics of a question over the `n` people who were asked it.

    `facility` is the mean fraction and `sd` its standard deviation. `discrimination` is the correlation with the score
    of all other questions, `d27` the difference between the best and the worst 27 % (Kelley 1939), `efficiency` the
    discrimination as a share of the largest that the marginal distributions allow; None where there is no variance.
    `notes` are how often each note occurred, most frequent first. `alpha_without` is the test's alpha if this question
    were not in it.
    """

    id: str
    n: int
    facility: float
    sd: float
    discrimination: float | None
    d27: float | None
    efficiency: float | None
    options: tuple[Option, ...]
    notes: tuple[tuple[str, int], ...]
    alpha_without: float | None
    fairness: Fairness | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha over `items` questions that all `n` people were asked, with its 95 % interval (Feldt 1965)."""

    value: float
    low: float
    high: float
    n: int
    items: int


@dataclass(frozen=True, slots=True)
class TestStatistics:
    """Statistics of a test over `n` people. `mean` and `sd` are of the share of the points, `passed` is a share,
    `seconds` the median time. `few`: fewer than `MOST_PRIVATE` people, so that there is nothing else. `items` holds the
    questions that enough people were asked; `too_few` names the others with their number of people."""

    n: int
    few: bool
    mean: float | None
    sd: float | None
    passed: float | None
    seconds: float | None
    alpha: Alpha | None
    items: Mapping[str, ItemStatistics]
    too_few: Mapping[str, int]
