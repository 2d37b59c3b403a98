"""Studio: questions from files, and files of questions."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from webob import Request

from dgxblock import bank
from dgxblock.assessment import AssessmentXBlock
from dgxblock.case_study import CaseStudyXBlock
from dgxblock.content import read
from dgxblock.content.model import Assessment
from dgxblock.exercise import ExerciseXBlock
from tests.builders import blocks, documents
from tests.builders.hostile import RAW, refused_politely

pytestmark = pytest.mark.django_db

DOCUMENTS = {AssessmentXBlock: documents.ASSESSMENT, ExerciseXBlock: documents.EXERCISE}
GIFT = b"::g1:: What? {=yes#good ~no ~perhaps}\n\n::g2:: How many? {#42:1}\n\nEssay {}\n"
POOLED = documents.ASSESSMENT.replace(
    documents.SINGLE, f'<section id="s"><pool id="p1" draw="1">{documents.SINGLE}'
).replace("</assessment>", "</pool></section></assessment>").replace(
    documents.number("q1", "half") + documents.number("q2", "quarter", more=' depends="q1"'), ""
)  # fmt: skip


def author(cls: type[Any] = AssessmentXBlock, /, document: str = "", **options: Any) -> Any:
    return blocks.block(cls, document or DOCUMENTS[cls], **{"author": True, **options})


def sent(data: bytes = GIFT, /, **more: Any) -> dict[str, Any]:
    """What the form sends about a file."""
    whole = {"name": "x.gift", "data": base64.b64encode(data).decode(), "lang": "en", "pool": "", "objective": ""}
    return {**whole, **more}


def get(made: Any, handler: str, suffix: str = "", method: str = "GET") -> Any:
    return made.runtime.handle(made, handler, Request.blank("/", method=method), suffix)


def ids(made: Any) -> list[str]:
    return [each.id for each in read.parse(made.document).items]  # type: ignore[union-attr]


@pytest.mark.parametrize("cls", list(DOCUMENTS))
def test_a_preview_says_what_comes_and_what_does_not_and_changes_nothing(cls: type[Any]) -> None:
    made = author(cls)
    answer = blocks.answer(made, "bank_preview", sent())
    assert [(each["id"], each["kind"], each["text"]) for each in answer["taken"]] == [
        ("g1", "single", "What?"), ("g2", "number", "How many?"),
    ]  # fmt: skip
    assert [each["place"] for each in answer["refused"]] == ["line 5"]
    assert answer["refused"][0]["text"].startswith("An essay needs a rubric")
    assert (answer["count"], answer["summary"]) == (2, "2 questions taken; 1 thing not taken.")
    assert made.document == DOCUMENTS[cls]


@pytest.mark.parametrize("cls", list(DOCUMENTS))
def test_a_save_takes_the_questions_into_the_document_and_keeps_what_was_there(cls: type[Any]) -> None:
    made = author(cls)
    before = ids(made)
    answer = blocks.post(made, "studio_save", {"display_name": "x", "bank": sent()})
    assert answer.status_int == 200, answer.text
    assert ids(made) == [*before, "g1", "g2"]
    assert "still preparing" not in blocks.inner(made)
    kept = [line for line in DOCUMENTS[cls].split("\n") if line in made.document]
    assert len(kept) >= len(DOCUMENTS[cls].split("\n")) - 1  # the last line had to be broken


def test_questions_go_into_the_pool_that_was_chosen_and_earn_what_its_others_do() -> None:
    made = author(document=POOLED)
    assert "data-bank-pool" in made.studio_view().content
    assert blocks.post(made, "studio_save", {"display_name": "", "bank": sent(pool="p1")}).status_int == 200
    document = read.parse(made.document)
    assert isinstance(document, Assessment)
    (section,) = document.sections
    pool = next(part for part in section.parts if getattr(part, "draw", 0))
    assert {each.points for each in pool.items} == {10}  # type: ignore[union-attr]
    assert [each.id for each in pool.items][-2:] == ["g1", "g2"]  # type: ignore[union-attr]


def test_the_objective_that_was_chosen_is_assessed_by_them() -> None:
    made = author()
    blocks.answer(made, "studio_save", {"display_name": "", "bank": sent(objective="o2")})
    assert [each.objectives for each in read.parse(made.document).items[-2:]] == [("o2",)] * 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"pool": "nowhere"}, 400),
        ({"objective": "nowhere"}, 400),
        ({"lang": "fr"}, 400),
        ({"lang": None}, 400),
        ({"name": 7}, 400),
        ({"name": "x" * 400}, 400),
        ({"data": "not base64!"}, 400),
        ({"data": None}, 400),
        ({"data": "A" * 2_700_000}, 413),
        ({"more": 1}, 400),
        ({"pool": ["p1"]}, 400),
    ],
)
@pytest.mark.parametrize("handler", ["bank_preview", "studio_save"])
def test_what_the_form_does_not_send_is_refused_and_nothing_is_saved(
    handler: str, more: dict[str, Any], status: int
) -> None:
    made = author(display_name="as it was")
    body = sent(**more) if handler == "bank_preview" else {"display_name": "new", "bank": sent(**more)}
    response = blocks.post(made, handler, body)
    assert response.status_int == status
    assert "Traceback" not in response.text and response.json["error"]["message"]
    assert (made.document, made.display_name) == (documents.ASSESSMENT, "as it was")


@pytest.mark.parametrize("raw", [[], "x", 7, True, {}])
def test_a_bank_that_is_no_object_is_refused(raw: Any) -> None:
    made = author()
    refused_politely(blocks.post(made, "studio_save", {"display_name": "", "bank": raw}), 400, "malformed")
    assert made.document == documents.ASSESSMENT


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 999, b"\xff" * 999, b"PK\x05\x06" + b"\0" * 18, b"{" * 50_000, b"<a" * 999]
)
@pytest.mark.parametrize("name", ["x.csv", "x.gift", "x.txt", "x.xml", "x.zip", "", "../../x"])
def test_a_hostile_file_is_told_of_and_changes_nothing(name: str, data: bytes) -> None:
    made = author()
    answer = blocks.answer(made, "bank_preview", sent(data, name=name))
    assert answer["count"] == 0 and answer["refused"]
    assert made.document == documents.ASSESSMENT


@pytest.mark.parametrize("cls", list(DOCUMENTS))
def test_a_learner_can_neither_look_nor_take_nor_export(cls: type[Any]) -> None:
    made = author(cls, author=False)
    refused_politely(blocks.post(made, "bank_preview", sent()), 403, "not-author")
    refused_politely(blocks.post(made, "studio_save", {"display_name": "", "bank": sent()}), 403, "not-author")
    for handler, suffix in (("bank_export", "csv"), ("bank_export", "qti"), ("bank_template", "")):
        response = get(made, handler, suffix)
        refused_politely(response, 403, "not-author")
        assert "secret" not in response.text
    assert made.document == DOCUMENTS[cls]


@pytest.mark.parametrize(("raw", "status", "code"), [each for each in RAW if each.id != "oversized"])
def test_a_body_that_is_no_request_is_refused(raw: bytes, status: int, code: str) -> None:
    refused_politely(blocks.post(author(), "bank_preview", raw=raw), status, code)


@pytest.mark.parametrize("handler", ["bank_preview", "studio_save"])
def test_a_body_beyond_all_files_is_refused_and_from_learners_none_is_read(handler: str) -> None:
    raw = b'{"display_name": "' + b"x" * 3_000_000 + b'"}'
    refused_politely(blocks.post(author(), handler, raw=raw), 413, "too-large")
    refused_politely(blocks.post(author(author=False), handler, raw=raw), 403, "not-author")


@pytest.mark.parametrize("format", ["csv", "qti"])
def test_an_author_takes_out_what_is_the_same_for_everybody(format: str) -> None:
    response = get(author(), "bank_export", format)
    assert response.status_int == 200
    assert "attachment" in response.headers["Content-Disposition"]
    taken = bank.read("x." + {"csv": "csv", "qti": "zip"}[format], response.body)
    assert [each.id for each in taken.items] == ["s1", "m1", "o-1"]
    assert taken.items == read.parse(documents.ASSESSMENT).items[2:]  # type: ignore[union-attr]


@pytest.mark.parametrize("suffix", ["", "xml", "../csv", "csv/qti"])
def test_another_format_does_not_exist(suffix: str) -> None:
    assert get(author(), "bank_export", suffix).status_int == 404
    assert get(author(), "bank_export", "csv", "POST").status_int == 405


@pytest.mark.parametrize("document", ["<broken", "<assessment/>"])
def test_a_broken_document_gives_nothing_and_takes_nothing(document: str) -> None:
    made = author(document=document)
    assert get(made, "bank_export", "csv").status_int == 404
    assert "data-bank" not in made.studio_view().content
    assert blocks.post(made, "bank_preview", sent()).status_int == 400


def test_the_form_names_pools_objectives_and_what_can_go_out() -> None:
    page = author().studio_view().content
    assert "3 of 5 questions can be exported" in page
    assert re.findall(r'<option value="(o\d)">', page) == ["o1", "o2"]
    assert "data-bank-pool" not in page
    assert "data-bank" not in blocks.block(CaseStudyXBlock, documents.CASE, author=True).studio_view().content


def test_a_case_takes_no_questions() -> None:
    made = blocks.block(CaseStudyXBlock, documents.CASE, author=True)
    refused_politely(blocks.post(made, "studio_save", {"display_name": "", "bank": sent()}), 400, "malformed")
    assert made.document == documents.CASE
