"""A learner who sits the test assessment."""

from __future__ import annotations

from typing import Any

from dgxblock import lab
from dgxblock.assessment import AssessmentXBlock
from dgxblock.content import read
from dgxblock.ledger import api as ledger
from tests.builders import blocks, documents


def assessment(cls: type[Any] = AssessmentXBlock, /, **options: Any) -> Any:
    return blocks.block(cls, documents.ASSESSMENT, **options)


def begin(made: Any, number: int = 1) -> str:
    return str(blocks.answer(made, "begin", {"number": number, "confirm": True})["html"])


def right(made: Any) -> dict[str, Any]:
    """Right answers to the attempt under way."""
    attempt = ledger.attempts(made.place())[-1]
    values = lab.build(read.parse(documents.ASSESSMENT).dataset, attempt.seed).values
    half, quarter = (f"{float(values[name]):.2f}" for name in ("half", "quarter"))
    return {
        "q1": {"value": half, "unit": "min"},
        "q2": {"value": quarter, "unit": "min"},
        "s1": "x",
        "m1": ["x", "y"],
        "o-1": ["p", "q", "r"],
    }


def request(made: Any, answers: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the page under way would hand in."""
    return {"a": right(made) if answers is None else answers, **blocks.extra(blocks.inner(made), "submit")}


def submit(made: Any, answers: dict[str, Any] | None = None) -> str:
    return str(blocks.answer(made, "submit", request(made, answers))["html"])


def state(made: Any) -> tuple[object, ...]:
    place = made.place()
    return tuple(ledger.attempts(place)), ledger.draft(place), tuple(map(str, made.runtime.published))
