"""What nobody should hand in, handed in: each is a finding with a line and a hint, at once, and never a traceback."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dgxblock.__main__ import main
from tests.builders.content import CASE, DATASET, write_folder

LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE case [\n<!ENTITY a "ha">\n'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">\n' for i in range(9))
    + ']>\n<case xmlns="urn:dgx:content:1">&j;</case>'
)
INCLUDE = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'


def zipped() -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("case.xml", CASE)
    return raw.getvalue()


# what: (the file's bytes, code, line)
FILES: dict[str, tuple[bytes, str, int]] = {
    "a billion laughs": (LAUGHS.encode(), "entity", 3),
    "an archive": (zipped(), "not-xml", 1),
    "GBK": (CASE.encode("gbk"), "encoding", 3),
    "GBK that says so": (b'<?xml version="1.0" encoding="GBK"?>\n' + CASE.encode("gbk"), "encoding", 4),
    "a newer version": (CASE.replace("content:1", "content:9").encode(), "newer-version", 1),
    "an include": (
        CASE.replace("<meta>", f"{INCLUDE}<meta>").encode(),
        "xinclude",
        2,
    ),
    "nothing": (b"", "not-xml", 1),
    "half a file": (CASE[:2000].encode(), "tag-unfinished", CASE[:2000].count("\n") + 1),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "not-xml", 1),
}  # fmt: skip


def checked(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, object]]:
    """The findings of a check that must fail, and do so soon."""
    begun = time.perf_counter()
    assert main(["cases", "check", "--json", *options, str(path)]) == 1
    assert time.perf_counter() - begun < 10
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    assert all(each["message"] for each in found)
    return found


@pytest.mark.parametrize(("data", "code", "line"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_document_is_a_finding(
    tmp_path: Path, data: bytes, code: str, line: int, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_folder(tmp_path)
    (folder / "case.xml").write_bytes(data)
    found = checked(folder, capsys, "--variants", "2")
    assert [(each["file"], each["code"], each["line"]) for each in found] == [(str(folder / "case.xml"), code, line)]


def test_a_file_of_200_megabytes_is_not_read_to_its_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_folder(tmp_path)
    with (folder / "case.xml").open("wb") as file:
        file.write(CASE.encode())
        file.truncate(200 * 1024 * 1024)
    assert [each["code"] for each in checked(folder, capsys)] == ["size"]


def test_the_real_command_meets_all_of_them_and_stays_small(tmp_path: Path) -> None:
    for number, (data, _code, _line) in enumerate(FILES.values()):
        folder = write_folder(tmp_path / f"case-{number}", case=CASE.replace('id="small"', f'id="small-{number}"'))
        (folder / "case.xml").write_bytes(data)
    with (write_folder(tmp_path / "huge") / "case.xml").open("wb") as file:
        file.write(CASE.encode())
        file.truncate(200 * 1024 * 1024)
    write_folder(tmp_path / "a")
    write_folder(tmp_path / "b")
    greedy = DATASET.replace("WHERE i < 4", "JOIN (SELECT i AS j FROM n WHERE i < 3) ON 1 = 1")
    write_folder(tmp_path / "rows", case=CASE.replace('id="small"', 'id="rows"'), dataset=greedy)
    # not by getrusage, which remembers the size of the process that started this one
    measured = (
        "import re, runpy, sys\n"
        "try: runpy.run_module('dgxblock', run_name='__main__')\n"
        "finally: print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1], file=sys.stderr)"
    )
    command = [sys.executable, "-c", measured, "cases", "check", "--json", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert int(done.stderr.split()[-1]) < 200 * 1024, "less memory, in KiB, than the large file has bytes"
    found = json.loads(done.stdout)
    expected = {(f"case-{number}", code, line) for number, (_data, code, line) in enumerate(FILES.values())}
    expected |= {("huge", "size", 1), ("b", "case-twice", 1), ("rows", "query-fails", 7)}
    assert {(Path(each["file"]).parent.name, each["code"], each["line"]) for each in found} == expected
    assert {each["level"] for each in found} == {"error"}


def test_a_file_that_no_document_shows_is_pointed_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_folder(tmp_path)
    (folder / "log.csv").write_text("day,stop")
    (folder / "media").mkdir()
    (folder / "README.md").write_text("Notes")
    assert main(["cases", "check", "--json", str(folder)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(Path(each["file"]).name, each["level"], each["code"]) for each in found] == [
        ("log.csv", "warning", "file-unused"),
        ("media", "warning", "file-unused"),
    ]


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), Path.mkdir])
def test_what_is_called_like_a_document_and_is_none_is_pointed_out(
    tmp_path: Path, make: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_folder(tmp_path)
    make(folder / "exercise-none.xml")
    assert main(["cases", "check", "--json", str(folder)]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (Path(found["file"]).name, found["code"]) == ("exercise-none.xml", "file-unused")


@pytest.mark.parametrize(
    "name", ["\x1b[2J", "a\nb", "\u202eb", "\x9b31m", "\udcff"], ids=["escape", "line", "turned", "C1", "no UTF-8"]
)
def test_a_name_says_nothing_to_the_terminal(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_folder(tmp_path)
    (folder / f"exercise-{name}.xml").write_text("<x/>")
    (folder / f"{name}.csv").write_text("")
    assert main(["cases", "check", str(folder)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 and all(line.isprintable() for line in lines)
    assert name.encode("unicode_escape").decode() in lines[0]


def test_a_name_that_is_no_text_is_told_to_a_program_too(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    (folder / "exercise-\udcff.xml").write_text("<x/>")
    command = [sys.executable, "-m", "dgxblock", "cases", "check", "--json", str(folder)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)[0]["file"].endswith("exercise-\udcff.xml")


def test_two_cases_with_one_id_are_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(tmp_path / "a")
    write_folder(tmp_path / "b")
    (found,) = checked(tmp_path, capsys)
    assert (found["file"], found["code"], found["line"]) == (str(tmp_path / "b" / "case.xml"), "case-twice", 1)


def test_a_folder_that_is_named_twice_is_one_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_folder(tmp_path / "a")
    assert main(["cases", "check", str(folder), str(tmp_path)]) == 0
    err = capsys.readouterr().err
    assert "Cases: 1;" in err or "案例1个" in err


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("WHERE i < 4", "JOIN (SELECT i AS j FROM n WHERE i < 3) ON 1 = 1", "5,000"),
        ("SELECT 660", "SELECT count(*) FROM n AS a, n AS b, n AS c", ""),
        ("SELECT 660", "SELECT load_extension('x')", ""),
        ("SELECT 660", "ATTACH 'other.db' AS o", ""),
    ],
    ids=["more rows than its limit", "no end", "a program", "another database"],
)
def test_a_data_set_that_wants_too_much_is_a_finding(
    tmp_path: Path, old: str, new: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_folder(tmp_path, dataset=DATASET.replace(old, new))
    found = checked(folder, capsys, "--variants", "20")
    assert [(each["file"], each["code"]) for each in found] == [(str(folder / "dataset.xml"), "query-fails")]
    line = str(found[0]["message"])
    assert hint in line


@pytest.mark.parametrize("count", ["-1", "many", "1.5", "99999"])
def test_a_number_of_variants_that_is_none_is_refused(
    tmp_path: Path, count: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["cases", "check", "--variants", count, str(tmp_path)])
    assert stopped.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_sums_are_said_apart_from_the_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dgxblock.i18n.current_language", lambda: "en")
    folder = write_folder(tmp_path, dataset=DATASET.replace("SELECT 660", "SELECT integer('p', 1, 601, 606)"))
    assert main(["cases", "check", "--variants", "5", str(folder)]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[1].startswith("Cases: 1; exhibits: 2; exercises: 1; questions: 12; Chinese characters: ")
    assert err.splitlines()[2] == "Variants tried: 5; questions that differ between trainees: 4."
