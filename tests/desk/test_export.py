"""Cases taken elsewhere: a course archive that the blocks themselves read, and a catalogue that gives nothing away."""

from __future__ import annotations

import io
import json
import re
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from xblock.fields import ScopeIds

from dgxblock.__main__ import main
from dgxblock.assessment import AssessmentXBlock
from dgxblock.case_study import CaseStudyXBlock
from dgxblock.content import read
from dgxblock.content.library import Library
from dgxblock.desk.export import archive
from dgxblock.desk.jsonld import catalogue
from dgxblock.exercise import ExerciseXBlock
from tests.builders.blocks import RecordingRuntime
from tests.builders.content import CASE, write_folder

BLOCKS = {
    "dgx_case_study": CaseStudyXBlock, "dgx_exercise": ExerciseXBlock, "dgx_assessment": AssessmentXBlock
}  # fmt: skip


def files(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as tar:
        return {each.name: tar.extractfile(each).read() for each in tar}  # type: ignore[union-attr]


def library(tmp_path: Path) -> Library:
    write_folder(tmp_path / "small")
    write_folder(tmp_path / "other", case=CASE.replace('id="small"', 'id="other"'))
    return Library((tmp_path,))


@cache
def whole_library(lang: str) -> bytes:
    return archive(Library.default().list(), lang)


def test_every_file_that_is_pointed_to_is_there_and_no_other(tmp_path: Path) -> None:
    found = files(archive(library(tmp_path).list(), "en"))
    (course,) = (etree.fromstring(data) for name, data in found.items() if name == "course/course.xml")
    run = course.get("url_name")
    known = {"course/course.xml", f"course/policies/{run}/policy.json", f"course/policies/{run}/grading_policy.json"}
    todo = [f"course/course/{run}.xml"]
    while todo:
        name = todo.pop()
        known.add(name)
        if not name.startswith("course/vertical/"):
            pointers = etree.fromstring(found[name])
            todo += [f"course/{each.tag}/{each.get('url_name')}.xml" for each in pointers]
    assert known == set(found)


def test_a_case_is_a_subsection_and_its_documents_are_units(tmp_path: Path) -> None:
    found = files(archive(library(tmp_path).list(), "zh-CN"))
    assert sorted(name for name in found if "/sequential/" in name) == [
        "course/sequential/other.xml",
        "course/sequential/small.xml",
    ]
    small = etree.fromstring(found["course/sequential/small.xml"])
    assert small.get("display_name") == "小案例"
    assert [each.get("url_name") for each in small] == ["small-case", "small-exercise-small-oee", "small-assessment"]


def imported(node: etree._Element) -> Any:
    """What the host makes of a component of the archive."""
    where = ScopeIds("7", str(node.tag), "again.d0", "again.d0.u0")
    return BLOCKS[str(node.tag)].parse_xml(node, RecordingRuntime("7", []), where)


def test_the_blocks_read_from_the_archive_what_the_library_holds(tmp_path: Path) -> None:
    shelf = library(tmp_path)
    found = files(archive(shelf.list(), "en"))
    read_back = 0
    for name, data in found.items():
        if "/vertical/" in name:
            (node,) = etree.fromstring(data)
            assert node.get("xblock-family") == "xblock.v1"
            block = imported(node)
            ref, _, part = block.library_ref.partition("#")
            assert block.document == shelf.document(ref, block.kind, part or None)
            assert read.parse(block.document).kind == block.kind
            assert block.display_name
            read_back += 1
    assert read_back == 6


def test_the_policy_switches_our_components_on(tmp_path: Path) -> None:
    found = files(archive(library(tmp_path).list(), "en"))
    policy = json.loads(found["course/policies/cases/policy.json"])
    assert set(policy["course/cases"]["advanced_modules"]) == set(BLOCKS)
    grading = json.loads(found["course/policies/cases/grading_policy.json"])
    subsections = [etree.fromstring(data) for name, data in found.items() if "/sequential/" in name]
    assert {each.get("graded") for each in subsections} == {"true"}
    assert (
        {each["type"] for each in grading["GRADER"]} == {each.get("format") for each in subsections} == {"Case study"}
    )
    assert [each["min_count"] for each in grading["GRADER"]] == [len(subsections)]
    assert sum(each["weight"] for each in grading["GRADER"]) == pytest.approx(1)


def test_a_case_without_questions_is_no_assignment(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "small")
    (folder / "exercise-oee.xml").unlink()
    (folder / "assessment.xml").unlink()
    found = files(archive(Library((tmp_path,)).list(), "en"))
    subsection = etree.fromstring(found["course/sequential/small.xml"])
    assert (subsection.get("graded"), subsection.get("format")) == (None, None)


def test_two_versions_of_a_case_are_two_subsections(tmp_path: Path) -> None:
    write_folder(tmp_path / "new", case=CASE.replace('version="2"', 'version="3"'))
    write_folder(tmp_path / "old")
    found = files(archive(Library((tmp_path,)).list(), "en"))
    assert sorted(name for name in found if "/sequential/" in name) == [
        "course/sequential/small-2.xml",
        "course/sequential/small.xml",
    ]
    refs = {each.get("library_ref") for each in blocks_of(found)}
    assert {"small@2", "small@3"} <= refs


def blocks_of(found: dict[str, bytes]) -> list[etree._Element]:
    return [etree.fromstring(data)[0] for name, data in found.items() if "/vertical/" in name]


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_names_are_unique_and_of_characters_that_the_platform_takes(lang: str) -> None:
    found = files(whole_library(lang))
    names = [each.get("url_name") for each in blocks_of(found)]
    for kind in ("chapter", "sequential", "vertical"):
        names += [Path(name).stem for name in found if name.startswith(f"course/{kind}/")]
    assert len(names) > 50
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[\w\-~.]+", str(name)) for name in names)
    assert all(str(each.get("display_name")).strip() for each in blocks_of(found))


def test_the_archive_unpacks_into_its_own_folder_only(tmp_path: Path) -> None:
    data = whole_library("zh-CN")
    assert data[:2] == b"\x1f\x8b"
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as tar:
        for member in tar:
            assert member.isfile() and member.name.isascii() and member.name.startswith("course/"), member.name
            assert ".." not in member.name and not member.linkname
        tar.extractall(tmp_path, filter="data")
    assert [each.name for each in tmp_path.iterdir()] == ["course"]


def test_files_are_written_as_studio_writes_them(tmp_path: Path) -> None:
    found = files(archive(library(tmp_path).list(), "zh-CN"))
    assert all(not data.startswith(b"<?xml") for data in found.values()), "the platform opens some of them as text"
    course = etree.fromstring(found["course/course/cases.xml"])
    assert course.get("language") == "zh_HANS"
    assert found["course/course.xml"].isascii() and found["course/policies/cases/grading_policy.json"].isascii()


def test_the_same_cases_make_the_same_archive(tmp_path: Path) -> None:
    shelf = library(tmp_path)
    assert archive(shelf.list(), "en") == archive(Library((tmp_path,)).list(), "en")


def test_the_catalogue_says_what_a_case_teaches_and_keeps_the_answers_to_itself(tmp_path: Path) -> None:
    case = CASE.replace("<lead>", "<lead>", 1).replace("English</t></lead>", 'OEE <var ref="oee"/></t></lead>', 1)
    case = case.replace('<part role="synopsis">', '<part role="key">').replace(
        '<consequence><title><t xml:lang="zh-CN">中文', '<consequence><title><t xml:lang="zh-CN">机密'
    )
    write_folder(tmp_path / "small", case=case)
    (node,) = catalogue(Library((tmp_path,)).list())["@graph"]
    assert node["@type"] == "LearningResource"
    assert node["identifier"] == "small@2"
    assert node["abstract"][1] == {"@language": "en", "@value": "OEE 56.6%"}
    assert [each["termCode"] for each in node["teaches"]] == ["O1"]
    assert node["license"] == "https://spdx.org/licenses/CC-BY-SA-4.0"
    assert node["citation"][0]["url"] == "https://example.org/report"
    assert node["timeRequired"] == "PT85M"
    assert "机密" not in json.dumps(node, ensure_ascii=False)


def test_both_are_written_by_one_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library(tmp_path / "cases")
    olx, linked = tmp_path / "course.tar.gz", tmp_path / "cases.json"
    assert main(["cases", "export", str(tmp_path / "cases"), "--olx", str(olx), "--jsonld", str(linked)]) == 0
    assert "course/course.xml" in files(olx.read_bytes())
    assert len(json.loads(linked.read_text(encoding="utf-8"))["@graph"]) == 2
    assert capsys.readouterr().out == f"{olx}\n{linked}\n"


@pytest.mark.parametrize("broken", ["<case/>", CASE.replace('next="d2"', 'next="d9"')])
def test_nothing_is_written_of_a_broken_case(tmp_path: Path, broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(tmp_path / "cases" / "good")
    write_folder(tmp_path / "cases" / "bad", case=broken)
    assert main(["cases", "export", str(tmp_path / "cases"), "--olx", str(tmp_path / "a.tar.gz")]) == 1
    assert not (tmp_path / "a.tar.gz").exists()
    assert str(tmp_path / "cases" / "bad") in capsys.readouterr().err


def test_an_export_of_nothing_or_to_nowhere_is_refused(tmp_path: Path) -> None:
    write_folder(tmp_path / "cases" / "good")
    assert main(["cases", "export", str(tmp_path / "none"), "--olx", str(tmp_path / "a.tar.gz")]) == 1
    assert main(["cases", "export", str(tmp_path / "cases")]) == 1
    assert main(["cases", "export", str(tmp_path / "cases"), "--olx", str(tmp_path / "no" / "a.tar.gz")]) == 1
    assert {each.name for each in tmp_path.iterdir()} == {"cases"}
