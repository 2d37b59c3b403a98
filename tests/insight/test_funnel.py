"""Who has come how far."""

from __future__ import annotations

import pytest

from dgxblock.insight.funnel import STAGES, Delivery, Needed, Trainee, count, trainees
from dgxblock.ledger.api import Progress

NEEDED = [Needed("case", "c1"), Needed("case", "c2"), Needed("exercise", "e", 60.0), Needed("assessment", "a")]


def done(
    learner: str = "7", *, cases: str = "", practice: float | None = None, mark: tuple[float, bool] | None = None
) -> Progress:
    exercises = {} if practice is None else {"e": practice}
    return Progress(learner, frozenset(cases.split()), exercises, {} if mark is None else {"a": mark})


def one(progress: Progress, delivery: Delivery | None = None, needed: list[Needed] | None = None) -> Trainee:
    known = {progress.learner_id: delivery} if delivery else {}
    [row] = trainees({progress.learner_id: progress}, NEEDED if needed is None else needed, known)
    return row


@pytest.mark.parametrize(
    ("progress", "reached"),
    [
        (done(), {"begun"}),
        (done(cases="c1"), {"begun"}),
        (done(cases="c1 c2"), {"begun", "read"}),
        (done(cases="c1 c2 other"), {"begun", "read"}),
        (done(practice=59.9), {"begun"}),
        (done(practice=60), {"begun", "practised"}),
        (done(mark=(69, False)), {"begun"}),
        (done(mark=(70, True)), {"begun", "passed"}),
        (done(cases="c1 c2", practice=80, mark=(90, True)), {"begun", "read", "practised", "passed"}),
    ],
)
def test_a_stage_is_reached_by_what_the_scheme_asks_for(progress: Progress, reached: set[str]) -> None:
    assert one(progress).reached == reached


def test_the_furthest_stage_is_named_even_when_one_before_it_is_missing() -> None:
    assert one(done(mark=(90, True))).furthest == "passed"
    assert one(done(), Delivery(identity=True, sent=True, certified=True, stage="issued")).furthest == "certified"


def test_without_a_scheme_any_block_of_a_kind_counts() -> None:
    row = one(done(cases="x", practice=10, mark=(75, True)), needed=[])
    assert row.reached == {"begun", "read", "practised", "passed"}
    assert (row.cases, row.cases_needed, row.practice, row.score) == (1, 1, 10, 75)


def test_the_lowest_of_several_exercises_counts_and_none_while_one_is_missing() -> None:
    needed = [Needed("exercise", "e", 60.0), Needed("exercise", "f", 60.0)]
    partly = Progress("7", frozenset(), {"e": 90.0}, {})
    assert one(partly, needed=needed).practice is None
    assert one(partly, needed=needed).reached == {"begun"}
    whole = Progress("7", frozenset(), {"e": 90.0, "f": 61.0}, {})
    assert (one(whole, needed=needed).practice, one(whole, needed=needed).furthest) == (61.0, "practised")


def test_each_stage_is_counted_by_itself() -> None:
    rows = trainees({"1": done("1"), "2": done("2", mark=(80, True))}, NEEDED, {"2": Delivery(identity=True)})
    assert dict(count(rows)) == {**dict.fromkeys(STAGES, 0), "begun": 2, "passed": 1, "identity": 1}
    assert dict(count([])) == dict.fromkeys(STAGES, 0)


def test_who_has_come_furthest_comes_first() -> None:
    rows = trainees({"1": done("1"), "2": done("2", mark=(80, True)), "3": done("3", cases="c1 c2")}, NEEDED, {})
    assert [row.learner_id for row in rows] == ["2", "3", "1"]


def test_who_is_only_known_to_the_registry_is_there_too() -> None:
    assert [row.furthest for row in trainees({}, NEEDED, {"9": Delivery(sent=True)})] == ["sent"]
