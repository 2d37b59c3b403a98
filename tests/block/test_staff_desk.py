"""The staff's page of a block: who may, what each action changes, what is refused and changes nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from webob import Request

from dgxblock.assessment import AssessmentXBlock
from dgxblock.ledger import api as ledger
from dgxblock.ledger import models
from dgxblock.papers.timing import Allowed
from tests.block.test_scorable import MENDED
from tests.builders import blocks, documents
from tests.builders.sitting import assessment, begin, right, submit

pytestmark = pytest.mark.django_db

REASON = {"reason": "the tolerance was too narrow"}


def staff(document: str = documents.ASSESSMENT) -> Any:
    made = blocks.block(AssessmentXBlock, document, learner="900")
    made.runtime.dgx_staff = True
    return made


def account(name: str = "zhou", pk: int = 7) -> None:
    get_user_model().objects.create_user(name, pk=pk)


def ask(handler: str, data: dict[str, Any], document: str = documents.ASSESSMENT) -> str:
    return str(blocks.answer(staff(document), handler, data)["html"])


def everything() -> tuple[Any, ...]:
    return tuple(
        tuple(model._default_manager.order_by("pk").values_list())
        for model in (models.Attempt, models.Draft, models.Action, models.Change, models.Extension, models.Document)
    )


REQUESTS: dict[str, dict[str, Any]] = {
    "staff_page": {},
    "learner_page": {},
    "staff_questions": {},
    "staff_grant": {"kind": "learner", "name": "zhou", "minutes": "20", **REASON},
    "staff_withdraw": {"id": 1, **REASON},
    "staff_reset": {"name": "zhou", "confirm": True, **REASON},
    "staff_regrade": {"only_raise": False},
    "staff_regrade_commit": {"only_raise": False, "state": "1-1-1", "revision": "r", **REASON},
}


@pytest.mark.parametrize("handler", REQUESTS)
@pytest.mark.parametrize("learner", ["7", None], ids=["a trainee", "nobody"])
def test_only_the_staff_of_the_course_may(handler: str, learner: str | None) -> None:
    account()
    made = assessment(learner=learner)
    if learner:
        begin(made)
        submit(made)
    before = everything()
    response = blocks.post(made, handler, REQUESTS[handler])
    assert response.status_int == 403 and response.json["error"]["code"] in ("not-staff", "nobody")
    assert everything() == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_trainee_gets_no_file_of_answers(kind: str, method: str) -> None:
    made = assessment()
    request = Request.blank("/", method=method)
    response = made.runtime.handle(made, f"answers_{kind}", request)
    assert response.status_int in (403, 405) and response.content_type == "application/json"


@pytest.mark.parametrize(
    ("handler", "changes", "status"),
    [
        ("staff_grant", {"kind": "all"}, 400),
        ("staff_grant", {"kind": None}, 400),
        ("staff_grant", {"name": ""}, 400),
        ("staff_grant", {"name": "nobody-here"}, 400),
        ("staff_grant", {"name": ["zhou"]}, 400),
        ("staff_grant", {"name": "z" * 300}, 400),
        ("staff_grant", {"minutes": "-5"}, 400),
        ("staff_grant", {"minutes": "601"}, 400),
        ("staff_grant", {"minutes": "１５"}, 400),
        ("staff_grant", {"minutes": "1e2"}, 400),
        ("staff_grant", {"minutes": 20}, 400),
        ("staff_grant", {"minutes": ""}, 400),
        ("staff_grant", {"attempts": "11"}, 400),
        ("staff_grant", {"closes_at": "tomorrow"}, 400),
        ("staff_grant", {"closes_at": "2026-13-01T00:00"}, 400),
        ("staff_grant", {"closes_at": "0000-01-01T00:00"}, 400),
        ("staff_grant", {"closes_at": "9999-12-31T23:59:59"}, 400),
        ("staff_grant", {"reason": ""}, 400),
        ("staff_grant", {"reason": "x" * 501}, 400),
        ("staff_grant", {"actor_id": "1"}, 400),
        ("staff_withdraw", {"id": 99}, 409),
        ("staff_withdraw", {"id": "1"}, 400),
        ("staff_withdraw", {"id": True}, 400),
        ("staff_withdraw", {"id": -1}, 400),
        ("staff_reset", {"name": "nobody-here"}, 400),
        ("staff_reset", {"confirm": False}, 400),
        ("staff_reset", {"confirm": "true"}, 400),
        ("staff_reset", {"reason": " "}, 400),
        ("staff_regrade", {"only_raise": "yes"}, 400),
        ("staff_regrade", {"document": "<assessment/>"}, 400),
        ("staff_regrade_commit", {"state": "1-1-2"}, 409),
        ("staff_regrade_commit", {"revision": "r"}, 409),
        ("staff_regrade_commit", {"reason": ""}, 400),
        ("staff_regrade_commit", {"state": None}, 409),
    ],
)
def test_what_no_page_of_ours_sends_is_refused_and_changes_nothing(
    handler: str, changes: dict[str, Any], status: int
) -> None:
    account()
    made = assessment()
    begin(made)
    submit(made)
    here = (made.course(), str(made.scope_ids.usage_id))
    request = {**REQUESTS[handler], **changes}
    if handler == "staff_regrade_commit":
        request = {**REQUESTS[handler], "state": ledger.state(*here), "revision": staff().revision(), **changes}
    before = everything()
    response = blocks.post(staff(), handler, request)
    assert (response.status_int, everything()) == (status, before), response.text


def test_more_minutes_move_the_end_of_a_try_that_is_under_way() -> None:
    account()
    made = assessment(time_limit=30)
    begin(made)
    models.Attempt.objects.update(started_at=timezone.now() - timedelta(minutes=40))
    ask("staff_grant", {**REQUESTS["staff_grant"], "minutes": "20"})
    page = blocks.inner(made)
    assert "Time was up" not in page and 'data-handler="submit"' in page
    models.Attempt.objects.update(started_at=timezone.now() - timedelta(minutes=51))
    assert "Time was up" in blocks.inner(made)


def test_a_group_gets_more_tries_and_others_do_not() -> None:
    account()
    account("lin", 8)
    from django.contrib.auth.models import Group

    get_user_model().objects.get(pk=7).groups.add(Group.objects.create(name="三班"))
    ask("staff_grant", {"kind": "group", "name": "三班", "attempts": "1", **REASON})
    for learner, tries in (("7", 3), ("8", 2)):
        made = assessment(learner=learner)
        for number in range(1, tries + 1):
            begin(made, number)
            submit(made, {})
        response = blocks.post(made, "begin", {"number": tries + 1, "confirm": True})
        assert (response.status_int, response.json["error"]["code"]) == (409, "no-attempts-left")


def test_a_grant_that_is_taken_back_holds_no_more() -> None:
    account()
    ask("staff_grant", REQUESTS["staff_grant"])
    made = assessment()
    (grant,) = ledger.granted(made.course(), str(made.scope_ids.usage_id))
    assert (grant.learner_id, grant.allowed, grant.by) == ("7", Allowed(minutes=20), "900")
    page = ask("staff_withdraw", {"id": grant.id, **REASON})
    assert ledger.allowed(made.place()) == Allowed()
    assert "Grant taken back" in page
    assert [each.kind for each in ledger.actions(made.course())] == ["withdrawal", "extension"]


def test_who_begins_anew_has_all_tries_again_and_other_numbers() -> None:
    account()
    made = assessment()
    for number in (1, 2):
        begin(made, number)
        submit(made)
    seeds = [each.seed for each in ledger.attempts(made.place())]
    page = ask("staff_reset", REQUESTS["staff_reset"])
    assert "2 tries no longer count" in page
    begin(made, 1)
    (only,) = ledger.attempts(made.place())
    assert only.seed not in seeds and only.submitted_at is None


def test_a_trial_says_who_gains_and_changes_nothing_and_the_deed_does_what_it_said() -> None:
    for learner, choice in (("7", "y"), ("8", "x"), ("9", "z")):
        made = assessment(learner=learner)
        begin(made)
        answers = {name: each for name, each in right(made).items() if name in ("q1", "q2", "m1")}
        submit(made, {**answers, "s1": choice})
    before = everything()
    page = ask("staff_regrade", {"only_raise": False}, MENDED)
    assert everything() == before
    assert "of 3 trainees 1 gain and 1 lose; 1 newly pass and 1 no longer do." in page
    extra = blocks.extra(page, "staff_regrade_commit")
    page = ask("staff_regrade_commit", {**extra, **REASON}, MENDED)
    assert "2 tries of 2 trainees changed" in page
    results = [
        (each.learner_id, float(each.earned or 0), each.passed)
        for each in models.Attempt.objects.order_by("learner_id")
    ]
    assert results == [("7", 40.0, True), ("8", 30.0, False), ("9", 30.0, False)]
    assert models.Change.objects.count() == 2
    repeated = blocks.post(staff(MENDED), "staff_regrade_commit", {**extra, **REASON})
    assert (repeated.status_int, repeated.json["error"]["code"]) == (409, "stale")
    assert "Nothing would change." in ask("staff_regrade", {"only_raise": False}, MENDED)


def test_only_raise_takes_nothing_from_anybody() -> None:
    for learner, choice in (("7", "y"), ("8", "x")):
        made = assessment(learner=learner)
        begin(made)
        submit(made, {**right(made), "s1": choice})
    page = ask("staff_regrade", {"only_raise": True}, MENDED)
    assert "1 gain and 0 lose" in page
    ask("staff_regrade_commit", {**blocks.extra(page, "staff_regrade_commit"), **REASON}, MENDED)
    assert {each.learner_id: float(each.earned or 0) for each in models.Attempt.objects.all()} == {"7": 50.0, "8": 50.0}


def test_the_page_costs_the_same_for_one_trainee_and_for_twenty() -> None:
    counts = []
    ask("staff_page", {})
    for learners in (range(1, 2), range(2, 21)):
        for learner in learners:
            made = assessment(learner=str(learner))
            begin(made)
            submit(made, {})
        with CaptureQueriesContext(connection) as captured:
            ask("staff_page", {})
        counts.append(len(captured))
    assert counts[0] == counts[1]


def _csv(made: Any) -> str:
    return made.runtime.handle(made, "answers_csv", Request.blank("/")).body.decode("utf-8-sig")


def _xlsx(made: Any) -> str:
    book = load_workbook(io.BytesIO(made.runtime.handle(made, "answers_xlsx", Request.blank("/")).body))
    return "\n".join(",".join(str(cell.value) for cell in row) for row in book.worksheets[0].rows)


@pytest.mark.parametrize(("people", "told"), [(0, False), (9, False), (12, True)])
def test_questions_are_analysed_from_ten_people_on(people: int, told: bool) -> None:
    for learner in range(1, people + 1):
        made = assessment(learner=str(learner))
        begin(made)
        answers = right(made) if learner % 3 else {"s1": "y", "q1": {"value": "-1", "unit": "min"}}
        submit(made, answers)
    page = ask("staff_questions", {})
    assert ("Facility" in page) is told
    assert (f"So far {people} people" in page) is not told
    if told:
        assert "choice y in English" in page and "0.67" in page and "Reliability" in page
        assert blocks.repeated_ids(page) == [] and blocks.dangling_references(page) == []


@pytest.mark.parametrize("read", [_csv, _xlsx])
def test_the_files_hold_every_answer_and_no_formula(read: Callable[[Any], str]) -> None:
    account("=cmd|' /C calc'!A0", 7)
    made = assessment()
    begin(made)
    submit(made, {**right(made), "q1": {"value": "=1+1", "unit": "min"}})
    text = read(staff())
    assert "'=cmd|" in text and "choice x in English" in text
    assert all(cell.lstrip('"')[:1] not in "=+@" for line in text.splitlines() for cell in line.split(",") if cell)
    if read is _csv:
        response = staff().runtime.handle(staff(), "answers_csv", Request.blank("/"))
        assert response.body.startswith(b"\xef\xbb\xbf") and response.headers["Cache-Control"] == "private, no-store"


def test_the_door_to_the_page_is_shown_to_the_staff_alone() -> None:
    assert 'data-handler="staff_page"' in blocks.inner(staff())
    assert 'data-handler="staff_page"' not in blocks.inner(assessment())
