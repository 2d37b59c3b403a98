"""``python -m dgxblock lab``: what authors see and scripts read."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from dgxblock.__main__ import main
from dgxblock.content.library import Library

REF = "dg-c1-smt@1"


@pytest.fixture(scope="module")
def exercise() -> str:
    entry = next(each for each in Library.default().list() if each.ref == REF)
    return str(Path(str(entry.documents["case"])).parent / "exercise-oee.xml")


def ask(sql: str, tmp_path: Path, *arguments: str) -> list[str]:
    file = tmp_path / "query.sql"
    file.write_text(sql, encoding="utf-8")
    return ["lab", "query", *arguments, "--sql-file", str(file)]


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    made: dict[str, object] = json.loads(capsys.readouterr().out)
    return made


def test_a_key_is_tried_on_one_trainees_data(exercise: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = []
    for seed in ("a", "a", "b"):
        assert main(ask("SELECT line, :l1_oee AS oee FROM shift_log LIMIT 1", tmp_path, exercise, "--seed", seed)) == 0
        answers.append(told(capsys))
    assert answers[0] == answers[1] != answers[2]
    assert answers[0]["columns"] == ["line", "oee"]


def test_without_a_seed_it_is_the_teaching_variant(
    exercise: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(ask("SELECT round(:l1_oee, 3)", tmp_path, exercise)) == 0
    assert told(capsys)["rows"] == [[0.582]]


def test_a_trainee_sees_less_and_is_told_more(
    exercise: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(ask("SELECT count(*) FROM shift_log", tmp_path, exercise)) == 0
    capsys.readouterr()
    assert main(ask("SELECT :l1_oee", tmp_path, exercise, "--as-trainee")) == 1
    assert told(capsys)["error"]["code"] == "parameter"  # type: ignore[index]
    assert main(ask("SELECT chg_minn FROM l1_log", tmp_path, exercise, "--as-trainee")) == 1
    error = told(capsys)["error"]
    assert isinstance(error, dict) and "“chg_minn”" in str(error["message"])


REFUSED = {
    "an attack": ("PRAGMA database_list", "statement"),
    "another": ("SELECT * FROM sqlite_master", "forbidden"),
    "without end": ("SELECT count(*) FROM n a, n b, n c, n d", "deadline"),
    "a slip": ("SELECT nothing FROM shift_log", "sql"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_error_is_json_too(case: str, exercise: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql, code = REFUSED[case]
    assert main(ask(sql, tmp_path, exercise)) == 1
    error = told(capsys)["error"]
    assert isinstance(error, dict) and error["code"] == code and error["message"]


def test_what_cannot_be_read_is_said(tmp_path: Path, exercise: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "query", exercise, "--sql-file", str(tmp_path / "no.sql")]) == 1
    assert told(capsys)["error"]["code"] == "unreadable"  # type: ignore[index]
    broken = tmp_path / "broken.xml"
    broken.write_text("<exercise", encoding="utf-8")
    assert main(ask("SELECT 1", tmp_path, str(broken))) == 1
    assert told(capsys)["error"]["code"] == "tag-unfinished"  # type: ignore[index]
    assert main(["lab", "data", str(broken), "-o", str(tmp_path / "out")]) == 1
    assert main(["lab", "data", exercise, "-o", str(tmp_path / "no folder" / "out")]) == 1
    assert capsys.readouterr().out == "" and not (tmp_path / "out").exists()


def test_the_tables_are_written_in_three_forms_that_agree(exercise: str, tmp_path: Path) -> None:
    for form in ("csv", "xlsx", "sqlite"):
        assert main(["lab", "data", exercise, "--seed", "s", "--format", form, "-o", str(tmp_path / f"x.{form}")]) == 0
    with zipfile.ZipFile(tmp_path / "x.csv") as archive:
        names = [Path(name).stem for name in archive.namelist()]
        rows = {name: list(csv.reader(io.StringIO(archive.read(f"{name}.csv").decode("utf-8-sig")))) for name in names}
    database = sqlite3.connect(tmp_path / "x.sqlite")
    book = load_workbook(tmp_path / "x.xlsx", read_only=True)
    assert len(names) > 1
    for name, sheet in zip(names, book.worksheets, strict=False):
        found = database.execute(f"SELECT * FROM {name}").fetchall()
        assert len(found) == len(rows[name]) - 1 == sum(1 for _ in sheet.iter_rows()) - 1
    database.close()
    book.close()


def test_one_table_is_one_csv_on_standard_output(tmp_path: Path) -> None:
    entry = next(each for each in Library.default().list() if "c2" in each.ref)
    exercise = next(path for path in sorted(Path(str(entry.documents["case"])).parent.glob("exercise*.xml")))
    command = [sys.executable, "-m", "dgxblock", "lab", "data", str(exercise), "--seed", "s"]
    run = subprocess.run(command, capture_output=True, check=True)
    assert run.stdout.startswith(b"PK" if run.stdout[:1] == b"P" else b"\xef\xbb\xbf")


def test_the_state_of_the_broker_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "status"]) == 0
    assert {"pid", "served", "working", "waiting", "recent"} < told(capsys).keys()
