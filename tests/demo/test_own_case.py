"""The demo with a case of one's own: shown from the first page to the certificate, or refused with what to mend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import Protocol

import pytest

from dgxblock.demo import blocks, seed
from dgxblock.demo.course import COURSE_KEY, UNITS
from dgxblock.demo.folder import Folder
from dgxblock.desk.new import start
from dgxblock.registry import api as registry
from tests.builders.demo import as_person, site, visitor

pytestmark = pytest.mark.django_db


class Showing(Protocol):
    def __call__(self, case: Path, /) -> AbstractContextManager[Folder]: ...


@pytest.fixture
def showing(tmp_path: Path) -> Showing:
    @contextmanager
    def show(case: Path, /) -> Iterator[Folder]:
        with site(tmp_path / "home", case) as folder:
            yield folder

    return show


@pytest.fixture
def kiln(tmp_path: Path) -> Path:
    """A case that was just begun: its TODOs do not keep it from being shown."""
    case = start("dg-c9-kiln", tmp_path / "my-cases", date(2026, 11, 23))
    path = case / "case.xml"
    path.write_text(path.read_text(encoding="utf-8").replace("TODO title", "The night kiln"), encoding="utf-8")
    return case


def test_every_page_shows_the_case(kiln: Path, showing: Showing) -> None:
    with showing(kiln):
        home = visitor().get("/").content.decode()
        assert "The night kiln" in home
        trainee = as_person("zhou-min")
        assert "The night kiln" in trainee.get("/learn/case/").content.decode()
        assert "shift log of your own" in trainee.get("/learn/exercise/").content.decode()
        assert "TODO name of the assessment" in trainee.get("/learn/assessment/").content.decode()
        author = as_person("demo-author").get("/author/").content.decode()
        assert "The night kiln" in author
        assert [blocks.load(unit, None, author=True).library_ref for unit in UNITS[:3]] == [
            "dg-c9-kiln@1", "dg-c9-kiln@1#dg-c9-kiln-first", "dg-c9-kiln@1"
        ]  # fmt: skip
        scheme = registry.scheme(COURSE_KEY)
        assert scheme is not None
        assert len(scheme.needed) == 3


def test_what_was_changed_is_shown_when_the_demo_starts_again(kiln: Path, showing: Showing) -> None:
    with showing(kiln) as home:
        path = kiln / "case.xml"
        path.write_text(path.read_text(encoding="utf-8").replace("The night kiln", "The day kiln"), encoding="utf-8")
        seed.seed(home)
        assert "The day kiln" in as_person("zhou-min").get("/learn/case/").content.decode()


def test_a_copy_of_a_case_of_the_library_is_shown_itself(tmp_path: Path, showing: Showing) -> None:
    entry = next(each for each in blocks.library().list() if each.case_id == "dg-c1-smt")
    copy = tmp_path / "my-cases" / "copy"
    copy.mkdir(parents=True)
    for file in entry.folder.glob("*.xml"):
        text = file.read_text(encoding="utf-8").replace("Yield or takt?", "Takt or yield?")
        (copy / file.name).write_text(text, encoding="utf-8")
    with showing(copy):
        assert "Takt or yield?" in as_person("zhou-min").get("/learn/case/").content.decode()


def test_a_document_that_is_not_there_is_asked_of_nobody(kiln: Path, showing: Showing) -> None:
    (kiln / "exercise-first.xml").unlink()
    with showing(kiln):
        scheme = registry.scheme(COURSE_KEY)
        assert scheme is not None
        assert [kind for kind, _key, _percent in scheme.needed] == ["case", "assessment"]
        trainee = as_person("zhou-min")
        for unit in UNITS:
            assert trainee.get(f"/learn/{unit.slug}/").status_code == 200


def test_what_is_wrong_with_the_case_is_said_instead(kiln: Path, showing: Showing) -> None:
    path = kiln / "exercise-first.xml"
    path.write_text(path.read_text(encoding="utf-8").replace("</task>", "</tusk>", 1), encoding="utf-8")
    with pytest.raises(seed.CannotSeed) as refusal, showing(kiln):
        pass
    assert "cannot be shown yet" in str(refusal.value)
    assert "exercise-first.xml" in str(refusal.value)
    assert "error tag-mismatch </tusk>" in str(refusal.value)
    assert " todo " not in str(refusal.value)


def test_what_only_the_data_can_tell_is_said_too(kiln: Path, showing: Showing) -> None:
    path = kiln / "dataset.xml"
    path.write_text(path.read_text(encoding="utf-8").replace("FROM log<", "FROM lag<", 1), encoding="utf-8")
    with pytest.raises(seed.CannotSeed, match="error query-fails"), showing(kiln):
        pass


@pytest.mark.parametrize("named", ["my-cases", "nowhere", "my-cases/dg-c9-kiln/case.xml"])
def test_a_folder_that_holds_no_case_is_refused(tmp_path: Path, kiln: Path, named: str, showing: Showing) -> None:
    with (
        pytest.raises(seed.CannotSeed, match=r"holds no case\.xml.*such as my-cases/dg-c7-kiln"),
        showing(tmp_path / named),
    ):
        pass
