"""From the levels that a reader chose to the share of the points."""

from __future__ import annotations

import math
from collections.abc import Mapping

from dgxblock.grading.verdict import Mark, Verdict

__all__ = ["grade"]


def grade(chosen: Mapping[str, str], rubric: Mapping[str, Mapping[str, float]], /, comment: str = "") -> Mark:
    """The mark of a text by its rubric: criterion to level to points.

    The share is the points of the levels chosen over those of the best levels. `parts` hold each criterion with the id
    of its level as note, `figures` the comment.

    Raises:
        ValueError: a criterion is missing or unknown, a level is unknown, or no level of any criterion has points.
    """
    if chosen.keys() != rubric.keys() or any(chosen[name] not in levels for name, levels in rubric.items()):
        raise ValueError("choose one level of each criterion")
    most = {name: max(levels.values()) for name, levels in rubric.items()}
    possible = math.fsum(most.values())
    if possible <= 0:
        raise ValueError("a rubric without points")
    parts = tuple(
        (name, _mark(levels[chosen[name]] / most[name] if most[name] else 1.0, chosen[name]))
        for name, levels in rubric.items()
    )
    earned = math.fsum(levels[chosen[name]] for name, levels in rubric.items())
    whole = _mark(round(earned / possible, 9), "reviewed")
    return Mark(
        whole.fraction, whole.verdict, whole.note, parts=parts, figures=(("comment", comment),) if comment else ()
    )


def _mark(fraction: float, note: str) -> Mark:
    verdict = Verdict.RIGHT if fraction >= 1 else Verdict.PARTLY if fraction > 0 else Verdict.AGAIN
    return Mark(fraction, verdict, note)
