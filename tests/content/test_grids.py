"""Tables of numbers, pairs, classes, short answers and decisions: what is read, and every mistake at its line."""

# ruff: noqa: E501  documents read better unbroken

from __future__ import annotations

import pytest

from dgxblock.content import check, read
from dgxblock.content.findings import ContentError
from dgxblock.content.messages import MESSAGES
from dgxblock.content.model import (
    CellMisconception,
    CellsItem,
    ClassifyItem,
    DecideItem,
    Exercise,
    MatchItem,
    ShortItem,
    texts,
)
from tests.builders.content import BI, DOCUMENTS, whole
from tests.builders.grids import with_grids

GOOD = with_grids(DOCUMENTS["exercise"])
LABEL = f"<label>{BI}</label>"
BROKEN_ROAD = 'cell="done:minutes" ref="planned"'

# what: (text to replace, replacement, code, the text at whose line the finding is)
FAULTS: dict[str, tuple[str, str, str, str]] = {
    # shape
    "a table without columns": (
        f'<column id="minutes" unit="min" tolerance="2%">{BI}</column>\n      <column id="ratio" unit="%" tolerance="0.5pp">{BI}</column>',
        "",
        "element-early",
        '<row id="plan">',
    ),
    "a row without cells": (
        '<cell column="minutes" ref="good" depends="plan:ratio"/>', "", "element-missing", '<row id="done">'
    ),
    "a part whose name would break its address": ('<thing id="dust"', '<thing id="du.st"', "attribute-value", "du.st"),
    "a column with a tolerance in words": ('tolerance="2%">', 'tolerance="small">', "attribute-value", 'id="minutes"'),
    "a scale of another kind": ('scale="ordinal"', 'scale="ratio"', "attribute-value", "q-risk"),
    "a credit above one": ('credit="0.5"', 'credit="1.5"', "attribute-value", 'credit="1.5"'),
    "an empty accepted text": ("<accept>breakdown</accept>", "<accept> </accept>", "element-value", "<accept> "),
    "a thing among pairs": ('<pair id="p1">', '<thing id="p0"/><pair id="p1">', "element-unexpected", '<thing id="p0"'),
    "a decision without its consequences": (
        f'<option id="go">{LABEL}<consequence><p>{BI}</p></consequence></option>',
        f'<option id="go">{LABEL}</option>',
        "element-missing",
        '<option id="go"><label>',
    ),
    "a wrong answer without a note": (' note="match:sales"', "", "attribute-missing", '<wrong option="crm"'),
    # words and names
    "a reason in one language": (
        f"<reason>{BI}", '<reason><t xml:lang="en">English</t>', "language-missing", "<reason>"
    ),
    "two columns of one name": ('<column id="ratio"', '<column id="minutes"', "id-twice", 'unit="%" tolerance'),
    "two rows of one name": ('<row id="done">', '<row id="plan">', "id-twice", '<row id="plan">'),
    "two things of one name": ('<thing id="dust"', '<thing id="fire"', "id-twice", 'class="low"'),
    "a cell with an unknown value": ('ref="good" depends="plan', 'ref="better" depends="plan', "unknown-value", "better"),
    "a wrong road to an unknown value": (
        '<wrong row="plan" ref="planned"/>', '<wrong row="plan" ref="lost"/>', "unknown-value", "lost"
    ),
    # tables of numbers
    "a cell in no column": ('<cell column="minutes" ref="good"', '<cell column="hours" ref="good"', "unknown-column", "hours"),
    "two cells in one place": (
        '<cell column="ratio" ref="oee"/>',
        '<cell column="ratio" ref="oee"/><cell column="ratio" ref="oee"/>',
        "cell-twice",
        '<cell column="ratio"',
    ),
    "a cell that follows from a later one": ('depends="plan:ratio"', 'depends="done:minutes"', "cell-later", "done:minutes"),
    "a cell that follows from a shown one": ('depends="plan:ratio"', 'depends="plan:minutes"', "cell-later", "plan:minutes"),
    "a column without a tolerance": (' tolerance="0.5pp"><t', "><t", "column-tolerance", 'id="ratio"'),
    "a wrong road to no cell": ('cell="done:minutes"', 'cell="done:ratio"', "unknown-cell", "done:ratio"),
    "a wrong road to a shown cell": ('cell="done:minutes"', 'cell="plan:minutes"', "unknown-cell", "plan:minutes"),
    "a wrong road to everywhere": (BROKEN_ROAD, 'ref="planned"', "misconception-place", "cells:planned-time"),
    "a wrong road to two places": (
        BROKEN_ROAD, 'cell="done:minutes" column="ratio" ref="planned"', "misconception-place", "cells:planned-time"
    ),
    "a wrong road without a value": (BROKEN_ROAD, 'cell="done:minutes"', "misconception-place", "cells:planned-time"),
    "a column's wrong road without a value": (
        '<wrong row="plan" ref="planned"/>', "", "misconception-place", "cells:wrong-base"
    ),
    "a wrong road in no column": ('column="ratio"><wrong', 'column="share"><wrong', "unknown-column", "cells:wrong-base"),
    "a wrong road in no row": ('<wrong row="plan"', '<wrong row="plot"', "unknown-row", "plot"),
    "a wrong road in an empty cell": ('<wrong row="plan"', '<wrong row="done"', "unknown-cell", '<wrong row="done"'),
    # matching and classifying
    "a pair with an option that is none": (
        '<pair id="run" option="mes"', '<pair id="run" option="plm"', "unknown-target", "plm"
    ),
    "a thing in a class that is none": ('<thing id="dust" class="low"', '<thing id="dust" class="mid"', "unknown-target", "mid"),
    "a pair without its option": ('<pair id="run" option="mes">', '<pair id="run">', "assign-key", '<pair id="run">'),
    "an option that is right twice": ('<pair id="run" option="mes"', '<pair id="run" option="erp"', "match-reuse", 'id="buy"'),
    "a key beside options": ('<pair id="p1">', '<pair id="p1" option="fast">', "key-twice", "'p1', 'slow'"),
    "one thing to classify": (
        f'<thing id="dust" class="low">{LABEL}<feedback>{BI}</feedback></thing>', "", "assign-count", "q-risk"
    ),
    "a wrong answer that is right": ('<wrong class="low"', '<wrong class="high"', "wrong-right", '<wrong class="high"'),
    "a wrong answer that is none": ('<wrong option="crm"', '<wrong option="plm"', "unknown-target", "plm"),
    "a wrong answer twice": (
        '<wrong class="low" note="risk:never-happened"/>',
        '<wrong class="low" note="risk:never-happened"/><wrong class="low" note="risk:rare"/>',
        "wrong-twice",
        "risk:rare",
    ),
    "a class without a thing": ('<thing id="dust" class="low"', '<thing id="dust" class="high"', "class-empty", '<class id="low"'),
    # short answers
    "an answer in one language": ('<accept xml:lang="en">changeover</accept>', "", "accept-language", "q-short"),
    "an answer longer than its field": ("<accept>breakdown<", "<accept>breakdown of the whole line<", "accept-long", "whole line"),
    "a field for a page": ('maxLength="20"', 'maxLength="2000"', "short-limit", "q-short"),
    "a field for a library": ('maxLength="20"', 'maxLength="20000000000000"', "short-limit", "q-short"),
    # decisions
    "a decision without a way": (
        f'<option id="wait">{LABEL}<consequence><p>{BI}</p></consequence></option>', "", "option-count", "q-data"
    ),
    "a decision without a best": ('credit="1"', 'credit="0.9"', "decide-credit", "q-decide"),
    "a decision with two bests": ('credit="0.5"', 'credit="1.0"', "decide-credit", "q-decide"),
    "shares by hand and by query": (f'<option id="go">{LABEL}', f'<option id="go" credit="1">{LABEL}', "key-twice", "'go', 1"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "at"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_found_where_it_is(old: str, new: str, code: str, at: str) -> None:
    good = whole(GOOD)
    assert old in good
    bad = good.replace(old, new, 1)
    findings = check.check(bad)
    assert code in [each.code for each in findings], findings
    lines = {number for number, line in enumerate(bad.splitlines(), 1) if at in line}
    assert {each.line for each in findings if each.code == code} & lines, findings
    assert len({each.code for each in findings}) <= 2, "one fault should not rain findings"
    for each in findings:
        assert all("%(" not in each.message(lang) for lang in ("en", "zh-CN"))
    if MESSAGES[code][0] == "error":
        with pytest.raises(ContentError):
            read.parse(bad)
    else:
        read.parse(bad)


@pytest.mark.parametrize("kind", ["exercise", "assessment"])
def test_a_good_document_has_no_finding(kind: str) -> None:
    assert check.check(whole(with_grids(DOCUMENTS[kind]))) == []


def test_a_table_in_which_nothing_is_asked_is_found() -> None:
    bad = whole(GOOD).replace('ref="oee"/>\n      </row>', 'ref="oee" shown="true"/>\n      </row>')
    bad = bad.replace('ref="good" depends="plan:ratio"/>', 'ref="good" shown="true"/>')
    start = bad.index('<misconception note="cells:planned')
    end = bad.index("<rationale>", start)
    assert [each.code for each in check.check(bad[:start] + bad[end:])] == ["cells-none"]


def test_the_model_holds_what_the_document_says() -> None:
    exercise = read.parse(whole(GOOD))
    assert isinstance(exercise, Exercise)
    cells, match, lines, risk, word, case, data = exercise.items[6:]
    assert isinstance(cells, CellsItem)
    assert [(each.id, each.unit, each.tolerance and each.tolerance.kind) for each in cells.columns] == [
        ("minutes", "min", "percent"),
        ("ratio", "%", "pp"),
    ]
    assert [(row.id, cell.column, cell.shown, cell.depends) for row in cells.rows for cell in row.cells] == [
        ("plan", "minutes", True, ()),
        ("plan", "ratio", False, ()),
        ("done", "minutes", False, ("plan:ratio",)),
    ]
    assert cells.rows[0].cells[0].format == "int", "its own value's"
    assert [each.wrong for each in cells.misconceptions if isinstance(each, CellMisconception)] == [
        (("done", "minutes", "planned"),),
        (("plan", "ratio", "planned"),),
    ]
    assert isinstance(match, MatchItem) and isinstance(lines, MatchItem)
    assert (match.reuse, match.key, lines.reuse, bool(lines.key)) == (False, "", True, True)
    assert [(each.id, each.target, bool(each.feedback), len(each.wrong)) for each in match.things] == [
        ("run", "mes", True, 0),
        ("buy", "erp", False, 1),
    ]
    assert isinstance(risk, ClassifyItem) and risk.ordinal
    assert isinstance(word, ShortItem)
    assert (word.longest, word.typos, [(each.text, each.lang) for each in word.accepted]) == (
        20,
        1,
        [("换线", "zh-CN"), ("changeover", "en")],
    )
    assert isinstance(case, DecideItem) and case.reason and isinstance(data, DecideItem) and not data.reason
    assert [(each.id, each.credit, each.note) for each in case.options] == [
        ("go", 1.0, ""),
        ("wait", 0.5, "case:too-late"),
    ]
    assert hash(exercise) and len(list(texts(exercise.items[6:]))) > 40


def test_a_value_for_a_whole_column_goes_to_every_cell_that_is_asked() -> None:
    text = whole(GOOD).replace('<wrong row="plan" ref="planned"/>', "").replace(
        'column="ratio"><feedback>', 'column="minutes" ref="planned"><feedback>'
    )  # fmt: skip
    exercise = read.parse(text)
    assert isinstance(exercise, Exercise)
    road = exercise.items[6].misconceptions[1]
    assert isinstance(road, CellMisconception) and road.wrong == (("done", "minutes", "planned"),)
