"""Queries to write: run behind the broker, marked by their results, and nothing of the key on the page before."""

from __future__ import annotations

from typing import Any

import pytest

from dgxblock import items, lab
from dgxblock.grading import Mark, Verdict
from dgxblock.items import engine, kind_of
from dgxblock.items.shape import Malformed
from dgxblock.lab import LabError
from tests.builders import queries

ITEM = queries.sql_item()
KIND = kind_of(ITEM)


def mark(sql: Any, /, *, who: str = "", seed: str = "s") -> Mark:
    return items.grade([ITEM], {ITEM.id: sql}, queries.sheet(seed), who=who)[ITEM.id]


def said(sql: str, lang: str = "en") -> str:
    return KIND.unread(ITEM, sql, mark(sql), lang).get(ITEM.id, "")


@pytest.mark.parametrize(
    "sql",
    [
        queries.KEY,
        queries.KEY.lower(),
        f"{queries.KEY};  -- done",
        (
            "WITH t AS (SELECT line, changeover_min AS m FROM shift_log) "
            "SELECT total(m) AS minutes, line FROM t GROUP BY 2 ORDER BY 1 DESC"
        ),
    ],
)
def test_a_query_that_gives_the_wanted_result_on_all_data_is_right(sql: str) -> None:
    assert (mark(sql).note, mark(sql).fraction) == ("ok", 1.0)


def test_who_types_the_result_instead_of_a_query_is_found_out() -> None:
    rows = queries.sheet().query(queries.KEY).rows
    typed = ", ".join(f"('{line}', {minutes})" for line, minutes in rows)
    found = mark(f"WITH t (line, minutes) AS (VALUES {typed}) SELECT * FROM t")
    assert found.note == "sql:only-this-data" and found.fraction < 0.7


@pytest.mark.parametrize(
    ("sql", "note"),
    [
        (queries.EVERY_SHIFT, "sql:every-shift"),
        (queries.FAN_OUT, "sql:fan-out"),
        (queries.KEY.replace("DESC", ""), "sql:order"),
        (queries.KEY.replace("AS minutes", "").replace("minutes", "2"), "sql:columns"),
        (queries.KEY.replace("sum", "max"), "sql:rows"),
        ("SELECT 42", "sql:columns"),
    ],
)
def test_a_wrong_query_is_told_what_is_wrong(sql: str, note: str) -> None:
    found = mark(sql)
    assert found.note == note and 0 < found.fraction < 1
    assert items.marks_from(items.stored({ITEM.id: found}), [ITEM], {ITEM.id: sql})[ITEM.id] == found


@pytest.mark.parametrize(
    "sql", [None, "", " \n", queries.STARTER, queries.STARTER.replace("\n", "  "), 7, ["SELECT 1"]]
)
def test_what_nobody_wrote_is_no_answer(sql: Any) -> None:
    assert mark(sql).verdict is Verdict.BLANK


REFUSED = {
    "a column that is misspelt": ("SELECT changeover_mins FROM shift_log", "column", "nearest is “changeover_min”"),
    "a table that is misspelt": ("SELECT 1 FROM shift_logs", "table", "nearest is “shift_log”"),
    "a table of the author's": ("SELECT secret FROM answers", "table", "answers"),
    "the table of whole numbers": ("SELECT i FROM n", "table", "n"),
    "a function that is misspelt": ("SELECT medain(changeover_min) FROM shift_log", "function", "nearest is “median”"),
    "a function that is not for learners": ("SELECT randomblob(9)", "function", "randomblob"),
    "a statement that writes": ("DELETE FROM crew", "statement", "SELECT"),
    "two statements": ("SELECT 1; SELECT 2", "statement", "SELECT"),
    "the schema": ("SELECT * FROM sqlite_master", "table", "sqlite_master"),
    "a value of the document": ("SELECT :high", "parameter", "colon"),
    "a word too many": ("SELECT line FORM shift_log WHERE", "syntax", "stands just before"),
    "half a query": ("SELECT line FROM", "syntax", "too early"),
    "a name of two tables": ("SELECT line FROM shift_log JOIN crew ON 1 = 1", "ambiguous", "line"),
    "a sum in WHERE": ("SELECT line FROM shift_log WHERE sum(changeovers) > 3", "aggregate", "HAVING"),
    "a join without its condition": (
        "SELECT count(*) FROM shift_log AS a, shift_log AS b, shift_log AS c, shift_log AS d, shift_log AS e",
        "deadline", "one second",
    ),
    "too many rows": ("SELECT 1 FROM shift_log AS a, shift_log AS b", "rows", "rows"),
    "a query without an end": (
        "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT count(*) FROM c", "deadline", "second",
    ),
    "an infinite number": ("SELECT 1e308 * 10", "number", "infinite"),
    "bytes": ("SELECT x'00'", "binary", "bytes"),
    "no text at all": ("SELECT '\x01'", "statement", "SELECT"),
}  # fmt: skip


@pytest.mark.parametrize(("sql", "why", "word"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_run_is_the_learners_to_mend_and_says_so(sql: str, why: str, word: str) -> None:
    found = mark(sql)
    assert (found.verdict, found.fraction, found.note) == (Verdict.UNREAD, 0.0, f"unread:sql-{why}")
    assert word in said(sql) and said(sql).endswith("Your query is still in the box; mend it and run it again.")
    kept = items.marks_from(items.stored({ITEM.id: found}), [ITEM], {ITEM.id: sql})[ITEM.id]
    assert KIND.unread(ITEM, sql, kept, "zh-CN")[ITEM.id] == said(sql, "zh-CN")


@pytest.mark.parametrize("code", sorted(engine.NOT_NOW))
def test_what_is_nobodys_mistake_is_no_mark(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object, **_more: object) -> list[Any]:
        raise LabError(code)

    monkeypatch.setattr(lab, "run_each", fails)
    with pytest.raises(LabError) as error:
        mark(queries.KEY)
    assert error.value.code == code


def test_one_check_counts_once_towards_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    other = queries.sql_item(queries.EXERCISE.replace("q-min", "q-two"))
    twice = [ITEM, other]
    asked: list[str] = []
    each = lab.run_each

    def spy(sql: str, sets: Any, *, who: str, most_rows: int) -> Any:
        asked.append(who)
        return each(sql, sets, most_rows=most_rows)

    monkeypatch.setattr(lab, "run_each", spy)
    items.grade(twice, {item.id: queries.KEY for item in twice}, queries.sheet(), who="anna")
    assert asked == ["anna", ""]


@pytest.mark.parametrize("raw", [None, 7, [], {}, ["SELECT 1"], "x" * 8001, "\ud800", True])
def test_an_answer_of_another_shape_is_refused(raw: Any) -> None:
    with pytest.raises(Malformed):
        KIND.accept(ITEM, raw)


def test_an_answer_is_kept_as_it_was_written() -> None:
    assert KIND.accept(ITEM, "SELECT\r\n  1\x00") == "SELECT\n  1"


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_the_page_holds_nothing_of_the_key_before_it_is_solved(lang: str) -> None:
    sheet = queries.sheet()
    for answer, found in [(None, None), (queries.FAN_OUT, mark(queries.FAN_OUT)), ("SELECT 42", mark("SELECT 42"))]:
        shown = repr(items.view(ITEM, "1", answer, sheet, lang, mark=found).control)
        assert "sum(" not in shown.replace(queries.FAN_OUT, "") and "answers" not in shown and "secret" not in shown
        assert not any(str(minutes) in shown for _line, minutes in sheet.query(queries.KEY).rows)
    solved = items.view(ITEM, "1", None, sheet, lang, solved=True)
    assert solved.reference == queries.KEY and solved.control.result.count == 3


def test_the_tables_say_what_their_columns_hold() -> None:
    shown = items.view(ITEM, "1", None, queries.sheet(), "en").control
    assert [(table.name, table.count) for table in shown.tables] == [("shift_log", 90), ("crew", 3)]
    meaning = {column.name: (column.type, column.meaning) for column in shown.tables[0].columns}
    assert meaning["line"] == ("text", "Line: L1 Line 1, L2 Line 2, L3 Line 3")
    assert meaning["changeover_min"] == ("decimal number", "Changeover time (min)")
    assert (shown.text, shown.code, shown.label) == (queries.STARTER, "L1", "Line 1")


def test_the_ladder_shows_the_rungs_up_to_the_first_that_fails() -> None:
    shown = items.view(ITEM, "1", queries.EVERY_SHIFT, queries.sheet(), "en", mark=mark(queries.EVERY_SHIFT)).control
    assert [(rung.state, rung.remark) for rung in shown.rungs] == [
        ("full", ""), ("full", "2 columns, agree"), ("half", "you have 90, it should be 3"),
        ("", "not yet looked at"), ("", "not yet looked at"), ("", "not yet looked at"),
    ]  # fmt: skip
    right = items.view(ITEM, "1", queries.KEY, queries.sheet(), "en", mark=mark(queries.KEY)).control
    assert {rung.state for rung in right.rungs} == {"full"}
    assert right.rungs[-1].remark == "right on 2 other data sets too"
