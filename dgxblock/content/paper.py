"""The assessment: sections that draw from pools, and the rules under which it is sat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from dgxblock.content.dataset import Dataset
from dgxblock.content.items import Item
from dgxblock.content.objective import Objective
from dgxblock.content.text import Text

Mode = Literal["practice", "graded", "exam"]
Moment = Literal["during", "try", "last", "close", "never"]

MOMENTS: Final[tuple[Moment, ...]] = ("during", "try", "last", "close", "never")
"""From the earliest to the latest."""


@dataclass(frozen=True)
class Pool:
    """Questions of which each trainee gets `draw`; all earn the same, so that a total does not depend on the draw."""

    id: str
    draw: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class PaperSection:
    """Part of an assessment. An item outside a pool is an anchor: everybody gets it.

    A document without sections has one of anchors, whose `id` is empty.
    """

    id: str
    title: Text | None
    parts: tuple[Item | Pool, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of all parts, in document order."""
        return tuple(item for part in self.parts for item in (part.items if isinstance(part, Pool) else (part,)))


@dataclass(frozen=True)
class Credit:
    """What the day of handing in does to the points.

    Handed in at least `early_days` before the due date counts `early_percent` of them; after the due date, up to
    `late_days` late, counts `late_percent`, and later is not taken. Without days, nothing changes.
    """

    early_days: int = 0
    early_percent: int = 100
    late_days: int = 0
    late_percent: int = 100


@dataclass(frozen=True)
class Review:
    """The moment from which on a trainee is shown each of five things; what is shown once stays open.

    ``during``: while answering, as soon as an answer is checked (practice only). ``try``: after each hand-in.
    ``last``: when no further try is possible, because all are used up or time is over. ``close``: after the due date
    and whatever follows it. ``never``: not at all.

    `answers` are the trainee's own; `marks` points and result; `correctness` which questions are right, with what the
    author says to a wrong answer; `rationale` why; `solution` a right answer.
    """

    answers: Moment = "try"
    marks: Moment = "try"
    correctness: Moment = "try"
    rationale: Moment = "try"
    solution: Moment = "try"


EXAM: Final = Review(correctness="last", rationale="close", solution="close")


def review_of(mode: Mode, /) -> Review:
    """What a document of that mode means that says nothing about review."""
    return EXAM if mode == "exam" else Review()


@dataclass(frozen=True)
class Rules:
    """How an assessment is sat.

    `pass_mark` is in per cent. `minutes` is a limit if `timed`, else a hint on how long most people need; None: not
    said. `counts` says which try is the result. `cooldown_hours` lie between a hand-in and the next beginning.
    `shares` are the per cent of the points that try 1, 2, … can earn; the last one goes for all further tries.
    With `shuffle` each trainee has an order of their own: of the questions of a section, and of options unless a
    question is `fixed`.
    """

    pass_mark: int
    attempts: int
    minutes: int | None
    mode: Mode = "graded"
    counts: Literal["best", "last", "average"] = "best"
    cooldown_hours: int = 0
    shares: tuple[int, ...] = (100,)
    timed: bool = False
    shuffle: bool = False
    credit: Credit = Credit()
    review: Review = Review()


@dataclass(frozen=True)
class Assessment:
    """Items that count, under rules."""

    id: str
    version: int
    title: Text
    eyebrow: Text | None
    lead: Text
    dataset: Dataset
    rules: Rules
    objectives: tuple[Objective, ...]
    sections: tuple[PaperSection, ...]
    kind: ClassVar[Literal["assessment"]] = "assessment"

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, drawn or not, in document order."""
        return tuple(item for section in self.sections for item in section.items)
