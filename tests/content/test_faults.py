"""Every mistake that an author may make is reported with its own code, at the line where it is."""

from __future__ import annotations

import pytest

from dgxblock.content import check, read
from dgxblock.content.findings import ContentError
from tests.builders.content import BI, DATASET, DOCUMENTS, whole

ZH = '<t xml:lang="zh-CN">中文</t>'
EN = '<t xml:lang="en">English</t>'

# what: (document, text to replace, replacement, code, the text at whose line the finding is)
FAULTS: dict[str, tuple[str, str, str, str, str]] = {
    # shape
    "a chart of nothing": (
        "case",
        f'<column name="stop" format="dec1">{BI}</column>',
        "",
        "element-early",
        "<alt>",
    ),
    "a misspelt element": ("case", "<date>2026-11-23</date>", "<day>2026-11-23</day>", "element-unexpected", "<day>"),
    "an element of HTML": ("case", "<stage>pilot</stage>", "<b>pilot</b>", "element-unexpected", "<b>"),
    "a missing element": ("case", "<stage>pilot</stage>", "", "element-early", "<maturity"),
    "an element that comes too late": (
        "exercise",
        f"<hint>{BI}</hint>",
        f'<given ref="planned">{BI}</given><hint>{BI}</hint>',
        "element-late",
        "<hint>",
    ),
    "no questions": ("case", '<prompt id="r1">' + BI + "</prompt>", "", "element-missing", "<reflection>"),
    "an unknown word": ("case", "<stage>pilot", "<stage>dream", "element-value", "<stage>"),
    "text between elements": ("case", "<epilogue>", "<epilogue>And then", "text-unexpected", "<epilogue>"),
    "a colour of one's own": ("case", "<chart ", '<chart colour="#ccc" ', "attribute-unknown", "<chart "),
    "a style of one's own": ("case", "<epilogue>", '<epilogue style="color:#eee">', "attribute-unknown", "<epilogue"),
    "a coloured word": (
        "case",
        f"<lead>{ZH}",
        '<lead><t xml:lang="zh-CN"><em class="red">中</em></t>',
        "attribute-unknown",
        "<em class",
    ),
    "a file to show": ("case", "<stage>pilot", '<img src="media/line.png"/><stage>pilot', "element-unexpected", "<img"),
    "an unknown attribute": ("case", 'status="draft"', 'status="draft" colour="red"', "attribute-unknown", "<case"),
    "a missing attribute": (
        "exercise",
        '<data table="log" rows="2">',
        '<data table="log">',
        "attribute-missing",
        "<data",
    ),
    "a wrong attribute": ("exercise", 'rows="2"', 'rows="two"', "attribute-value", "<data"),
    "a date that is none": ("case", "2027-03-31", "2027-02-30", "attribute-value", "<opening"),
    "a version in words": ("case", 'version="2"', 'version="two"', "attribute-value", "<case"),
    "a level out of range": ("case", 'before="1" after="2"', 'before="1" after="5"', "attribute-value", "<maturity"),
    "a tolerance in words": ("exercise", 'tolerance="0.5pp"', 'tolerance="about"', "attribute-value", "q-oee"),
    "an unknown format": ("case", 'format="percent0"', 'format="percent9"', "attribute-value", 'ref="oee" format'),
    "a hint in an assessment": (
        "assessment",
        f"<hint>{BI}</hint>",
        f"<hint>{BI}</hint><demandHint>{BI}</demandHint>",
        "hint-in-assessment",
        "<demandHint>",
    ),
    "hints that leave nothing to earn": (
        "exercise",
        f"<hint>{BI}</hint>",
        f'<hint>{BI}</hint><demandHint cost="50">{BI}</demandHint><demandHint cost="31">{BI}</demandHint>',
        "hint-costs",
        "<demandHint",
    ),
    "a hint that costs more than there is": (
        "exercise",
        f"<hint>{BI}</hint>",
        f'<hint>{BI}</hint><demandHint cost="101">{BI}</demandHint>',
        "attribute-value",
        "<demandHint",
    ),
    "a hint in one language": (
        "exercise",
        f"<hint>{BI}</hint>",
        f"<hint>{BI}</hint><demandHint>{EN}</demandHint>",
        "language-missing",
        "<demandHint",
    ),
    "a mode that is none": ("exercise", 'version="1"', 'version="1" mode="exam"', "attribute-value", "<exercise"),
    "a note without a family": ("exercise", "oee:planned-time", "planned time", "attribute-value", "planned time"),
    # words
    "no English": ("case", f"<lead>{ZH}{EN}", f"<lead>{ZH}", "language-missing", "<lead>"),
    "no Chinese": ("exercise", f"<hint>{ZH}", "<hint>", "language-missing", "<hint>"),
    "no words at all": ("exercise", f"<hint>{ZH}{EN}", "<hint>", "language-missing", "<hint>"),
    "Chinese twice": ("case", f"<lead>{ZH}", f"<lead>{ZH}{ZH}", "language-twice", "<lead>"),
    "an empty text": ("case", f"<lead>{ZH}{EN}", f'<lead>{ZH}<t xml:lang="en"> </t>', "language-empty", "<lead>"),
    "a third language": ("case", f"<lead>{ZH}", f'<lead>{ZH}<t xml:lang="fr">f</t>', "attribute-value", "<lead>"),
    "a Chinese cell": ("case", "<c>18 s</c>", "<c>十八秒</c>", "cell-language", "十八秒"),
    "an English cell": ("case", "<c>18 s</c>", "<c>eighteen</c>", "cell-language", "eighteen"),
    "a claim without a basis": ("case", '<claim basis="synthetic">', "<claim>", "claim-basis", "<claim>"),
    "a claim with two": (
        "case",
        '<claim basis="synthetic">',
        '<claim basis="synthetic" src="S1">',
        "claim-basis",
        "<claim basis",
    ),
    "a claim from nowhere": (
        "case",
        'src="S1">85%</claim></t><t',
        'src="S9">85%</claim></t><t',
        "unknown-source",
        "S9",
    ),
    # names
    "an id twice": ("case", '<exhibit id="e2"', '<exhibit id="e1"', "id-twice", ""),
    "an id that only its case tells apart": ("case", '<exhibit id="e2"', '<exhibit id="E1"', "id-twice", ""),
    "an item twice": ("exercise", 'id="q-next"', 'id="q-oee"', "id-twice", 'depends="q-oee"'),
    "a choice twice": ("exercise", '<choice id="b" note', '<choice id="a" note', "id-twice", "loss:by-count"),
    "a value twice": ("dataset", 'name="oee"', 'name="planned"', "id-twice", "SELECT 0.5"),
    "a column twice": ("dataset", 'name="stop" type', 'name="day" type', "id-twice", 'unit="min" format="dec1"'),
    "an unknown figure": ("case", '<var ref="oee" format', '<var ref="oea" format', "unknown-value", "oea"),
    "an unknown given": ("exercise", '<given ref="planned"', '<given ref="plan"', "unknown-value", '"plan"'),
    "an unknown key": ("exercise", 'ref="oee" tolerance', 'ref="o" tolerance', "unknown-value", 'ref="o"'),
    "an unknown name in a query": ("case", "&lt; :planned", "&lt; :planed", "unknown-value", ":planed"),
    "a value before its time": ("dataset", "SELECT 660", "SELECT :oee", "value-order", "SELECT :oee"),
    "an unknown table": ("exercise", 'table="log"', 'table="lag"', "unknown-table", "<data"),
    "an unknown exhibit": ("case", '<exhibit ref="e1"/>', '<exhibit ref="e7"/>', "unknown-exhibit", "e7"),
    "unknown evidence": ("case", 'evidence="e1 e2"', 'evidence="e1 e3"', "unknown-exhibit", "evidence"),
    "an unknown objective": (
        "assessment",
        'objectives="O1" ref="oee"',
        'objectives="O1 O2" ref="oee"',
        "unknown-objective",
        "O1 O2",
    ),
    # truth
    "a composite that hides it": (
        "case",
        "本案例为合成教学案例。",
        "本案例为教学案例。",
        "composite-disclosure",
        "<disclosure>",
    ),
    "a sourced case with one source": ("case", 'kind="composite"', 'kind="sourced"', "sourced-sources", "<case"),
    "an exhibit that hides it": ("case", "合成数据", "数据", "exhibit-synthetic", '<exhibit id="e1"'),
    "a sourced exhibit without source": (
        "case",
        'id="e1" basis="synthetic"',
        'id="e1" basis="sourced"',
        "exhibit-source",
        'id="e1"',
    ),
    "a chart without words": ("case", f"<alt>{BI}</alt>", "", "alt-missing", "<chart"),
    "a short row": ("case", "<c>18 s</c>", "", "row-cells", "<row><c><t"),
    # decisions
    "a road to nowhere": ("case", 'next="d2"', 'next="d9"', "unknown-decision", "d9"),
    "a wrong start": ("case", '<decisions start="d1"', '<decisions start="d0"', "unknown-decision", "d0"),
    "an unreachable decision": ("case", ' next="d2"', "", "decision-unreachable", '<decision id="d2"'),
    "a circle": ("case", 'verdict="partial"', 'verdict="partial" next="d1"', "decision-loop", 'verdict="partial"'),
    "a road to itself": ("case", 'next="d2"', 'next="d1"', "decision-loop", 'next="d1"'),
    "an effect on nothing": ("case", 'state="money" add', 'state="cash" add', "unknown-state", "cash"),
    "an effect that does nothing": ("case", ' add="-18"', "", "effect-kind", '<effect state="money"/>'),
    "an effect that does two things": ("case", 'add="-18"', 'add="-18" set="3"', "effect-kind", 'add="-18"'),
    "a state without a start": ("case", ' start="60"', "", "state-start", 'format="wan"'),
    # questions
    "an objective that nobody asks about": (
        "assessment",
        "</objectives>",
        f'<objective id="O9" bloom="create">{BI}</objective></objectives>',
        "objective-unassessed",
        "O9",
    ),
    "no points": ("exercise", 'points="2"', 'points="0"', "points", 'points="0"'),
    "points below zero": ("exercise", 'points="2"', 'points="-1"', "points", 'points="-1"'),
    "a unit that is not offered": ("exercise", 'units="% min"', 'units="s min"', "unit-offered", 'units="s min"'),
    "carrying forward from later": ("exercise", 'depends="q-oee"', 'depends="q-one"', "unknown-item", "q-one"),
    "two choices": (
        "exercise",
        f'<choice id="b" note="loss:by-count"><label>{BI}</label><feedback>{BI}</feedback></choice>',
        "",
        "choice-count",
        "<single",
    ),
    "no right choice": ("exercise", '<choice id="a" correct="true">', '<choice id="a">', "single-key", "<single"),
    "two right choices": (
        "exercise",
        '<choice id="b" note',
        '<choice id="b" correct="true" note',
        "single-key",
        "<single",
    ),
    "many with one right": (
        "exercise",
        '<choice id="b" correct="true">',
        '<choice id="b">',
        "multiple-key",
        "<multiple",
    ),
    "a key by hand and by query": (
        "exercise",
        f'<choice id="c"><label>{BI}</label></choice>',
        f'<choice id="c"><label>{BI}</label></choice><key>SELECT 1</key>',
        "key-twice",
        "<key>SELECT 1",
    ),
    "steps without an order": ("exercise", ' after="film"', "", "order-key", 'id="q-steps"'),
    "steps in a circle": (
        "exercise",
        '<step id="film">',
        '<step id="film" after="sort">',
        "order-loop",
        '"film" after',
    ),
    "a step after nothing": ("exercise", 'after="film"', 'after="cut"', "unknown-step", "cut"),
}


@pytest.mark.parametrize(("kind", "old", "new", "code", "at"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_found_where_it_is(kind: str, old: str, new: str, code: str, at: str) -> None:
    good = DATASET if kind == "dataset" else whole(DOCUMENTS[kind])
    assert old in good
    bad = good.replace(old, new, 1)
    findings = check.check(bad)
    assert code in [each.code for each in findings], findings
    lines = {number for number, line in enumerate(bad.splitlines(), 1) if at and at in line}
    found = {each.line for each in findings if each.code == code}
    assert not at or found & lines, findings
    assert len({each.code for each in findings}) <= 2, "one fault should not rain findings"
    with pytest.raises(ContentError) as caught:
        (read.parse_dataset if kind == "dataset" else read.parse)(bad)
    assert code in [each.code for each in caught.value.findings]


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_good_document_has_no_finding(kind: str) -> None:
    assert check.check(whole(DOCUMENTS[kind])) == []


def test_a_good_data_set_has_no_finding() -> None:
    assert check.check(DATASET) == []


def test_a_document_that_only_points_to_its_data_set_is_not_fit_for_a_block() -> None:
    assert [each.code for each in check.check(DOCUMENTS["exercise"])] == ["dataset-reference"]


def test_a_data_set_is_no_document_for_a_block() -> None:
    with pytest.raises(ContentError) as caught:
        read.parse(DATASET)
    assert [each.code for each in caught.value.findings] == ["root"]


def test_an_exercise_is_no_data_set() -> None:
    with pytest.raises(ContentError) as caught:
        read.parse_dataset(whole(DOCUMENTS["exercise"]))
    assert [each.code for each in caught.value.findings] == ["root"]


def test_several_faults_are_all_reported_in_the_order_of_the_document() -> None:
    bad = whole(DOCUMENTS["case"])
    for old, new in (("<lead>", "<leed>"), ("</lead>", "</leed>"), ('next="d2"', 'next="d9"'), ("https:", "ftp:")):
        bad = bad.replace(old, new, 1)
    codes = [each.code for each in check.check(bad)]
    assert codes == ["element-unexpected", "unknown-decision", "decision-unreachable", "url-unsafe"]


def test_a_road_with_more_decisions_than_anyone_can_walk_is_refused() -> None:
    case = whole(DOCUMENTS["case"])
    start = case.index('    <decision id="d2">')
    end = case.index("  </decisions>")
    one = case[start:end]
    many = "".join(
        one.replace('"d2"', f'"m{i}"').replace('verdict="best"', f'verdict="best" next="m{i + 1}"')
        for i in range(2, 400)
    )
    bad = case[:end] + many + case[end:]
    assert [each.code for each in check.check(bad)] == ["decision-count"]
