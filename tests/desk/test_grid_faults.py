"""What only the data can tell of tables, pairs, classes, words and decisions: each fault with its code, at its line."""

# ruff: noqa: E501  documents read better unbroken

from __future__ import annotations

from pathlib import Path

import pytest

from dgxblock.content.folder import look
from dgxblock.desk.teaching import teaching
from tests.builders.content import BI, DATASET, DOCUMENTS, bi, write_folder
from tests.builders.grids import with_grids

GOOD = with_grids(DOCUMENTS["exercise"])
WORD = "<value name=\"word\">SELECT 'A'</value>\n  "
NOUGHT = '<value name="nought" unit="min" format="int">SELECT 0</value>\n  '
MORE = DATASET.replace('<value name="planned"', WORD + NOUGHT + '<value name="planned"')
LINES = "<key>SELECT 'p1', 'slow' UNION ALL SELECT 'p2', 'slow'</key>"
SHARES = "<key>SELECT 'go', 1 UNION ALL SELECT 'wait', 0.5</key>"
OTHER = f'<misconception note="cells:other" cell="done:minutes" ref="planned"><feedback>{bi("另一句", "Another")}</feedback></misconception>'
ROAD = '<misconception note="cells:wrong-base"'
CELL = '<cell column="minutes" ref="good" depends="plan:ratio"/>'

# what: ([(text, replacement)…], code, the text at whose line the finding is)
FAULTS: dict[str, tuple[list[tuple[str, str]], str, str]] = {
    # tables
    "a cell that is a text": ([(CELL, CELL.replace("good", "word"))], "key-text", 'ref="word"'),
    "a wrong road that is a text": ([('<wrong row="plan" ref="planned"', '<wrong row="plan" ref="word"')], "key-text", 'ref="oee"'),
    "a cell that is nought": ([(CELL, CELL.replace("good", "nought").replace(' depends="plan:ratio"', ""))], "key-zero", "nought"),
    "a column that asks for nothing near": ([('tolerance="0.5pp">' + BI, 'tolerance="0pp">' + BI)], "key-zero", 'ref="oee"'),
    "a column in a unit that nobody knows": ([('unit="min" tolerance="2%">', 'unit="parsec" tolerance="2%">')], "unit-unknown", CELL),
    "points of what is no ratio": ([('tolerance="2%">' + BI, 'tolerance="2pp">' + BI)], "tolerance-points", CELL),
    "a wrong road to a right cell": (
        [('cell="done:minutes" ref="planned"', 'cell="done:minutes" ref="good"')],
        "misconception-right",
        "cells:planned-time",
    ),
    "a column's wrong road to a right cell": (
        [('<wrong row="plan" ref="planned"', '<wrong row="plan" ref="oee"')],
        "misconception-right",
        "cells:wrong-base",
    ),
    "two wrong roads to one cell": ([(ROAD, f"{OTHER}\n      {ROAD}")], "misconception-alike", "cells:other"),
    "a cell that nothing carries to": ([(CELL, CELL.replace('"good"', '"planned"')), ('cell="done:minutes" ref="planned"', 'cell="done:minutes" ref="good"')], "cell-idle", CELL.replace('"good"', '"planned"')),
    # keys of pairs and classes
    "a key that lacks a pair": ([(LINES, "<key>SELECT 'p1', 'slow'</key>")], "key-things", "<key>SELECT 'p1'"),
    "a key with a pair twice": ([(LINES, LINES.replace("'p2'", "'p1'"))], "key-things", "'p1', 'slow' UNION"),
    "a key with an unknown pair": ([(LINES, LINES.replace("'p2'", "'p3'"))], "key-things", "'p3'"),
    "a key with an unknown option": ([(LINES, LINES.replace("'p1', 'slow'", "'p1', 'snail'"))], "key-things", "snail"),
    "a key without options": ([(LINES, "<key>SELECT 'p1' UNION SELECT 'p2'</key>")], "key-things", "'p1' UNION"),
    "a key that selects nothing": ([(LINES, "<key>SELECT 'p1', 'slow' FROM log WHERE day > 9</key>")], "key-things", "day > 9"),
    "a key that uses an option twice": ([(' reuse="true"', "")], "key-reuse", "'p1', 'slow'"),
    "a key that hangs on chance": (
        [
            (
                LINES,
                "<key>SELECT column1, column2 FROM (VALUES ('p1', 'slow', 0), ('p2', 'fast', 1), ('p2', 'slow', 1)) ORDER BY column3 LIMIT 2</key>",
            )
        ],
        "key-tie",
        "LIMIT 2",
    ),
    "a key that cannot run": ([(LINES, "<key>SELECT x FROM lag</key>")], "query-fails", "FROM lag"),
    # words
    "an answer of marks alone": ([(">changeover<", ">——<")], "accept-empty", "——"),
    "an answer accepted twice": ([(">changeover<", '>换线<'), ], "accept-both", 'lang="en">换线'),
    "a wrong answer that is right": ([(">breakdown<", ">Change-Over!<")], "accept-both", "Change-Over"),
    "a wrong answer of two roads": ([(">waiting<", ">break-down<")], "accept-twice", "break-down"),
    # decisions
    "shares that lack the best": ([(SHARES, SHARES.replace("1 UNION", "0.9 UNION"))], "key-credit", "0.9 UNION"),
    "shares with two bests": ([(SHARES, SHARES.replace("0.5", "1"))], "key-credit", "'wait', 1"),
    "shares beyond everything": ([(SHARES, SHARES.replace("0.5", "1.5"))], "key-credit", "1.5"),
    "shares in words": ([(SHARES, SHARES.replace("0.5", "'half'"))], "key-credit", "'half'"),
    "shares of an unknown option": ([(SHARES, SHARES.replace("'wait'", "'sell'"))], "key-credit", "'sell'"),
    "shares of one option twice": ([(SHARES, SHARES.replace("'wait'", "'go'"))], "key-credit", "'go', 0.5"),
    "options without shares": ([(SHARES, "<key>SELECT 'go'</key>")], "key-credit", "<key>SELECT 'go'<"),
    "shares that hang on chance": (
        [(SHARES, "<key>SELECT column1, 1 FROM (VALUES ('go', 1), ('wait', 1)) ORDER BY column2 LIMIT 1</key>")],
        "key-tie",
        "LIMIT 1",
    ),
    "shares that cannot be asked for": ([(SHARES, "<key>SELECT x FROM lag</key>")], "query-fails", "FROM lag"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "code", "at"), FAULTS.values(), ids=FAULTS)
def test_a_fault_that_shows_in_the_data_is_found_where_it_is(
    tmp_path: Path, changes: list[tuple[str, str]], code: str, at: str
) -> None:
    bad = GOOD
    for old, new in changes:
        assert old in bad
        bad = bad.replace(old, new, 1)
    folder = look(write_folder(tmp_path, exercise=bad, dataset=MORE))
    assert folder.found == [], "only the data can tell"
    found = teaching(folder)
    lines = {number for number, line in enumerate(bad.splitlines(), 1) if at in line}
    assert {(each.path.name, each.finding.code) for each in found} == {("exercise-oee.xml", code)}
    assert {each.finding.line for each in found} <= lines, found
    assert all("%(" not in each.finding.message(lang) for each in found for lang in ("en", "zh-CN"))


def test_good_questions_have_no_finding_on_any_data(tmp_path: Path) -> None:
    folder = look(write_folder(tmp_path, exercise=GOOD, assessment=with_grids(DOCUMENTS["assessment"]), dataset=MORE))
    assert folder.found == [] and teaching(folder) == []
