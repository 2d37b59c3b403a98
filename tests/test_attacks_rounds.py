"""What a dishonest trainee tries with tries: pages of other data, parallel requests, data drawn until they please."""

from __future__ import annotations

from typing import Any

import pytest

from dgxblock.block import rounds, submission
from dgxblock.ledger import api as ledger
from tests.builders import blocks
from tests.builders.hostile import refused_politely
from tests.builders.practice import check, exercise, minutes, nonce, right
from tests.test_exercise_practice import ask, hinted, right_now, seeds

pytestmark = pytest.mark.django_db


def practised() -> Any:
    """Somebody in the middle of a round of practice: one try used, another begun."""
    made = exercise(mode="practice")
    check(made, {"q1": minutes(1)})
    blocks.answer(made, "save_draft", {"a": {"q1": minutes(5)}, "version": 0})
    return made


def begun() -> Any:
    """The same, with an attempt that is open: a hint has opened it."""
    made = hinted(mode="practice")
    check(made, {"q1": minutes(1)})
    ask(made, 1)
    return made


def renewal(made: Any) -> dict[str, Any]:
    return blocks.extra(blocks.inner(made), "new_data")


def test_a_page_with_other_data_cannot_use_up_a_try_on_these() -> None:
    made = practised()
    old = nonce(made)
    blocks.answer(made, "new_data", renewal(made))
    before = ledger.attempts(made.place())
    refused_politely(blocks.post(made, "check", {"a": right(made), "nonce": old, "version": 1}), 409, "not-open")
    assert ledger.attempts(made.place()) == before
    assert "Everything is right." in check(made, right_now(made))


def test_a_draft_of_other_data_does_not_cover_what_is_written_on_these() -> None:
    made = practised()
    old = nonce(made)
    blocks.answer(made, "new_data", renewal(made))
    blocks.answer(made, "save_draft", {"a": {"q1": minutes(6)}, "version": 0, "nonce": nonce(made)})
    answer = blocks.post(made, "save_draft", {"a": {"q1": minutes(5)}, "version": 1, "nonce": old})
    refused_politely(answer, 409, "stale-draft")
    draft = ledger.draft(made.place())
    assert draft is not None and draft.answers["q1"] == minutes(6)


@pytest.mark.parametrize("begin", [practised, begun])
def test_an_attempt_that_got_new_data_while_it_was_graded_is_not_closed_with_the_old_marks(
    monkeypatch: pytest.MonkeyPatch, begin: Any
) -> None:
    made = begin()
    whole = submission.graded

    def slow(*arguments: Any) -> Any:
        marks = whole(*arguments)
        monkeypatch.setattr(submission, "graded", whole)
        blocks.answer(made, "new_data", renewal(made))
        return marks

    request = {"a": right(made), "nonce": nonce(made)}
    monkeypatch.setattr(submission, "graded", slow)
    refused_politely(blocks.post(made, "check", request), 409, "not-open")
    last = ledger.attempts(made.place())[-1]
    assert last.submitted_at is None and last.marks == {} and last.seed != seeds(made)[0]


def test_what_was_written_for_the_old_data_is_not_in_the_boxes_of_the_new() -> None:
    made = practised()
    assert 'value="5.00"' in blocks.inner(made)
    assert 'value="5.00"' not in blocks.answer(made, "new_data", renewal(made))["html"]


def test_a_request_for_new_data_in_the_middle_of_a_try_counts_once_too() -> None:
    made = begun()
    request = renewal(made)
    first = blocks.answer(made, "new_data", request)["html"]
    after = seeds(made)
    assert blocks.answer(made, "new_data", request)["html"] == first
    assert seeds(made) == after


def test_nobody_draws_new_data_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    made = begun()
    monkeypatch.setattr(rounds, "MOST_ATTEMPTS", 5)
    codes = [blocks.post(made, "new_data", {"after": 2}).status_int for _turn in range(8)]
    assert codes == [200] * 5 + [409] * 3
    assert len(seeds(made)) == 2


def test_a_new_key_of_the_site_ends_nobodys_practice(monkeypatch: pytest.MonkeyPatch) -> None:
    made = begun()
    monkeypatch.setattr(rounds, "MOST_ATTEMPTS", 5)
    whole = type(made).seed
    monkeypatch.setattr(type(made), "seed", lambda self, place, *more: whole(self, place, "another key", *more))
    assert blocks.post(made, "new_data", {"after": 2}).status_int == 200
