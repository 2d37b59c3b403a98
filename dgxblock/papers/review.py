"""What may be seen of an answered question, and from when on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Protocol

__all__ = ["MOMENTS", "Moment", "Shown", "shown"]


class Moment(IntEnum):
    """How far a learner is. `LAST`: no further try is possible; `CLOSE`: nobody can sit it any more."""

    DURING = 0
    TRY = 1
    LAST = 2
    CLOSE = 3


MOMENTS: Final = {"during": Moment.DURING, "try": Moment.TRY, "last": Moment.LAST, "close": Moment.CLOSE}


class _Review(Protocol):
    @property
    def answers(self) -> str: ...
    @property
    def marks(self) -> str: ...
    @property
    def correctness(self) -> str: ...
    @property
    def rationale(self) -> str: ...
    @property
    def solution(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """Which parts of a result may be shown now: one's own `answers`, `marks` (points and the score), `correctness` of
    each question (with its feedback), `rationale`, and the worked `solution` with its reference."""

    answers: bool
    marks: bool
    correctness: bool
    rationale: bool
    solution: bool


def shown(policy: _Review, now: Moment, /, *, host: bool = True) -> Shown:
    """What `policy` shows at `now`. `host` is whether the platform lets correctness be seen; without it there are
    one's own answers and the score, which a certificate may hang on.

    A part whose moment is no known one, such as ``never``, is never shown.
    """

    def due(name: str) -> bool:
        moment = MOMENTS.get(name)
        return moment is not None and now >= moment

    return Shown(
        answers=due(policy.answers),
        marks=due(policy.marks),
        correctness=host and due(policy.correctness),
        rationale=host and due(policy.rationale),
        solution=host and due(policy.solution),
    )
