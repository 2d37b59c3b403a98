"""The ledger: what counts is counted once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from dgxblock.ledger import api, models
from tests.builders.ledger import COURSE, place, submitted

pytestmark = pytest.mark.django_db


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(api.Conflict) as caught, transaction.atomic():
        call()
    return caught.value.code


def test_opening_twice_gives_the_attempt_under_way() -> None:
    first = api.open_attempt(place(), kind="assessment", seed="a", revision="r", limit=2)
    again = api.open_attempt(place(), kind="assessment", seed="b", revision="r2", limit=2)
    assert (again.number, again.seed, again.revision) == (first.number, "a", "r")


def test_no_attempt_opens_beyond_the_limit() -> None:
    submitted(place(), earned=10, passed=False, nonce="n1")
    submitted(place(), earned=20, passed=False, nonce="n2")
    assert (
        code_of(lambda: api.open_attempt(place(), kind="assessment", seed="s", revision="r", limit=2))
        == "no-attempts-left"
    )
    assert models.Attempt.objects.count() == 2


def test_a_repeated_request_for_an_attempt_in_particular_opens_no_other() -> None:
    submitted(place(), earned=10, passed=False)
    again = lambda: api.open_attempt(place(), kind="assessment", seed="s", revision="r", limit=5, number=1)  # noqa: E731
    assert code_of(again) == "no-attempts-left"
    assert [a.number for a in api.attempts(place())] == [1]


def test_an_attempt_is_handed_in_once() -> None:
    submitted(place(), earned=80, passed=True)
    late = lambda: api.submit_attempt(  # noqa: E731
        place(), 1, nonce="n2", answers={}, marks={}, earned=100, possible=100, passed=True
    )
    assert code_of(late) == "not-open"
    assert api.attempts(place())[0].earned == 80


def test_an_attempt_that_was_never_opened_cannot_be_handed_in() -> None:
    assert code_of(lambda: api.submit_attempt(
        place(), 1, nonce="n", answers={}, marks={}, earned=1, possible=1, passed=True)) == "not-open"  # fmt: skip
    assert not models.Attempt.objects.exists()


def test_the_best_result_prefers_the_passed_attempt() -> None:
    assert api.best_result(place()) is None
    submitted(place(), earned=72, passed=True, nonce="n1")
    submitted(place(), earned=90, passed=False, nonce="n2")
    best = api.best_result(place())
    assert best is not None and (best.percent, best.passed, best.number) == (72, True, 1)


def test_an_open_attempt_is_no_result() -> None:
    api.open_attempt(place(), kind="assessment", seed="s", revision="r", limit=2)
    assert api.best_result(place()) is None


def test_another_learner_sees_nothing_of_mine() -> None:
    submitted(place("7"), earned=80, passed=True)
    api.save_draft(place("7"), {"q1": "x"})
    other = place("8")
    assert (api.attempts(other), api.draft(other), api.decisions(other), api.best_result(other)) == ([], None, [], None)


def test_the_same_block_in_a_rerun_of_the_course_starts_afresh() -> None:
    submitted(place(), earned=80, passed=True)
    assert api.best_result(place(course="course-v1:DG+DT1+2027")) is None


def test_a_draft_keeps_what_was_there_and_counts_its_versions() -> None:
    first = api.save_draft(place(), {"q1": "1"})
    second = api.save_draft(place(), {"q2": "2"}, version=first.version)
    assert second.answers == {"q1": "1", "q2": "2"} and second.version == first.version + 1


def test_a_newer_draft_from_another_window_is_not_overwritten() -> None:
    first = api.save_draft(place(), {"q1": "old"})
    api.save_draft(place(), {"q1": "newer"}, version=first.version)
    assert code_of(lambda: api.save_draft(place(), {"q1": "stale"}, version=first.version)) == "stale-draft"
    kept = api.draft(place())
    assert kept is not None and kept.answers == {"q1": "newer"}


def test_a_version_of_a_draft_that_is_gone_is_stale() -> None:
    assert code_of(lambda: api.save_draft(place(), {"q1": "x"}, version=3)) == "stale-draft"


def test_a_decision_is_taken_once_and_the_same_choice_again_changes_nothing() -> None:
    first = api.decide(place(), "d1", "a", reason="r", revision="v", final=False)
    again = api.decide(place(), "d1", "a", reason="other", revision="v", final=False)
    assert again == first
    assert code_of(lambda: api.decide(place(), "d1", "b", reason="", revision="v", final=False)) == "already-decided"
    assert [d.option_id for d in api.decisions(place())] == ["a"]


def test_a_case_is_finished_by_its_final_decision() -> None:
    api.decide(place(), "d1", "a", reason="", revision="v", final=False)
    assert api.case_finished(place()) is None
    last = api.decide(place(), "d2", "b", reason="", revision="v", final=True)
    assert api.case_finished(place()) == last.made_at


def test_choices_are_counted_per_option() -> None:
    for learner, option in (("1", "a"), ("2", "a"), ("3", "b")):
        api.decide(place(learner), "d1", option, reason="", revision="v", final=False)
    assert api.class_choices(COURSE, place().usage_key) == {"d1": {"a": 2, "b": 1}}


def test_progress_takes_three_queries_for_any_number_of_learners(django_assert_num_queries: Any) -> None:
    for learner in map(str, range(12)):
        submitted(place(learner), earned=60 + int(learner), passed=int(learner) > 5)
        submitted(place(learner, "ex"), earned=50, passed=False, kind="exercise", nonce="e")
        api.decide(place(learner, "case"), "d1", "a", reason="", revision="v", final=True)
    with django_assert_num_queries(3):
        progress = api.course_progress(COURSE)
    assert len(progress) == 12
    assert progress["11"].assessments == {place().usage_key: (71.0, True)}
    assert progress["2"].exercises == {"ex": 50.0} and progress["2"].finished_cases == {"case"}


def test_forgetting_removes_this_place_only() -> None:
    submitted(place(), earned=80, passed=True)
    submitted(place("8"), earned=80, passed=True)
    api.forget(place())
    assert api.attempts(place()) == [] and len(api.attempts(place("8"))) == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_submissions_close_the_attempt_once() -> None:
    api.open_attempt(place(), kind="assessment", seed="s", revision="r", limit=1)
    won: list[int] = []
    start = threading.Barrier(50)

    def race(number: int) -> None:
        start.wait()
        try:
            with transaction.atomic():
                api.submit_attempt(
                    place(), 1, nonce=f"n{number}", answers={}, marks={}, earned=number, possible=100, passed=True
                )
            won.append(number)
        except api.Conflict:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert [a.nonce for a in api.attempts(place())] == [f"n{won[0]}"]


@pytest.mark.django_db(transaction=True)
def test_twenty_tabs_that_begin_at_once_share_one_attempt() -> None:
    seen: list[str] = []
    start = threading.Barrier(20)

    def begin(number: int) -> None:
        start.wait()
        try:
            seen.append(api.open_attempt(place(), kind="assessment", seed=f"s{number}", revision="r", limit=2).seed)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 20 and len(set(seen)) == 1
    assert models.Attempt.objects.count() == 1
