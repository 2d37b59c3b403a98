"""Builders for ledger rows."""

from __future__ import annotations

from dgxblock.ledger import api

COURSE = "course-v1:DG+DT1+2026"


def place(learner: str = "7", usage: str = "dgx_assessment.d.u0", course: str = COURSE) -> api.Place:
    return api.Place(learner, course, usage)


def submitted(
    where: api.Place, /, *, earned: float, passed: bool, kind: str = "assessment", nonce: str = "n1"
) -> api.AttemptView:
    """An attempt that was opened and handed in."""
    opened = api.open_attempt(where, kind=kind, seed="s", revision="r", limit=None)
    return api.submit_attempt(
        where,
        opened.number,
        nonce=nonce,
        answers={"q1": {"value": "1"}},
        marks={},
        earned=earned,
        possible=100,
        passed=passed,
    )
