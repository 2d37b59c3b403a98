"""The demo as a visitor finds it: the real command, its processes, and their databases in a folder of their own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import requests

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "screenshots"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Stand:
    """A running demo. `home` is its folder, `output` the file that it writes to."""

    home: Path
    port: int
    registry_port: int
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, home: Path) -> Self:
        port, registry_port = free_port(), free_port()
        home.mkdir(parents=True, exist_ok=True)
        environment = {
            **os.environ, "PORT": str(port), "REGISTRY_PORT": str(registry_port), "DGX_DEMO_HOME": str(home / "var"),
        }  # fmt: skip
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        with (home / "output.txt").open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "dgxblock.demo"], cwd=ROOT, env=environment, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        stand = cls(home, port, registry_port, process)
        stand.wait()
        return stand

    def wait(self) -> None:
        until = time.monotonic() + 90
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"the demo ended: {self.printed()}")
            try:
                if all(requests.get(f"{at}/healthz", timeout=2).ok for at in (self.site, self.registry)):
                    return
            except requests.RequestException:
                time.sleep(0.2)
        raise AssertionError(f"the demo did not come up: {self.printed()}")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)

    def printed(self) -> str:
        return (self.home / "output.txt").read_text(encoding="utf-8", errors="replace")

    @property
    def site(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def registry(self) -> str:
        return f"http://localhost:{self.registry_port}"

    def rows(self, database: str, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Read one of the demo's databases, ``site.sqlite3`` or ``registry.sqlite3``, as nobody's code would."""
        path = f"file:{self.home / 'var' / database}?mode=ro"
        with contextlib.closing(sqlite3.connect(path, uri=True)) as connection:
            return connection.execute(sql, params).fetchall()
