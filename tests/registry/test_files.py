"""Results that leave as files: each in one file, whatever happens meanwhile, and never again by itself."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from dgxblock.registry import adapters, api, models, pump
from dgxblock.registry import contract as c
from dgxblock.registry.adapters import rows
from tests.builders import pump_process
from tests.builders.dropped import IDS, NAME, drop, item
from tests.builders.official import file_site, handed_over, table
from tests.builders.registry import COURSE, earn, number, operation, scheme, time_passes


def test_a_batch_is_one_file_with_its_digest_and_its_count(tmp_path: Path) -> None:
    adapter = drop(tmp_path)
    sent = adapter.send([item(0), item(1)])
    assert [one.outcome.verdict for one in sent.replies] == ["pending", "pending"]
    (path,) = handed_over(tmp_path)
    day = json.loads(next((tmp_path / "journal").glob("*.json")).read_text())["day"]
    sha = hashlib.sha256(path.read_bytes()).hexdigest()
    assert path.name == f"dg-coach_{day.replace('-', '')}_001_{sha[:8]}.csv"
    assert (tmp_path / f"{path.name}.sha256").read_text() == f"# 2 rows\n{sha}  {path.name}\n"
    assert subprocess.run(["sha256sum", "-c", f"{path.name}.sha256"], cwd=tmp_path, check=False).returncode == 0
    head, *lines = table(path)
    assert tuple(head) == rows.HEAD and [line[0] for line in lines] == IDS[:2]
    assert lines[0][2:6] == ["新发", NAME, "居民身份证", number()]
    assert {oct(one.stat().st_mode & 0o777) for one in (path, tmp_path / f"{path.name}.sha256")} == {"0o640"}
    assert not list(tmp_path.glob("*.part"))


def test_each_scheme_has_files_of_its_own_and_the_next_batch_the_next_number(tmp_path: Path) -> None:
    adapter = drop(tmp_path)
    adapter.send([item(0), item(1, scheme="fs-coach")])
    adapter.send([item(2)])
    assert [one.name.split("_")[0::2][:2] for one in handed_over(tmp_path)] == [
        ["dg-coach", "001"], ["dg-coach", "002"], ["fs-coach", "001"],
    ]  # fmt: skip


def test_what_was_handed_over_is_not_written_again_even_after_it_was_fetched(tmp_path: Path) -> None:
    adapter = drop(tmp_path)
    adapter.send([item(0)])
    for one in (*handed_over(tmp_path), *tmp_path.glob("*.sha256")):
        one.unlink()
    again = adapter.send([item(0), item(1)])
    assert [one.outcome.verdict for one in again.replies] == ["pending", "pending"]
    (path,) = handed_over(tmp_path)
    assert [line[0] for line in table(path)[1:]] == [IDS[1]]


def test_another_content_under_a_reference_is_for_people(tmp_path: Path) -> None:
    adapter = drop(tmp_path)
    adapter.send([item(0)])
    other = item(0, name="周民")
    assert adapter.send([other]).replies[0].outcome.verdict == "unknown"
    assert adapter.lookup(other, adapters.Known()).settlement.next is c.Next.RECONCILE
    assert len(handed_over(tmp_path)) == 1


def test_a_look_up_reads_the_book(tmp_path: Path) -> None:
    adapter = drop(tmp_path)
    assert adapter.lookup(item(0), adapters.Known()).settlement.next is c.Next.SEND
    adapter.send([item(0)])
    found = adapter.lookup(item(0), adapters.Known()).settlement
    assert (found.next, found.outcome and found.outcome.verdict) == (c.Next.ANSWER, "pending")
    assert not c.validate("receipt", found.receipt)
    # a correction that was not handed over may go, although something was before
    assert adapter.lookup(item(0, seq=2), adapters.Known(rev=1001)).settlement.next is c.Next.SEND
    assert adapter.send([item(0, seq=2)]).replies[0].outcome.verdict == "pending"
    assert table(handed_over(tmp_path)[1])[1][1:3] == ["2", "更正"]


@pytest.mark.parametrize("damage", ["{", "[]", '{"lines": 3, "day": "x"}', '{"lines": [[1]], "day": "x"}'])
def test_a_damaged_book_stops_everything(tmp_path: Path, damage: str) -> None:
    adapter = drop(tmp_path)
    adapter.send([item(0)])
    next((tmp_path / "journal").glob("*.json")).write_text(damage)
    assert adapter.send([item(1)]).replies[0].outcome.verdict == "unknown"
    found = adapter.lookup(item(0), adapters.Known()).settlement
    assert (found.next, found.code) == (c.Next.WAIT, "journal")
    assert len(handed_over(tmp_path)) == 1


HOSTILE = [
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "＝1+1", "古丽娜尔·买买提", "䶮𠮷", '张"三,四', "张\n三",
    "=" * 60,
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(("form", "encoding"), [("csv", "utf-8-sig"), ("csv", "gb18030"), ("xlsx", "utf-8-sig")])
def test_names_arrive_whole_and_no_cell_is_a_formula(tmp_path: Path, name: str, form: str, encoding: str) -> None:
    adapter = drop(tmp_path, format=form, encoding=encoding)
    adapter.send([item(0, name=name, phone="+8613800138000")])
    (path,) = handed_over(tmp_path)
    (line,) = table(path, encoding)[1:]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "＝")) for cell in line)
    assert line[3] in (name, "'" + name)
    assert line[5] == number()
    if form == "xlsx":
        from openpyxl import load_workbook

        cells = load_workbook(path).worksheets[0][2]
        assert {(cell.number_format, cell.data_type) for cell in cells if cell.value} == {("@", "s")}


def test_the_same_rows_are_the_same_bytes() -> None:
    line = rows.row(c.loads(item(0).content))
    assert rows.xlsx_bytes([line]) == rows.xlsx_bytes([line])


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"directory": ""}, "directory"),
        ({"directory": "out"}, "directory"),
        ({"directory": "/nowhere/at/all"}, "directory"),
        ({"format": "xls"}, "format"),
        ({"encoding": "gbk"}, "encoding"),
        ({"zone": "Moon/Base"}, "zone"),
        ({"zone": "../etc/passwd"}, "zone"),
    ],
)
def test_settings_that_cannot_be_meant_are_sentences(tmp_path: Path, options: dict[str, str], word: str) -> None:
    (sentence,) = drop(tmp_path, **options).check()
    assert word in sentence
    assert drop(tmp_path).check() == []


def test_a_lost_book_is_noticed_before_anything_goes_out(tmp_path: Path) -> None:
    adapter = drop(tmp_path)
    (tmp_path / "journal").rmdir()
    (sentence,) = adapter.check()
    assert "journal" in sentence
    assert adapter.send([item(0)]).replies[0].outcome.verdict == "unknown"
    assert handed_over(tmp_path) == []


def test_a_part_of_somebody_else_stays(tmp_path: Path) -> None:
    (tmp_path / "theirs.csv.part").write_text("theirs")
    drop(tmp_path).send([item(0)])
    assert (tmp_path / "theirs.csv.part").read_text() == "theirs"


# Kills itself before the n-th step that touches the disk, so that nothing of any kind is cleaned up.
_VICTIM = """
import os, pathlib, signal, sys
sys.path.insert(0, os.getcwd())
from tests.builders.dropped import drop, item
left = [int(sys.argv[2])]
def counted(call):
    def step(*args, **kwargs):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **kwargs)
    return step
adapter = drop(pathlib.Path(sys.argv[1]))
os.open, os.fsync = counted(os.open), counted(os.fsync)
pathlib.Path.replace = counted(pathlib.Path.replace)
adapter.send([item(0), item(1)])
"""


def test_a_process_killed_at_any_step_leaves_each_result_in_exactly_one_file(tmp_path: Path) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    killed, answers = 0, set()
    for step in range(40):
        folder = tmp_path / str(step)
        folder.mkdir()
        drop(folder)
        done = subprocess.run([sys.executable, "-c", _VICTIM, str(folder), str(step)], env=environment, check=False)
        assert done.returncode in (0, -signal.SIGKILL)
        killed += done.returncode != 0
        adapter = drop(folder)
        found = {adapter.lookup(one, adapters.Known()).settlement.next for one in (item(0), item(1))}
        assert len(found) == 1, "a batch is handed over whole or not at all"
        answers |= found
        if found == {c.Next.SEND}:
            assert handed_over(folder) == []
            adapter.send([item(0), item(1)])
        (path,) = handed_over(folder)
        assert sorted(line[0] for line in table(path)[1:]) == IDS[:2]
        sha = hashlib.sha256(path.read_bytes()).hexdigest()
        assert sha in (folder / f"{path.name}.sha256").read_text()
        assert not list(folder.glob("*.part"))
        if not done.returncode:
            break
    assert killed >= 8 and answers == {c.Next.SEND, c.Next.ANSWER}


def test_processes_at_once_write_each_result_once(tmp_path: Path) -> None:
    drop(tmp_path)
    code = (
        "import os, pathlib, sys; sys.path.insert(0, os.getcwd());"
        "from tests.builders.dropped import drop, item;"
        "drop(pathlib.Path(sys.argv[1])).send([item(n) for n in range(int(sys.argv[2]), int(sys.argv[2]) + 4)])"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(first)], env=environment)
        for first in (0, 2, 4)
    ]
    assert [one.wait(60) for one in running] == [0, 0, 0]
    written = [line[0] for path in handed_over(tmp_path) for line in table(path)[1:]]
    assert sorted(written) == IDS[:8]


# -- with the engine -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_results_wait_without_an_end_and_are_never_sent_again(settings: Settings, tmp_path: Path) -> None:
    settings.DGXBLOCK = file_site(tmp_path)
    scheme()
    for learner in range(3):
        earn(str(learner), id_no=number(f"44190019900101{learner:03}"))
    for _ in range(4):
        pump.run()
        time_passes(90_000)
    (path,) = handed_over(tmp_path / "out")
    assert len(table(path)) == 4
    for learner in range(3):
        row = operation(str(learner))
        assert (row.state, row.sends, row.next_at) == ("PENDING", 1, None)
    assert models.Attempt.objects.count() == 3
    status = api.status("0", COURSE)
    assert status is not None and status.stage is api.Stage.SENT
    assert {(row.state, row.next_step != "") for row in api.operations(COURSE)} == {("PENDING", True)}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", pump_process.POINTS)
def test_a_pump_killed_at_any_point_leaves_one_file(settings: Settings, tmp_path: Path, point: str) -> None:
    settings.DGXBLOCK = file_site(tmp_path)
    scheme()
    earn()
    victim = pump_process.start(settings.DGXBLOCK, crash=point)
    assert victim.wait(60) == -signal.SIGKILL
    for _ in range(5):
        time_passes(3600)
        pump.run()
    (path,) = handed_over(tmp_path / "out")
    assert len(table(path)) == 2
    assert operation().state == "PENDING"


@pytest.mark.django_db
def test_a_full_disk_is_unknown_until_the_book_has_been_read(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DGXBLOCK = file_site(tmp_path)
    scheme()
    earn()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        pump.run()
    assert operation().state == "UNKNOWN" and handed_over(tmp_path / "out") == []
    for _ in range(3):
        time_passes(3600)
        pump.run()
    assert operation().state == "PENDING" and len(handed_over(tmp_path / "out")) == 1
