"""A learner who works on the test exercise."""

from __future__ import annotations

from typing import Any

from dgxblock import lab
from dgxblock.block import host
from dgxblock.content import read
from dgxblock.exercise import ExerciseXBlock
from dgxblock.ledger import api as ledger
from tests.builders import blocks, documents

RIGHT_ORDER = ["p", "q", "r"]


def exercise(cls: type[Any] = ExerciseXBlock, /, **options: Any) -> Any:
    return blocks.block(cls, documents.EXERCISE, **options)


def sheet(made: Any) -> lab.Sheet:
    """This learner's data, as the server has them."""
    place = made.place()
    seed = lab.seed(host.site_secret(), place.course_key, place.usage_key, place.learner_id)
    return lab.build(read.parse(documents.EXERCISE).dataset, seed)


def minutes(value: Any) -> dict[str, str]:
    return {"value": f"{float(value):.2f}", "unit": "min"}


def right(made: Any) -> dict[str, Any]:
    values = sheet(made).values
    return {"q1": minutes(values["half"]), "q2": minutes(values["quarter"]), "s1": "x", "o-1": RIGHT_ORDER}


def nonce(made: Any) -> str:
    return str(blocks.extra(blocks.inner(made), "check")["nonce"])


def check(made: Any, answers: dict[str, Any]) -> str:
    """The page after one check."""
    return str(blocks.answer(made, "check", {"a": answers, "nonce": nonce(made)})["html"])


def state(made: Any) -> tuple[object, ...]:
    place = made.place()
    return tuple(ledger.attempts(place)), ledger.draft(place), tuple(map(str, made.runtime.published))
