"""A Redis of one's own: a process with a folder and a port, as a broker for Celery."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Final

__all__ = ["Broker"]

_READY_SECONDS: Final = 20.0


class Broker:
    """A running Redis. What it holds is dumped to ``home/dump.rdb`` when it is told to."""

    def __init__(self, home: Path, /) -> None:
        assert shutil.which("redis-server"), "This needs Redis: apt-get install redis-server, or run it through make."
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.home = home
        self._process = self._start()

    @property
    def url(self) -> str:
        """As Celery wants it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.home), "--save", "",
             "--appendonly", "yes"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + _READY_SECONDS
        while True:
            try:
                if self.say("PING").startswith(b"+PONG"):
                    return process
            except OSError:
                pass
            assert time.monotonic() < deadline, "Redis did not start"
            time.sleep(0.05)

    def say(self, *words: str) -> bytes:
        """One command; the beginning of its answer."""
        with socket.create_connection(("127.0.0.1", self.port), 5) as line:
            line.sendall(f"*{len(words)}\r\n".encode() + b"".join(f"${len(w)}\r\n{w}\r\n".encode() for w in words))
            return line.recv(4096)

    def forget(self) -> None:
        """Lose everything that was in it."""
        self.say("FLUSHALL")

    def die(self) -> None:
        """Be killed, and come back."""
        self._process.kill()
        self._process.wait()
        self._process = self._start()

    def stop(self) -> bytes:
        """End; everything that was ever written to its files."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)
        return b"".join(file.read_bytes() for file in self.home.rglob("*") if file.is_file())
