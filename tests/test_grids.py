"""Tables, pairs, classes, words and decisions in an exercise and in an assessment, as pages send and show them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import translation

from dgxblock import lab
from dgxblock.assessment import AssessmentXBlock
from dgxblock.block import host
from dgxblock.content import read
from dgxblock.exercise import ExerciseXBlock
from dgxblock.ledger import api as ledger
from tests.builders import blocks, documents, grids
from tests.builders.hostile import refused_politely
from tests.builders.practice import check, nonce, state
from tests.builders.sitting import begin, submit

pytestmark = pytest.mark.django_db

EXERCISE, ASSESSMENT = grids.exercise(), grids.assessment()


def exercise() -> Any:
    return blocks.block(ExerciseXBlock, EXERCISE)


def right(seed: str) -> dict[str, Any]:
    values = lab.build(read.parse(ASSESSMENT).dataset, seed).values
    minutes = {name: f"{float(values[name]):.2f}" for name in ("half", "quarter")}
    percent = {name: f"{100 * float(values[name]):.2f}" for name in ("share", "part_two")}
    return {
        "c1": {
            "one": {"time": minutes["half"], "part": percent["share"]},
            "two": {"time": minutes["quarter"], "part": percent["part_two"]},
        },
        "ma1": {"order": "mes", "money": "erp", "signal": "scada"},
        "cl1": {"fire": "high", "stop": "mid", "dust": "low"},
        "sh1": "换线",
        "de1": {"option": "try", "reason": "<b>less</b> to lose"},
    }


def own(made: Any) -> dict[str, Any]:
    place = made.place()
    return right(lab.seed(host.site_secret(), place.course_key, place.usage_key, place.learner_id))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_nothing_secret_is_in_a_page_before_a_check(language: str) -> None:
    with translation.override(language):
        html = blocks.page(exercise())
        made = blocks.block(AssessmentXBlock, ASSESSMENT)
        paper = begin(made)
    for secret in (*documents.texts(EXERCISE), "changeover", "换线", "credit"):
        assert secret not in html and secret not in paper
    assert re.findall(r'name="a\.([^"]+)"', html) == re.findall(r'name="a\.([^"]+)"', paper)


def test_the_key_earns_everything_in_both() -> None:
    made = exercise()
    assert "Everything is right." in check(made, own(made))
    assert made.runtime.published[-1][1]["value"] == made.runtime.published[-1][1]["max_value"]
    paper = blocks.block(AssessmentXBlock, ASSESSMENT)
    begin(paper)
    submit(paper, right(ledger.attempts(paper.place())[-1].seed))
    assert ledger.attempts(paper.place())[-1].percent == 100


def test_parts_that_are_right_count_and_the_others_are_named() -> None:
    made = exercise()
    answers = own(made)
    del answers["c1"]["two"]
    answers["ma1"]["order"] = "erp"
    answers["cl1"]["fire"] = "mid"
    answers["sh1"] = "Breakdown"
    answers["de1"]["option"] = "go"
    html = check(made, answers)
    assert "2 of 4 cells right" in html and html.count("2 of 3 right") == 2
    for said in ("erp", "fire", "breakdown"):
        assert f"secret feedback {said} in English" in html
    assert "secret consequence go in English" in html and "secret consequence try" not in html
    assert "secret rationale" not in html, "the solution stays closed"
    [attempt] = ledger.attempts(made.place())
    earned = 4 / 2 + 3 * 2 / 3 + 3 * 5 / 6 + 0 + 4 / 2
    assert attempt.percent == pytest.approx(100 * earned / 16, abs=0.01)
    assert attempt.marks["ma1"]["note"] == "match:plans-not-runs" and attempt.marks["sh1"]["note"] == "loss:breakdown"


def test_a_cell_that_cannot_be_read_costs_no_check_and_says_which() -> None:
    made = exercise()
    answers = own(made)
    answers["c1"]["two"]["part"] = "4,29"
    before = state(made)
    response = blocks.post(made, "check", {"a": answers, "nonce": nonce(made)})
    refused = response.json["error"]
    assert response.status_int == 400 and list(refused["fields"]) == ["a.c1.two.part"]
    assert refused["fields"]["a.c1.two.part"].startswith("Quarter, Share: “4,29” can be read two ways.")
    assert state(made) == before


def test_a_draft_is_there_again_with_its_readings() -> None:
    made = exercise()
    answers = {**own(made), "c1": {"one": {"time": "1,234", "part": ""}}, "sh1": '">换线'}
    saved = blocks.answer(made, "save_draft", {"a": answers, "version": 0})
    assert saved["readings"]["c1.one.time"] == "We read 1,234 min"
    html = blocks.inner(made)
    assert 'value="1,234"' in html and 'value="&quot;&gt;换线"' in html and "&lt;b&gt;less&lt;/b&gt;" in html
    assert html.count(" selected") == 3 and html.count(" checked") == 4
    assert 'data-reading="c1.one.time">We read 1,234 min' in html


@pytest.mark.parametrize(
    "answers",
    [
        {"c1": {"one:time": "1"}},
        {"c1": {"one": {"time": "9" * 500}}},
        {"ma1": {"order": "plm"}},
        {"cl1": {"fire": ["high"]}},
        {"sh1": {"text": "换线"}},
        {"de1": {"option": "try", "credit": 1}},
        {"de1": {"option": "try", "reason": "x" * 2000}},
    ],
)
def test_what_the_page_does_not_send_is_refused_and_nothing_is_kept(answers: dict[str, Any]) -> None:
    made = exercise()
    before = state(made)
    refused_politely(blocks.post(made, "save_draft", {"a": answers, "version": 0}), 400, "malformed")
    refused_politely(blocks.post(made, "check", {"a": answers, "nonce": nonce(made)}), 400, "malformed")
    assert state(made) == before


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_id_is_there_once_and_every_reference_leads_somewhere(language: str) -> None:
    with translation.override(language):
        made = exercise()
        pages = [blocks.inner(made), check(made, {"c1": {"one": {"time": "1"}}, "cl1": {"fire": "low"}})]
        pages.append(check(made, own(made)))
        paper = blocks.block(AssessmentXBlock, ASSESSMENT)
        pages += [begin(paper), submit(paper, {})]
    for html in pages:
        assert blocks.repeated_ids(html) == [] and blocks.dangling_references(html) == []


def test_the_result_of_an_assessment_shows_answers_and_solutions_in_words() -> None:
    paper = blocks.block(AssessmentXBlock, ASSESSMENT)
    begin(paper)
    html = submit(paper, {"ma1": {"order": "erp"}, "de1": {"option": "wait", "reason": "no money"}})
    assert "Dispatching → Resource planning" in html and "Costing → Resource planning" in html
    assert "Wait a year: no money" in html and "secret consequence wait in English" in html
    assert html.count("not answered") >= 3


def test_olx_keeps_everything() -> None:
    again = blocks.through_olx(exercise())
    assert read.parse(again.document) == read.parse(EXERCISE)
