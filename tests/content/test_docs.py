"""What the authors' guide shows is true."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from dgxblock.content import check, read
from dgxblock.content.folder import inlined, look, look_at_file
from dgxblock.content.messages import MESSAGES
from dgxblock.content.model import Exercise
from dgxblock.content.paper import review_of
from dgxblock.desk.new import start
from dgxblock.desk.teaching import teaching
from dgxblock.formats import FORMATS
from dgxblock.grading.units import UNITS
from dgxblock.lab import build

GUIDE = (Path(__file__).parents[2] / "docs" / "authoring.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```xml\n(.*?)```", GUIDE, re.DOTALL)
WHOLE = [each for each in EXAMPLES if "xmlns=" in each]
BLUEPRINT = next(each for each in EXAMPLES if "<pool" in each)
PARTS = {re.sub(r"\W.*", "", each[1:], flags=re.DOTALL): each for each in EXAMPLES if each not in (*WHOLE, BLUEPRINT)}
PLACES = {"section": "  <exhibits>", "exhibit": "  </exhibits>", "option": "    </decision>"}
"""Where a part goes in the skeleton's case; what is not named here is a question of its exercise."""


def test_the_examples_of_the_guide_are_fit_for_use(tmp_path: Path) -> None:
    dataset, exercise = WHOLE
    (tmp_path / "dataset.xml").write_text(dataset, encoding="utf-8")
    path = tmp_path / "exercise-kiln.xml"
    path.write_text(exercise, encoding="utf-8")
    assert check.check(dataset) == []
    assert look_at_file(path) == []
    document = read.parse(inlined(path))
    assert isinstance(document, Exercise)
    sheet = build(document.dataset, document.dataset.seed)
    assert len(sheet.tables["log"].rows) == 60
    assert 0.9 < float(sheet.values["availability"]) < 1


def test_the_parts_to_copy_fit_into_a_new_case(tmp_path: Path) -> None:
    folder = start("dg-c9-kiln", tmp_path, date(2026, 11, 23))
    assert {"section", "exhibit", "option"} <= set(PARTS)
    for name, part in PARTS.items():
        path = folder / ("case.xml" if name in PLACES else "exercise-first.xml")
        text, before = path.read_text(encoding="utf-8"), PLACES.get(name, "  </task>")
        at = text.rindex(before)
        path.write_text(text[:at] + part + text[at:], encoding="utf-8")
    looked = look(folder)
    assert {each.finding.code for each in looked.found} == {"todo"}
    assert teaching(looked) == []


def test_the_blueprint_to_copy_fits_into_a_new_case(tmp_path: Path) -> None:
    folder = start("dg-c9-kiln", tmp_path, date(2026, 11, 23))
    path = folder / "assessment.xml"
    text = path.read_text(encoding="utf-8").replace('  <number id="i1"', '<section id="all">\n  <number id="i1"', 1)
    (credit,) = re.findall(r"`(<credit [^`]*/>)`", GUIDE)
    rules = re.search(r"`(<rules [^`]*)/>`", GUIDE)
    assert rules is not None and f"{rules[1]}/>" in text
    path.write_text(
        text.replace(f"{rules[1]}/>", f"{rules[1]}>{credit}</rules>").replace(
            "</assessment>", f"</section>{BLUEPRINT}</assessment>"
        ),
        encoding="utf-8",
    )
    looked = look(folder)
    assert {each.finding.code for each in looked.found} == {"todo"}
    assert teaching(looked) == []


def test_the_guide_says_what_is_shown_when_as_the_model_does() -> None:
    table = GUIDE[GUIDE.index("| attribute | what is shown |") :].partition("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \|.*\| `(\w+)` \| `(\w+)` \|$", table, re.MULTILINE)
    assert {name: usual for name, usual, _exam in rows} == asdict(review_of("graded"))
    assert {name: exam for name, _usual, exam in rows} == asdict(review_of("exam"))


def test_the_column_to_copy_gives_a_figure(tmp_path: Path) -> None:
    draw = re.search(r"`(, integer\('scrap'[^`]*)`", GUIDE)
    total = re.search(r"`(SELECT sum\(scrap\)\s+FROM log)`", GUIDE)
    assert draw is not None
    assert total is not None
    path = start("dg-c9-kiln", tmp_path, date(2026, 11, 23)) / "dataset.xml"
    text = path.read_text(encoding="utf-8")
    words = '<t xml:lang="zh-CN">废品</t><t xml:lang="en">Scrap</t>'
    column = f'    <column name="scrap" type="integer" format="int">{words}</column>\n    <select>'
    text = text.replace("    <select>", column, 1).replace("\n      FROM n", f"{draw[1]}\n      FROM n", 1)
    text = text.replace("  <rule>", f'  <value name="scrap_sum" format="int">{total[1]}</value>\n  <rule>', 1)
    assert check.check(text) == []
    document = read.parse_dataset(text)
    assert float(build(document, document.seed).values["scrap_sum"]) > 300


def test_the_findings_that_the_guide_explains_exist() -> None:
    table = GUIDE[GUIDE.index("| code | what happened") :].partition("\n\n")[0]
    codes = re.findall(r"`([a-z]+(?:-[a-z]+)*)`", "".join(row.split("|")[1] for row in table.splitlines()))
    assert len(codes) > 20
    assert set(codes) <= MESSAGES.keys()


@pytest.mark.parametrize("command", re.findall(r"python -m dgxblock cases (\w+)", GUIDE))
def test_the_guide_names_commands_that_there_are(command: str) -> None:
    assert command in {"new", "check", "list", "preview", "export"}


def test_the_guide_names_every_format() -> None:
    listed = re.search(r"`(text int [^`]*)`", GUIDE)
    assert listed is not None
    assert set(listed[1].split()) == FORMATS


def test_the_schema_knows_every_format() -> None:
    schema = (Path(read.__file__).parent / "schemas" / "common.rng").read_text(encoding="utf-8")
    formats = re.search(r'<define name="format">(.*?)</define>', schema, re.DOTALL)
    assert formats is not None
    assert set(re.findall(r"<value>(\w+)</value>", formats[1])) == FORMATS


def test_the_guide_names_every_unit() -> None:
    listed = re.search(r"is one of `(% permille [^`]*)`", GUIDE)
    assert listed is not None
    assert set(listed[1].split()) == UNITS.keys() - {""}
