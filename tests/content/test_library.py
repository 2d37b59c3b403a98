"""The library finds cases in several folders, reads them again when they change, and survives broken ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dgxblock.content import read
from dgxblock.content.folder import Folder, look
from dgxblock.content.library import Library, LibraryError, own_cases
from dgxblock.content.model import Assessment, Case, Exercise
from tests.builders.content import ASSESSMENT, CASE, DATASET, EXERCISE, write_folder


def test_a_case_is_listed_with_its_documents(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "small")
    (entry,) = Library((tmp_path,)).list()
    assert (entry.ref, entry.case_id, entry.version, entry.status) == ("small@2", "small", 2, "draft")
    assert entry.title.plain("zh-CN") == "小案例"
    assert entry.meta.read_minutes == 25
    assert entry.documents == {
        "case": folder / "case.xml",
        "exercise": {"small-oee": folder / "exercise-oee.xml"},
        "assessment": folder / "assessment.xml",
    }


@pytest.mark.parametrize(
    ("kind", "name", "type_"),
    [
        ("case", None, Case),
        ("exercise", "small-oee", Exercise),
        ("exercise", None, Exercise),
        ("assessment", None, Assessment),
    ],
)
def test_a_document_comes_with_its_data_set_in_place(
    tmp_path: Path, kind: str, name: str | None, type_: type[Case | Exercise | Assessment]
) -> None:
    write_folder(tmp_path / "small", dataset=f"<!-- CC0 -->{DATASET}")
    text = Library((tmp_path,)).document("small@2", kind, name)
    assert "href" not in text
    assert "<!-- CC0 -->" in text
    document = read.parse(text)
    assert isinstance(document, type_)
    assert document.dataset == read.parse_dataset(DATASET)


@pytest.mark.parametrize(
    ("ref", "kind", "name", "word"),
    [
        ("small@3", "case", None, "small@2"),
        ("", "case", None, "small@2"),
        ("../small@2", "case", None, "small@2"),
        ("small@2", "exercise", "other", "small-oee"),
        ("small@2", "exercise", "../case", "small-oee"),
        ("small@2", "dataset", None, "does not hold “dataset”"),
        ("small@2", "../../etc/passwd", None, "—"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(
    tmp_path: Path, ref: str, kind: str, name: str | None, word: str
) -> None:
    write_folder(tmp_path / "small")
    with pytest.raises(LibraryError, match=word) as caught:
        Library((tmp_path,)).document(ref, kind, name)
    assert "Pick one of these." in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_a_broken_case_does_not_hide_the_others(tmp_path: Path) -> None:
    write_folder(tmp_path / "good")
    write_folder(tmp_path / "bad", case=CASE.replace('next="d2"', 'next="d9"'))
    write_folder(tmp_path / "ugly", dataset="PK\x03\x04")
    (tmp_path / "not a case").mkdir()
    (tmp_path / "README.md").write_text("words")
    library = Library((tmp_path, tmp_path / "missing"))
    assert [each.ref for each in library.list()] == ["small@2"]
    broken = {each.folder.name: {located.finding.code for located in each.found} for each in library.broken()}
    assert broken == {
        "bad": {"unknown-decision", "decision-unreachable"},
        "ugly": {"not-xml"},
    }


def test_two_cases_with_one_reference_are_told(tmp_path: Path) -> None:
    write_folder(tmp_path / "a" / "small")
    write_folder(tmp_path / "b" / "copy")
    library = Library((tmp_path / "a", tmp_path / "b"))
    assert [each.folder.name for each in library.list()] == ["small"]
    (broken,) = library.broken()
    assert broken.folder.name == "copy"
    assert [each.finding.code for each in broken.found] == ["case-twice"]


def test_two_versions_of_a_case_live_side_by_side(tmp_path: Path) -> None:
    write_folder(tmp_path / "new", case=CASE.replace('version="2"', 'version="10"'))
    write_folder(tmp_path / "old")
    assert [each.ref for each in Library((tmp_path,)).list()] == ["small@2", "small@10"]


def test_a_change_is_seen_and_nothing_is_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_folder(tmp_path / "small")
    reads: list[Path] = []

    def counted(path: Path) -> Folder:
        reads.append(path)
        return look(path)

    monkeypatch.setattr("dgxblock.content.library.look", counted)
    library = Library((tmp_path,))
    for _each in range(3):
        assert library.list()[0].title.plain("en") == "A small case"
        assert "A small case" in library.document("small@2", "case")
    assert reads == [folder]
    write_folder(folder, case=CASE.replace("A small case", "A smaller one"))
    os.utime(folder / "case.xml", ns=(1, 1))
    assert library.list()[0].title.plain("en") == "A smaller one"
    assert "A smaller one" in library.document("small@2", "case")
    write_folder(folder, dataset=DATASET.replace("SELECT 660", "SELECT 6600"))
    assert "SELECT 6600" in library.document("small@2", "case")
    (folder / "case.xml").unlink()
    assert library.list() == []
    assert len(reads) == 4


def test_documents_of_a_case_are_checked_together(tmp_path: Path) -> None:
    write_folder(
        tmp_path / "small",
        exercise=EXERCISE.replace('objectives="O1"', 'objectives="O7"', 1),
        assessment=ASSESSMENT.replace("O1", "O8"),
    )
    (tmp_path / "small" / "exercise-again.xml").write_text(EXERCISE, encoding="utf-8")
    (broken,) = Library((tmp_path,)).broken()
    found = [(each.path.name, each.finding.line, each.finding.code) for each in broken.found]
    assert found == [
        ("assessment.xml", 7, "objective-foreign"),
        ("case.xml", 18, "objective-untested"),
        ("exercise-oee.xml", 1, "exercise-twice"),
        ("exercise-oee.xml", 10, "objective-foreign"),
    ]


def test_a_data_set_outside_the_folder_is_out_of_reach(tmp_path: Path) -> None:
    write_folder(tmp_path / "good")
    write_folder(tmp_path / "sly", case=CASE.replace('href="dataset.xml"', 'href="../good/dataset.xml"'))
    (broken,) = Library((tmp_path,)).broken()
    assert "attribute-value" in {each.finding.code for each in broken.found}


def test_the_library_of_the_distribution_holds_only_cases_that_are_fit_for_use() -> None:
    library = Library.default()
    assert [each.line("en") for broken in library.broken() for each in broken.found] == []
    assert "dg-c1-smt@1" in [each.ref for each in library.list()]
    own = own_cases()
    assert own is not None
    for entry in library.list():
        assert entry.folder.parent == own
        case = read.parse(library.document(entry.ref, "case"))
        assert case.id == entry.case_id
