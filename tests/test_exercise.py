"""The exercise as a learner meets it: own data, checks that count, feedback, and what its handlers refuse."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from dgxblock.block import host
from dgxblock.exercise import ExerciseXBlock
from dgxblock.ledger import api as ledger
from tests.builders import blocks, documents
from tests.builders.blocks import Overdue
from tests.builders.hostile import refused_politely
from tests.builders.practice import RIGHT_ORDER, check, exercise, minutes, nonce, right, sheet, state

pytestmark = pytest.mark.django_db

SECRET = documents.texts(documents.EXERCISE)
NUMBER = {"value": "1", "unit": "min"}


def shown(word: str) -> str:
    return f"{word} in English"


# -- data ----------------------------------------------------------------------------------------------------------


def test_two_learners_see_different_numbers_and_one_always_the_same() -> None:
    mine, again, other = (blocks.inner(exercise(learner=who)) for who in ("7", "7", "8"))
    table = [page[page.index("<tbody>") : page.index("</tbody>")] for page in (mine, again, other)]
    assert table[0] == table[1] != table[2]


def test_the_data_stay_when_the_sites_secret_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    made = exercise()
    blocks.answer(made, "save_draft", {"a": {"q1": minutes(1)}, "version": 0})
    before = blocks.post(made, "data_csv", method="GET").body
    monkeypatch.setattr(host, "site_secret", lambda: b"another")
    assert blocks.post(made, "data_csv", method="GET").body == before


def test_the_page_shows_the_first_rows_and_says_how_many_there_are() -> None:
    html = blocks.page(exercise())
    assert html.count('<tr><th scope="row">') == 4
    assert "Line A" in html and shown("The data") in html and "Share " in html


def test_csv_is_a_file_of_the_learners_own_table() -> None:
    made = exercise()
    response = blocks.post(made, "data_csv", method="GET")
    assert response.status_int == 200 and response.content_type == "text/csv"
    assert response.headers["Content-Disposition"] == 'attachment; filename="data.csv"'
    assert response.headers["Cache-Control"] == "private, no-store"
    lines = response.body.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Line,Minutes (min)" and len(lines) == 14
    assert sum(int(line.split(",")[1]) for line in lines[1:13]) == sheet(made).values["total"]
    assert ledger.attempts(made.place()) == []


def test_xlsx_is_the_same_table_with_a_dictionary() -> None:
    made = exercise()
    response = blocks.post(made, "data_xlsx", method="GET")
    assert response.content_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = openpyxl.load_workbook(io.BytesIO(response.body))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert sum(int(str(row[1])) for row in rows[1:]) == sheet(made).values["total"]


@pytest.mark.parametrize("handler", ["data_csv", "data_xlsx"])
def test_data_are_for_learners_and_by_get_only(handler: str) -> None:
    refused_politely(blocks.post(exercise(), handler, {}), 405, "method")
    refused_politely(blocks.post(exercise(learner=None), handler, method="GET"), 403, "nobody")
    refused_politely(blocks.post(blocks.block(ExerciseXBlock), handler, method="GET"), 409, "no-content")


# -- working ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_secret_is_in_the_page_before_a_check(language: str) -> None:
    made = exercise()
    with translation.override(language):
        draft = blocks.answer(made, "save_draft", {"a": {"q1": minutes(sheet(made).values["twice"])}, "version": 0})
        everything = blocks.page(made) + repr(draft) + repr(made.student_view_data()) + repr(made.index_dictionary())
    assert SECRET and not [text for text in SECRET if text in everything]
    assert "test:doubled" not in everything and "dgx-ok" not in everything.replace("dgx-status dgx-ok", "")


def test_a_draft_is_kept_and_says_how_each_number_was_read() -> None:
    made = exercise()
    typed = {"q1": {"value": "１,２３４．５", "unit": "h"}, "q2": {"value": "4,29", "unit": "min"}}
    answer = blocks.answer(made, "save_draft", {"a": typed, "version": 0})
    assert answer["version"] == 1
    assert answer["readings"] == {
        "q1": "We read 1,234.5 h",
        "q2": "“4,29” can be read two ways. Please write 4.29 or 4,290.",
    }
    html = blocks.inner(made)
    assert 'value="4,29"' in html and '<option value="h" selected>' in html and "Saved " in html


def test_everything_right_earns_everything_and_opens_the_solutions() -> None:
    published: list[tuple[str, dict[str, Any]]] = []
    made = exercise(published=published, weight=5.0)
    html = check(made, right(made))
    assert published == [("grade", {"value": 5.0, "max_value": 5.0})]
    assert "Everything is right." in html and html.count("dgx-item dgx-ok") == 4
    assert shown("secret rationale q1") in html and "Check answers" not in html
    assert ledger.attempts(made.place())[0].percent == 100.0


def test_a_known_misconception_is_named_and_the_solution_stays_closed() -> None:
    made = exercise()
    html = check(made, {**right(made), "q1": minutes(sheet(made).values["twice"]), "s1": "y", "o-1": ["q", "p", "r"]})
    for word in ("secret feedback q1", "secret feedback y", "secret feedback q"):
        assert shown(word) in html
    assert not [text for text in SECRET if "rationale" in text and text in html]
    assert "2 of 3 in place" in html and "Look again" in html and "2 tries left" in html
    assert str(ledger.attempts(made.place())[0].marks["q1"]["note"]) == "test:doubled"


def test_a_wrong_step_is_not_punished_twice() -> None:
    made = exercise()
    values = sheet(made).values
    wrong = float(values["half"]) * 1.1
    html = check(made, {**right(made), "q1": minutes(wrong), "q2": minutes(wrong / 2)})
    assert "Method right, carried forward" in html
    marks = ledger.attempts(made.place())[0].marks
    assert (marks["q1"]["fraction"], marks["q2"]["fraction"]) == (0.0, 1.0)
    assert "Everything is right." not in html


def test_a_right_number_in_the_wrong_unit_is_told_so() -> None:
    made = exercise()
    html = check(made, {**right(made), "q1": {**minutes(sheet(made).values["half"]), "unit": "h"}})
    assert "Number right, check the unit" in html


def test_a_number_that_cannot_be_read_costs_no_check_and_says_how_to_write_it() -> None:
    made = exercise()
    refused = blocks.post(made, "check", {"a": {"q1": {"value": "4,29", "unit": "min"}}, "nonce": nonce(made)})
    refused_politely(refused, 400, "unread")
    assert "two ways" in refused.json["error"]["fields"]["a.q1.value"]
    assert not any(attempt.submitted_at for attempt in ledger.attempts(made.place()))


def test_what_was_typed_comes_back_as_text_never_as_markup() -> None:
    made = exercise()
    blocks.answer(made, "save_draft", {"a": {"q1": {"value": '4,29" onfocus="alert(1)', "unit": "min"}}, "version": 0})
    html = blocks.inner(made)
    assert 'value="4,29&quot; onfocus=&quot;alert(1)"' in html and ' onfocus="' not in html


def test_checking_an_empty_exercise_costs_nothing() -> None:
    made = exercise()
    refused_politely(blocks.post(made, "check", {"a": {}, "nonce": nonce(made)}), 400, "nothing")
    refused_politely(
        blocks.post(made, "check", {"a": {"q1": {"value": " ", "unit": "min"}}, "nonce": nonce(made)}), 400, "nothing"
    )
    assert not any(attempt.submitted_at for attempt in ledger.attempts(made.place()))


def test_feedback_does_not_stick_to_an_answer_that_was_changed_since() -> None:
    made = exercise()
    check(made, {**right(made), "q1": minutes(sheet(made).values["twice"])})
    blocks.answer(made, "save_draft", {"a": {"q1": minutes(5)}, "version": 0})
    html = blocks.inner(made)
    assert shown("secret feedback q1") not in html and 'value="5.00"' in html


def test_the_best_try_counts_and_the_last_one_opens_the_solutions() -> None:
    published: list[tuple[str, dict[str, Any]]] = []
    made = exercise(published=published)
    answers = right(made)
    check(made, {**answers, "q2": minutes(1)})
    check(made, {"q1": answers["q1"]})
    html = check(made, {"q1": minutes(1)})
    assert [event[1]["value"] for event in published] == [0.75, 0.75, 0.75]
    assert "your best is 75 out of 100" in html and shown("secret rationale q1") in html
    refused = blocks.post(made, "check", {"a": answers, "nonce": "0" * 32})
    refused_politely(refused, 409, "no-attempts-left")
    assert len(ledger.attempts(made.place())) == 3


def test_the_author_may_allow_fewer_tries() -> None:
    made = exercise(max_attempts=1)
    assert shown("secret rationale q1") in check(made, {"q1": minutes(1)})
    assert blocks.post(made, "check", {"a": {}, "nonce": "0" * 32}).status_int == 409


def test_the_same_check_twice_counts_once() -> None:
    made = exercise()
    request = {"a": right(made), "nonce": nonce(made)}
    first = blocks.answer(made, "check", request)
    assert blocks.answer(made, "check", {**request, "a": {}}) == first
    assert len(ledger.attempts(made.place())) == 1 and len(made.runtime.published) == 1


def test_a_check_after_the_due_date_is_refused_where_the_host_has_one() -> None:
    made = exercise(Overdue.of(ExerciseXBlock), due=timezone.now() - timedelta(hours=2))
    before = state(made)
    refused_politely(blocks.post(made, "check", {"a": {}, "nonce": nonce(made)}), 403, "closed")
    assert state(made) == before
    made.graceperiod = timedelta(hours=3)
    assert check(made, {"q1": minutes(1)})


def test_steps_are_first_shown_in_an_order_that_is_not_the_answer() -> None:
    for learner in map(str, range(40)):
        html = blocks.inner(exercise(learner=learner))
        assert [part[0] for part in html.split('<li data-id="')[1:]] != RIGHT_ORDER


# -- the host --------------------------------------------------------------------------------------------------------


def queries(captured: CaptureQueriesContext) -> list[str]:
    return [each["sql"] for each in captured if "dgx_" in each["sql"]]


def test_a_page_costs_two_ledger_queries() -> None:
    made = exercise()
    check(made, {"q1": minutes(1)})
    with CaptureQueriesContext(connection) as captured:
        made.student_view()
    assert len(queries(captured)) == 2


def test_a_check_costs_ten_queries_at_most() -> None:
    made = exercise()
    request = {"a": right(made), "nonce": nonce(made)}
    with CaptureQueriesContext(connection) as captured:
        blocks.answer(made, "check", request)
    assert len(queries(captured)) <= 10, queries(captured)


@pytest.mark.parametrize("weight", [None, "x", float("nan"), float("inf"), -1, 101, [], 1e400])
def test_max_score_never_raises(weight: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ExerciseXBlock, "weight", weight)
    assert exercise().max_score() == 1.0


def test_max_score_does_not_even_raise_when_the_field_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ExerciseXBlock, "weight", property(lambda self: 1 / 0))
    assert exercise().max_score() == 1.0


def test_max_score_is_the_weight() -> None:
    assert exercise(weight=2.5).max_score() == 2.5


def test_the_author_sees_what_the_exercise_holds() -> None:
    html = exercise(max_attempts=2).author_view().content
    assert "Questions" in html and "<dd>4</dd>" in html and "<dd>2</dd>" in html


def test_olx_keeps_everything() -> None:
    made = exercise(display_name="练习", library_ref="dg-c1-smt@1#oee", weight=2.5, max_attempts=4)
    again = blocks.through_olx(made)
    assert (again.display_name, again.library_ref, again.weight, again.max_attempts) == (
        "练习", "dg-c1-smt@1#oee", 2.5, 4,
    )  # fmt: skip
    assert again.content() == made.content() and again.revision() == made.revision()


def test_every_id_of_a_page_is_there_once() -> None:
    made = exercise()
    for html in (blocks.inner(made), check(made, {"q1": NUMBER, "s1": "y"}), check(made, right(made))):
        assert blocks.repeated_ids(html) == [] and blocks.dangling_references(html) == []
