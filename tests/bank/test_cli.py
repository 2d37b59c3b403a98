"""``python -m dgxblock bank``: what authors type."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgxblock import bank
from dgxblock.__main__ import main
from dgxblock.content import read
from dgxblock.content.folder import inlined
from tests.bank.test_place import DATASET, REFERRING
from tests.builders import documents

GOOD = b"::g:: What? {=yes ~no ~perhaps}\n\n::n:: How many? {#42:1}\n"
MIXED = GOOD + b"\nEssay {}\n"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "assessment.xml").write_text(REFERRING, encoding="utf-8")
    (tmp_path / "dataset.xml").write_text(DATASET, encoding="utf-8")
    (tmp_path / "good.gift").write_bytes(GOOD)
    (tmp_path / "mixed.gift").write_bytes(MIXED)
    return tmp_path


def state(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def run(folder: Path, *words: str) -> int:
    into = ["--into", str(folder / "assessment.xml"), "--lang", "en"] if words[0] == "import" else []
    return main(["bank", words[0], *(str(folder / each) if "." in each else each for each in words[1:]), *into])


def test_questions_are_appended_and_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "import", "good.gift", "--points", "3", "--objective", "o1") == 0
    told = capsys.readouterr()
    assert "+ g  What?" in told.out and "2 questions taken; 0 things not taken." in told.err
    document = read.parse(inlined(folder / "assessment.xml"))
    assert [(each.id, each.points) for each in document.items[1:]] == [("g", 3), ("n", 3)]  # type: ignore[union-attr]
    assert 'name="bank_n"' in (folder / "dataset.xml").read_text("utf-8")


def test_a_dry_run_says_the_same_and_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(folder)
    assert run(folder, "import", "good.gift", "--dry-run") == 0
    assert "+ g  What?" in capsys.readouterr().out
    assert run(folder, "import", "mixed.gift", "--dry-run") == 1
    assert state(folder) == before


def test_something_not_taken_stops_all_unless_one_says_partial(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(folder)
    assert run(folder, "import", "mixed.gift", "good.gift") == 1
    told = capsys.readouterr()
    assert f"{folder / 'mixed.gift'}:5: essay An essay needs a rubric" in told.out
    assert "Nothing was written." in told.err
    assert state(folder) == before
    assert run(folder, "import", "mixed.gift", "--partial") == 0
    assert state(folder) != before


@pytest.mark.parametrize(
    "words",
    [
        ("import", "none.csv"),
        ("import", "good.gift", "--pool", "nope"),
        ("import", "good.gift", "--objective", "nope"),
        ("import", "good.gift", "--format", "qti"),
        ("import", "assessment.xml"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    before = state(folder)
    assert run(folder, *words) == 1
    told = capsys.readouterr()
    assert told.out + told.err and "Traceback" not in told.err
    assert state(folder) == before


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"<!DOCTYPE x><x/>", REFERRING.encode()])
def test_a_data_set_that_is_none_stays_as_it_is(folder: Path, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
    (folder / "dataset.xml").write_bytes(data)
    before = state(folder)
    assert run(folder, "import", "good.gift") == 1
    assert capsys.readouterr().err
    assert state(folder) == before


@pytest.mark.parametrize("href", ["../outside.xml", "/etc/hostname", "none.xml", "."])
def test_no_document_makes_us_write_outside_its_folder(folder: Path, href: str) -> None:
    outside = folder.parent / "outside.xml"
    outside.write_text(DATASET, encoding="utf-8")
    document = folder / "assessment.xml"
    document.write_text(REFERRING.replace("dataset.xml", href), encoding="utf-8")
    before = state(folder)
    assert run(folder, "import", "good.gift") == 1
    assert state(folder) == before and outside.read_text("utf-8") == DATASET


@pytest.mark.parametrize("format", ["csv", "qti"])
def test_questions_go_out_and_what_stays_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], format: str
) -> None:
    document, output = tmp_path / "a.xml", tmp_path / f"out.{'csv' if format == 'csv' else 'zip'}"
    document.write_text(documents.ASSESSMENT, encoding="utf-8")
    assert main(["bank", "export", str(document), "--format", format, "-o", str(output)]) == 1
    told = capsys.readouterr()
    assert [line.split(": ")[1] for line in told.out.splitlines()[:2]] == ["computed q1", "computed q2"]
    assert "3 questions written" in told.err
    assert [each.id for each in bank.read(output.name, output.read_bytes()).items] == ["s1", "m1", "o-1"]


def test_a_seed_writes_down_the_data_of_one_trainee(tmp_path: Path) -> None:
    document = tmp_path / "a.xml"
    document.write_text(documents.ASSESSMENT, encoding="utf-8")
    made: dict[str, bank.Taken] = {}
    for seed in ("one", "two"):
        output = tmp_path / f"{seed}.csv"
        assert main(["bank", "export", str(document), "--format", "csv", "--seed", seed, "-o", str(output)]) == 0
        made[seed] = bank.read(output.name, output.read_bytes())
        assert made[seed].refused == ()
        assert [each.id for each in made[seed].items] == ["q1", "q2", "s1", "m1", "o-1"]
    assert made["one"].items == made["two"].items  # the words are the same, the keys are not
    assert made["one"].values != made["two"].values


def test_the_template_is_written_and_read_again(tmp_path: Path) -> None:
    for lang in ("zh-CN", "en"):
        output = tmp_path / f"{lang}.csv"
        assert main(["bank", "template", "--lang", lang, "-o", str(output)]) == 0
        assert len(bank.read(output.name, output.read_bytes(), lang=lang).items) == 7


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bank", "template", "-o", str(tmp_path / "none" / "x.csv")]) == 1
    assert "cannot be written" in capsys.readouterr().err
