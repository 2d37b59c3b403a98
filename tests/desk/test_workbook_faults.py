"""What only the data can tell of a workbook: every planted fault is found at the cell or the wrong road that has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgxblock.content.folder import look
from dgxblock.desk.teaching import teaching
from tests.builders.content import BI, DATASET, EXERCISE, write_folder
from tests.content.test_workbook import LAST, WORKBOOK

GOOD = EXERCISE.replace(LAST, f"  {WORKBOOK}\n  {LAST}")
WORD = "<value name=\"word\">SELECT 'A'</value>\n  "
OTHER = f'<misconception note="oee:other" cell="good" ref="planned"><feedback>{BI} </feedback></misconception>'
ROAD = '<misconception note="oee:plan"'
PLAN = 'cell="good" ref="planned"'
SAID = OTHER.replace("中文", "另一句")

# what: (text to replace, replacement, code, the text at whose line the finding is)
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "a unit that nobody knows": ('unit="%"', 'unit="parsec"', "unit-unknown", '"rate"'),
    "points of minutes": ('tolerance="1%"', 'tolerance="1pp"', "tolerance-points", '"good"'),
    "a text for a key": ('ref="oee" tol', 'ref="word" tol', "key-text", '"rate"'),
    "no tolerance": ('tolerance="1" unit', 'tolerance="0" unit', "key-zero", '"plan"'),
    "a wrong road that is right": (PLAN, PLAN.replace("planned", "good"), "misconception-right", "oee:plan"),
    "two roads to one place": (ROAD, f"{SAID}\n      {ROAD}", "misconception-alike", "oee:plan"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "at"), FAULTS.values(), ids=FAULTS)
def test_a_fault_that_shows_in_the_data_is_found_where_it_is(
    tmp_path: Path, old: str, new: str, code: str, at: str
) -> None:
    begin = GOOD.index("<workbook")
    assert old in GOOD[begin:]
    bad = GOOD[:begin] + GOOD[begin:].replace(old, new, 1)
    folder = look(write_folder(tmp_path, exercise=bad, dataset=DATASET.replace("<value", f"{WORD}<value", 1)))
    assert folder.found == [], "only the data can tell"
    found = teaching(folder)
    lines = {number for number, line in enumerate(bad.splitlines(), 1) if at in line}
    assert {each.finding.code for each in found} == {code}
    assert {each.finding.line for each in found} <= lines


def test_the_same_road_of_two_cells_is_no_fault(tmp_path: Path) -> None:
    elsewhere = SAID.replace(PLAN, 'cell="plan" ref="good"')
    fine = GOOD.replace(ROAD, f"{elsewhere}\n      {ROAD}")
    assert teaching(look(write_folder(tmp_path, exercise=fine))) == []
