"""How far each trainee has come, and how many have come how far. Pure: rows in, rows out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dgxblock.ledger.api import Progress

__all__ = ["STAGES", "Delivery", "Needed", "Trainee", "count", "trainees"]

STAGES: Final = ("begun", "read", "practised", "passed", "identity", "sent", "certified")
"""In the order of the road. A trainee may reach one without the one before it, so each is counted by itself."""


@dataclass(frozen=True, slots=True)
class Needed:
    """What the course's certificate asks for. `usage_key` names the block, `percent` the least score."""

    kind: str
    usage_key: str
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the registry's sender knows of a trainee."""

    identity: bool = False
    sent: bool = False
    certified: bool = False
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Trainee:
    """A row of the staff page. Percents are 0–100, None where nothing was handed in."""

    learner_id: str
    cases: int
    cases_needed: int
    practice: float | None
    score: float | None
    reached: frozenset[str]
    stage: str

    @property
    def furthest(self) -> str:
        return next(stage for stage in reversed(STAGES) if stage in self.reached)


def trainees(
    progress: Mapping[str, Progress], needed: Sequence[Needed], deliveries: Mapping[str, Delivery], /
) -> list[Trainee]:
    """Everybody with a row in the course, who has come furthest first. Without a scheme any block of a kind counts."""
    rows = [
        _trainee(learner, progress.get(learner), needed, deliveries.get(learner, Delivery()))
        for learner in {*progress, *deliveries}
    ]
    return sorted(rows, key=lambda row: (-STAGES.index(row.furthest), row.learner_id))


def _trainee(learner: str, done: Progress | None, needed: Sequence[Needed], delivery: Delivery) -> Trainee:
    done = done or Progress(learner, frozenset(), {}, {})
    cases = [one.usage_key for one in needed if one.kind == "case"] or sorted(done.finished_cases)
    read = sum(case in done.finished_cases for case in cases)
    practice = _lowest([done.exercises.get(key) for key in _keys(needed, "exercise", done.exercises)])
    marks = [done.assessments.get(key) for key in _keys(needed, "assessment", done.assessments)]
    score = _lowest([mark and mark[0] for mark in marks])
    reached = {"begun"}
    if cases and read == len(cases):
        reached.add("read")
    if practice is not None and all(
        (done.exercises.get(one.usage_key) or 0) >= (one.percent or 0) for one in needed if one.kind == "exercise"
    ):
        reached.add("practised")
    if marks and all(mark is not None and mark[1] for mark in marks):
        reached.add("passed")
    flags = {"identity": delivery.identity, "sent": delivery.sent, "certified": delivery.certified}
    reached |= {name for name, yes in flags.items() if yes}
    return Trainee(learner, read, len(cases), practice, score, frozenset(reached), delivery.stage)


def _keys(needed: Sequence[Needed], kind: str, found: Iterable[str]) -> list[str]:
    return [one.usage_key for one in needed if one.kind == kind] or sorted(found)


def _lowest(values: Sequence[float | None]) -> float | None:
    """None unless all of them are there."""
    known = [value for value in values if value is not None]
    return min(known) if known and len(known) == len(values) else None


def count(rows: Iterable[Trainee], /) -> list[tuple[str, int]]:
    """How many trainees reached each of `STAGES`."""
    rows = list(rows)
    return [(stage, sum(stage in row.reached for row in rows)) for stage in STAGES]
