"""The broker's life: started once, found again, restarted when killed, ended without a trace."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dgxblock import lab
from dgxblock.lab import LabError, Sheet, Table, jobs
from dgxblock.lab.broker import client, place, tasks, wire
from dgxblock.lab.export import xlsx_bytes
from tests.builders.lab import column, dataset, shifts, table, text

ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c"


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for a broker of this test alone; whoever serves there is ended."""
    folder = Path(tempfile.mkdtemp(prefix="dgxlab-"))
    monkeypatch.setenv("DGXBLOCK_LAB_DIR", str(folder))
    yield folder
    if (folder / "socket").exists():
        with contextlib.suppress(LabError, ProcessLookupError):
            os.kill(lab.status()["pid"], signal.SIGTERM)
    shutil.rmtree(folder, ignore_errors=True)  # a broker that is just ending takes its socket away itself


@pytest.fixture
def numbers() -> list[Table]:
    return [Table("n", text("n"), (column("i", "integer"),), tuple((i,) for i in range(1, 101)), True)]


def gone(*pids: int) -> bool:
    """Whether all these processes have ended, waiting a little."""
    return within(5, lambda: not any(Path(f"/proc/{pid}").exists() or _alive(pid) for pid in pids))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def within(seconds: float, true: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.01)
    return true()


def brokers(folder: Path) -> list[int]:
    """The processes that serve this folder, by their command lines; children have the same one."""
    found = []
    for each in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if each.name.isdigit() and str(folder).encode() in (each / "cmdline").read_bytes().split(b"\0"):
                found.append(int(each.name))
    return found


def ask(numbers: list[Table]) -> object:
    return lab.run("SELECT sum(i) FROM n", numbers).rows[0][0]


# --- starting --------------------------------------------------------------------------------------------------------


def test_the_first_question_starts_a_broker_that_the_next_one_finds(own: Path, numbers: list[Table]) -> None:
    assert ask(numbers) == 5050
    first = lab.status()
    assert ask(numbers) == 5050
    assert lab.status()["pid"] == first["pid"] != os.getpid()
    assert own.stat().st_mode & 0o777 == 0o700 and (own / "socket").stat().st_mode & 0o777 == 0o600


def _question(folder: str, answers: multiprocessing.Queue[int]) -> None:
    os.environ["DGXBLOCK_LAB_DIR"] = folder
    answers.put(lab.status()["pid"])


def test_processes_that_start_one_at_the_same_time_get_one(own: Path) -> None:
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[int] = context.Queue()
    workers = [context.Process(target=_question, args=(str(own), answers)) for _ in range(4)]
    for worker in workers:
        worker.start()
    pids = {answers.get(timeout=60) for _ in workers}
    for worker in workers:
        worker.join()
    assert len(pids) == 1
    (pid,) = pids
    family = {pid, *lab.status()["children"]}
    assert within(5, lambda: set(brokers(own)) <= family | set(lab.status()["children"]))


def test_it_survives_the_worker_that_started_it(own: Path) -> None:
    code = "from dgxblock import lab; print(lab.status()['pid'])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert lab.status()["pid"] == int(run.stdout)


def test_a_socket_that_nobody_serves_is_replaced(own: Path, numbers: list[Table]) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(own / "socket"))
    assert ask(numbers) == 5050


def test_threads_that_ask_at_the_same_time_start_one(own: Path, numbers: list[Table]) -> None:
    pids: list[int] = []
    threads = [threading.Thread(target=lambda: pids.append(lab.status()["pid"])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pids) == 8 and len(set(pids)) == 1


def test_it_is_given_no_secret_of_the_worker(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DGX_SITE_SECRET", "never to be seen")
    lab.start()
    for pid in (lab.status()["pid"], *lab.status()["children"]):
        with contextlib.suppress(FileNotFoundError):  # a child that was used up meanwhile
            assert b"never to be seen" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_a_folder_open_to_others_is_not_used(own: Path, numbers: list[Table]) -> None:
    own.chmod(0o755)
    with pytest.raises(LabError) as caught:
        ask(numbers)
    assert caught.value.code == "down" and str(own) not in str(caught.value)
    own.chmod(0o700)


def test_a_link_in_the_folders_place_is_not_followed(
    own: Path, numbers: list[Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    (own / "link").symlink_to(own)
    monkeypatch.setenv("DGXBLOCK_LAB_DIR", str(own / "link"))
    with pytest.raises(LabError, match="private"):
        ask(numbers)


def test_what_keeps_it_from_starting_is_said_without_a_path(
    own: Path, numbers: list[Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value, words in (
        ("DGXBLOCK_LAB_PYTHON", "/nowhere/python", "its Python is not found"),
        ("DGXBLOCK_LAB_PYTHON", "/bin/false", "ended with status 1"),
        ("DGXBLOCK_LAB_DIR", str(own / ("x" * 100)), "too long"),
        ("DGXBLOCK_LAB_DIR", "/proc/nowhere", "cannot be made"),
    ):
        with monkeypatch.context() as changed:
            changed.setenv(name, value)
            with pytest.raises(LabError) as caught:
                ask(numbers)
        assert caught.value.code == "down" and words in caught.value.detail and "/" not in caught.value.detail


def test_a_web_server_that_embeds_python_is_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/sbin/uwsgi")
    assert Path(client.interpreter()).name.startswith("python")
    assert subprocess.run([client.interpreter(), "-c", "import lxml"], check=False).returncode == 0


def test_a_changed_package_has_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DGXBLOCK_LAB_DIR")
    first = place.folder()
    assert first == place.folder() and str(os.getuid()) in first.name
    monkeypatch.setattr(place, "__version__", "9.9")
    place._state.cache_clear()
    assert place.folder() != first
    place._state.cache_clear()


@pytest.mark.parametrize("given", ["", "x", "-1", "0", "1e9", "nan"])
def test_a_setting_that_makes_no_sense_counts_as_unset(given: str) -> None:
    names = ("AT_ONCE", "QUEUE", "WAIT", "IDLE")
    assert place.Settings.of({f"DGXBLOCK_LAB_{name}": given for name in names}) == place.Settings()


# --- ending ----------------------------------------------------------------------------------------------------------


def test_it_ends_by_itself_and_starts_again_when_needed(
    own: Path, numbers: list[Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DGXBLOCK_LAB_IDLE", "0.3")
    assert ask(numbers) == 5050
    before = lab.status()
    assert gone(before["pid"], *before["children"]) and not (own / "socket").exists()
    assert ask(numbers) == 5050


def test_asked_to_end_it_leaves_nothing(own: Path, numbers: list[Table]) -> None:
    ask(numbers)
    before = lab.status()
    os.kill(before["pid"], signal.SIGTERM)
    assert gone(before["pid"], *before["children"]) and within(5, lambda: brokers(own) == [])
    assert {each.name for each in own.iterdir()} == {"lock", "log"}


def test_killed_in_the_middle_of_a_query_it_is_back_for_the_next(own: Path, numbers: list[Table]) -> None:
    lab.start()
    before = lab.status()
    errors: list[LabError] = []

    def work() -> None:
        try:
            lab.run(ENDLESS, numbers)
        except LabError as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert within(5, lambda: lab.status()["working"] == 1)
    children = lab.status()["children"]
    os.kill(before["pid"], signal.SIGKILL)
    thread.join(5)
    assert [error.code for error in errors] == ["down"]
    assert gone(before["pid"], *children), "a child has outlived its broker"
    assert ask(numbers) == 5050
    assert lab.status()["pid"] != before["pid"]


def test_a_page_does_not_notice_that_it_was_killed(own: Path) -> None:
    sheet = lab.build.__wrapped__(shifts(20), "killed")
    os.kill(lab.status()["pid"], signal.SIGKILL)
    assert sheet.query("SELECT count(*) FROM log").rows == ((20,),)


def test_a_spare_child_that_was_killed_is_not_used(own: Path, numbers: list[Table]) -> None:
    lab.start()
    assert within(5, lambda: len(lab.status()["children"]) >= 3)
    spare = lab.status()["children"]
    for pid in spare:
        os.kill(pid, signal.SIGKILL)
    assert within(5, lambda: all("State:\tZ" in Path(f"/proc/{pid}/status").read_text() for pid in spare))
    assert [ask(numbers) for _ in range(4)] == [5050] * 4


def test_a_client_that_is_killed_takes_its_child_along(own: Path) -> None:
    lab.start()
    code = (
        "from tests.lab.broker.test_life import *\n"
        "lab.run(ENDLESS, [Table('n', text('n'), (column('i', 'integer'),), ((1,),), True)])"
    )
    worker = subprocess.Popen([sys.executable, "-c", code])
    assert within(20, lambda: lab.status()["working"] == 1)
    worker.kill()
    worker.wait()
    assert within(0.7, lambda: lab.status()["working"] == 0)
    assert lab.status()["recent"][-1]["state"] == "left"


# --- many ------------------------------------------------------------------------------------------------------------


def test_fifty_trainees_are_all_answered_and_a_page_in_between_at_once(own: Path, numbers: list[Table]) -> None:
    lab.start()
    answers: list[int] = []
    slow = "SELECT count(*) FROM n a, n b, n c WHERE c.i < 10 AND a.i + b.i + c.i > 60"  # some 10 ms

    def work(number: int) -> None:
        lab.run(f"{slow} + 0 * {number}", numbers, who=f"trainee {number}")
        answers.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
        time.sleep(0.004)  # so that they come in a known order
    begun = time.monotonic()
    sheet = lab.build.__wrapped__(shifts(180), "the fifty-first")
    page = time.monotonic() - begun
    still = 50 - len(answers)
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == list(range(50)), "somebody was not answered"
    assert still > 0 and page < 2.0, "a page waited for trainees"  # on a busy machine the page itself takes a while
    assert len(sheet.tables["log"].rows) == 180
    late = sorted(abs(place - number) for place, number in enumerate(answers))
    # A busy machine lets one or another process sleep while it works; a queue that is unfair is so to many.
    assert late[-5] <= 8, "many were overtaken by many"


def test_who_waits_too_long_is_told_how_many_are_before(
    own: Path, numbers: list[Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DGXBLOCK_LAB_WAIT", "0.4")
    monkeypatch.setenv("DGXBLOCK_LAB_AT_ONCE", "1")
    errors: dict[int, LabError] = {}

    def work(number: int) -> None:
        try:
            lab.run(ENDLESS, numbers, who=f"trainee {number}")
        except LabError as error:
            errors[number] = error

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    for thread in threads:
        thread.join(10)
    assert sorted(each.code for each in errors.values()) == ["busy", "busy", "busy", "deadline"]
    assert all(1 <= each.place <= 3 for each in errors.values() if each.code == "busy")


def test_a_full_queue_says_so_at_once(own: Path, numbers: list[Table], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DGXBLOCK_LAB_QUEUE", "1")
    monkeypatch.setenv("DGXBLOCK_LAB_AT_ONCE", "1")
    threads = [threading.Thread(target=_endless, args=(numbers,)) for _ in range(2)]
    threads[0].start()
    assert within(5, lambda: lab.status()["working"] == 1)
    threads[1].start()
    assert within(5, lambda: lab.status()["waiting"]["trainee"] == 1)
    begun = time.monotonic()
    with pytest.raises(LabError) as caught:
        ask(numbers)
    assert (caught.value.code, caught.value.place) == ("busy", 2) and time.monotonic() - begun < 0.8
    for thread in threads:
        thread.join(10)


def _endless(numbers: list[Table]) -> None:
    with contextlib.suppress(LabError):
        lab.run(ENDLESS, numbers)


def test_one_trainee_has_a_rate_and_another_does_not_feel_it(own: Path, numbers: list[Table]) -> None:
    errors: list[LabError | None] = []
    for _ in range(9):
        try:
            lab.run("SELECT 1", numbers, who="quick")
            errors.append(None)
        except LabError as error:
            errors.append(error)
    refused = [error for error in errors if error is not None]
    assert errors[:5] == [None] * 5 and refused
    assert {(error.code, error.seconds) for error in refused} == {("rate", 1)}
    assert lab.run("SELECT 1", numbers, who="other").rows == ((1,),)


# --- what comes over the wire ----------------------------------------------------------------------------------------

RUBBISH = {
    "nothing": b"",
    "words": b"GET / HTTP/1.1\r\n\r\n",
    "a huge envelope": b"\xff\xff\xff\xff\0\0\0\0",
    "a huge job": b"\0\0\0\2\xff\xff\xff\xff{}",
    "no object": b"\0\0\0\3\0\0\0\0[1]",
    "no job": wire.pack({"who": "x"}),
    "an unknown job": wire.pack({"job": "shell"}),
    "a job that is no text": wire.pack({"job": ["query"]}),
    "two jobs": wire.pack({"job": "ask", "who": ""}, wire.pack({})) * 2,
}


@pytest.mark.parametrize("case", RUBBISH)
def test_rubbish_is_hung_up_on_and_harms_nobody(case: str, numbers: list[Table]) -> None:
    lab.start()
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(place.folder() / "socket"))
        link.settimeout(5)
        with contextlib.suppress(OSError):
            link.sendall(RUBBISH[case])
            link.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            assert link.recv(10) == b""
    assert ask(numbers) == 5050


def test_a_job_of_rubbish_costs_its_child_alone(numbers: list[Table]) -> None:
    told, _, _ = client.call("query", {"sql": "SELECT i FROM n", "sets": [[{"n": ["i"]}, 9]], "rows": 1}, b"no tables")
    assert told["answers"][0]["error"]["code"] == "sql"
    for job, header in (("query", {}), ("query", {"sql": 1, "sets": [[{}, 0]], "rows": 1}), ("build", {"plan": None})):
        with pytest.raises(LabError) as caught:
            client.call(job, header, b"no tables")
        assert caught.value.code == "killed"
    assert lab.run("SELECT 1", []).rows == ((1,),)
    assert ask(numbers) == 5050


ANSWERS = {
    "nothing": {},
    "no list": {"answers": 1},
    "too many": {"answers": [{"columns": [], "rows": []}] * 2},
    "no rows": {"answers": [{"columns": ["a"]}]},
    "rows that are texts": {"answers": [{"columns": ["a"], "rows": ["x" * 9]}]},
    "rows that are too wide": {"answers": [{"columns": ["a"], "rows": [[1, 2]]}]},
    "rows of rows": {"answers": [{"columns": ["a"], "rows": [[[1]]]}]},
    "infinity": {"answers": [{"columns": ["a"], "rows": [[1e308 * 10]]}]},
    "truth": {"answers": [{"columns": ["a"], "rows": [[True]]}]},
    "an error that is none": {"answers": [{"error": {"code": 7, "line": -1}}]},
}


@pytest.mark.parametrize("case", ANSWERS)
def test_an_answer_of_a_hostile_child_is_not_believed(
    case: str, numbers: list[Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dgxblock.lab.remote.call", lambda *given, **named: (ANSWERS[case], b"", 0.0))
    with pytest.raises(LabError) as caught:
        lab.run("SELECT 1", numbers)
    assert caught.value.code == "killed"


def test_another_user_is_not_served() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert tasks.is_ours(ours)
        with pytest.MonkeyPatch.context() as changed:
            changed.setattr(os, "getuid", lambda: 12345)
            assert tasks.is_ours(ours) == (os.geteuid() == 0)


# --- children --------------------------------------------------------------------------------------------------------


def test_a_child_has_no_file_no_right_and_little_of_everything(own: Path) -> None:
    lab.start()
    assert within(5, lambda: len(lab.status()["children"]) >= 3)
    time.sleep(0.2)
    for pid in lab.status()["children"]:
        files = [str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()]
        assert sorted(files)[:-1] == ["/dev/null"] * 3 and files[-1].startswith("socket:"), files
        limits = Path(f"/proc/{pid}/limits").read_text()
        for name in ("Max file size", "Max core file size", "Max processes"):
            (line,) = (each for each in limits.splitlines() if each.startswith(name))
            assert line.removeprefix(name).split()[:2] == ["0", "0"], line
        assert "NoNewPrivs:\t1" in Path(f"/proc/{pid}/status").read_text()


def test_every_job_can_be_loaded() -> None:
    assert set(jobs.JOBS) == {"query", "build", "ask", "workbook", "table"}
    assert all(callable(job.load()) for job in jobs.JOBS.values())


def test_a_workbook_is_read_by_a_child(numbers: list[Table]) -> None:
    made = xlsx_bytes(numbers, "en", "owner")
    told, _, _ = client.call("workbook", {"cells": [{"id": "a", "at": "n!A3"}]}, made, who="reader")
    assert told["cells"] and told["owner"] == "owner" and "error" not in told
    for rubbish in (b"", b"PK" + b"\0" * 100, made[:-30]):
        told, _, _ = client.call("workbook", {"cells": []}, rubbish)
        assert told["error"]["code"]


# --- sheets ----------------------------------------------------------------------------------------------------------


def test_a_sheet_from_the_broker_is_the_sheet_of_this_process() -> None:
    far, near = lab.build(shifts(30), "same"), Sheet(shifts(30), "same")
    assert far.tables == near.tables and dict(far.values) == dict(near.values)
    assert list(far.values) == list(near.values)
    for sql in (
        "SELECT * FROM log WHERE run > :planned / 35",
        "SELECT uniform('x', i, 0, 1), i FROM n LIMIT 3",
        "SELECT NULL",
    ):
        assert far.query(sql) == near.query(sql)
    assert far.solve("oee", {"q": 0.5}) == near.solve("oee", {"q": 0.5})
    with pytest.raises(LabError) as caught:
        lab.build(dataset([], {"a": "SELECT 2.0", "b": "SELECT 1 / :a"}), "s").solve("b", {"a": 0.0})
    assert (caught.value.code, caught.value.where) == ("value", "b")


def test_a_sheet_can_be_pickled() -> None:
    sheet = lab.build(shifts(5), "pickle")
    again = pickle.loads(pickle.dumps(sheet))
    assert again.tables == sheet.tables and dict(again.values) == dict(sheet.values)


def test_what_was_asked_of_one_sheet_comes_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    sql = "SELECT count(*) AS ahead FROM log"
    data = shifts(7)
    first = lab.build(data, "first").query(sql)
    second = lab.build(data, "second")
    monkeypatch.setattr("dgxblock.lab.remote.call", lambda *given, **named: pytest.fail("asked again"))
    assert second.query(sql) == first


def test_an_authors_query_that_is_late_is_a_deadline_there_too() -> None:
    with pytest.raises(LabError) as caught:
        lab.build(shifts(5), "late").query("SELECT count(*) FROM n a, n b, n c, n d")
    assert caught.value.code == "deadline"


def test_a_window_that_fills_the_memory_ends_within_it() -> None:
    made = dataset([table("SELECT i FROM n WHERE i <= 5", (column("i", "integer"),))])
    with pytest.raises(LabError) as caught:
        lab.build(made, "window").query("SELECT count(*) OVER () FROM n a, n b, n c LIMIT 1")
    assert caught.value.code in {"size", "deadline"}
    assert within(2, lambda: lab.status()["working"] == 0)
    assert lab.status()["recent"][-1]["kb"] < 200_000


def test_a_question_costs_less_than_ten_milliseconds_more_than_the_query(numbers: list[Table]) -> None:
    """By the quickest of each: other programs make a question slower, as it is handed from process to process four
    times, but nothing makes it quicker than it is."""
    own = Sheet(dataset([]), "plain")._backend
    plain, asked = [], []
    for number in range(100):
        begun = time.perf_counter()
        own.query(f"SELECT sum(i) + {number} FROM n WHERE i <= 100", seconds=1.0)
        plain.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        lab.run(f"SELECT sum(i) + {number} FROM n", numbers)
        asked.append(time.perf_counter() - begun)
        time.sleep(0.005)
    assert min(asked) - min(plain) < 0.010, f"{(min(asked) - min(plain)) * 1000:.1f} ms"
