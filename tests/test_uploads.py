"""A trainee downloads a template, fills it in, uploads it, and is told about every cell."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import translation
from openpyxl import load_workbook

from dgxblock import lab
from dgxblock.exercise import ExerciseXBlock
from dgxblock.ledger import api as ledger
from tests.builders import blocks, practice, uploads
from tests.builders.uploads import exercise, right, sheet, solved, template, uploaded

pytestmark = pytest.mark.django_db


def check(made: Any, number: int) -> str:
    return practice.check(made, {"w1": {"upload": str(number)}})


def last(made: Any) -> Any:
    return ledger.attempts(made.place())[-1]


def saved(made: Any, number: int | str) -> Any:
    version = (ledger.draft(made.place()) or ledger.DraftView({}, 0, None)).version  # type: ignore[arg-type]
    blocks.answer(made, "save_draft", {"a": {"w1": {"upload": str(number)}}, "version": version})
    return ledger.draft(made.place())


# -- the template ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("made", [exercise, uploads.assessment])
def test_the_template_holds_the_learners_own_data_and_says_whose_they_are(made: Any) -> None:
    block = made()
    if block.kind == "assessment":
        blocks.answer(block, "begin", {"number": 1, "confirm": True})
    response = template(block)

    assert response.status_int == 200 and response.content_type == uploads.XLSX
    assert response.headers["Content-Disposition"] == 'attachment; filename="w1.xlsx"'
    assert response.headers["Cache-Control"] == "private, no-store"
    book = load_workbook(io.BytesIO(response.body))
    assert book.sheetnames[:2] == ["OEE", "Sum total"]
    seed = ledger.attempts(block.place())[-1].seed if block.kind == "assessment" else sheet(block).seed
    assert book["_dgx"]["A1"].value == seed[: ledger.OWNER]
    assert book["OEE"]["A5"].value == "Half of it in English" and book["OEE"]["B5"].value is None


def test_two_learners_get_templates_of_different_data() -> None:
    one, two = (load_workbook(io.BytesIO(template(each).body)) for each in (exercise(), exercise()))
    cells = [[[cell.value for cell in row] for row in book.worksheets[2]] for book in (one, two)]
    assert cells[0] != cells[1]


def test_downloading_changes_nothing() -> None:
    made = exercise()
    before = uploads.state(made)
    template(made)
    assert uploads.state(made) == before


# -- the marks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", range(3))
def test_right_formulas_in_ones_own_template_earn_everything(turn: int) -> None:
    del turn  # other data each time
    made = exercise()
    html = check(made, uploaded(made, solved(made)))

    assert last(made).percent == 100.0
    assert html.count('data-s="full"') == 3 and "a formula" in html and "typed in" in html


def test_a_right_number_that_was_typed_where_a_formula_belongs_earns_seventy_percent_of_its_cell() -> None:
    made = exercise()
    values = sheet(made).values
    typed = {"half": ("", float(values["half"])), "total": ("", float(values["total"]))}
    html = check(made, uploaded(made, solved(made, **typed)))

    assert last(made).percent == pytest.approx(100 * (0.7 + 1 + 0.7) / 3, abs=0.01)
    assert "1 of 3 cells right" in html and "Please use a formula" in html


def test_a_formula_that_uses_nothing_was_typed_all_the_same() -> None:
    made = exercise()
    value = float(sheet(made).values["half"])
    check(made, uploaded(made, solved(made, half=(f"={value}", value))))
    assert last(made).marks["w1"]["parts"]["half"]["note"] == "hard-coded"


def test_a_known_wrong_road_is_named_beside_its_cell() -> None:
    made = exercise()
    html = check(made, uploaded(made, solved(made, half=("=SUM(C2:C13)*2", float(sheet(made).values["twice"])))))

    assert "secret feedback w1" in html and html.count("secret feedback w1") == 1
    assert last(made).marks["w1"]["parts"]["half"]["note"] == "test:doubled"
    assert last(made).percent == pytest.approx(66.67, abs=0.01)


def test_an_empty_cell_costs_its_share_and_is_named() -> None:
    made = exercise()
    wanted = right(made)
    del wanted["total"]
    html = check(made, uploaded(made, uploads.filled(template(made).body, wanted)))

    assert last(made).percent == pytest.approx(66.67, abs=0.01)
    assert "Sum total!C4 is empty." in html


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (("", "#DIV/0!"), "OEE!B5 shows #DIV/0!."),
        (("", "about 300"), "“about 300” is not a number."),
    ],
)
def test_a_cell_that_cannot_be_read_costs_no_try(cell: tuple[str, str], sentence: str) -> None:
    made = exercise()
    number = uploaded(made, solved(made, half=cell))
    response = blocks.post(made, "check", {"a": {"w1": {"upload": str(number)}}, "nonce": practice.nonce(made)})

    assert response.status_int == 400 and sentence in response.json["error"]["fields"]["a.w1"]
    assert not [each for each in ledger.attempts(made.place()) if each.submitted_at]


def test_a_formula_saved_without_its_result_is_explained_at_once() -> None:
    made = exercise()
    book = load_workbook(io.BytesIO(template(made).body))
    book["OEE"]["B5"] = "=SUM(C2:C13)/2"
    out = io.BytesIO()
    book.save(out)
    response = uploads.send(made, out.getvalue())
    assert response.status_int == 200 and "was saved without its result" in response.json["html"]


def test_an_untouched_template_is_no_answer() -> None:
    made = exercise()
    number = uploaded(made, template(made).body)
    response = blocks.post(made, "check", {"a": {"w1": {"upload": str(number)}}, "nonce": practice.nonce(made)})
    assert response.status_int == 400 and response.json["error"]["code"] == "nothing"


def test_marks_in_an_assessment_come_with_the_result_only() -> None:
    made = uploads.assessment()
    blocks.answer(made, "begin", {"number": 1, "confirm": True})
    place = made.place()
    seed = ledger.attempts(place)[-1].seed
    values = lab.build(made.content().dataset, seed).values
    cells = {
        "half": ("=1+A1", float(values["twice"])), "share": ("", float(values["share"])),
        "total": ("=SUM(A1:A3)", float(values["total"])),
    }  # fmt: skip
    response = uploads.send(made, uploads.filled(template(made).body, cells))
    assert "dgx-ok" not in response.json["html"] and "secret" not in response.json["html"]
    number = str(response.json["upload"])
    assert "secret feedback w1" not in blocks.page(made)
    html = blocks.answer(
        made, "submit", {"a": {"w1": {"upload": number}}, "nonce": blocks.extra(blocks.inner(made), "submit")["nonce"]}
    )["html"]

    assert ledger.attempts(place)[-1].marks["w1"]["fraction"] == pytest.approx(2 / 3, abs=0.001)
    assert "secret feedback w1" in html


# -- what the page says ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_before_the_check_the_page_shows_what_was_read_and_judges_nothing(lang: str) -> None:
    made = exercise()
    with translation.override(lang):
        number = uploaded(made, solved(made, half=("=B1*2", float(sheet(made).values["twice"]))))
        saved(made, number)
        html = blocks.inner(made)

    assert f'name="a.w1.upload" value="{number}"' in html and "一号线.xlsx" in html
    assert "dgx-ok" not in html.split("data-told")[1].split("</ul>")[0] and "secret feedback" not in html
    assert not blocks.repeated_ids(html) and not blocks.dangling_references(html)


def test_the_page_before_any_upload_offers_the_template_and_the_field() -> None:
    html = blocks.inner(exercise())
    assert 'type="file"' in html and 'accept=".xlsx"' in html and "/template_xlsx" in html and "/upload" in html
    assert 'name="a.w1.upload" value=""' in html and "data-told" not in html
    assert not blocks.repeated_ids(html) and not blocks.dangling_references(html)


def test_a_refused_file_leaves_the_earlier_one_and_says_so() -> None:
    made = exercise()
    number = uploaded(made, solved(made), name="一号线v1.xlsx")
    saved(made, number)
    before = uploads.state(made)
    response = uploads.send(made, b"PK\x03\x04 not a workbook", name="一号线v2.xlsx")

    said = response.json["error"]["fields"]["a.w1"]
    assert response.status_int == 400 and "“一号线v2.xlsx”" in said and "“一号线v1.xlsx”" in said
    assert uploads.state(made) == before


def test_what_was_said_of_a_file_does_not_hold_for_the_next() -> None:
    made = exercise()
    assert "1 of 3 cells right" not in blocks.inner(made)
    check(made, uploaded(made, solved(made, half=("=A1", 1.0), total=("=A1", 1.0))))
    assert "1 of 3 cells right" in blocks.inner(made)
    saved(made, uploaded(made, solved(made)))
    assert "1 of 3 cells right" not in blocks.inner(made)


def test_after_the_last_try_the_file_cannot_be_changed_and_the_solution_is_open() -> None:
    made = exercise(max_attempts=1)
    html = check(made, uploaded(made, solved(made, half=("=A1", 1.0))))
    assert 'type="file"' not in html and "secret rationale w1" in html and "Sum total!C4" in html
    response = uploads.send(made, solved(made))
    assert response.status_int == 409 and response.json["error"]["code"] == "no-attempts-left"


def test_the_first_upload_fixes_the_data() -> None:
    made = exercise()
    uploaded(made, solved(made))
    (attempt,) = ledger.attempts(made.place())
    assert attempt.seed == sheet(made).seed and attempt.submitted_at is None


# -- somebody else's file --------------------------------------------------------------------------------------------


def test_another_learners_file_is_marked_on_ones_own_data_noticed_and_not_punished() -> None:
    other = exercise()
    file = solved(other)
    uploaded(other, file)
    made = exercise()
    response = uploads.send(made, file)
    assert "somebody else's template" in response.json["html"].replace("&#x27;", "'")
    html = check(made, response.json["upload"])

    assert last(made).percent < 100.0 and "somebody else" in html
    (later, _earlier) = ledger.suspects(made.course())
    assert (later.learner_id, later.foreign, later.owner_id, later.alike) == (
        made.learner(),
        True,
        other.learner(),
        (other.learner(),),
    )


def test_right_answers_in_anothers_template_earn_everything() -> None:
    file = uploads.filled(template(exercise()).body, right(made := exercise()))
    check(made, uploaded(made, file))
    assert last(made).percent == 100.0


def test_a_file_of_ones_own_earlier_data_is_told_and_not_reported() -> None:
    made = exercise(ExerciseXBlock, mode="practice")
    old = solved(made)
    first = uploaded(made, old)
    blocks.answer(made, "new_data", {"after": ledger.attempts(made.place())[-1].number})
    response = uploads.send(made, old)
    assert "the data that you had before" in response.json["html"] and response.json["upload"] == first
    assert not ledger.suspects(made.course())


def test_a_file_without_the_hidden_mark_is_nobodys() -> None:
    made = exercise()
    book = load_workbook(io.BytesIO(solved(made)))
    del book["_dgx"]
    out = io.BytesIO()
    book.save(out)
    uploaded(made, out.getvalue())
    assert not ledger.suspects(made.course())


def test_cells_that_the_author_moved_are_read_again_from_the_file() -> None:
    made = exercise()
    number = uploaded(made, solved(made))
    made.document = made.document.replace('at="OEE!B5"', 'at="OEE!B6"').replace(
        'at="OEE!B6" ref="share"', 'at="OEE!B7" ref="share"'
    )
    kept = saved(made, number).answers["w1"]["cells"]
    assert [cell["at"] for cell in kept] == ["OEE!B6", "OEE!B7", "'Sum total'!C4"] and kept[1]["kind"] == "empty"
