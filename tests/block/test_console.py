"""Queries in a block: practice without a try, the learner's own tables and nothing else, and what a check costs."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from webob import Request

from dgxblock import lab
from dgxblock.assessment import AssessmentXBlock
from dgxblock.exercise import ExerciseXBlock
from dgxblock.lab import LabError, Sheet
from dgxblock.ledger import api as ledger
from tests.builders import blocks, queries
from tests.builders.hostile import RAW, refused_politely

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker's rate is tested with the broker; here every test would wait for the last."""
    each = lab.run_each
    monkeypatch.setattr(lab, "run_each", lambda sql, sets, **more: each(sql, sets, **{**more, "who": ""}))
    monkeypatch.setattr(lab, "run", lambda sql, tables, **more: _one(each(sql, [tables], most_rows=more["most_rows"])))


def _one(found: list[Any]) -> Any:
    if isinstance(found[0], LabError):
        raise found[0]
    return found[0]


def exercise(**options: Any) -> Any:
    return blocks.block(ExerciseXBlock, queries.EXERCISE, **options)


def assessment(**options: Any) -> Any:
    return blocks.block(AssessmentXBlock, queries.ASSESSMENT, **options)


def sheet(made: Any) -> Sheet:
    own: Sheet = made.own_items()[1]
    return own


def state(made: Any) -> tuple[object, ...]:
    place = made.place()
    return tuple(ledger.attempts(place)), ledger.draft(place), tuple(map(str, made.runtime.published))


def check(made: Any, answers: dict[str, Any]) -> Any:
    nonce = blocks.extra(blocks.inner(made), "check")["nonce"]
    return blocks.post(made, "check", {"a": answers, "nonce": nonce})


def database(made: Any, item: str = "q-min", method: str = "GET") -> Any:
    return made.runtime.handle(made, "data_sqlite", Request.blank(f"/?item={item}", method=method))


def test_practice_gives_rows_and_costs_nothing() -> None:
    made = exercise()
    before = state(made)
    found = blocks.answer(made, "run_sql", {"item": "q-min", "sql": queries.EVERY_SHIFT})
    assert (found["columns"], found["count"], len(found["rows"])) == (["line", "minutes"], 90, 90)
    assert isinstance(found["ms"], int)
    assert state(made) == before


def test_practice_sends_two_hundred_rows_at_the_most() -> None:
    sql = "SELECT s.day FROM shift_log AS s, crew"
    found = blocks.answer(exercise(), "run_sql", {"item": "q-min", "sql": sql})
    assert (found["count"], len(found["rows"])) == (270, 200)


def test_practice_says_what_is_wrong_with_a_query() -> None:
    found = blocks.answer(exercise(), "run_sql", {"item": "q-min", "sql": "SELECT changeover_mins FROM shift_log"})
    assert found["code"] == "sql" and "The nearest is “changeover_min”." in found["refused"]


HOSTILE: list[tuple[str, Any]] = [
    ("nothing", {}), ("no question", {"sql": "SELECT 1"}), ("no query", {"item": "q-min"}),
    ("an unknown question", {"item": "q9", "sql": "SELECT 1"}), ("a question of points", {"item": "p-out", "sql": "x"}),
    ("a question that is a list", {"item": ["q-min"], "sql": "SELECT 1"}),
    ("a query that is a list", {"item": "q-min", "sql": ["SELECT 1"]}),
    ("a query that is a number", {"item": "q-min", "sql": 1}),
    ("a query too long", {"item": "q-min", "sql": "SELECT " + "1," * 4000 + "1"}),
    ("half a character", {"item": "q-min", "sql": "SELECT '\ud800'"}),
    ("somebody's name", {"item": "q-min", "sql": "SELECT 1", "who": "8"}),
    ("more rows", {"item": "q-min", "sql": "SELECT 1", "rows": 10**6}),
    ("a table to read", {"item": "q-min", "sql": "SELECT 1", "tables": ["answers"]}),
]  # fmt: skip


@pytest.mark.parametrize("request_", [row[1] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_practice_of_another_shape_is_refused(request_: Any) -> None:
    made = exercise()
    before = state(made)
    refused_politely(blocks.post(made, "run_sql", request_), 400, "malformed")
    assert state(made) == before


@pytest.mark.parametrize(("raw", "status", "code"), RAW)
def test_a_body_that_is_no_request_is_refused(raw: bytes, status: int, code: str) -> None:
    refused_politely(blocks.post(exercise(), "run_sql", raw=raw), status, code)


@pytest.mark.parametrize(
    "sql",
    ["SELECT * FROM answers", "SELECT * FROM weight", "SELECT * FROM n", "SELECT name FROM sqlite_master",
     "SELECT * FROM pragma_table_info('answers')", "SELECT :high", "ATTACH 'x' AS y", "SELECT load_extension('x')",
     "WITH answers AS (SELECT * FROM answers) SELECT * FROM answers"],
)  # fmt: skip
def test_practice_reads_nothing_but_the_tables_of_the_question(sql: str) -> None:
    found = blocks.answer(exercise(), "run_sql", {"item": "q-min", "sql": sql})
    assert set(found) == {"refused", "code"} and "42" not in found["refused"]


def test_the_browser_gets_the_learners_own_tables_and_no_others() -> None:
    made, other = exercise(), exercise(learner="8")
    response = database(made)
    assert response.content_type == "application/vnd.sqlite3"
    assert (response.headers["Cache-Control"], response.headers["X-Content-Type-Options"]) == (
        "private, no-store", "nosniff",
    )  # fmt: skip
    found = sqlite3.connect(":memory:")
    found.deserialize(response.body)
    assert [row[0] for row in found.execute("SELECT name FROM sqlite_master")] == ["shift_log", "crew"]
    assert tuple(found.execute("SELECT * FROM shift_log")) == sheet(made).tables["shift_log"].rows
    assert database(other).body != response.body
    assert b"secret" not in response.body and queries.KEY.encode() not in response.body


@pytest.mark.parametrize("item", ["", "q9", "p-out", "q-min%00", "../q-min"])
def test_tables_of_no_question_are_refused(item: str) -> None:
    refused_politely(database(exercise(), item), 400, "malformed")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_tables_are_read_with_get(method: str) -> None:
    refused_politely(database(exercise(), method=method), 405, "method")


@pytest.mark.parametrize("learner", [None])
def test_nobody_gets_nothing(learner: str | None) -> None:
    made = exercise(learner=learner)
    refused_politely(database(made), 403, "nobody")
    refused_politely(blocks.post(made, "run_sql", {"item": "q-min", "sql": "SELECT 1"}), 403, "nobody")


def test_an_assessment_is_practised_while_it_is_open_only() -> None:
    made = assessment()
    ask = {"item": "q-min", "sql": "SELECT count(*) AS n FROM crew"}
    refused_politely(blocks.post(made, "run_sql", ask), 409, "not-open")
    refused_politely(database(made), 409, "not-open")
    blocks.answer(made, "begin", {"number": 1, "confirm": True})
    assert blocks.answer(made, "run_sql", ask)["rows"] == [[3]]
    right = {"q-min": queries.KEY, "p-out": queries.right_points(sheet(made))}
    page = blocks.answer(made, "submit", {"a": right, **blocks.extra(blocks.inner(made), "submit")})["html"]
    assert 'class="dgx-big">100<' in page
    refused_politely(blocks.post(made, "run_sql", ask), 409, "not-open")


def test_a_right_query_and_the_right_points_earn_everything() -> None:
    made = exercise()
    right = {"q-min": queries.KEY, "p-out": queries.right_points(sheet(made))}
    page = check(made, right).json["html"]
    assert ledger.attempts(made.place())[-1].percent == 100
    assert "right on 2 other data sets too" in page and "secret rationale sql" in page
    assert page.count('data-s="full"></span><span>') == 6


def test_a_wrong_query_shows_the_ladder_and_names_the_misconception() -> None:
    made = exercise()
    page = check(made, {"q-min": queries.EVERY_SHIFT, "p-out": ["7"]}).json["html"]
    assert "you have 90, it should be 3" in page and "secret feedback shifts" in page
    assert "secret rationale" not in page and "sum(" not in page


def test_a_query_that_cannot_run_costs_no_try_and_says_why_beside_it() -> None:
    made = exercise()
    before = state(made)
    response = check(made, {"q-min": "SELECT lin FROM shift_log"})
    refused_politely(response, 400, "unread")
    assert "The nearest is “line”." in response.json["error"]["fields"]["a.q-min"]
    assert state(made) == before


@pytest.mark.parametrize(("code", "status"), [("busy", 503), ("rate", 429), ("down", 503)])
@pytest.mark.parametrize("make", [exercise, assessment])
def test_a_laboratory_that_cannot_just_now_costs_no_try(
    make: Any, code: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make()
    if make is assessment:
        blocks.answer(made, "begin", {"number": 1, "confirm": True})
    handler = "check" if make is exercise else "submit"
    request = {"a": {"q-min": queries.KEY}, **blocks.extra(blocks.inner(made), handler)}
    before = state(made)

    def fails(*_args: object, **_more: object) -> Any:
        raise LabError(code, seconds=3, place=7, detail="/tmp/broker.py: Error: x")

    monkeypatch.setattr(lab, "run_each", fails)
    monkeypatch.setattr(lab, "run", fails)
    refused_politely(blocks.post(made, handler, request), status, code)
    refused_politely(blocks.post(made, "run_sql", {"item": "q-min", "sql": "SELECT 1"}), status, code)
    assert state(made) == before


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("make", [exercise, assessment])
def test_the_page_before_a_check_holds_no_key_no_row_of_it_and_no_point(make: Any, language: str) -> None:
    from django.utils import translation

    made = make()
    with translation.override(language):
        if make is assessment:
            blocks.answer(made, "begin", {"number": 1, "confirm": True})
        page = blocks.inner(made)
    assert "<textarea" in page and "sum(" not in page and "GROUP BY" not in page and "secret" not in page
    assert not any(str(minutes) in page for _line, minutes in sheet(made).query(queries.KEY).rows)
    assert not any(each in page for each in ("UCL", 'data-c="x"', "To be marked", "应标出"))
    assert blocks.repeated_ids(page) == [] and blocks.dangling_references(page) == []


def test_what_was_written_comes_back_as_text_never_as_markup() -> None:
    made = exercise()
    sql = "SELECT '</textarea><script>alert(1)</script>' AS \"line\""
    page = check(made, {"q-min": sql}).json["html"]
    assert "<script>" not in page and "&lt;/textarea&gt;&lt;script&gt;" in page


def test_who_runs_queries_is_a_name_that_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    each = lab.run_each

    def spy(sql: str, sets: Any, **more: Any) -> list[Any]:
        seen.append(more["who"])
        return each(sql, sets)

    monkeypatch.setattr(lab, "run_each", spy)
    for made in (exercise(), exercise(learner="8"), exercise(usage="u1")):
        check(made, {"q-min": "SELECT 1"})
    assert seen[0] == seen[2] != seen[1] and all(len(who) == 16 for who in seen)
