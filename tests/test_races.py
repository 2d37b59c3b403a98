"""Fifty requests at once, on SQLite and on MariaDB: whatever they are, one attempt counts, one certificate follows, and
nobody is told of a failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from dgxblock.block import submission
from dgxblock.grading import Score
from dgxblock.insight.overdue import close_overdue
from dgxblock.ledger import api as ledger
from dgxblock.ledger import models as kept
from dgxblock.registry import api as registry
from dgxblock.registry import models as due
from tests.builders import blocks, sitting
from tests.builders.racing import at_once, sat, warm
from tests.builders.registry import scheme, site

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mariadb]

MANY = 50
Sent = dict[str, Any]


@pytest.fixture(autouse=True)
def certificate(settings: Settings, tmp_path: Path) -> None:
    """Passing the assessment alone leads to a certificate."""
    settings.DGXBLOCK = site(tmp_path)
    made = scheme(course_key="workbench")
    due.Requirement.objects.exclude(kind="assessment").delete()
    due.Requirement.objects.update(usage_key=str(sitting.assessment().scope_ids.usage_id))
    assert registry.scheme("workbench") and made.pk


def stored(made: Any, sent: Sent) -> Sent:
    """What is kept of the answers of a request."""
    return submission.answers_in(sent["a"], made.required().items)


def tries(handler: str, sent: list[Sent], learner: str = "7", **options: Any) -> list[tuple[int, str]]:
    """All of these requests at once: status, and the page or the code of the refusal."""

    def one(data: Sent) -> tuple[int, str]:
        response = blocks.post(sitting.assessment(learner=learner, **options), handler, data)
        said = response.json
        return response.status_int, said["error"]["code"] if "error" in said else said.get("html", "")

    return at_once([partial(one, data) for data in sent])


def counted_once(made: Any, attempts: int = 1, *, passed: bool = True) -> ledger.AttemptView:
    """The last attempt, once everything that must follow from exactly one submission has been looked at."""
    place = made.place()
    found = ledger.attempts(place)
    assert [each.number for each in found] == list(range(1, attempts + 1))
    assert all(each.submitted_at for each in found)
    assert ledger.draft(place) is None
    assert due.Achievement.objects.count() == due.Operation.objects.count() == int(passed)
    return found[-1]


@pytest.mark.parametrize("attempts", [1, 2])
def test_fifty_times_the_same_page_is_one_submission(attempts: int) -> None:
    made = sat("7", attempts=attempts)
    sent = sitting.request(made)
    ledger.save_draft(made.place(), {"s1": "y"})
    results = tries("submit", [sent] * MANY, max_attempts=attempts)
    assert {status for status, _html in results} == {200} and len({html for _status, html in results}) == 1
    assert counted_once(made, attempts).answers == stored(made, sent)


def test_of_fifty_windows_with_answers_of_their_own_one_counts_as_a_whole() -> None:
    made = sat("7")
    sent = sitting.request(made)
    windows = [{**sent, "a": {**sent["a"], "q1": {"value": str(1000 + each), "unit": "min"}}} for each in range(MANY)]
    assert {status for status, _html in tries("submit", windows, max_attempts=1)} == {200}
    attempt = counted_once(made, passed=due.Achievement.objects.exists())
    assert attempt.answers in [stored(made, each) for each in windows]


def test_forged_names_of_submissions_count_for_nothing() -> None:
    made = sat("7")
    sent = sitting.request(made)
    forged = [{**sent, "nonce": f"{number:032x}"} for number in range(MANY - 1)]
    results = tries("submit", [*forged, sent], max_attempts=1)
    assert Counter(status for status, _html in results) == {409: MANY - 1, 200: 1} and results[-1][0] == 200
    assert counted_once(made).nonce == sent["nonce"]


def test_fifty_learners_who_hand_in_at_once_disturb_nobody() -> None:
    rooms = {str(learner): sat(str(learner)) for learner in range(100, 100 + MANY)}
    sent = {learner: sitting.request(made) for learner, made in rooms.items()}
    for made in list(rooms.values())[::2]:
        ledger.save_draft(made.place(), {"s1": "y"})

    def one(learner: str) -> int:
        own = sitting.assessment(learner=learner, max_attempts=1)
        if int(learner) % 3 == 0:
            blocks.post(own, "save_draft", {"a": {"s1": "x"}, "version": 1})
        return int(blocks.post(own, "submit", sent[learner]).status_int)

    assert set(at_once([partial(one, learner) for learner in rooms])) == {200}
    for learner, made in rooms.items():
        (attempt,) = ledger.attempts(made.place())
        assert attempt.answers == stored(made, sent[learner]) and attempt.submitted_at
    assert due.Achievement.objects.count() == due.Operation.objects.count() == MANY
    assert not kept.Draft.objects.exists()


def test_fifty_beginnings_open_one_attempt() -> None:
    made = sitting.assessment(learner="7", max_attempts=2)
    warm(made)
    results = tries("begin", [{"number": 1, "confirm": True}] * MANY, max_attempts=2)
    assert {status for status, _html in results} == {200} and len({html for _status, html in results}) == 1
    assert [(each.number, each.submitted_at) for each in ledger.attempts(made.place())] == [(1, None)]


def test_fifty_beginnings_after_the_last_attempt_open_none() -> None:
    made = sat("7")
    sitting.submit(made)
    results = tries("begin", [{"number": 2, "confirm": True}] * MANY, max_attempts=1)
    assert set(results) == {(409, "no-attempts-left")}
    counted_once(made)


@pytest.mark.parametrize("version", [0, 1])
def test_of_fifty_drafts_over_one_version_one_is_kept_and_the_others_are_told(version: int) -> None:
    made = sat("7")
    if version:
        ledger.save_draft(made.place(), {"s1": "z"})
    sent: list[Sent] = [{"a": {"q1": {"value": str(each), "unit": "min"}}, "version": version} for each in range(MANY)]
    results = tries("save_draft", sent, max_attempts=1)
    assert Counter(results) == {(200, ""): 1, (409, "stale-draft"): MANY - 1}
    (winner,) = [each for each, (status, _code) in zip(sent, results, strict=True) if status == 200]
    draft = ledger.draft(made.place())
    assert draft is not None and draft.version == version + 1 and draft.answers["q1"] == winner["a"]["q1"]


def test_drafts_of_fifty_who_begin_to_write_are_all_kept() -> None:
    """Who inserts next to whom locks the same gap of an index."""
    rooms = [sat(str(learner)) for learner in range(200, 200 + MANY)]

    def one(made: Any) -> int:
        own = sitting.assessment(learner=made.place().learner_id, max_attempts=1)
        return int(blocks.post(own, "save_draft", {"a": {"s1": "x"}, "version": 0}).status_int)

    assert set(at_once([partial(one, made) for made in rooms])) == {200}
    assert kept.Draft.objects.count() == MANY


def test_writes_to_a_draft_that_name_no_version_are_all_kept() -> None:
    made = sat("7")

    def one(number: int) -> None:
        ledger.save_draft(made.place(), {f"k{number}": number})

    for number in range(2):
        one(number)  # once it is there
    at_once([partial(one, number) for number in range(8)])
    draft = ledger.draft(made.place())
    assert draft is not None and draft.answers == {f"k{number}": number for number in range(8)}


# -- what closes an attempt while a page hands it in -------------------------------------------------------------------


def by_page(made: Any, sent: Sent) -> int:
    own = sitting.assessment(learner=made.place().learner_id, max_attempts=1)
    return int(blocks.post(own, "submit", sent).status_int)


def by_site(made: Any, sent: Sent) -> int:
    """As something on the site's side closes it, such as the end of its time: with the draft, under the same name."""
    own = sitting.assessment(learner=made.place().learner_id, max_attempts=1)
    place = own.place()
    found = ledger.attempts(place)
    last = found[-1]
    if last.submitted_at is None:
        submission.close(
            own, place, found, lambda: last, nonce=sent["nonce"], seed=last.seed, answers={}, marks={},
            score=Score(0, 40), passed=False,
        )  # fmt: skip
    return 200


def by_ledger(made: Any, sent: Sent) -> int:
    """As a job does that knows the ledger alone."""
    del sent
    try:
        with transaction.atomic():
            ledger.submit_attempt(
                made.place(), 1, nonce="job", answers={}, marks={}, earned=0, possible=40, passed=False
            )
            registry.evaluate(made.place().learner_id, "workbench")
    except ledger.Conflict:
        pass
    return 200


def by_clock(made: Any, sent: Sent) -> int:
    """As the command does that closes what ran out of time."""
    del made, sent
    close_overdue(timezone.now())
    return 200


CLOSERS: tuple[Callable[[Any, Sent], int], ...] = (by_site, by_ledger, by_clock)
"""What else may close an attempt. A new way to close one belongs here."""


@pytest.mark.parametrize("closer", CLOSERS)
def test_a_page_and_another_that_close_one_attempt_close_it_once(closer: Callable[[Any, Sent], int]) -> None:
    made = sat("7")
    sent = sitting.request(made)
    kept.Attempt.objects.update(deadline=timezone.now() - timedelta(minutes=5))  # by its own clock, not by the page's
    results = at_once([partial(how, made, sent) for how in (by_page, closer) * (MANY // 2)])
    assert set(results[1::2]) == {200} and set(results[::2]) <= {200, 409}
    attempt = counted_once(made, passed=due.Achievement.objects.exists())
    assert attempt.passed == due.Achievement.objects.exists() == (attempt.answers == stored(made, sent))


def test_a_draft_that_arrives_with_the_submission_changes_nothing_that_counts() -> None:
    made = sat("7", attempts=2)
    ledger.save_draft(made.place(), {"s1": "y"})
    sent = sitting.request(made)

    def save(number: int) -> int:
        own = sitting.assessment(learner="7", max_attempts=2)
        data = {"a": {"q1": {"value": str(number), "unit": "min"}}, "nonce": sent["nonce"], "version": number % 3}
        return int(blocks.post(own, "save_draft", data).status_int)

    calls: list[Callable[[], int]] = [partial(save, number) for number in range(MANY - 10)]
    calls[20:20] = [partial(by_page, made, sent)] * 10
    results = at_once(calls)
    assert set(results[20:30]) <= {200, 409} and set(results[:20] + results[30:]) <= {200, 409}
    found = ledger.attempts(made.place())
    if 200 in results[20:30]:
        assert found[-1].answers == stored(made, sent) and len(found) == 2
