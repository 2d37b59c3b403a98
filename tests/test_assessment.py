"""The assessment as a learner meets it: rules, questions, hand-in, result; and what its handlers refuse."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from dgxblock.assessment import AssessmentXBlock
from dgxblock.ledger import api as ledger
from dgxblock.registry import models as registry
from dgxblock.registry import rules
from tests.builders import blocks, documents
from tests.builders import registry as building
from tests.builders.blocks import Overdue
from tests.builders.hostile import refused_politely
from tests.builders.paper import PAPER
from tests.builders.sitting import assessment, begin, request, right, state, submit

pytestmark = pytest.mark.django_db

SECRET = documents.texts(documents.ASSESSMENT)
NUMBER = {"value": "1", "unit": "min"}


def shown(word: str) -> str:
    return f"{word} in English"


# -- before ------------------------------------------------------------------------------------------------------------


def test_the_start_page_tells_the_rules_and_no_question() -> None:
    html = blocks.page(assessment())
    for words in ("70 out of 100", "2, the best counts", "Before you begin", "I understand", "The lead in English"):
        assert words in html
    assert "prompt q1" not in html and ledger.attempts(assessment().place()) == []


def test_the_authors_numbers_go_before_the_documents() -> None:
    html = blocks.inner(assessment(pass_mark=85, max_attempts=1))
    assert "85 out of 100" in html and "<dd>One</dd>" in html


@pytest.mark.parametrize("pass_mark", [0, 101, -5, None])
def test_a_pass_mark_that_cannot_be_is_the_documents(pass_mark: Any) -> None:
    assert "70 out of 100" in blocks.inner(assessment(pass_mark=pass_mark))


def test_an_attempt_begins_only_when_it_was_confirmed() -> None:
    made = assessment()
    before = state(made)
    response = blocks.post(made, "begin", {"number": 1, "confirm": False})
    refused_politely(response, 400, "unconfirmed")
    assert set(response.json["error"]["fields"]) == {"confirm"}
    assert state(made) == before


def test_beginning_twice_opens_one_attempt() -> None:
    made = assessment()
    assert begin(made) == begin(made)
    assert len(ledger.attempts(made.place())) == 1


# -- during ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_secret_is_in_any_page_or_answer_before_handing_in(language: str) -> None:
    made = assessment()
    with translation.override(language):
        everything = blocks.page(made) + begin(made) + made.bare_html()
        answers = {**right(made), "s1": "y", "m1": ["z"]}
        everything += repr(blocks.answer(made, "save_draft", {"a": answers, "version": 0})) + blocks.page(made)
        everything += repr(made.student_view_data()) + repr(made.index_dictionary())
    assert SECRET and not [text for text in SECRET if text in everything]
    assert "correct" not in everything and "test:" not in everything and 'class="dgx-tag"' not in everything


def test_the_form_holds_each_question_as_a_step_and_a_review() -> None:
    html = begin(assessment())
    assert html.count("data-step=") == 6 and html.count("data-flag ") + html.count("data-flag>") == 5
    assert "Question 1 of 5 · 10 points" in html and "Hand in now?" in html
    for name in ("prompt q1", "hint q1", "choice y", "choice mz", "step r"):
        assert shown(name) in html
    assert blocks.repeated_ids(html) == [] and blocks.dangling_references(html) == []


def test_a_draft_with_marks_for_later_is_there_again() -> None:
    made = assessment()
    begin(made)
    sent = {"a": {"q1": {"value": "67.4", "unit": "h"}, "m1": ["y"], "o-1": ["r", "q", "p"]}, "flags": {"q1": True}}
    answer = blocks.answer(made, "save_draft", {**sent, "version": 0})
    assert answer["readings"] == {"q1": "We read 67.4 h", "q2": ""} and answer["version"] == 1
    html = blocks.inner(assessment())
    assert 'value="67.4"' in html and 'name="flags.q1" data-flag checked' in html
    assert html.count(" checked>") == 2 and html.index('data-id="r"') < html.index('data-id="q"')


def test_steps_are_first_shown_in_an_order_that_is_not_the_answer() -> None:
    for learner in map(str, range(30)):
        html = begin(assessment(learner=learner))
        assert [part[0] for part in html.split('<li data-id="')[1:]] != ["p", "q", "r"]


# -- after -------------------------------------------------------------------------------------------------------------


def test_all_right_passes_and_publishes_the_grade_once() -> None:
    published: list[tuple[str, dict[str, Any]]] = []
    made = assessment(published=published, weight=10.0)
    begin(made)
    html = submit(made)
    assert published == [("grade", {"value": 10.0, "max_value": 10.0})]
    assert "You passed" in html and '<span class="dgx-big">100</span>' in html
    assert ledger.attempts(made.place())[0].passed


def test_the_result_explains_every_question() -> None:
    made = assessment()
    begin(made)
    html = submit(made, {**right(made), "q2": {"value": "7", "unit": "min"}, "s1": "y"})
    for name in ("q1", "q2", "s1", "m1", "order"):
        assert shown(f"secret rationale {name}") in html
    assert shown("secret feedback y") in html
    assert html.count("<dt>Your answer</dt>") == html.count("<dt>Reference</dt>") == 5
    assert "7 min" in html and "Two questions worth another look" in html and "60" in html
    assert "20 / 30" not in html and "10 / 30" in html  # objective one: 10 of 30, objective two in full
    assert "20 / 20" in html
    assert blocks.repeated_ids(html) == [] and blocks.dangling_references(html) == []


def test_a_point_short_is_not_shown_as_passed() -> None:
    made = assessment(pass_mark=81)
    begin(made)
    html = submit(made, {**right(made), "s1": "y"})
    assert "One point short this time" in html and "Try again" in html
    assert not ledger.attempts(made.place())[0].passed


def test_nothing_answered_is_zero_and_not_an_error() -> None:
    made = assessment()
    begin(made)
    html = submit(made, {})
    assert '<span class="dgx-big">0</span>' in html and html.count("not answered") == 5


def test_the_second_try_has_other_numbers_and_the_best_counts() -> None:
    published: list[tuple[str, dict[str, Any]]] = []
    made = assessment(published=published)
    begin(made)
    submit(made)
    begin(made, 2)
    first, second = ledger.attempts(made.place())
    assert first.seed != second.seed
    html = submit(made, {})
    assert [event[1]["value"] for event in published] == [1.0, 1.0]
    assert "Your best counts: 100 out of 100 in try 1, passed." in html and "Try again" not in html
    before = state(made)
    refused_politely(blocks.post(made, "begin", {"number": 3, "confirm": True}), 409, "no-attempts-left")
    assert state(made) == before


def test_beginning_again_after_handing_in_shows_the_result_and_opens_nothing() -> None:
    made = assessment()
    begin(made)
    submit(made)
    assert "You passed" in begin(made, 1)
    assert len(ledger.attempts(made.place())) == 1


def test_the_same_submission_twice_counts_once() -> None:
    made = assessment()
    begin(made)
    sent = request(made)
    first = blocks.answer(made, "submit", sent)
    assert blocks.answer(made, "submit", {**sent, "a": {}}) == first
    assert len(made.runtime.published) == 1 and ledger.draft(made.place()) is None


def test_raw_answers_and_readings_are_kept_but_no_key() -> None:
    made = assessment()
    begin(made)
    submit(made, {**right(made), "q1": {"value": "１ｘ", "unit": "min"}})
    attempt = ledger.attempts(made.place())[0]
    assert attempt.answers["q1"]["value"] == "１ｘ" and attempt.marks["q1"]["verdict"] == "unread"
    assert set(attempt.marks["q2"]) == {"fraction", "verdict", "note", "value", "unit", "displaced"}


def test_the_marks_of_a_result_stay_when_the_content_is_changed_later() -> None:
    made = assessment()
    begin(made)
    submit(made)
    made.document = made.document.replace('ref="half"', 'ref="twice"', 1).replace("prompt s1", "prompt new")
    html = blocks.inner(made)
    assert '<span class="dgx-big">100</span>' in html
    assert "prompt s1" in html and "prompt new" not in html, "the questions that were asked"


@pytest.mark.parametrize(
    ("rule", "due_in", "open_"),
    [
        ("always", 1, True),
        ("never", -1, False),
        ("past_due", 1, False),
        ("past_due", -1, True),
        ("past_due", None, True),
    ],
)
def test_solutions_open_when_the_host_says_so(rule: str, due_in: int | None, open_: bool) -> None:
    made = assessment(Overdue.of(AssessmentXBlock))
    begin(made)
    submit(made)
    made.show_correctness = rule
    made.due = None if due_in is None else timezone.now() + timedelta(hours=due_in)
    html = blocks.inner(made)
    assert (shown("secret rationale q1") in html) is open_
    assert bool([text for text in SECRET if text in html]) is open_
    assert "You passed" in html


def test_after_the_due_date_nothing_begins_and_nothing_is_handed_in() -> None:
    made = assessment(Overdue.of(AssessmentXBlock))
    begin(made)
    sent = request(made)
    made.due, made.graceperiod = timezone.now() - timedelta(minutes=5), timedelta(minutes=10)
    late = assessment(Overdue.of(AssessmentXBlock), learner="8", due=made.due)
    refused_politely(blocks.post(late, "begin", {"number": 1, "confirm": True}), 403, "closed")
    assert "This closed on" in blocks.inner(late) and 'data-handler="begin"' not in blocks.inner(late)
    assert ledger.attempts(late.place()) == []
    assert "You passed" in blocks.answer(made, "submit", sent)["html"]


def test_what_is_under_way_at_the_due_date_is_closed_with_what_was_saved() -> None:
    made = assessment(Overdue.of(AssessmentXBlock))
    begin(made)
    sent = request(made)
    blocks.answer(made, "save_draft", {**sent, "a": {"s1": "x"}, "version": 0})
    made.due = timezone.now() - timedelta(minutes=5)
    assert "Time was up" in blocks.answer(made, "submit", sent)["html"]
    (only,) = ledger.attempts(made.place())
    assert (only.ended_by, only.answers, only.percent) == ("time", {"s1": ["x"]}, 20.0)
    refused_politely(blocks.post(made, "save_draft", {**sent, "version": 1}), 409, "not-open")


# -- the host ----------------------------------------------------------------------------------------------------------


def queries(captured: CaptureQueriesContext) -> list[str]:
    return [each["sql"] for each in captured if "dgx_" in each["sql"]]


def test_each_page_costs_three_ledger_queries_at_most() -> None:
    made = assessment()
    for prepare in (lambda: None, lambda: begin(made), lambda: submit(made)):
        prepare()
        with CaptureQueriesContext(connection) as captured:
            made.student_view()
        assert len(queries(captured)) <= 3  # attempts, what was granted, the draft


def test_a_submission_costs_ten_queries_at_most() -> None:
    made = assessment()
    begin(made)
    sent = request(made)
    with CaptureQueriesContext(connection) as captured:
        blocks.answer(made, "submit", sent)
    assert len(queries(captured)) <= 10, queries(captured)


def test_passing_writes_the_achievement_in_the_same_transaction(tmp_path: Path, settings: Any) -> None:
    settings.DGXBLOCK = building.site(tmp_path)
    made = assessment()
    place = made.place()
    scheme = building.scheme(course_key=place.course_key)
    scheme.requirements.all().delete()
    registry.Requirement.objects.create(
        scheme=scheme, code="test", kind="assessment", usage_key=place.usage_key, title_zh="测评", title_en="Assessment"
    )
    begin(made)
    sent = request(made)
    rules.keep(scheme, rules.body(scheme.requirements.all()))  # as the admin and a document do
    with CaptureQueriesContext(connection) as captured:
        blocks.answer(made, "submit", sent)
    assert registry.Achievement.objects.filter(learner_id="7").count() == 1
    assert registry.Operation.objects.count() == 1
    # once in a learner's life: three of the ledger, the rest read identity and consent and open the operation
    assert len(queries(captured)) <= 10, queries(captured)


@pytest.mark.parametrize(
    "document", ["<assessment", documents.CASE, documents.ASSESSMENT.replace("min h", "lightyears")]
)
def test_a_broken_document_stays_in_its_room(document: str) -> None:
    made = blocks.block(AssessmentXBlock, document)
    assert "dgx" in blocks.inner(made) and made.author_view().content and made.studio_view().content
    assert made.max_score() == 1.0 and made.student_view_data()
    refused_politely(blocks.post(made, "begin", {"number": 1, "confirm": True}), 409, "no-content")


def test_the_author_sees_what_the_assessment_holds() -> None:
    html = assessment(pass_mark=80, max_attempts=3, weight=40.0).author_view().content
    for shown_value in ("<dd>5</dd>", "<dd>80</dd>", "<dd>3</dd>", "<dd>40</dd>"):
        assert shown_value in html


def test_the_author_sees_how_many_questions_are_drawn_of_how_many() -> None:
    assert "<dd>5 / 7</dd>" in blocks.block(AssessmentXBlock, PAPER).author_view().content


def test_olx_keeps_everything() -> None:
    made = assessment(display_name="测评", library_ref="dg-c1-smt@1", weight=40.0, max_attempts=3, pass_mark=80)
    again = blocks.through_olx(made)
    assert (again.display_name, again.library_ref, again.weight, again.max_attempts, again.pass_mark) == (
        "测评", "dg-c1-smt@1", 40.0, 3, 80,
    )  # fmt: skip
    assert again.content() == made.content() and again.revision() == made.revision()
