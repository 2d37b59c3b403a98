"""The supervisor: all children run, or none does."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dgxblock.demo.supervisor import Child, ChildDied, Interrupted, Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"]
SERVER = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        body = {body!r}
        self.send_response({status}); self.end_headers(); self.wfile.write(body)
HTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()
"""


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "zombie" not in Path(f"/proc/{pid}/status").read_text()


def server(tmp_path: Path, *, status: int = 200, body: bytes = b"{}") -> Child:
    port = free_port()
    code = SERVER.format(status=status, body=body)
    return Child(
        "the server",
        [sys.executable, "-c", code, str(port)],
        tmp_path / "server.log",
        f"http://127.0.0.1:{port}/healthz",
    )


def test_it_waits_until_every_address_answers(tmp_path: Path) -> None:
    said: list[str] = []
    with Supervisor(
        [server(tmp_path), Child("the pump", SLEEP, tmp_path / "pump.log")], os.environ, said.append
    ) as running:
        running.start()
        running.wait_until_ready()
    assert said == ["Starting the server", "Starting the pump", "the server is ready", "the pump is ready"]


@pytest.mark.parametrize(("status", "body"), [(503, b"{}"), (200, b"<html>"), (200, b"[]"), (302, b"{}")])
def test_an_answer_that_is_not_healthy_does_not_count(
    status: int, body: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dgxblock.demo.supervisor._READY_SECONDS", 1.0)
    with Supervisor([server(tmp_path, status=status, body=body)], os.environ, lambda text: None) as running:
        running.start()
        with pytest.raises(ChildDied, match="the server did not answer"):
            running.wait_until_ready()


def test_a_child_that_dies_is_named_with_the_end_of_its_log_and_the_others_stop(tmp_path: Path) -> None:
    broken = [sys.executable, "-c", "print('no such table: people'); raise SystemExit(3)"]
    children = [Child("the site", SLEEP, tmp_path / "site.log"), Child("the pump", broken, tmp_path / "pump.log")]
    with Supervisor(children, os.environ, lambda text: None) as running:
        running.start()
        site = running.process("the site").pid
        with pytest.raises(ChildDied, match=r"(?s)the pump has ended \(code 3\).*no such table: people"):
            running.watch()
    assert not alive(site)


def test_stopping_ends_even_a_child_that_does_not_listen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dgxblock.demo.supervisor._STOP_SECONDS", 0.5)
    with Supervisor([Child("stubborn", STUBBORN, tmp_path / "log")], os.environ, lambda text: None) as running:
        running.start()
        time.sleep(0.5)
        pid = running.process("stubborn").pid
    assert not alive(pid)


def test_asked_to_stop_it_says_so_at_the_next_look(tmp_path: Path) -> None:
    with Supervisor([Child("sleeper", SLEEP, tmp_path / "log")], os.environ, lambda text: None) as running:
        running.start()
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Interrupted):
            running.watch()


def test_a_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    script = textwrap.dedent(
        f"""
        import os, time
        from pathlib import Path
        from dgxblock.demo.supervisor import Child, Supervisor
        with Supervisor([Child("sleeper", {SLEEP!r}, Path({str(tmp_path / "log")!r}))], os.environ, print) as running:
            running.start()
            print(running.process("sleeper").pid, flush=True)
            time.sleep(60)
        """
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
    deadline = time.monotonic() + 5
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(child)
