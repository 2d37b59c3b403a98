"""Many requests at the same moment, each with a connection to the database of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connections

from tests.builders import sitting

T = TypeVar("T")


def at_once(calls: Sequence[Callable[[], T]], /) -> list[T]:
    """What each call gives, in their order; all begin together. The first that raises, raises."""
    start = threading.Barrier(len(calls))

    def one(call: Callable[[], T]) -> T:
        start.wait(60)
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def warm(made: Any, /) -> None:
    """Read every field once: the workbench makes a row for each scope it reads, and two requests would make two."""
    for name in made.fields:
        made.fields[name].is_set_on(made)


def sat(learner: str, /, *, attempts: int = 1) -> Any:
    """A learner's assessment that has begun, its last attempt under way."""
    made = sitting.assessment(learner=learner, max_attempts=attempts)
    warm(made)
    for number in range(1, attempts):
        sitting.begin(made, number)
        sitting.submit(made, {"s1": "y"})
    sitting.begin(made, attempts)
    return made
