"""The vocabulary of workbooks: what authors may write, and what the checker says of the rest."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dgxblock.content import check, compose, read, write
from dgxblock.content.cell_places import split
from dgxblock.content.findings import ContentError
from dgxblock.content.model import Exercise, WorkbookItem
from dgxblock.lab.template import AnswerCell, template_bytes
from tests.builders.content import BI, DOCUMENTS, bi, whole

RATE = bi("开动率", "Availability")
WORKBOOK = f"""<workbook id="w1" points="2">
      <prompt>{BI}</prompt>
      <demandHint cost="10">{BI}</demandHint>
      <cell id="rate" at="OEE!B5" ref="oee" tolerance="0.5pp" unit="%"><label>{RATE}</label></cell>
      <cell id="good" at="OEE!B6" ref="good" tolerance="1%" unit="min" formula="any"><label>{BI}</label></cell>
      <cell id="plan" at="'损失 表'!C4" ref="planned" tolerance="1" unit="min"><label>{BI}</label></cell>
      <misconception note="oee:plan" cell="good" ref="planned"><feedback>{BI}</feedback></misconception>
      <rationale>{BI}</rationale>
    </workbook>"""
LAST = "</task>\n</exercise>"
GOOD = whole(DOCUMENTS["exercise"]).replace(LAST, f"  {WORKBOOK}\n  {LAST}")

# what: (text to replace, replacement, code, the text at whose line the finding is)
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "no cell": (WORKBOOK[WORKBOOK.index("<cell") : WORKBOOK.index("<misc")], "", "element-early", "<misc"),
    "a cell without a label": (f"<label>{RATE}</label>", "", "element-missing", '"rate"'),
    "a cell without a key": (' ref="oee" tolerance', " tolerance", "attribute-missing", '"rate"'),
    "a cell without a place": (' at="OEE!B5"', "", "attribute-missing", '"rate"'),
    "a place without a sheet": ('at="OEE!B5"', 'at="B5"', "attribute-value", '"rate"'),
    "a tolerance in words": ('tolerance="0.5pp"', 'tolerance="little"', "attribute-value", '"rate"'),
    "a way that is none": ('formula="any"', 'formula="maybe"', "attribute-value", '"good"'),
    "a label in one language": (RATE, '<t xml:lang="en">A</t>', "language-missing", '"rate"'),
    "a value that is not there": ('ref="good" tol', 'ref="bad" tol', "unknown-value", '"good"'),
    "a wrong road to no value": ('ref="planned"><feed', 'ref="bad"><feed', "unknown-value", "oee:plan"),
    "a wrong road of no cell": ('cell="good"', 'cell="bad"', "workbook-cell", "oee:plan"),
    "two cells of one name": ('<cell id="good"', '<cell id="rate"', "id-twice", "OEE!B6"),
    "a name for a cell": ("OEE!B5", "OEE!rate", "workbook-place", '"rate"'),
    "an area": ("OEE!B5", "OEE!B5:B6", "workbook-place", '"rate"'),
    "column A, where the label stands": ("OEE!B5", "OEE!A5", "workbook-place", '"rate"'),
    "the row of the headings": ("OEE!B5", "OEE!B2", "workbook-place", '"rate"'),
    "a row that is not read": ("OEE!B5", "OEE!B5001", "workbook-place", '"rate"'),
    "a column that is not read": ("OEE!B5", "OEE!BG5", "workbook-place", '"rate"'),
    "a sheet that cannot be": ("'损失 表'!C4", "'损失/表'!C4", "workbook-sheet", '"plan"'),
    "a sheet with a long name": ("'损失 表'!C4", "'" + "损" * 32 + "'!C4", "workbook-sheet", '"plan"'),
    "the sheet of the hidden mark": ("'损失 表'!C4", "_dgx!C4", "workbook-sheet", '"plan"'),
    "a sheet that Excel keeps to itself": ("'损失 表'!C4", "History!C4", "workbook-sheet", '"plan"'),
    "a sheet in two spellings": ("OEE!B6", "Oee!B6", "workbook-case", '"good"'),
    "two answers in one cell": ("OEE!B6", "OEE!$B$5", "workbook-apart", '"good"'),
    "two answers side by side": ("OEE!B6", "OEE!D6", "workbook-apart", '"good"'),
}  # fmt: skip


def item(document: str) -> WorkbookItem:
    made = read.parse(document)
    assert isinstance(made, Exercise)
    found = made.items[-1]
    assert isinstance(found, WorkbookItem)
    return found


def test_a_good_workbook_has_no_finding_and_says_what_it_asks_for() -> None:
    assert check.check(GOOD) == []
    found = item(GOOD)
    assert [(each.id, each.sheet, each.place, each.formula) for each in found.cells] == [
        ("rate", "OEE", "B5", "expected"), ("good", "OEE", "B6", "any"), ("plan", "损失 表", "C4", "expected"),
    ]  # fmt: skip
    assert [(each.note, each.cell, each.ref) for each in found.misconceptions] == [("oee:plan", "good", "planned")]
    assert found.cells[2].shown == "损失 表!C4" and found.demand_hints[0].cost == 10


@pytest.mark.parametrize(("old", "new", "code", "at"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_found_where_it_is(old: str, new: str, code: str, at: str) -> None:
    begin = GOOD.index("<workbook")
    assert old in GOOD[begin:]
    bad = GOOD[:begin] + GOOD[begin:].replace(old, new, 1)
    findings = check.check(bad)
    lines = {number for number, line in enumerate(bad.splitlines(), 1) if at in line}
    assert {each.line for each in findings if each.code == code} & lines, findings
    assert len({each.code for each in findings}) <= 2
    assert all("%(" not in each.message(lang) for each in findings for lang in ("en", "zh-CN"))
    with pytest.raises(ContentError):
        read.parse(bad)


def test_more_cells_than_are_read_are_refused() -> None:
    cell = WORKBOOK[WORKBOOK.index("<cell") : WORKBOOK.index("</cell>") + 7]
    many = "\n".join(cell.replace('"rate"', f'"c{row}"').replace("B5", f"B{row}") for row in range(10, 108))
    assert check.check(GOOD.replace(cell, many)) == []
    more = many + cell.replace('"rate"', '"c9"').replace("B5", "B9")
    assert [each.code for each in check.check(GOOD.replace(cell, more))] == ["workbook-many"]


def test_the_normal_form_says_the_same() -> None:
    written = write.canonical(GOOD)
    assert read.parse(written) == read.parse(GOOD) and write.canonical(written) == written
    assert read.parse(write.from_element(write.to_element(GOOD))) == read.parse(GOOD)


SHEETS = st.sampled_from(
    ["OEE", "oee", "损失 表", "a'b", "'", "History", "_DGX", "x" * 31, "x" * 32, "a/b", "a:b", "1"]
)
CELLS = st.one_of(
    st.sampled_from(["A1", "A3", "B2", "B3", "$B$3", "b3", "C3", "F3", "G9", "BF3", "BG3", "B5000", "B5001", "B0"]),
    st.from_regex(r"[A-H][1-9]", fullmatch=True),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(SHEETS, CELLS), min_size=1, max_size=4))
def test_what_the_checker_lets_pass_makes_a_template_and_nothing_else_does(places: list[tuple[str, str]]) -> None:
    ats = ["'" + sheet.replace("'", "''") + "'!" + cell for sheet, cell in places]
    cells = "".join(
        f'<cell id="c{number}" at="{at}" ref="good" tolerance="1" unit="min"><label>{BI}</label></cell>'
        for number, at in enumerate(ats)
    )
    begin, end = WORKBOOK.index("<cell"), WORKBOOK.index("<misc")
    document = GOOD.replace(WORKBOOK, WORKBOOK[:begin] + cells + WORKBOOK[end:].replace('cell="good"', 'cell="c0"'))
    passes = check.check(document) == []
    try:
        template_bytes([], [AnswerCell(*split(at), "x") for at in ats], "en", "owner")
        made = True
    except ValueError:
        made = False
    assert passes == made


def test_typed_values_are_written_as_the_same_document() -> None:
    document = read.parse(GOOD)
    assert read.parse(compose.compose(document)) == document
