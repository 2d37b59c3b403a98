"""What the authors' guide shows is true."""

from __future__ import annotations

import re
from pathlib import Path

from dgxblock.content import check, read
from dgxblock.content.folder import inlined, look_at_file
from dgxblock.content.model import Exercise
from dgxblock.formats import FORMATS
from dgxblock.grading.units import UNITS
from dgxblock.lab import build

GUIDE = (Path(__file__).parents[2] / "docs" / "authoring.md").read_text(encoding="utf-8")


def test_the_examples_of_the_guide_are_fit_for_use(tmp_path: Path) -> None:
    dataset, exercise = re.findall(r"```xml\n(.*?)```", GUIDE, re.DOTALL)
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
