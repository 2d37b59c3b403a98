"""The one command: three processes that start, answer and stop together."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.demo.test_supervisor import alive, free_port

pytestmark = pytest.mark.slow
_SECONDS = 60.0


def environment(home: Path, **wishes: str) -> dict[str, str]:
    root = str(Path(__file__).parents[2])
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "LC_", "LANG"))},
        "DGX_DEMO_HOME": str(home), "PORT": str(free_port()), "REGISTRY_PORT": str(free_port()), "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]), **wishes,
    }  # fmt: skip


class Demo:
    """The command, running; `said` is what it has printed."""

    def __init__(self, wishes: dict[str, str]) -> None:
        self.wishes, self.said = wishes, []  # type: dict[str, str], list[str]
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dgxblock.demo"],
            env=wishes,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def until_ready(self) -> float:
        """Read what it says until it is ready; seconds that it took."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if line.startswith("Ready:"):
                return time.monotonic() - self.began
            assert time.monotonic() - self.began < _SECONDS, self.said
        raise AssertionError(self.said)

    def children(self) -> list[int]:
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in found.split()]

    def get(self, port: str, path: str) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.wishes[port]}{path}", timeout=10) as answer:
            return answer.read().decode()

    def end(self) -> tuple[int, str]:
        """Exit code, and the rest of what it says."""
        rest, _errors = self.process.communicate(timeout=30)
        return self.process.returncode, rest


@contextlib.contextmanager
def running(wishes: dict[str, str]) -> Iterator[Demo]:
    demo = Demo(wishes)
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.process.terminate()
        demo.process.communicate(timeout=30)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the tests below share: the first start fills it."""
    return tmp_path_factory.mktemp("demo")


def test_it_says_what_it_does_answers_at_both_addresses_and_stops_without_orphans(home: Path) -> None:
    with running(environment(home)) as demo:
        demo.until_ready()
        ports = demo.wishes["PORT"], demo.wishes["REGISTRY_PORT"]
        site, registry = (f"http://localhost:{port}" for port in ports)
        assert demo.said[-1] == f"Ready: demo {site} · registry sandbox {registry} · Ctrl-C stops everything"
        assert [line for line in demo.said if "ready" in line and "Ready" not in line] == [
            "the registry sandbox is ready", "the site is ready", "the pump is ready",
        ]  # fmt: skip
        assert json.loads(demo.get("PORT", "/healthz"))["status"] == "ok"
        assert json.loads(demo.get("REGISTRY_PORT", "/healthz"))["status"] == "ok"
        assert "/enter/zhou-min/" in demo.get("PORT", "/")
        children = demo.children()
        assert len(children) == 3
        demo.process.send_signal(signal.SIGINT)
        assert demo.end() == (0, "Stopped.\n")
        assert not any(alive(pid) for pid in children)
    for secret in (home / "secrets").iterdir():
        assert oct(secret.stat().st_mode & 0o777) == "0o600"


def test_the_second_start_takes_less_than_ten_seconds_and_keeps_the_keys(home: Path) -> None:
    before = {path.name: path.read_text() for path in (home / "secrets").iterdir()}
    assert before
    with running(environment(home)) as demo:
        assert demo.until_ready() < 10
        assert not any("new keys" in line for line in demo.said)
        assert {path.name: path.read_text() for path in (home / "secrets").iterdir()} == before
        demo.process.terminate()
        assert demo.end()[0] == 0


def test_a_process_that_dies_is_named_and_takes_the_others_with_it(home: Path) -> None:
    with running(environment(home)) as demo:
        demo.until_ready()
        children = demo.children()
        pump = next(pid for pid in children if b"pump" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(pump, signal.SIGKILL)
        code, said = demo.end()
        assert code == 1
        assert "the pump has ended (code -9), so everything stops." in said
        assert not any(alive(pid) for pid in children)


def test_two_demos_never_share_a_folder(home: Path) -> None:
    with running(environment(home)) as demo:
        demo.until_ready()
        code, said = Demo(environment(home)).end()
        assert code == 1
        assert "is already running from" in said
        assert json.loads(demo.get("PORT", "/healthz"))["status"] == "ok"


@pytest.mark.parametrize("name", ["PORT", "REGISTRY_PORT"])
def test_a_busy_port_is_a_sentence_and_changes_nothing(name: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        code, said = Demo(environment(tmp_path / "var", **{name: str(port)})).end()
    assert code == 1
    assert said.startswith(f"Port {port} is in use by another program.")
    assert said.count("\n") == 1
    assert not (tmp_path / "var" / "secrets").exists()


@pytest.mark.parametrize(
    "wishes", [{"PORT": "eighty"}, {"PORT": "8000", "REGISTRY_PORT": "8000"}, {"DGX_DEMO_HOME": "/proc/no"}]
)
def test_what_cannot_be_is_a_sentence_and_not_a_trace(wishes: dict[str, str], tmp_path: Path) -> None:
    code, said = Demo(environment(tmp_path, **wishes)).end()
    assert code == 1
    assert said.count("\n") == 1
    assert "Traceback" not in said
