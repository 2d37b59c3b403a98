"""What only the data can tell: every planted fault is reported with its own code, in its file and at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgxblock.content.folder import look
from dgxblock.desk.teaching import teaching
from tests.builders.content import BI, DATASET, DOCUMENTS, bi, write_folder

TEXTS = {**DOCUMENTS, "dataset": DATASET}
FILES = {
    "case": "case.xml", "dataset": "dataset.xml", "exercise": "exercise-oee.xml", "assessment": "assessment.xml"
}  # fmt: skip
ONE = '<choice id="a" correct="true"><label>' + BI + '</label></choice>\n      <choice id="b" note'
CHOICES = '<choice id="c"><label>' + BI + "</label></choice>\n      <rationale>" + BI + "</rationale>\n    </single>"
PARETO = "<key>SELECT 'x' UNION ALL SELECT 'y'</key>"
WORD = "<value name=\"word\">SELECT 'A'</value>\n  "
OTHER = f'<misconception note="oee:other" ref="planned"><feedback>{bi("另一句", "Another")}</feedback></misconception>'
MONEY = '<state name="money" format="wan" start="60">'

# what: (document, [(text, replacement)…], code, the text at whose line the finding is, the file if it is another)
FAULTS: dict[str, tuple[str, list[tuple[str, str]], str, str]] = {
    # the laboratory
    "a statement that writes": ("dataset", [("SELECT 660", "DELETE FROM log")], "query-fails", '"planned"'),
    "two statements": ("dataset", [("SELECT 660", "SELECT 660; SELECT 1")], "query-fails", '"planned"'),
    "SQL that is none": ("dataset", [("SELECT 660", "SELECT 660 FRM log")], "query-fails", '"planned"'),
    "a table that comes from nowhere": ("dataset", [("FROM n", "FROM m")], "query-fails", "<select>"),
    "a forbidden function": ("dataset", [("SELECT 660", "SELECT random()")], "query-fails", '"planned"'),
    "a forbidden table": ("dataset", [("SELECT 660", "SELECT 1 FROM sqlite_master")], "query-fails", '"planned"'),
    "a draw without a row": ("dataset", [("1.5 * i AS", "uniform('a', 1.5, 0, 1) AS")], "query-fails", "<select>"),
    "a division by zero": ("dataset", [("SELECT 660", "SELECT 660 / 0")], "query-fails", '"planned"'),
    "two cells for one value": ("dataset", [("SELECT 660", "SELECT day FROM log")], "query-fails", '"planned"'),
    "more rows than a table holds": (
        "dataset",
        [("WHERE i < 4", "JOIN (SELECT i AS j FROM n WHERE i < 3) ON 1 = 1")],
        "query-fails",
        "<select>",
    ),
    "a query without an end": (
        "dataset",
        [("SELECT 660", "SELECT count(*) FROM n AS a, n AS b, n AS c")],
        "query-fails",
        '"planned"',
    ),
    "a column of another name": ("dataset", [("AS stop", "AS halt")], "query-fails", "<select>"),
    "a column of another type": ("dataset", [("1.5 * i AS stop", "'long' AS stop")], "query-fails", "<select>"),
    "an infinite number": ("dataset", [("SELECT 660", "SELECT 1e308 * 10")], "query-fails", '"planned"'),
    "a range that is left": ("dataset", [('name="planned"', 'name="planned" max="600"')], "key-range", '"planned"'),
    # charts and text
    "a chart without a row": ("case", [("&lt; :planned", "&lt; 0")], "chart-empty", "<query>"),
    "a chart with a column too many": ("case", [("day, stop FROM", "day, stop, 1 FROM")], "chart-columns", "<query>"),
    "a chart of words": ("case", [("day, stop FROM", "day, 'long' FROM")], "chart-text", "<query>"),
    "a chart of another table": ("case", [("stop FROM log", "stop FROM lag")], "query-fails", "<query>"),
    # decisions
    "a choice that costs more than there is": (
        "case",
        [(MONEY, MONEY.replace('start="60"', 'start="10" min="0"'))],
        "state-range",
        '<option id="a" verdict="best" next="d2">',
    ),
    "a state above its limit": (
        "case",
        [(MONEY, MONEY.replace(">", ' max="50">')), (' set="0"', ' set="70"')],
        "state-range",
        '<option id="b" verdict="poor">',
    ),
    # numbers
    "a unit that nobody knows": (
        "exercise",
        [('unit="min" depends', 'unit="parsec" depends')],
        "unit-unknown",
        'id="q-next"',
    ),
    "points of what is no ratio": ("exercise", [('tolerance="2%"', 'tolerance="2pp"')], "tolerance-points", "q-next"),
    "a tolerance of nothing": ("exercise", [('tolerance="0.5pp"', 'tolerance="0pp"')], "key-zero", "q-oee"),
    "a wrong road to the right answer": (
        "exercise",
        [('oee:planned-time" ref="planned"', 'oee:planned-time" ref="oee"')],
        "misconception-right",
        "oee:planned-time",
    ),
    "two wrong roads to one answer": (
        "exercise",
        [("      <rationale>", f"      {OTHER}\n      <rationale>")],
        "misconception-alike",
        "oee:other",
    ),
    "an answer that nothing follows from": (
        "exercise",
        [('ref="good" tolerance', 'ref="planned" tolerance')],
        "depends-idle",
        'id="q-next"',
    ),
    # choices and orders
    "a key that names no choice": (
        "exercise",
        [(' correct="true"', ""), (CHOICES, CHOICES.replace("<rationale>", "<key>SELECT 'z'</key>\n<rationale>"))],
        "key-choice",
        "SELECT 'z'",
    ),
    "a key that names two": (
        "exercise",
        [
            (' correct="true"', ""),
            (CHOICES, CHOICES.replace("<rationale>", "<key>SELECT 'a' UNION SELECT 'b'</key>\n<rationale>")),
        ],
        "key-single",
        "SELECT 'a' UNION",
    ),
    "a key that hangs on chance": (
        "exercise",
        [
            (' correct="true"', ""),
            (
                CHOICES,
                CHOICES.replace(
                    "<rationale>",
                    "<key>SELECT column1 FROM (VALUES ('a', 1), ('b', 1)) ORDER BY column2 LIMIT 1</key>\n<rationale>",
                ),
            ),
        ],
        "key-tie",
        "LIMIT 1",
    ),
    "an order that lacks a step": ("exercise", [(PARETO, "<key>SELECT 'x'</key>")], "key-steps", "<key>SELECT 'x'<"),
    "an order that hangs on chance": (
        "exercise",
        [(PARETO, "<key>SELECT column1 FROM (VALUES ('x', 1), ('y', 1)) ORDER BY column2</key>")],
        "key-tie",
        "ORDER BY column2",
    ),
    "a wrong order that is right": (
        "exercise",
        [("<key>SELECT 'y' UNION ALL SELECT 'x'</key>", PARETO)],
        "misconception-right",
        "pareto:by-count",
    ),
    "a wrong order that lacks a step": (
        "exercise",
        [("<key>SELECT 'y' UNION ALL SELECT 'x'</key>", "<key>SELECT 'y'</key>")],
        "key-steps",
        "pareto:by-count",
    ),
    "a key that cannot run": ("exercise", [(PARETO, "<key>SELECT x FROM lag</key>")], "query-fails", "FROM lag"),
}


@pytest.mark.parametrize(("kind", "changes", "code", "at"), FAULTS.values(), ids=FAULTS)
def test_a_fault_that_shows_in_the_data_is_found_where_it_is(
    tmp_path: Path, kind: str, changes: list[tuple[str, str]], code: str, at: str
) -> None:
    bad = TEXTS[kind]
    for old, new in changes:
        begin = bad.index("<single") if old == ' correct="true"' else 0
        assert old in bad[begin:]
        bad = bad[:begin] + bad[begin:].replace(old, new, 1)
    folder = look(write_folder(tmp_path, **{kind: bad}))
    assert folder.found == [], "only the data can tell"
    found = teaching(folder)
    lines = {number for number, line in enumerate(bad.splitlines(), 1) if at in line}
    assert {(each.path.name, each.finding.code) for each in found} == {(FILES[kind], code)}
    assert {each.finding.line for each in found} <= lines
    assert all("%(" not in each.finding.message(lang) for each in found for lang in ("en", "zh-CN"))


@pytest.mark.parametrize(
    ("kind", "old"), [("case", '<var ref="word" format="int"/>'), ("exercise", '<given ref="word" format="int">')]
)
def test_a_text_where_a_number_belongs_is_found(tmp_path: Path, kind: str, old: str) -> None:
    dataset = DATASET.replace('<value name="planned"', WORD + '<value name="planned"')
    before = {"case": '<var ref="oee" format="percent0"/>', "exercise": '<given ref="planned">'}[kind]
    folder = look(write_folder(tmp_path, dataset=dataset, **{kind: DOCUMENTS[kind].replace(before, old)}))
    assert [(each.path.name, each.finding.code) for each in teaching(folder)] == [(FILES[kind], "figure-text")]


def test_a_figure_that_comes_out_as_a_text_is_told_once_where_it_is_made(tmp_path: Path) -> None:
    dataset = DATASET.replace("SELECT 0.5 + :planned / 10000.0", "SELECT round(50 + :planned / 100.0) || '%'")
    assert dataset != DATASET
    folder = look(write_folder(tmp_path, dataset=dataset))
    assert {(each.path.name, each.finding.code) for each in teaching(folder)} == {("dataset.xml", "value-text")}


@pytest.mark.parametrize(
    ("old", "new"),
    [("SELECT", "SELECT ，"), ("(", "（"), (")", "）"), ("'", "‘"), ("1, 1", "1, \N{IDEOGRAPHIC SPACE}")],
)
def test_a_full_width_sign_in_a_query_is_named(tmp_path: Path, old: str, new: str) -> None:
    select = "SELECT round(sum(iif(1, 1, 0)), length('a')) AS oee"
    dataset = DATASET.replace("SELECT 0.5 + :planned / 10000.0", select.replace(old, new, 1))
    (found,) = {each.finding for each in teaching(look(write_folder(tmp_path, dataset=dataset)))}
    assert found.code == "query-fails"
    assert f"({new[-1]})" in found.message("en")
    assert "half-width" in found.message("en")


def test_full_width_signs_within_a_text_of_a_query_are_no_fault(tmp_path: Path) -> None:
    dataset = DATASET.replace("SELECT 0.5 + :planned", "SELECT 0.5 + missing_one + length('，“”') + :planned")
    found = teaching(look(write_folder(tmp_path, dataset=dataset)))
    assert {each.finding.code for each in found} == {"query-fails"}
    assert all("no such column" in each.finding.message("en") for each in found)


def test_a_key_that_is_a_text_is_found(tmp_path: Path) -> None:
    dataset = DATASET.replace('<value name="planned"', WORD + '<value name="planned"')
    bad = DOCUMENTS["exercise"].replace('ref="oee" tolerance', 'ref="word" tolerance').replace(' depends="q-oee"', "")
    found = teaching(look(write_folder(tmp_path, dataset=dataset, exercise=bad)))
    assert [each.finding.code for each in found] == ["key-text"]


def test_a_solution_that_would_be_graded_wrong_is_found(tmp_path: Path) -> None:
    dataset = DATASET.replace("SELECT 0.5 + :planned / 10000.0", "SELECT 1 / 3.0")
    bad = DOCUMENTS["exercise"].replace('tolerance="0.5pp"', 'tolerance="0.001pp"')
    found = teaching(look(write_folder(tmp_path, dataset=dataset, exercise=bad)))
    assert [each.finding.code for each in found] == ["key-shown"]


def test_a_good_folder_has_no_finding(tmp_path: Path) -> None:
    assert teaching(look(write_folder(tmp_path))) == []


def test_a_document_with_errors_is_not_tried(tmp_path: Path) -> None:
    folder = look(write_folder(tmp_path, exercise="<exercise/>", dataset=DATASET.replace("SELECT 660", "DELETE x")))
    found = teaching(folder)
    assert {(each.path.name, each.finding.code) for each in found} == {("dataset.xml", "query-fails")}
