"""Two windows, one draft: what the one that comes too late is told, and that nothing is written over."""

from __future__ import annotations

import json
from typing import Any

import pytest
from webob import Request

from dgxblock.case_study import CaseStudyXBlock
from dgxblock.ledger import api as ledger
from tests.builders import blocks, documents, sitting
from tests.builders.hostile import refused_politely
from tests.builders.practice import RIGHT_ORDER, check, exercise, minutes, nonce, right, state

pytestmark = pytest.mark.django_db


def save(made: Any, answers: dict[str, Any], version: int, **more: Any) -> dict[str, Any]:
    return blocks.answer(made, "save_draft", {"a": answers, "version": version, **more})


def refused(made: Any, handler: str, data: dict[str, Any]) -> dict[str, Any]:
    """What the late window is told, having changed nothing."""
    before = state(made)
    response = blocks.post(made, handler, data)
    refused_politely(response, 409, "stale-draft")
    assert state(made) == before
    return dict(response.json["error"]["theirs"])


def test_the_late_window_gets_both_versions_in_words_and_the_other_one_to_take() -> None:
    made = exercise()
    save(made, {"q1": minutes(5), "s1": "x", "o-1": RIGHT_ORDER}, 0)
    theirs = refused(made, "save_draft", {"a": {"q1": minutes(6), "q2": minutes(7), "o-1": RIGHT_ORDER}, "version": 0})
    assert theirs["version"] == 1 and theirs["a"]["q1"] == minutes(5) and theirs["nonce"] == nonce(made)
    html = theirs["html"]
    assert [name for name in ("q1", "q2", "s1", "o-1") if f'data-pair="a.{name}"' in html] == ["q1", "q2", "s1"]
    for words in ("5 min", "6 min", "7 min", "not answered", "choice x in English", "1.1 prompt q1 in English"):
        assert words in html, words
    assert theirs["saved_at"] in html and "secret" not in html


def test_what_was_written_comes_back_as_text_never_as_markup() -> None:
    made = exercise()
    evil = {"value": "<img src=x onerror=alert(1)>", "unit": "min"}
    save(made, {"q1": evil}, 0)
    html = refused(made, "save_draft", {"a": {"q1": minutes(6)}, "version": 0})["html"]
    assert "<img" not in html and "&lt;img" in html


@pytest.mark.parametrize("side", ["here", "there"])
def test_either_side_can_be_kept_with_the_version_that_was_told(side: str) -> None:
    made = exercise()
    save(made, {"q1": minutes(5)}, 0)
    theirs = refused(made, "save_draft", {"a": {"q1": minutes(6)}, "version": 0})
    chosen = minutes(6) if side == "here" else theirs["a"]["q1"]
    assert save(made, {"q1": chosen}, theirs["version"])["version"] == (2 if side == "here" else 1)
    draft = ledger.draft(made.place())
    assert draft is not None and draft.answers["q1"] == chosen


@pytest.mark.parametrize(
    "late",
    [{"q1": minutes(5)}, {"q1": minutes(5), "q2": {"value": " ", "unit": "min"}}, {"q1": minutes(5), "o-1": []}],
    ids=["the same", "with an empty box", "with an order that nobody made"],
)
def test_where_nothing_differs_there_is_nothing_to_choose(late: dict[str, Any]) -> None:
    made = exercise()
    save(made, {"q1": minutes(5)}, 0)
    assert save(made, late, 0)["version"] in (1, 2)


def test_a_draft_that_was_typed_before_a_check_elsewhere_does_not_cover_what_was_checked() -> None:
    made = exercise()
    old = nonce(made)
    save(made, {"q1": minutes(5)}, 0, nonce=old)
    check(made, {"q1": minutes(5)})
    save(made, {"q1": minutes(8)}, 0, nonce=nonce(made))  # version 1 again, of another try
    theirs = refused(made, "save_draft", {"a": {"q1": minutes(6)}, "version": 1, "nonce": old})
    assert theirs["version"] == 1 and theirs["a"]["q1"] == minutes(8) and theirs["nonce"] == nonce(made) != old


def test_what_was_handed_in_elsewhere_counts_as_the_other_version() -> None:
    made = exercise()
    save(made, {"q1": minutes(5)}, 0)
    check(made, {"q1": minutes(7)})
    theirs = refused(made, "save_draft", {"a": {"q1": minutes(6)}, "version": 1})
    assert theirs["version"] == 0 and theirs["a"]["q1"] == minutes(7)
    assert save(made, {"q1": minutes(7)}, 1)["version"] == 1


def test_a_check_does_not_wipe_away_a_draft_that_its_page_has_not_seen() -> None:
    made = exercise()
    save(made, {"q1": minutes(5)}, 0)
    request = {"a": {**right(made), "q1": minutes(6)}, "nonce": nonce(made)}
    theirs = refused(made, "check", {**request, "version": 0})
    assert theirs["a"]["q1"] == minutes(5)
    blocks.answer(made, "check", {**request, "version": theirs["version"]})
    assert len(ledger.attempts(made.place())) == 1


@pytest.mark.parametrize("version", [-1, True, "1", 1.5, 10**9, [1]])
@pytest.mark.parametrize("handler", ["check", "save_draft"])
def test_a_version_that_is_none_is_refused(handler: str, version: Any) -> None:
    made = exercise()
    before = state(made)
    request = {"a": {"q1": minutes(5)}, "nonce": nonce(made), "version": version}
    refused_politely(blocks.post(made, handler, request), 400, "malformed")
    assert state(made) == before


@pytest.mark.parametrize("forged", [7, "", "x" * 65, "'; DROP TABLE", ["x" * 32]])
def test_a_draft_with_a_forged_nonce_is_refused(forged: Any) -> None:
    made = exercise()
    before = state(made)
    refused_politely(blocks.post(made, "save_draft", {"a": {}, "nonce": forged}), 400, "malformed")
    assert state(made) == before


# -- whose page ------------------------------------------------------------------------------------------------------


def sent(made: Any, handler: str, data: dict[str, Any], owner: str) -> Any:
    request = Request.blank("/", method="POST", body=json.dumps(data).encode(), headers={"X-Dgx-Owner": owner})
    return made.runtime.handle(made, handler, request)


@pytest.mark.parametrize("handler", ["save_draft", "check", "data_page"])
def test_a_page_of_one_person_does_nothing_for_the_next(handler: str) -> None:
    mine, next_one = exercise(learner="7"), exercise(learner="8")
    data = {"a": {"q1": minutes(5)}, "nonce": nonce(mine)} if handler != "data_page" else {}
    before = state(next_one)
    refused_politely(sent(next_one, handler, data, mine.owner()), 403, "somebody-else")
    assert state(next_one) == before
    assert sent(mine, handler, data, mine.owner()).status_int == 200


# -- the other blocks ------------------------------------------------------------------------------------------------


def test_an_assessment_tells_both_versions_too() -> None:
    made = sitting.assessment()
    sitting.begin(made)
    blocks.answer(made, "save_draft", {"a": {"q1": minutes(5)}, "flags": {"q1": True}, "version": 0})
    late = {"a": {"q1": minutes(6)}, "version": 0}
    for handler, more in (("save_draft", {}), ("submit", {"nonce": sitting.request(made)["nonce"]})):
        response = blocks.post(made, handler, {**late, **more})
        refused_politely(response, 409, "stale-draft")
        theirs = response.json["error"]["theirs"]
        assert theirs["version"] == 1 and theirs["a"]["q1"] == minutes(5) and "6 min" in theirs["html"]
    assert blocks.answer(made, "save_draft", {"a": {"q1": minutes(5)}, "flags": {}, "version": 0})["version"] == 2


def test_notes_about_a_case_tell_both_versions_too() -> None:
    made = blocks.block(CaseStudyXBlock, documents.CASE)
    blocks.answer(made, "save_reflection", {"notes": {"r1": "one <b>", "r2": "same"}, "version": 0})
    response = blocks.post(made, "save_reflection", {"notes": {"r1": "two", "r2": "same"}, "version": 0})
    refused_politely(response, 409, "stale-draft")
    theirs = response.json["error"]["theirs"]
    assert theirs["notes"] == {"r1": "one <b>", "r2": "same"} and theirs["html"].count("data-pair") == 1
    assert "one &lt;b&gt;" in theirs["html"] and "A question for you in English" in theirs["html"]
