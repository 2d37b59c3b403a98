"""The case as a learner meets it: what the page shows when, and what its handlers refuse."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from dgxblock.block import host
from dgxblock.case_study import CaseStudyXBlock
from dgxblock.ledger import api as ledger
from tests.builders import blocks, documents
from tests.builders.hostile import RAW, refused_politely

pytestmark = pytest.mark.django_db

BEFORE = [text for text in documents.texts(documents.CASE) if "secret" in text]


def case(**options: Any) -> Any:
    return blocks.block(CaseStudyXBlock, documents.CASE, **options)


def decided(made: Any, *choices: tuple[str, str]) -> str:
    """The page after these decisions."""
    html = ""
    for decision, option in choices:
        html = blocks.answer(made, "decide", {"decision": decision, "option": option})["html"]
    return html


def state(made: Any) -> tuple[object, ...]:
    """Everything that a request could have changed."""
    place = made.place()
    return tuple(ledger.decisions(place)), ledger.draft(place), ledger.case_finished(place)


def ledger_queries(captured: CaptureQueriesContext) -> list[str]:
    return [each["sql"] for each in captured if "dgx_" in each["sql"]]


def shown(word: str) -> str:
    return f"{word} in English"


def test_the_story_reads_whole_before_any_decision() -> None:
    html = blocks.page(case())
    for words in ("The case", "Exhibit 1. The lines", "Composite teaching case"):
        assert words in html
    for name in ("The lead", "A paragraph", "Elsewhere", "prompt one", "label 1a", "detail 1c", "A rule"):
        assert shown(name) in html
    assert '<svg class="dgx-chart"' in html and html.count("<details>") >= 2


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_secret_is_in_any_page_or_answer_before_it_may_be(language: str) -> None:
    made = case()
    with translation.override(language):
        everything = (
            blocks.page(made) + repr(made.student_view_data()) + repr(made.index_dictionary()) + made.bare_html()
        )
        assert BEFORE and not [text for text in BEFORE if text in everything]
        assert "verdict" not in everything and "effect" not in everything
        after_one = decided(made, ("d1", "a"))
        later = [
            t for t in BEFORE if not any(own in t for own in ("title 1a", "consequence 1a", "reason 1a", "prompt two"))
        ]
        assert not [text for text in later if text in after_one]


def test_after_a_decision_its_consequence_and_the_next_decision_are_shown() -> None:
    html = decided(case(), ("d1", "a"))
    for words in ("secret consequence 1a", "secret reason 1a", "secret prompt two", "label 2a"):
        assert shown(words) in html
    assert "CNY 420,000" in html and "data-focus" in html and "−CNY 180,000" in html


def test_a_finished_case_shows_the_road_and_the_epilogue_and_is_complete() -> None:
    published: list[tuple[str, dict[str, Any]]] = []
    html = decided(case(published=published), ("d1", "b"), ("d2", "a"))
    for words in ("secret path 1b", "secret path 2a", "secret epilogue"):
        assert shown(words) in html
    assert published == [("completion", {"completion": 1.0})]
    assert shown("secret teaching note") not in html and shown("secret path 1a") not in html


def test_a_road_may_end_after_one_decision() -> None:
    made = case()
    assert shown("secret epilogue") in decided(made, ("d1", "c"))
    assert ledger.case_finished(made.place()) is not None


def test_a_page_loaded_again_is_where_the_learner_left_it() -> None:
    decided(case(), ("d1", "a"))
    html = blocks.inner(case())
    assert shown("secret prompt two") in html and "data-focus" not in html
    assert shown("secret consequence 1a") not in blocks.inner(case(learner="8"))


def test_the_same_decision_twice_counts_once() -> None:
    made = case()
    first = decided(made, ("d1", "a"))
    assert decided(made, ("d1", "a")) == first
    assert len(ledger.decisions(made.place())) == 1


def test_a_reason_is_kept_without_control_characters() -> None:
    made = case()
    blocks.answer(made, "decide", {"decision": "d1", "option": "a", "reason": "  一\r\n二\x00\x1b[31m "})
    assert ledger.decisions(made.place())[0].reason == "一\n二[31m"


def test_a_reason_and_notes_are_escaped() -> None:
    made = case()
    evil = "</textarea><script>alert(1)</script>"
    html = blocks.answer(made, "decide", {"decision": "d1", "option": "a", "reason": evil})["html"]
    blocks.answer(made, "save_reflection", {"notes": {"r1": evil}, "version": 0})
    assert (
        "<script>" not in html and "<script>alert" not in blocks.inner(made) and "&lt;script&gt;" in blocks.inner(made)
    )


@pytest.mark.parametrize(("people", "visible"), [(9, False), (10, True)])
def test_the_classes_choices_appear_from_ten_on(people: int, visible: bool) -> None:
    for number in range(people - 1):
        decided(case(learner=f"other-{number}"), ("d1", "b"))
    html = decided(case(), ("d1", "a"))
    assert ("What the class chose" in html) is visible
    assert ("10 have decided" in html) is visible


def test_a_page_costs_three_ledger_queries_at_most() -> None:
    for number in range(12):
        decided(case(learner=f"other-{number}"), ("d1", "a"), ("d2", "b"))
    made = case()
    decided(made, ("d1", "a"), ("d2", "b"))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        made.student_view()
    assert len(ledger_queries(captured)) == 3


def test_a_final_decision_costs_ten_queries_at_most() -> None:
    made = case()
    decided(made, ("d1", "a"))
    with CaptureQueriesContext(connection) as captured:
        decided(made, ("d2", "a"))
    assert len(ledger_queries(captured)) <= 10


def test_notes_are_saved_and_shown_again() -> None:
    made = case()
    answer = blocks.answer(made, "save_reflection", {"notes": {"r1": "换模52分钟", "r2": ""}, "version": 0})
    assert answer["version"] == 1 and len(answer["saved_at"]) == 5
    html = blocks.inner(case())
    assert "换模52分钟</textarea>" in html and 'data-version="1"' in html and "Saved " in html
    assert "换模52分钟" not in blocks.inner(case(learner="8"))


def test_another_window_never_overwrites_newer_notes() -> None:
    made = case()
    blocks.answer(made, "save_reflection", {"notes": {"r1": "one"}, "version": 0})
    refused = blocks.post(made, "save_reflection", {"notes": {"r1": "two"}, "version": 0})
    assert refused.status_int == 409 and refused.json["error"]["code"] == "stale-draft"
    draft = ledger.draft(made.place())
    assert draft is not None and draft.answers == {"r1": "one"}


DECISION = {"decision": "d1", "option": "a"}
HOSTILE: list[tuple[str, str, Any, int, str]] = [
    ("nothing chosen", "decide", {"decision": "d1"}, 400, "no-option"),
    ("unknown option", "decide", {"decision": "d1", "option": "z"}, 400, "no-option"),
    ("option of wrong type", "decide", {"decision": "d1", "option": ["a"]}, 400, "no-option"),
    ("unknown decision", "decide", {"decision": "d9", "option": "a"}, 400, "malformed"),
    ("decision of wrong type", "decide", {"decision": {"d1": 1}, "option": "a"}, 400, "malformed"),
    ("second decision first", "decide", {"decision": "d2", "option": "a"}, 409, "out-of-order"),
    ("reason too long", "decide", {**DECISION, "reason": "字" * 601}, 400, "too-long"),
    ("reason of wrong type", "decide", {**DECISION, "reason": 7}, 400, "malformed"),
    ("reason that no database takes", "decide", {**DECISION, "reason": "\ud800"}, 400, "malformed"),
    ("names a time", "decide", {**DECISION, "made_at": "2020-01-01"}, 400, "malformed"),
    ("names an event", "decide", {**DECISION, "event": "completion"}, 400, "malformed"),
    ("names another learner", "decide", {**DECISION, "learner_id": "8"}, 400, "malformed"),
    ("a list", "decide", [DECISION], 400, "malformed"),
    ("null", "decide", None, 400, "malformed"),
    ("empty", "decide", {}, 400, "malformed"),
    ("no notes", "save_reflection", {"version": 0}, 400, "malformed"),
    ("notes as a list", "save_reflection", {"notes": ["x"], "version": 0}, 400, "malformed"),
    ("unknown prompt", "save_reflection", {"notes": {"r9": "x"}, "version": 0}, 400, "malformed"),
    ("a note that is a number", "save_reflection", {"notes": {"r1": 1}, "version": 0}, 400, "malformed"),
    ("a note too long", "save_reflection", {"notes": {"r1": "字" * 4001}, "version": 0}, 400, "too-long"),
    ("a version that is true", "save_reflection", {"notes": {"r1": "x"}, "version": True}, 400, "malformed"),
    ("a version below zero", "save_reflection", {"notes": {"r1": "x"}, "version": -1}, 400, "malformed"),
    ("a version as text", "save_reflection", {"notes": {"r1": "x"}, "version": "1"}, 400, "malformed"),
    ("a version from the future", "save_reflection", {"notes": {"r1": "x"}, "version": 5}, 409, "stale-draft"),
    ("a score", "save_reflection", {"notes": {"r1": "x"}, "version": 0, "score": 1}, 400, "malformed"),
]


def refused(made: Any, response: Any, status: int, code: str, before: object) -> None:
    refused_politely(response, status, code)
    assert state(made) == before and made.runtime.published == []


@pytest.mark.parametrize(
    ("handler", "data", "status", "code"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE]
)
def test_a_hostile_request_is_refused_and_changes_nothing(handler: str, data: Any, status: int, code: str) -> None:
    made = case()
    before = state(made)
    refused(made, blocks.post(made, handler, data), status, code, before)


@pytest.mark.parametrize("handler", ["decide", "save_reflection"])
@pytest.mark.parametrize(("raw", "status", "code"), RAW)
def test_a_body_that_is_no_request_is_refused(handler: str, raw: bytes, status: int, code: str) -> None:
    made = case()
    before = state(made)
    refused(made, blocks.post(made, handler, raw=raw), status, code, before)


@pytest.mark.parametrize("handler", ["decide", "save_reflection"])
def test_a_get_changes_nothing(handler: str) -> None:
    made = case()
    refused(made, blocks.post(made, handler, method="GET"), 405, "method", state(made))


def test_a_decision_cannot_be_taken_back() -> None:
    made = case()
    decided(made, ("d1", "a"))
    before = state(made)
    refused(made, blocks.post(made, "decide", {"decision": "d1", "option": "c"}), 409, "already-decided", before)


def test_the_second_decision_of_a_road_that_ended_is_refused() -> None:
    made = case()
    decided(made, ("d1", "c"))
    made.runtime.published.clear()
    refused(made, blocks.post(made, "decide", {"decision": "d2", "option": "a"}), 409, "out-of-order", state(made))


def test_a_visitor_who_is_not_logged_in_reads_what_to_do() -> None:
    assert "Log in" in blocks.inner(case(learner=None))
    assert blocks.post(case(learner=None), "decide", DECISION).status_int == 403


def test_a_learner_who_is_not_enrolled_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = case()
    monkeypatch.setattr(host, "enrolled", lambda learner, course: False)
    refused(made, blocks.post(made, "decide", DECISION), 403, "not-enrolled", state(made))


def test_when_the_registry_fails_the_decision_is_not_half_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        @staticmethod
        def evaluate(learner: str, course: str) -> None:
            raise RuntimeError("secret path /srv")

    made = case()
    monkeypatch.setattr(host, "registry", lambda: Broken)
    response = blocks.post(made, "decide", {"decision": "d1", "option": "c"})
    assert response.status_int == 500 and "/srv" not in response.text and "secret" not in response.text
    assert state(made) == ((), None, None) and made.runtime.published == []


def test_without_our_apps_the_story_still_reads_and_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    made = case()
    monkeypatch.setattr(host, "ledger", lambda: None)
    html = blocks.inner(made)
    assert "INSTALLED_APPS" in html and "A paragraph in English" in html
    assert not [text for text in BEFORE if text in html] and 'data-handler="' not in html
    assert blocks.post(made, "decide", DECISION).status_int == 503


def test_an_empty_block_says_that_it_is_being_prepared() -> None:
    made = blocks.block(CaseStudyXBlock)
    assert "still preparing" in blocks.inner(made)
    assert blocks.post(made, "decide", DECISION).status_int == 409


@pytest.mark.parametrize("document", ["<case", "<case xmlns='urn:dgx:content:1'/>", documents.EXERCISE, "x" * 1000])
def test_a_broken_document_stays_in_its_room(document: str) -> None:
    made = blocks.block(CaseStudyXBlock, document)
    assert "dgx" in blocks.inner(made) and "Traceback" not in blocks.inner(made)
    assert made.author_view().content and made.studio_view().content
    assert 400 <= blocks.post(made, "decide", DECISION).status_int < 600
    assert made.student_view_data()["kind"] == "case"


def test_the_author_sees_what_the_case_holds() -> None:
    html = case().author_view().content
    assert "Decisions" in html and "<dd>2</dd>" in html


def test_olx_keeps_everything() -> None:
    made = case(display_name="案例一", library_ref="dg-c1-smt@1")
    again = blocks.through_olx(made)
    assert (again.display_name, again.library_ref) == ("案例一", "dg-c1-smt@1")
    assert again.content() == made.content() and again.revision() == made.revision()


def test_every_id_of_a_page_is_there_once() -> None:
    made = case()
    html = decided(made, ("d1", "a"), ("d2", "a"))
    assert blocks.repeated_ids(html) == [] and blocks.dangling_references(html) == []
    fresh = blocks.inner(case(learner="9"))
    assert blocks.repeated_ids(fresh) == [] and blocks.dangling_references(fresh) == []
