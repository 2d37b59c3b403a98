"""What the ledger hands out: frozen shapes, no rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any


class Conflict(Exception):
    """The ledger refuses: `code` is one of ``no-attempts-left``, ``not-open``, ``not-next``, ``already-decided``,
    ``stale-draft``, ``stale-review``."""

    def __init__(self, code: str, /) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """Who, where: a learner at a block of a course run. All three are ASCII identifiers."""

    learner_id: str
    course_key: str
    usage_key: str

    def where(self) -> dict[str, str]:
        """As a filter for rows."""
        return {"learner_id": self.learner_id, "course_key": self.course_key, "usage_key": self.usage_key}


@dataclass(frozen=True, slots=True)
class AttemptView:
    """An attempt as a page needs it. `percent` is 0–100, or None before it was submitted; `earned` has `credit` (what
    this try could earn, in per cent) in it. `paper` are the ids of its questions in order, empty for all there are.
    `kind` is ``exercise``, ``assessment`` or ``practice``: an assessment that counts for nothing."""

    number: int
    seed: str
    revision: str
    started_at: datetime
    submitted_at: datetime | None
    nonce: str | None
    answers: dict[str, Any]
    marks: dict[str, Any]
    hints: dict[str, int]
    earned: float | None
    possible: float | None
    passed: bool
    paper: tuple[str, ...] = ()
    deadline: datetime | None = None
    ended_by: str = ""
    sequence: int | None = None
    digest: str = ""
    credit: float = 100.0
    counts: str = "best"
    pass_mark: float | None = None
    values: dict[str, Any] = field(default_factory=dict)
    kind: str = "assessment"

    @property
    def percent(self) -> float | None:
        return percent(self.earned, self.possible)


@dataclass(frozen=True, slots=True)
class Result:
    """The result that counts."""

    percent: float
    passed: bool
    submitted_at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class DecisionView:
    decision_id: str
    option_id: str
    reason: str
    made_at: datetime
    final: bool


@dataclass(frozen=True, slots=True)
class DraftView:
    answers: dict[str, Any]
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a learner has come in a course: usage keys of finished cases, best percent and pass by block."""

    learner_id: str
    finished_cases: frozenset[str]
    exercises: dict[str, float]
    assessments: dict[str, tuple[float, bool]]


def percent(earned: float | Decimal | None, possible: float | Decimal | None) -> float | None:
    """0–100 with two decimals; None before a submission."""
    if earned is None or not possible:
        return None
    return round(100 * float(earned) / float(possible), 2)
