"""The rules of an honest case: what is invented says so, what is real cites its source, what is unfinished is draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgxblock.content import check
from dgxblock.content.folder import look
from dgxblock.content.library import case_folders, own_cases
from tests.builders.content import ASSESSMENT, BI, CASE, DATASET, DOCUMENTS, EXERCISE, bi, whole, write_folder

SOURCE = CASE[CASE.index('    <source id="S1"') : CASE.index("  </sources>")]
SOURCED = whole(
    CASE.replace('kind="composite"', 'kind="sourced"')
    .replace("</source>\n", "</source>\n" + SOURCE.replace('"S1"', '"S2"'), 1)
    .replace("<c>18 s</c>", '<c><claim src="S1">18 s</claim></c>')
)
FIRST = "<lead>" + BI

# what: (document, text to replace, replacement, code, the text at whose line the finding is)
FAULTS: dict[str, tuple[str, str, str, str, str]] = {
    "a figure without a source": (SOURCED, FIRST, "<lead>" + bi("中文", "Up 51 per cent"), "figure-unclaimed", "Up 51"),
    "a year without a source": (SOURCED, FIRST, "<lead>" + bi("2015年", "English"), "figure-unclaimed", "2015年"),
    "a figure beside a claim": (
        SOURCED,
        FIRST,
        "<lead>" + bi("中文", '<claim src="S1">85%</claim> and <em>10</em>'),
        "figure-unclaimed",
        "and <em>10",
    ),
    "a real company": (whole(CASE), FIRST, "<lead>" + bi("华为", "English"), "company-named", "华为"),
    "a real company in Latin letters": (
        whole(CASE),
        FIRST,
        "<lead>" + bi("中文", "Like Oppo"),
        "company-named",
        "Oppo",
    ),
    "a source without a publisher": (
        whole(CASE),
        "<publisher>A newspaper",
        "<publisher> ",
        "source-incomplete",
        "<publisher>",
    ),
    "a source without a date": (whole(CASE), ' published="2024-05-17"', "", "source-undated", '<source id="S1"'),
    "a source from the future": (whole(CASE), "2024-05-17", "2026-01-01", "source-dates", '<source id="S1"'),
    "real data from nowhere": (
        whole(CASE),
        'id="e2" basis="synthetic"',
        'id="e2" basis="sourced" src="S1"',
        "exhibit-dataset",
        '<exhibit id="e2"',
    ),
    "a licence of no list": (whole(CASE), 'text="CC-BY-SA-4.0"', 'text="CC-BY"', "licence-unknown", "<licence"),
    "data of no licence": (DATASET, "CC0-1.0", "free", "licence-unknown", "<dataset"),
    "two licences for one data set": (whole(CASE), 'data="CC0-1.0"', 'data="MIT"', "licence-differs", "<licence"),
    "too many people for a small plant": (whole(CASE), 'class="small"', 'class="medium"', "size-class", "<size"),
    "too little revenue for a small plant": (whole(CASE), '"9500"', '"250"', "size-class", "<size"),
    "a draft that is not written": (
        whole(CASE),
        FIRST,
        "<lead>" + bi("中文", "TODO one sentence"),
        "todo",
        "TODO one",
    ),
    "a reviewed case that is not written": (
        whole(CASE.replace('status="draft"', 'status="reviewed"')),
        'protagonist="production manager"',
        'protagonist="TODO"',
        "todo-left",
        "TODO",
    ),
    "a question that is not written": (whole(EXERCISE), BI + "</hint>", bi("TODO") + "</hint>", "todo", "TODO"),
    "a short story": (whole(CASE), 'status="draft"', 'status="reviewed"', "reading-length", "<opening"),
    "a story in one language": (
        whole(CASE),
        f"<p>{BI}</p>\n    <exhibit",
        f"<p>{bi('长' * 400)}</p>\n    <exhibit",
        "reading-languages",
        "<opening",
    ),
    "an objective that nobody teaches": (
        whole(CASE),
        f'<objective id="O1" bloom="apply">{BI}</objective>',
        f'<objective id="O1" bloom="apply">{BI}</objective>\n<objective id="O2" bloom="apply">{BI}</objective>',
        "objective-untaught",
        '"O2"',
    ),
    "an objective that is taught and none": (
        whole(CASE),
        'role="company"',
        'role="company" objectives="O1 O7"',
        "unknown-objective",
        "O7",
    ),
    "a document of a newer version": (whole(CASE), "urn:dgx:content:1", "urn:dgx:content:2", "newer-version", "<case"),
}


@pytest.mark.parametrize(("good", "old", "new", "code", "at"), FAULTS.values(), ids=FAULTS)
def test_a_dishonest_or_unfinished_document_is_found_out(good: str, old: str, new: str, code: str, at: str) -> None:
    if code == "objective-untaught":
        good = good.replace('role="company"', 'role="company" objectives="O1"')
    before = {each.code for each in check.check(good)} - {"reading-length"}
    assert before == set()
    assert old in good
    bad = good.replace(old, new, 1)
    found = [each for each in check.check(bad) if each.code != "reading-length" or code == each.code]
    lines = {number for number, line in enumerate(bad.splitlines(), 1) if at in line}
    assert {each.code for each in found} == {code}
    assert {each.line for each in found} <= lines


@pytest.mark.parametrize(
    "words",
    ["P20, 5G and 3D", '<claim src="S1">51%</claim>', '<claim basis="framework">7</claim>', '<var ref="oee"/>'],
)
def test_what_proves_itself_or_is_a_name_needs_no_source(words: str) -> None:
    assert check.check(SOURCED.replace(FIRST, "<lead>" + bi("中文", words), 1)) == []


@pytest.mark.parametrize("words", ["提供", "in vitro", "sap", "创世纪", "小米粥", "美的", "Hoppo"])
def test_everyday_words_are_no_companies(words: str) -> None:
    assert check.check(whole(CASE).replace(FIRST, "<lead>" + bi("中文", words), 1)) == []


def test_a_cited_company_may_be_named_in_a_box_and_in_a_claim() -> None:
    case = (
        whole(CASE)
        .replace('<claim src="S1">85%', 'OPPO: <claim src="S1">85%')
        .replace(FIRST, "<lead>" + bi("中文", '<claim src="S1">Huawei</claim>'), 1)
    )
    assert check.check(case) == []


@pytest.mark.parametrize("kind", ["exercise", "assessment"])
def test_the_questions_of_a_composite_case_name_no_company_either(tmp_path: Path, kind: str) -> None:
    bad = DOCUMENTS[kind].replace("Compute the OEE", "Compute the OEE of Huawei")
    found = look(write_folder(tmp_path, **{kind: bad})).found
    assert [each.finding.code for each in found] == ["company-named"]
    assert "Huawei" in bad.splitlines()[found[0].finding.line - 1]
    sourced = look(write_folder(tmp_path, case=CASE.replace('"composite"', '"sourced"'), **{kind: bad})).found
    assert "company-named" not in {each.finding.code for each in sourced}


def test_an_objective_wants_an_exercise_and_an_assessment(tmp_path: Path) -> None:
    second = f'<objective id="O2" bloom="apply">{BI}</objective>\n  </objectives>'
    case = CASE.replace("</objectives>", second, 1)
    found = look(write_folder(tmp_path / "a", case=case)).found
    assert [(each.path.name, each.finding.code) for each in found] == [
        ("case.xml", "objective-unpractised"),
        ("case.xml", "objective-untested"),
    ]
    (tmp_path / "a" / "exercise-oee.xml").unlink()
    (tmp_path / "a" / "assessment.xml").unlink()
    assert look(tmp_path / "a").found == [], "a case alone is not asked for what it has not got"


def test_the_cases_of_the_distribution_are_honest() -> None:
    library = own_cases()
    assert library is not None
    for folder in case_folders(library):
        if (folder / "case.xml").exists():
            assert [each.line("en") for each in look(folder).found if each.finding.level == "error"] == []


def test_an_assessment_is_asked_for_its_words_too() -> None:
    assert [each.code for each in check.check(whole(ASSESSMENT.replace(f"<lead>{BI}", f"<lead>{bi('TODO')}")))] == [
        "todo"
    ]
