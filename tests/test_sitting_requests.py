"""Hostile requests about time, drawn papers, revisions and other people's attempts: each refused, nothing changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dgxblock.assessment import AssessmentXBlock
from dgxblock.block import host
from dgxblock.block.submission import nonce_for
from dgxblock.ledger import api as ledger
from dgxblock.ledger import models
from tests.builders import blocks, documents
from tests.builders.blocks import Overdue
from tests.builders.hostile import refused_politely
from tests.builders.sitting import assessment, begin, request, right, state, submit

pytestmark = pytest.mark.django_db

SHORT = '<single id="{0}" points="10" objectives="o1">{1}<choice id="x" correct="true">{2}</choice>{3}</single>'


def _short(name: str) -> str:
    body = documents.SINGLE.replace('id="s1"', f'id="{name}"').replace("prompt s1", f"prompt {name}")
    return body.replace("rationale s1", f"rationale {name}")


DRAWN = documents.ASSESSMENT.replace(
    documents.SINGLE + documents.MULTIPLE + documents.ORDER,
    '<section id="one"><pool id="p" draw="2">' + "".join(map(_short, "abcde")) + "</pool>"
    + documents.MULTIPLE + documents.ORDER + "</section>",
).replace(documents.number("q1", "half"), "").replace(
    documents.number("q2", "quarter", more=' depends="q1"'), ""
).replace('attempts="2"', 'attempts="5"')  # fmt: skip


def drawn(learner: str = "7", **options: Any) -> Any:
    return blocks.block(AssessmentXBlock, DRAWN, learner=learner, **options)


def under_way(made: Any) -> Any:
    return ledger.attempts(made.place())[-1]


def sent(made: Any, answers: dict[str, Any]) -> dict[str, Any]:
    attempt = under_way(made)
    return {"a": answers, "nonce": nonce_for(made.place(), attempt.number, attempt.seed), "version": 0}


def test_a_learner_gets_two_of_the_pool_and_none_of_them_again_until_all_were_seen() -> None:
    made = drawn()
    seen: list[str] = []
    for number in (1, 2):
        page = begin(made, number)
        paper = under_way(made).paper
        mine = [name for name in paper if name in "abcde"]
        assert len(mine) == 2 and not set(mine) & set(seen) and set(paper) - set(mine) == {"m1", "o-1"}
        assert all(f"prompt {name} in English" in page for name in mine)
        assert not any(f"prompt {name} in English" in page for name in set("abcde") - set(mine))
        seen += mine
        blocks.answer(made, "submit", sent(made, {}))


@pytest.mark.parametrize("handler", ["submit", "save_draft"])
def test_a_question_that_was_not_drawn_is_refused(handler: str) -> None:
    made = drawn()
    begin(made)
    other = next(iter(set("abcde") - set(under_way(made).paper)))
    before = state(made)
    refused_politely(blocks.post(made, handler, sent(made, {other: "x"})), 400, "malformed")
    assert state(made) == before
    given = next(name for name in under_way(made).paper if name in "abcde")
    assert blocks.post(made, handler, sent(made, {given: "x"})).status_int == 200


@pytest.mark.parametrize("handler", ["submit", "save_draft"])
def test_somebody_elses_attempt_is_out_of_reach(handler: str) -> None:
    mine, theirs = assessment(), assessment(learner="8")
    begin(mine)
    begin(theirs)
    before = state(theirs)
    refused_politely(blocks.post(mine, handler, request(theirs, {})), 409, "not-open")
    assert state(theirs) == before and under_way(mine).submitted_at is None


def test_what_is_under_way_is_asked_and_marked_on_the_content_it_began_with() -> None:
    made = assessment()
    begin(made)
    answers = right(made)
    made.document = (
        documents.ASSESSMENT.replace(documents.ORDER, "")
        .replace("prompt m1", "another m1")
        .replace('passMark="70"', 'passMark="100"')
    )
    page = blocks.inner(made)
    assert "prompt order in English" in page and "another m1" not in page
    assert "You passed" in blocks.answer(made, "submit", sent(made, answers))["html"]
    (attempt,) = ledger.attempts(made.place())
    assert (attempt.percent, attempt.pass_mark, attempt.revision != made.revision()) == (100.0, 70.0, True)
    begin(made, 2)
    assert under_way(made).revision == made.revision() and under_way(made).pass_mark == 100.0
    refused_politely(blocks.post(made, "submit", sent(made, {"o-1": ["p"]})), 400, "malformed")


@pytest.mark.parametrize("late", [timedelta(seconds=11), timedelta(hours=5), timedelta(days=400)])
@pytest.mark.parametrize("handler", ["submit", "save_draft"])
def test_after_the_end_nothing_more_is_taken_whatever_clock_the_learner_has(late: timedelta, handler: str) -> None:
    made = assessment(time_limit=10)
    begin(made)
    blocks.answer(made, "save_draft", {**sent(made, {"s1": "x"}), "flags": {}})
    request = sent(made, right(made))
    models.Attempt.objects.update(started_at=timezone.now() - timedelta(minutes=10) - late)
    response = blocks.post(made, handler, request)
    (attempt,) = ledger.attempts(made.place())
    assert (attempt.ended_by, attempt.answers, attempt.percent) == ("time", {"s1": ["x"]}, 20.0)
    if handler == "submit":
        assert response.status_int == 200 and "Time was up" in response.json["html"]
    else:
        refused_politely(response, 409, "time-up")
    refused_politely(blocks.post(made, "save_draft", request), 409, "not-open")
    assert blocks.post(made, "submit", request).status_int == 200  # the same page again, the same result
    assert under_way(made) == attempt


def test_what_was_on_its_way_when_time_was_up_was_in_time() -> None:
    made = assessment(time_limit=10)
    begin(made)
    request = sent(made, right(made))
    models.Attempt.objects.update(started_at=timezone.now() - timedelta(minutes=10, seconds=5))
    assert "You passed" in blocks.answer(made, "submit", request)["html"]
    (attempt,) = ledger.attempts(made.place())
    assert attempt.ended_by == "learner"
    assert attempt.submitted_at == attempt.started_at + timedelta(minutes=10)


@pytest.mark.parametrize(("hours", "status"), [(0.5, 403), (23.9, 403), (24.1, 200)])
def test_the_next_try_waits_for_the_cool_down(hours: float, status: int) -> None:
    document = documents.ASSESSMENT.replace('attempts="2"', 'attempts="2" cooldownHours="24"')
    made = blocks.block(AssessmentXBlock, document)
    begin(made)
    submit(made, {})
    models.Attempt.objects.update(submitted_at=timezone.now() - timedelta(hours=hours))
    page = blocks.inner(made)
    assert ("The next try can begin on" in page) is (status != 200)
    response = blocks.post(made, "begin", {"number": 2, "confirm": True})
    assert response.status_int == status
    assert len(ledger.attempts(made.place())) == (2 if status == 200 else 1)


def test_before_it_opens_nothing_begins() -> None:
    class Opening(Overdue):
        pass

    from xblock.fields import DateTime, Scope

    cls = type("Opens", (AssessmentXBlock, Overdue), {"start": DateTime(scope=Scope.settings, default=None)})
    made = blocks.block(cls, documents.ASSESSMENT, start=timezone.now() + timedelta(hours=1))
    refused_politely(blocks.post(made, "begin", {"number": 1, "confirm": True}), 403, "not-yet")
    assert "This opens on" in blocks.inner(made) and 'data-handler="begin"' not in blocks.inner(made)
    assert ledger.attempts(made.place()) == []


@pytest.mark.parametrize("handler", ["begin", "submit", "save_draft"])
def test_staff_who_look_as_a_trainee_do_nothing_in_their_name(handler: str) -> None:
    made = assessment(time_limit=10)
    begin(made)
    request = sent(made, right(made))
    models.Attempt.objects.update(started_at=timezone.now() - timedelta(hours=1))
    before = state(made)
    store = type("MasqueradingKeyValueStore", (), {})()
    made._field_data._student_data = store  # as the platform puts it there
    assert host.masquerading(made)
    data = {"number": 2, "confirm": True} if handler == "begin" else request
    refused_politely(blocks.post(made, handler, data), 403, "masquerade")
    blocks.inner(made)
    assert state(made) == before
    del made._field_data._student_data
    assert not host.masquerading(made)


def test_later_tries_earn_what_the_rules_leave_them_and_pass_by_that() -> None:
    document = documents.ASSESSMENT.replace('attempts="2"', 'attempts="2" shares="100 60"')
    made = blocks.block(AssessmentXBlock, document)
    begin(made)
    submit(made, {})
    begin(made, 2)
    page = submit(made)
    assert [(each.percent, each.passed, each.credit) for each in ledger.attempts(made.place())] == [
        (0.0, False, 100.0), (60.0, False, 60.0),
    ]  # fmt: skip
    assert "could earn 60%" in page


@pytest.mark.parametrize(("counts", "published"), [("best", 1.0), ("last", 0.0), ("average", 0.5)])
def test_the_gradebook_gets_what_counts(counts: str, published: float) -> None:
    made = assessment(counts=counts)
    begin(made)
    submit(made)
    begin(made, 2)
    submit(made, {})
    assert made.runtime.published[-1][1]["value"] == published
    result = ledger.best_result(made.place())
    assert result is not None
    assert (result.percent, result.passed) == (100 * published, counts == "best")


def test_practice_goes_on_and_passes_nobody() -> None:
    made = assessment(exam_mode="practice")
    for number in (1, 2, 3, 4):
        begin(made, number)
        page = submit(made)
    attempts = ledger.attempts(made.place())
    assert len({each.seed for each in attempts}) == 4 and not any(each.passed for each in attempts)
    assert "Practice does not count towards the certificate" in page
    result = ledger.best_result(made.place())
    assert result is not None and not result.passed
