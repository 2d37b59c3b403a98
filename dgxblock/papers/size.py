"""How large the paper is that each trainee gets, whichever questions are drawn."""

from __future__ import annotations

import math

from dgxblock.content.model import Assessment, Pool

__all__ = ["points", "questions"]


def questions(assessment: Assessment, /) -> int:
    """How many questions each trainee is asked."""
    return sum(part.draw if isinstance(part, Pool) else 1 for section in assessment.sections for part in section.parts)


def points(assessment: Assessment, /) -> float:
    """How many points there are for each trainee: the questions of one pool are worth the same."""
    return math.fsum(
        part.draw * max((item.points for item in part.items), default=0.0) if isinstance(part, Pool) else part.points
        for section in assessment.sections
        for part in section.parts
    )
