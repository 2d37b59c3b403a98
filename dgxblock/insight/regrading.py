"""What a mended key or tolerance would change, before it is decided; and the change itself, on record.

Attempts are streamed a learner at a time, so that a hundred thousand of them need no more memory than a hundred.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from dgxblock.content import read
from dgxblock.ledger import api as ledger
from dgxblock.papers.counting import counted
from dgxblock.papers.regrade import Marked, Regrade, Regraded
from dgxblock.registry import api as registry

__all__ = ["MOST_LINES", "Commit", "Diff", "Line", "commit", "dry_run"]

MOST_LINES: Final = 200
_CHUNK: Final = 400


@dataclass(frozen=True, slots=True)
class Line:
    """A learner whose result would change: per cent and pass, before and after, and the questions that are why."""

    learner_id: str
    before: float
    after: float
    passed_before: bool
    passed_after: bool
    questions: tuple[str, ...]

    @property
    def crosses(self) -> bool:
        return self.passed_before != self.passed_after


@dataclass(frozen=True, slots=True)
class Diff:
    """What a regrade would do. `attempts` and `learners` were looked at; of the learners some `gain`, some `lose`, some
    would newly `pass_` or `fail`. `lines` are at most `MOST_LINES`, who crosses the pass mark first. `state` names the
    ledger's state that it was reckoned from."""

    attempts: int
    learners: int
    gain: int
    lose: int
    pass_: int
    fail: int
    lines: tuple[Line, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Commit:
    """What was done: `changed` attempts of `learners`; `left` had changed meanwhile and stayed as they were."""

    changed: int
    learners: int
    left: int


def dry_run(
    course_key: str, usage_key: str, new: Marked, revision: str, /, *, only_raise: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Diff:  # fmt: skip
    """What marking everything at a block again as `new` says would change. Writes nothing.

    Raises:
        LabError: a key of `new` cannot be computed.
    """
    state = ledger.state(course_key, usage_key)
    seen = learners = gain = lose = pass_ = fail = 0
    crossing: list[Line] = []
    others: list[Line] = []
    for learner, pairs in _by_learner(course_key, usage_key, new, revision, only_raise):
        learners += 1
        seen += len(pairs)
        if progress is not None:
            progress(seen)
        line = _line(learner, pairs)
        if line is None:
            continue
        gain += line.after > line.before
        lose += line.after < line.before
        pass_ += line.passed_after and not line.passed_before
        fail += line.passed_before and not line.passed_after
        into = crossing if line.crosses else others
        if len(into) < MOST_LINES:
            into.append(line)
    return Diff(seen, learners, gain, lose, pass_, fail, tuple([*crossing, *others][:MOST_LINES]), state)


def commit(
    course_key: str, usage_key: str, new: Marked, revision: str, /, *,
    actor_id: str, reason: str, only_raise: bool = False, progress: Callable[[int], None] | None = None,
) -> Commit:  # fmt: skip
    """Mark everything at a block again, put it on record, and let the registry know whose result has changed.

    Each few hundred attempts are a transaction of their own. One that is interrupted is gone on with by doing it again:
    what was changed has nothing left to change.

    Raises:
        LabError: a key of `new` cannot be computed.
    """
    action: int | None = None
    waiting: list[tuple[str, ledger.Revised]] = []
    changed, left, seen = 0, 0, 0
    people: set[str] = set()
    certified = registry.scheme(course_key) is not None
    concerned: set[str] = set()
    """Who has passed, or would: nobody else's result is the registry's business, but that of an exercise."""

    def write() -> None:
        nonlocal action, changed, left
        if not waiting:
            return
        if action is None:
            action = ledger.act(
                "regrade", course_key, usage_key, actor_id=actor_id, reason=reason,
                detail={"revision": revision, "only_raise": only_raise},
            )  # fmt: skip
        done = ledger.revise(action, [row for _learner, row in waiting])
        changed += len(done)
        left += len(waiting) - len(done)
        moved = {learner for learner, row in waiting if row.id in done}
        for learner in sorted(moved & concerned) if certified else ():
            registry.reconsider(learner, course_key)
        people.update(moved)
        waiting.clear()

    for learner, pairs in _by_learner(course_key, usage_key, new, revision, only_raise):
        seen += len(pairs)
        for row, again in pairs:
            if _differs(row.attempt, again):
                if row.attempt.passed or again.passed or row.attempt.kind == "exercise":
                    concerned.add(learner)
                waiting.append((
                    learner,
                    ledger.Revised(
                        row.id, row.attempt.sequence, again.marks, again.earned, again.possible, again.passed, revision
                    ),
                ))  # fmt: skip
        if len(waiting) >= _CHUNK:
            write()
        if progress is not None:
            progress(seen)
    write()
    return Commit(changed, len(people), left)


def _by_learner(
    course_key: str, usage_key: str, new: Marked, revision: str, only_raise: bool
) -> Iterator[tuple[str, list[tuple[ledger.Submitted, Regraded]]]]:
    roads: dict[str, Regrade] = {}
    for learner, rows in groupby(ledger.submissions(course_key, usage_key), key=lambda row: row.place.learner_id):
        yield learner, [(row, _again(row, roads, new, revision, only_raise)) for row in rows]


def _again(row: ledger.Submitted, roads: dict[str, Regrade], new: Marked, revision: str, only_raise: bool) -> Regraded:
    was = row.attempt
    if was.revision not in roads:
        roads[was.revision] = Regrade(new if was.revision == revision else _document(was.revision), new)
    again = roads[was.revision](was)
    worse = again.earned < (was.earned or 0.0) or (was.passed and not again.passed)
    return _as_it_is(was) if only_raise and worse else again


def _document(revision: str) -> Marked | None:
    text = ledger.document(revision)
    try:
        found = None if text is None else read.parse(text)
    except read.ContentError:  # kept by a version of this package that allowed more
        return None
    return found if isinstance(found, Marked) else None


def _as_it_is(was: ledger.AttemptView) -> Regraded:
    return Regraded(was.marks, was.earned or 0.0, was.possible or 0.0, was.percent or 0.0, was.passed, ())


def _differs(was: ledger.AttemptView, again: Regraded) -> bool:
    moved = abs(again.earned - (was.earned or 0.0)) > 1e-4 or abs(again.possible - (was.possible or 0.0)) > 1e-4
    return moved or again.passed != was.passed or bool(again.changed)


def _line(learner: str, pairs: Iterable[tuple[ledger.Submitted, Regraded]]) -> Line | None:
    pairs = list(pairs)
    before, after = counted([row.attempt for row, _again in pairs]), counted([_as(*pair) for pair in pairs])
    if before is None or after is None:
        return None
    questions = tuple(dict.fromkeys(name for _row, again in pairs for name in again.changed))
    if abs(before[0] - after[0]) < 1e-3 and before[1] == after[1]:
        return None
    return Line(learner, before[0], after[0], before[1], after[1], questions)


def _as(row: ledger.Submitted, again: Regraded) -> Any:
    return dataclasses.replace(row.attempt, earned=again.earned, possible=again.possible, passed=again.passed)
