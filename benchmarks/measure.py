"""Time blocks side by side: every round is one new learner at each of them, so that what the machine does meanwhile
hits all alike, and ratios are taken within a round."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from benchmarks.stand import counted
from benchmarks.subjects import Subject

__all__ = ["ACTIONS", "Rounds", "Spread", "compare", "queries", "ratios", "timed"]

ACTIONS: Final = ("first view", "view", "shown", "submit", "in all")
"""The first `student_view` of a new learner, whose data no process has made yet (a child process makes them, whose work
shows on the wall only); the page to answer on, whose data this
process has; that page with what its script asks for before there is a question to see; the graded check; every request
from the first look to the grade, such as the saving of each drop, and the page once."""

Rounds = dict[str, dict[str, list[float]]]
"""Milliseconds by subject and action, one a round."""


class Took(NamedTuple):
    """Milliseconds of the processor, which others on the machine hardly change, and of the clock on the wall."""

    cpu: float
    wall: float

    def plus(self, other: Took, /) -> Took:
        return Took(self.cpu + other.cpu, self.wall + other.wall)


@dataclass(frozen=True)
class Spread:
    """What lies in the middle of many measurements, and where the tenth and the ninetieth of a hundred lie."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, numbers: Sequence[float], /) -> Spread:
        if len(numbers) < 2:
            return cls(numbers[0], numbers[0], numbers[0])
        tenths = statistics.quantiles(numbers, n=10, method="inclusive")
        return cls(statistics.median(numbers), tenths[0], tenths[-1])


def timed(call: Callable[[], Any], /) -> tuple[Took, Any]:
    """How long `call` takes, and what it gives. The garbage collector waits."""
    gc.disable()
    try:
        wall, cpu = time.perf_counter(), time.thread_time()
        result = call()
        return Took((time.thread_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000), result
    finally:
        gc.enable()


def visit(subject: Subject, learner: str, /) -> dict[str, Took]:
    """One new learner: how long each action takes.

    Raises:
        RuntimeError: the block refused, or what was handed in earned nothing.
    """
    took: dict[str, Took] = {}
    block = subject.block(learner)
    took["first view"], _page = timed(lambda: block.runtime.render(block, "student_view", {}))
    between, _nothing = timed(lambda: subject.before(learner))
    again = subject.block(learner)
    took["view"], page = timed(lambda: again.runtime.render(again, "student_view", {}))
    fetch, _nothing = timed(lambda: subject.fetch(learner))
    took["shown"] = took["view"].plus(fetch)
    handler, suffix, request = subject.request(learner, str(page.content))
    last = subject.block(learner)
    took["submit"], answer = timed(lambda: last.runtime.handle(last, handler, request, suffix))
    took["in all"] = took["first view"].plus(fetch).plus(between).plus(took["submit"])
    grade = last.runtime.grade(last)
    if answer.status_int != 200 or (subject.graded and not (grade and grade[0] > 0)):
        raise RuntimeError(f"{subject.label}: {answer.status}, grade {grade}: {answer.text[:500]}")
    return took


def compare(subjects: Sequence[Subject], /, *, rounds: int, warm: int = 3, first: int = 1) -> tuple[Rounds, Rounds]:
    """Milliseconds of the processor and of the clock. All subjects are visited in each of `rounds`, each time beginning
    with another; `first` is the first learner's number. The `warm` rounds before them are not counted."""
    cpu: Rounds = {subject.name: {action: [] for action in ACTIONS} for subject in subjects}
    wall: Rounds = {subject.name: {action: [] for action in ACTIONS} for subject in subjects}
    for turn in range(warm + rounds):
        gc.collect()
        start = turn % len(subjects)
        for subject in (*subjects[start:], *subjects[:start]):
            for action, took in visit(subject, str(first + turn)).items():
                if turn >= warm:
                    cpu[subject.name][action].append(took.cpu)
                    wall[subject.name][action].append(took.wall)
    return cpu, wall


def ratios(ours: Sequence[float], theirs: Sequence[float], /) -> Spread:
    """How long ours takes of what theirs takes, round by round."""
    return Spread.of([one / other for one, other in zip(ours, theirs, strict=True)])


def queries(subject: Subject, learner: str, /) -> dict[str, list[str]]:
    """The statements that each action of a new learner sends to the database, the host's own among them."""
    block = subject.block(learner)
    with counted() as first:
        block.runtime.render(block, "student_view", {})
    with counted() as between:
        subject.before(learner)
    block = subject.block(learner)
    with counted() as view:
        page = block.runtime.render(block, "student_view", {})
    with counted() as fetched:
        subject.fetch(learner)
    handler, suffix, request = subject.request(learner, str(page.content))
    block = subject.block(learner)
    with counted() as submit:
        block.runtime.handle(block, handler, request, suffix)
    return {
        "first view": first, "view": view, "shown": [*view, *fetched], "submit": submit,
        "in all": [*first, *fetched, *between, *submit],
    }  # fmt: skip
