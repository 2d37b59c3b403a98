"""Studio: what an author may write, and what happens to the rest."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import html as lxml_html

from dgxblock.assessment import AssessmentXBlock
from dgxblock.case_study import CaseStudyXBlock
from dgxblock.exercise import ExerciseXBlock
from tests.builders import blocks, documents
from tests.builders.hostile import RAW, refused_politely

pytestmark = pytest.mark.django_db

DOCUMENTS = {
    CaseStudyXBlock: documents.CASE,
    ExerciseXBlock: documents.EXERCISE,
    AssessmentXBlock: documents.ASSESSMENT,
}
FIELDS = ("display_name", "document", "library_ref", "weight", "max_attempts", "pass_mark")


def studio(cls: type[Any] = AssessmentXBlock, /, **options: Any) -> Any:
    return blocks.block(cls, DOCUMENTS[cls], author=True, **options)


def fields(made: Any) -> dict[str, Any]:
    return {name: getattr(made, name) for name in FIELDS if name in made.fields}


def save(made: Any, **data: Any) -> Any:
    return blocks.post(made, "studio_save", {"display_name": "", **data})


def inputs(made: Any) -> list[tuple[str, str]]:
    """Names and values of the form's controls."""
    page = lxml_html.fromstring(made.studio_view().content)
    return [(str(each.get("name")), str(each.get("value"))) for each in page.iter("input", "select")]


def choices(made: Any) -> list[str]:
    return [value for name, value in inputs(made) if name == "library"]


@pytest.mark.parametrize(
    ("cls", "told"),
    [(ExerciseXBlock, ["Now that is 3."]), (AssessmentXBlock, ["Now that is 2.", "Now that is 70."])],
)
def test_an_empty_box_says_what_holds_instead(cls: type[Any], told: list[str]) -> None:
    page = studio(cls).studio_view().content
    assert re.findall(r"Now that is [^<]*", page) == told
    assert "Now that is" not in blocks.block(cls, "", author=True).studio_view().content


@pytest.mark.parametrize(
    ("cls", "names"),
    [
        (CaseStudyXBlock, set()),
        (ExerciseXBlock, {"weight", "max_attempts", "mode"}),
        (AssessmentXBlock, {"weight", "max_attempts", "pass_mark", "exam_mode", "counts", "time_limit"}),
    ],
)
def test_the_form_holds_what_an_author_sets(cls: type[Any], names: set[str]) -> None:
    made = studio(cls)
    assert {name for name, _value in inputs(made)} - {"display_name", "library", "None"} == names
    assert blocks.repeated_ids(made.studio_view().content) == []
    assert blocks.dangling_references(made.studio_view().content) == []


def test_saving_settings_keeps_the_content() -> None:
    made = studio()
    before = made.document
    assert save(made, display_name=" 综合测评 ", weight="2.5", max_attempts="3", pass_mark=80).status_int == 200
    assert fields(made) == {
        "display_name": "综合测评", "document": before, "library_ref": "", "weight": 2.5,
        "max_attempts": 3, "pass_mark": 80,
    }  # fmt: skip


def test_an_empty_box_means_as_the_content_says() -> None:
    made = studio(weight=5.0, max_attempts=4, pass_mark=90)
    assert save(made, weight="", max_attempts=" ", pass_mark=None).status_int == 200
    assert (made.weight, made.max_attempts, made.pass_mark) == (1.0, None, None)
    assert "70 out of 100" in blocks.inner(made)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        (name, wrong)
        for name, values in {
            "weight": [-0.1, 100.1, "x", "nan", "inf", "1e999", [], {}, True, "9" * 40],
            "max_attempts": [0, 11, 1.5, "2.0", "x", [1], True, "1" * 500, "١"],
            "pass_mark": [0, 101, -1, "70%", {}, False],
            "display_name": ["x" * 121, "two\nlines", 7, None, ["a"], "\x00"],
            "library": ["dg-none@1", "../../etc/passwd", 7, ["x"], {"a": 1}, "#", "dg-c1-smt@1#none"],
        }.items()
        for wrong in values
        if not (name == "max_attempts" and wrong == "١")
    ],
)
def test_invalid_input_is_refused_beside_its_field_and_nothing_is_half_saved(name: str, wrong: Any) -> None:
    made = studio(display_name="as it was", weight=2.0)
    before = fields(made)
    response = save(made, **{"display_name": "new", "weight": 9, "max_attempts": 2, "pass_mark": 60, name: wrong})
    refused_politely(response, 400, "invalid")
    assert set(response.json["error"]["fields"]) == {name}
    assert fields(made) == before


def test_every_wrong_field_is_named_at_once() -> None:
    response = save(studio(), display_name="x" * 200, weight=-1, max_attempts=0, pass_mark=0, library="nowhere")
    assert set(response.json["error"]["fields"]) == {"display_name", "weight", "max_attempts", "pass_mark", "library"}


@pytest.mark.parametrize("cls", list(DOCUMENTS))
def test_an_author_chooses_a_document_of_the_library(cls: type[Any]) -> None:
    made = blocks.block(cls, author=True)
    offered = choices(made)
    assert offered, "the library that comes with the package is empty"
    assert save(made, library=offered[0]).status_int == 200
    assert made.library_ref == offered[0] and made.content().kind == cls.kind and made.display_name
    assert "still preparing" not in blocks.inner(made)


def test_choosing_what_is_in_use_keeps_the_authors_changes() -> None:
    made = blocks.block(AssessmentXBlock, author=True)
    chosen = choices(made)[0]
    save(made, library=chosen)
    made.document = changed = made.document.replace("70", "71", 1)
    assert save(made, library=chosen, display_name="x").status_int == 200
    assert made.document == changed


@pytest.mark.parametrize("cls", list(DOCUMENTS))
def test_a_learner_cannot_save(cls: type[Any]) -> None:
    made = blocks.block(cls, DOCUMENTS[cls])
    before = fields(made)
    refused_politely(save(made, display_name="mine", weight=100), 403, "not-author")
    assert fields(made) == before


@pytest.mark.parametrize(("raw", "status", "code"), [each for each in RAW if each.id != "oversized"])
def test_a_body_that_is_no_request_is_refused(raw: bytes, status: int, code: str) -> None:
    made = studio()
    before = fields(made)
    refused_politely(blocks.post(made, "studio_save", raw=raw), status, code)
    assert fields(made) == before


@pytest.mark.parametrize("cls", list(DOCUMENTS))
def test_an_empty_component_tells_its_author_what_to_do(cls: type[Any]) -> None:
    made = blocks.block(cls, author=True)
    assert "No content chosen yet" in made.author_view().content
    assert [message.text for message in made.validate().messages] == made.findings() != []


def test_a_document_of_another_kind_is_named_as_such() -> None:
    made = blocks.block(CaseStudyXBlock, documents.EXERCISE, author=True)
    assert "another kind of component" in made.author_view().content


def test_a_broken_document_is_explained_to_its_author_only() -> None:
    made = blocks.block(CaseStudyXBlock, documents.CASE.replace("<stage>pilot</stage>", ""), author=True)
    assert "stage" in made.author_view().content and "stage" in made.studio_view().content
    assert "could not be shown" in blocks.inner(made)


def test_the_preview_of_studio_shows_what_authors_see() -> None:
    made = studio(ExerciseXBlock)
    made.runtime.is_author_mode = True
    assert "What authors see" in blocks.inner(made)
    assert blocks.post(made, "check", {"a": {}, "nonce": "0" * 32}).status_int == 403


def test_what_an_author_writes_is_escaped() -> None:
    made = studio(display_name='"><script>alert(1)</script>')
    for html in (made.author_view().content, made.studio_view().content):
        assert "<script>" not in html
