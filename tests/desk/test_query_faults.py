"""Questions for queries and for points: every planted fault is reported with its own code, at its line."""

# ruff: noqa: E501  a table reads better with a row a line

from __future__ import annotations

from pathlib import Path

import pytest

from dgxblock.content import check
from dgxblock.content.folder import look_at
from dgxblock.content.write import canonical
from dgxblock.desk.teaching import teaching
from dgxblock.desk.variants import try_all
from tests.builders import queries

LINES = queries.EXERCISE.replace("><", ">\n<")
"""An element a line, so that a line tells which is meant."""
KEY = f"<key>{queries.KEY}</key>"

# what: (text, replacement, code, the text at whose line the finding is); the first part shows without any data
BY_WORDS = {
    "a table that is not there": ('order="minutes"', 'order="minutes" tables="crews"', "unknown-table", "<sql"),
    "no table to read": (' download="true"', "", "sql-tables", "<sql"),
    "the key as the starter": (queries.STARTER, queries.KEY, "sql-starter", "<starter>"),
    "a key with a value of the document": (KEY, "<key>SELECT :high AS minutes, 1 AS line</key>", "sql-parameter", ":high AS"),
    "one limit of three": (' centre="mid"', "", "points-limits", "<points"),
    "a limit that is not there": ('lower="low"', 'lower="lowest"', "unknown-value", "<points"),
    "six hidden data sets": ('order="minutes"', 'order="minutes" hidden="6"', "attribute-value", "<sql"),
    "points without a query": ("<query>SELECT board, mean FROM weight ORDER BY board</query>", "", "element-early", 'name="board" format'),
    "no key": (KEY, "", "element-early", "sql:every-shift"),
}  # fmt: skip
BY_DATA = {
    "a key that cannot run": (KEY, "<key>SELECT x FROM shift_log</key>", "query-fails", "SELECT x"),
    "two columns of one name": (KEY, "<key>SELECT line, 1 AS minutes, 2 AS line FROM crew</key>", "sql-columns", "2 AS line"),
    "a column without a name": (KEY, "<key>SELECT line, 1 AS minutes, count(*) FROM crew</key>", "sql-columns", "count(*)"),
    "an order by what is not there": ('order="minutes"', 'order="minute"', "sql-order", "<sql"),
    "no row": (KEY, "<key>SELECT line, 1 AS minutes FROM crew WHERE line = 'L9'</key>", "sql-empty", "L9"),
    "too many rows": (KEY, "<key>SELECT i AS line, i AS minutes FROM n WHERE i &lt; 2000</key>", "sql-rows", "2000"),
    "a table that learners may not read": (KEY, KEY.replace("FROM shift_log", "FROM shift_log, answers"), "sql-closed", ", answers"),
    "a column that nobody is told of": ("：line、minutes。", "。", "sql-column-unsaid", "<prompt>"),
    "a row by chance": (KEY, "<key>SELECT name AS line, 5 AS minutes FROM crew ORDER BY minutes LIMIT 1</key>", "key-tie", "LIMIT 1"),
    "a wrong query that is right": (queries.EVERY_SHIFT, queries.KEY, "misconception-right", "sql:every-shift"),
    "two wrong queries alike": (queries.EVERY_SHIFT, queries.FAN_OUT, "misconception-alike", "sql:fan-out"),
    "a key that any data give": (KEY, "<key>SELECT line, length(name) AS minutes FROM crew ORDER BY minutes</key>", "sql-hidden", "length"),
    "three columns for points": ("SELECT board, mean FROM", "SELECT board, mean, 1 FROM", "points-query", "mean, 1"),
    "points that are words": ("SELECT board, mean FROM", "SELECT board, 'x' FROM", "points-query", "'x'"),
    "two points": ("weight ORDER BY board<", "weight WHERE board &lt; 3 ORDER BY board<", "points-query", "board &lt; 3"),
    "two points of one label": ("SELECT board, mean FROM", "SELECT 1, mean FROM", "points-labels", "SELECT 1, mean"),
    "points in no order": ("SELECT board, mean FROM weight ORDER BY board<", "SELECT board, mean FROM weight ORDER BY board &gt; 0<", "key-tie", "&gt; 0"),
    "a key of no point": ("SELECT board FROM weight WHERE mean &gt; :high", "SELECT 99 FROM weight WHERE mean &gt; :high", "points-key", "SELECT 99"),
    "nothing to mark": ("mean &gt; :high OR mean &lt; :low", "mean &gt; 999", "points-many", "999"),
    "everything to mark": ("mean &gt; :high OR mean &lt; :low", "mean &gt; 0", "points-many", "mean &gt; 0"),
    "a limit that is a word": ("SELECT 90", "SELECT 'low'", "points-limit-text", "<points"),
    "a wrong road to the right points": ("mean &gt; 103", "mean &gt; 107", "misconception-right", "points:spec"),
}  # fmt: skip


def changed(old: str, new: str) -> str:
    assert old in LINES
    return LINES.replace(old, new) if old == ' download="true"' else LINES.replace(old, new, 1)


@pytest.mark.parametrize(("old", "new", "code", "at"), BY_WORDS.values(), ids=BY_WORDS)
def test_a_fault_that_words_show_is_found_where_it_is(old: str, new: str, code: str, at: str) -> None:
    bad = changed(old, new)
    found = check.check(bad)
    assert code in {each.code for each in found}
    lines = {number for number, line in enumerate(bad.splitlines(), 1) if at in line}
    assert {each.line for each in found if each.code == code} <= lines
    assert all("%(" not in each.message(lang) for each in found for lang in ("en", "zh-CN"))


@pytest.mark.parametrize(("old", "new", "code", "at"), BY_DATA.values(), ids=BY_DATA)
def test_a_fault_that_the_data_show_is_found_where_it_is(
    tmp_path: Path, old: str, new: str, code: str, at: str
) -> None:
    bad = changed(old, new)
    path = tmp_path / "exercise-q.xml"
    path.write_text(bad, encoding="utf-8")
    folder = look_at(path)
    assert folder.found == [], "only the data can tell"
    found = [each.finding for each in teaching(folder)]
    assert code in {each.code for each in found}
    lines = {number for number, line in enumerate(bad.splitlines(), 1) if at in line}
    assert {each.line for each in found if each.code == code} <= lines
    assert all("%(" not in each.message(lang) for each in found for lang in ("en", "zh-CN"))


def test_the_documents_of_the_tests_are_fit_for_other_trainees_too(tmp_path: Path) -> None:
    for name, text in (("exercise-q.xml", queries.EXERCISE), ("assessment.xml", queries.ASSESSMENT)):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        folder = look_at(path)
        assert folder.found == [] and teaching(folder) == []
        tried = try_all([folder], 9)
        assert tried.faults == {} and tried.varying == 1


@pytest.mark.parametrize("document", [queries.EXERCISE, queries.ASSESSMENT])
def test_the_normal_form_says_the_same(document: str) -> None:
    written = canonical(document)
    assert canonical(written) == written
    assert check.check(written) == []
    if document is queries.EXERCISE:
        assert queries.exercise(written) == queries.exercise()
        assert "<starter>\n" in written
