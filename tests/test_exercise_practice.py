"""Hints on demand, new data in practice, and what an exercise tells when it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dgxblock.block import rounds
from dgxblock.exercise import ExerciseXBlock
from dgxblock.ledger import api as ledger
from tests.builders import blocks, documents
from tests.builders.blocks import Overdue
from tests.builders.hostile import refused_politely
from tests.builders.practice import check, exercise, minutes, nonce, right, state

pytestmark = pytest.mark.django_db

HINTS = documents.both("demandHint", "secret first hint", ' cost="20"') + documents.both(
    "demandHint", "secret second hint", ' cost="30"'
)
HINTED = documents.EXERCISE.replace("<misconception", HINTS + "<misconception", 1)


def hinted(cls: type[Any] = ExerciseXBlock, /, **options: Any) -> Any:
    made = exercise(cls, **options)
    made.document = HINTED
    return made


def ask(made: Any, step: int, item: str = "q1") -> str:
    return str(blocks.answer(made, "hint", {"item": item, "step": step})["html"])


def renew(made: Any, after: int) -> str:
    return str(blocks.answer(made, "new_data", {"after": after})["html"])


def seeds(made: Any) -> list[str]:
    return [each.seed for each in ledger.attempts(made.place())]


def score(made: Any) -> float | None:
    return ledger.attempts(made.place())[-1].percent


def right_now(made: Any) -> dict[str, Any]:
    """Right answers on the data that the learner has by now."""
    from dgxblock import lab

    sheet = lab.build(made.content().dataset, seeds(made)[-1] if seeds(made) else made.seed(made.place()))
    return right(made) | {"q1": minutes(sheet.values["half"]), "q2": minutes(sheet.values["quarter"])}


# -- hints -----------------------------------------------------------------------------------------------------------


def test_hints_are_told_one_after_the_other_and_say_their_price_before() -> None:
    made = hinted()
    page = blocks.inner(made)
    assert "costs 20% of the points" in page and "secret first hint" not in page
    page = ask(made, 1)
    assert "secret first hint" in page and "secret second hint" not in page
    assert "worth 80% of its points" in page and "costs 30% of the points" in page
    page = ask(made, 2)
    assert "secret second hint" in page and "worth 50%" in page and "data-act" not in page


def test_a_hint_lowers_what_a_right_answer_earns_and_stays_right() -> None:
    made = hinted()
    ask(made, 1)
    page = check(made, right(made))
    assert score(made) == 95.0  # one of four questions of equal weight at 80%
    assert page.count("dgx-item dgx-ok") == 4 and "Everything is right." in page


def test_a_hint_taken_in_an_earlier_try_still_costs() -> None:
    made = hinted()
    ask(made, 1)
    check(made, {"q1": minutes(1)})
    page = check(made, right(made))
    assert score(made) == 95.0 and "secret first hint" in page


def test_the_same_hint_twice_costs_once() -> None:
    made = hinted()
    ask(made, 1)
    ask(made, 1)
    assert ledger.attempts(made.place())[0].hints == {"q1": 1}


def test_what_was_typed_survives_a_hint() -> None:
    made = hinted()
    blocks.answer(made, "save_draft", {"a": {"q1": minutes(5)}, "version": 0})
    assert 'value="5.00"' in ask(made, 1)


HOSTILE: list[tuple[Any, int, str]] = [
    ({"item": "q1", "step": 2}, 409, "not-next"),
    ({"item": "q1", "step": 3}, 400, "malformed"),
    ({"item": "q1", "step": 0}, 400, "malformed"),
    ({"item": "q1", "step": -1}, 400, "malformed"),
    ({"item": "q1", "step": True}, 400, "malformed"),
    ({"item": "q1", "step": 1.0}, 400, "malformed"),
    ({"item": "q1", "step": "1"}, 400, "malformed"),
    ({"item": "q1", "step": 10**30}, 400, "malformed"),
    ({"item": "q2", "step": 1}, 400, "malformed"),
    ({"item": "q9", "step": 1}, 400, "malformed"),
    ({"item": ["q1"], "step": 1}, 400, "malformed"),
    ({"step": 1}, 400, "malformed"),
    ({"item": "q1"}, 400, "malformed"),
    ({"item": "q1", "step": 1, "cost": 0}, 400, "malformed"),
]


@pytest.mark.parametrize(("request_", "status", "code"), HOSTILE)
def test_a_forged_request_for_a_hint_is_refused(request_: Any, status: int, code: str) -> None:
    made = hinted()
    response = blocks.post(made, "hint", request_)
    refused_politely(response, status, code)
    assert "secret" not in response.text and not any(each.hints for each in ledger.attempts(made.place()))


def test_hints_end_with_the_tries_and_with_the_due_date() -> None:
    made = hinted(max_attempts=1)
    check(made, {"q1": minutes(1)})
    refused_politely(blocks.post(made, "hint", {"item": "q1", "step": 1}), 409, "no-attempts-left")
    late = hinted(Overdue.of(ExerciseXBlock), due=timezone.now() - timedelta(hours=1), learner="9")
    refused_politely(blocks.post(late, "hint", {"item": "q1", "step": 1}), 403, "closed")


# -- new data --------------------------------------------------------------------------------------------------------


def test_new_data_begin_another_round_and_the_best_still_counts() -> None:
    published: list[tuple[str, dict[str, Any]]] = []
    made = exercise(published=published, mode="practice")
    assert "Take new data" not in blocks.inner(made)
    assert "Take new data" in check(made, right(made))
    page = renew(made, 1)
    assert len(set(seeds(made))) == 2 and "Check answers" in page and "secret rationale" not in page
    assert "everything right on one set of data" in page
    check(made, {"s1": "y"})
    assert [event[1]["value"] for event in published] == [1.0, 1.0]
    check(made, right_now(made))
    assert "on 2 different sets of data" in blocks.inner(made)


def test_each_round_has_its_own_tries() -> None:
    made = exercise(mode="practice", max_attempts=1)
    for after in range(4):
        if after:
            renew(made, after)
        assert "All tries are used" in check(made, {"q1": minutes(1)})
        refused_politely(blocks.post(made, "check", {"a": {}, "nonce": "0" * 32}), 409, "no-attempts-left")
    assert len(set(seeds(made))) == 4


def test_new_data_in_the_middle_put_the_draft_and_the_hints_away() -> None:
    made = hinted(mode="practice")
    check(made, {"q1": minutes(1)})
    blocks.answer(made, "save_draft", {"a": {"q1": minutes(5)}, "version": 0})
    ask(made, 1)
    page = renew(made, 2)
    assert 'value="5.00"' not in page and "secret first hint" not in page and ledger.draft(made.place()) is None
    assert len(seeds(made)) == 2 and len(set(seeds(made))) == 2


def test_asking_twice_for_new_data_begins_one_round() -> None:
    made = exercise(mode="practice")
    check(made, right(made))
    assert renew(made, 1) == renew(made, 1)
    assert len(seeds(made)) == 2


def test_an_exercise_that_counts_keeps_its_data() -> None:
    made = exercise()
    assert "Take new data" not in check(made, right(made))
    before = state(made)
    refused_politely(blocks.post(made, "new_data", {"after": 1}), 409, "graded")
    assert state(made) == before


def test_the_document_says_whether_it_is_practice_and_the_author_may_overrule() -> None:
    made = exercise()
    made.document = documents.EXERCISE.replace('version="1"', 'version="1" mode="practice"', 1)
    assert made.practice(made.content())
    made.mode = "graded"
    assert not made.practice(made.content())


@pytest.mark.parametrize("after", [None, "1", True, -1, 1.0, [1], {}])
def test_a_forged_request_for_new_data_is_refused(after: Any) -> None:
    made = exercise(mode="practice")
    before = state(made)
    refused_politely(blocks.post(made, "new_data", {"after": after}), 400, "malformed")
    assert state(made) == before


def test_practice_has_an_end_too(monkeypatch: pytest.MonkeyPatch) -> None:
    made = exercise(mode="practice")
    check(made, right(made))
    monkeypatch.setattr(rounds, "MOST_ATTEMPTS", 1)
    refused_politely(blocks.post(made, "new_data", {"after": 1}), 409, "no-attempts-left")


# -- when it is over ---------------------------------------------------------------------------------------------------


def test_after_the_due_date_the_worked_solutions_are_on_the_learners_own_numbers() -> None:
    made = exercise(Overdue.of(ExerciseXBlock), due=timezone.now() - timedelta(hours=1))
    page = blocks.inner(made)
    assert "This exercise has closed." in page and "secret rationale q1" in page and "Check answers" not in page


@pytest.mark.parametrize(("rule", "told"), [("always", True), ("never", False), ("past_due", False)])
def test_right_and_wrong_are_told_when_the_course_allows_it(rule: str, told: bool) -> None:
    made = exercise(Overdue.of(ExerciseXBlock), due=timezone.now() + timedelta(hours=1), show_correctness=rule)
    for page in (check(made, right(made) | {"q1": minutes(1)}), check(made, right(made)), blocks.inner(made)):
        assert (">Right<" in page) is told
        assert told or not ("secret" in page or "dgx-item dgx-" in page or "out of 100" in page)
    made.due = timezone.now() - timedelta(hours=1)
    assert ("secret rationale q1" in blocks.inner(made)) is (rule != "never")


def test_the_nonce_of_a_round_is_not_the_nonce_of_the_next() -> None:
    made = exercise(mode="practice")
    first = nonce(made)
    check(made, right(made))
    renew(made, 1)
    assert nonce(made) != first
