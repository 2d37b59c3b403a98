"""Tries on the same data belong together; who takes new data begins another round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["MOST_ATTEMPTS", "Round", "of"]

MOST_ATTEMPTS: Final = 300
"""A trainee who practised this often has learned what there is, or is a script."""


@dataclass(frozen=True, slots=True)
class Round:
    """Where a learner stands: the number of the round, its `seed` (empty: nothing begun), its submitted attempts, the
    attempt that is open (if any), hints taken by item, the number of the latest attempt of all, and how many rounds
    were wholly right."""

    number: int
    seed: str
    done: tuple[Any, ...]
    open: Any
    hints: dict[str, int]
    last: int
    mastered: int

    @property
    def next(self) -> int:
        """The number of the attempt that the next submission closes."""
        return self.open.number if self.open is not None else self.last + 1


def of(attempts: Sequence[Any], /) -> Round:
    """The latest round of these attempts, which are in order."""
    if not attempts:
        return Round(1, "", (), None, {}, 0, 0)
    seed = attempts[-1].seed
    own = [each for each in attempts if each.seed == seed]
    hints: dict[str, int] = {}
    for attempt in own:
        for item, step in attempt.hints.items():
            hints[item] = max(step, hints.get(item, 0))
    return Round(
        number=len({each.seed for each in attempts}),
        seed=seed,
        done=tuple(each for each in own if each.submitted_at),
        open=own[-1] if own[-1].submitted_at is None else None,
        hints=hints,
        last=attempts[-1].number,
        mastered=len({each.seed for each in attempts if each.submitted_at and (each.percent or 0.0) >= 100.0}),
    )
