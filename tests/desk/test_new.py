"""A case that was just started holds together, and says what is still to be written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dgxblock.__main__ import main
from dgxblock.assessment import AssessmentXBlock
from dgxblock.case_study import CaseStudyXBlock
from dgxblock.content.folder import look
from dgxblock.content.library import Library
from dgxblock.desk import variants
from dgxblock.desk.new import CannotStart, start
from dgxblock.desk.opened import open_all
from dgxblock.desk.teaching import teaching
from dgxblock.exercise import ExerciseXBlock
from tests.builders import blocks

TODAY = date(2026, 11, 23)


def test_a_new_case_has_no_finding_but_what_is_to_be_written(tmp_path: Path) -> None:
    folder = look(start("dg-c9-kiln", tmp_path, TODAY))
    assert {each.finding.code for each in folder.found} == {"todo"}
    assert teaching(folder) == []
    assert [each.path.name for each in open_all(folder)] == [
        "assessment.xml", "case.xml", "dataset.xml", "exercise-first.xml"
    ]  # fmt: skip
    assert variants.try_all([folder], 60).faults == {}


def test_the_words_that_are_missing_are_named_each_at_its_line(tmp_path: Path) -> None:
    folder = look(start("dg-c9-kiln", tmp_path, TODAY))
    for path, tree in folder.trees.items():
        assert tree.kind
        lines = path.read_text(encoding="utf-8").splitlines()
        expected = {number for number, line in enumerate(lines, 1) if "TODO" in line and "<!--" not in line}
        assert {each.finding.line for each in folder.found if each.path == path} == expected
    said = [dict(each.finding.message_params)["text"] for each in folder.found]
    assert all(text.startswith("TODO") for text in said)


def test_once_written_it_has_no_finding_at_all(tmp_path: Path) -> None:
    folder = start("dg-c9-kiln", tmp_path, TODAY)
    for path in folder.iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace("TODO", "Done:"), encoding="utf-8")
    assert look(folder).found == []
    assert [entry.ref for entry in Library((tmp_path,)).list()] == ["dg-c9-kiln@1"]


@pytest.mark.django_db
def test_every_page_of_a_new_case_shows_its_todos(tmp_path: Path) -> None:
    start("dg-c9-kiln", tmp_path, TODAY)
    shelf = Library((tmp_path,))
    for cls in (CaseStudyXBlock, ExerciseXBlock, AssessmentXBlock):
        html = blocks.inner(blocks.block(cls, shelf.document("dg-c9-kiln@1", cls.kind), learner="7"))
        assert "TODO" in html
        assert blocks.repeated_ids(html) == []


@pytest.mark.parametrize(
    "name", ["", "Kiln", "../kiln", "kiln/a", "kiln_1", "-kiln", "kiln-", "9kiln", "窑炉", "a" * 41, "kiln.xml", "a\nb"]
)
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotStart):
        start(name, tmp_path / "cases", TODAY)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cases", "new", "kiln", "--in", str(tmp_path)]) == 0
    (tmp_path / "kiln" / "case.xml").write_text("mine")
    assert main(["cases", "new", "kiln", "--in", str(tmp_path)]) == 1
    assert (tmp_path / "kiln" / "case.xml").read_text() == "mine"
    assert str(tmp_path / "kiln") in capsys.readouterr().err


def test_a_place_where_nothing_can_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart):
        start("kiln", tmp_path / "file", TODAY)
