"""``python -m dgxblock cases``: what an author sees in a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dgxblock.__main__ import main
from tests.builders.content import CASE, DATASET, write_folder


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dgxblock.i18n.current_language", lambda: "en")


def test_a_good_folder_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(tmp_path / "small")
    assert main(["cases", "check", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("0 errors, 0 warnings.\nCases: 1; exhibits: 2; exercises: 1; questions: 12; ")


def test_findings_are_sorted_lines_that_editors_understand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = CASE.replace('next="d2"', 'next="d9"').replace("https:", "ftp:")
    folder = write_folder(tmp_path / "small", case=bad)
    assert main(["cases", "check", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    lines = out.splitlines()
    place = f"{folder / 'case.xml'}:"
    assert [line.removeprefix(place).split(" ")[:3] for line in lines] == [
        ["61:7", "error", "unknown-decision"],
        ["79:5", "error", "decision-unreachable"],
        ["104:7", "error", "url-unsafe"],
    ]
    assert lines[2].endswith("“ftp://example.org/report” is not a web address. It must begin with https:// or http://.")
    assert err == "3 errors, 0 warnings.\n"


def test_what_is_still_to_be_written_takes_a_line_a_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cases", "new", "dg-c9-kiln", "--in", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert [line.split()[4] for line in out.splitlines()[1:]] == ["check", "preview"]
    assert main(["cases", "check", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    lines = [line.removeprefix(f"{tmp_path}/dg-c9-kiln/") for line in out.splitlines()]
    assert [line.partition(":")[0] for line in lines] == ["assessment.xml", "case.xml", "exercise-first.xml"]
    assert all(" warning todo " in line and line.endswith(" places still say TODO.") for line in lines)
    assert main(["cases", "check", "--todo", str(tmp_path)]) == 0
    every = capsys.readouterr()
    assert every.err == err
    assert len(every.out.splitlines()) == int(err.split(", ")[1].split()[0]) == every.out.count("Still to write: TODO")


def test_a_broken_data_set_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_folder(tmp_path, dataset=DATASET.replace("</dataset>", ""))
    assert main(["cases", "check", str(folder)]) == 1
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()] == ["tag-open"]
    assert main(["cases", "check", str(folder / "exercise-oee.xml")]) == 1
    assert "error dataset-broken dataset.xml has errors of its own" in capsys.readouterr().out


def test_a_fault_of_every_variant_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = DATASET.replace('name="planned"', 'name="planned" max="1"')
    assert main(["cases", "check", "--variants", "2", str(write_folder(tmp_path, dataset=bad))]) == 1
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()] == ["key-range"]


def test_a_name_that_leads_nowhere_is_told_with_those_that_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_folder(
        tmp_path, case=CASE.replace('next="d2"', 'next="d9"').replace('ref="oee" format', 'ref="oea" format')
    )
    assert main(["cases", "check", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "“oea”. It has: oee. Correct" in out
    assert "no decision “d9”, only: d1, d2." in out


def test_outside_its_environment_the_command_says_how_to_get_in() -> None:
    blocked = "import sys; sys.modules['lxml'] = None; import runpy; runpy.run_module('dgxblock', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", blocked, "cases", "check"],
        env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert ". .venv/bin/activate" in done.stderr
    assert "Traceback" not in done.stderr


def test_one_file_is_checked_with_the_data_set_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_folder(tmp_path, dataset=DATASET.replace('name="oee"', 'name="eoo"'))
    assert main(["cases", "check", str(folder / "exercise-oee.xml")]) == 1
    assert "unknown-value" in capsys.readouterr().out
    (folder / "dataset.xml").unlink()
    assert main(["cases", "check", str(folder / "exercise-oee.xml")]) == 1
    assert "5:3 error dataset-missing There is no data set dataset.xml beside" in capsys.readouterr().out


def test_findings_are_written_as_json_for_tools(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_folder(tmp_path, case=CASE.replace('status="draft"', 'status="secret"'))
    assert main(["cases", "check", "--json", str(folder)]) == 1
    (finding,) = json.loads(capsys.readouterr().out)
    assert finding == {
        "file": str(folder / "case.xml"),
        "line": 1,
        "column": 1,
        "level": "error",
        "code": "attribute-value",
        "message": "status of <case> cannot be “secret”. Allowed: draft, reviewed, published.",
    }


@pytest.mark.parametrize("missing", ["nothing", "nothing.xml"])
def test_a_path_that_is_not_there_is_a_finding(
    tmp_path: Path, missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cases", "check", str(tmp_path / missing)]) == 1
    assert "error unreadable" in capsys.readouterr().out


def test_an_empty_folder_is_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cases", "check", str(tmp_path)]) == 1
    assert "error folder-empty" in capsys.readouterr().out


def test_the_index_names_good_cases_and_broken_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(tmp_path / "small")
    write_folder(tmp_path / "bad", case="words")
    assert main(["cases", "list", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "small@2  draft  A small case\n" in out
    assert f"{tmp_path / 'bad'} cannot be used:\n" in out
    assert "error not-xml" in out


def test_the_command_runs_without_django_in_a_bare_locale(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, case=CASE.replace("18 s", "十八秒"))
    blocked = (
        "import sys; sys.modules['django'] = None; import runpy; runpy.run_module('dgxblock', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", blocked, "cases", "check", str(folder)],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "cell-language" in done.stdout
    assert "Traceback" not in done.stderr
