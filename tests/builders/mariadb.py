"""A MariaDB of one's own: a process with a folder and a socket, gone when whoever started it is.

It is set up as an Open edX site has its MySQL: utf8mb4, a collation that does not tell case apart, strict mode, and
REPEATABLE READ unless a connection asks for less.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

__all__ = ["connect", "database", "folder", "running"]

MISSING: Final = "This needs MariaDB: apt-get install mariadb-server-core mariadb-client-core, or run it through make."
_READY_SECONDS: Final = 60.0
_PR_SET_PDEATHSIG: Final = 1


def connect() -> None:
    """Let Django find its MySQL driver: PyMySQL under the name of the one that wants a compiler."""
    import pymysql

    pymysql.install_as_MySQLdb()


def folder() -> Path:
    """A new folder for a server, gone with this process. Not in `tmp_path`: the path of a socket must be short."""
    made = Path(tempfile.mkdtemp(prefix="dgxmaria-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def database(home: Path, /, name: str = "dgx", isolation: str = "repeatable read") -> dict[str, Any]:
    """Django's settings of a database on the server in `home`."""
    return {
        "ENGINE": "django.db.backends.mysql",
        "NAME": name,
        "USER": "root",
        "HOST": str(home / "socket"),
        "OPTIONS": {
            "charset": "utf8mb4",
            "isolation_level": isolation,
            "init_command": "SET sql_mode='STRICT_TRANS_TABLES'",
        },
        "TEST": {"NAME": name, "CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_ci"},
    }


@contextmanager
def running(home: Path, /, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server in the empty folder `home`. `options` come after ours, and win.

    Raises:
        RuntimeError: MariaDB is not installed, or does not start; the text has the end of its log.
    """
    data, log = home / "data", home / "log"
    if not (shutil.which("mariadbd") and shutil.which("mariadb-install-db")):
        raise RuntimeError(MISSING)
    # Only root is asked whose the files are to be; anybody else's are their own.
    common = ["--no-defaults", f"--datadir={data}", *(["--user=root"] if os.getuid() == 0 else [])]
    made = subprocess.run(
        # As a package's installer runs it: nothing outside `home` is touched.
        ["mariadb-install-db", *common, "--rpm", "--auth-root-authentication-method=normal", "--skip-test-db"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        raise RuntimeError(f"mariadb-install-db failed:\n{made.stdout[-2000:]}")
    server = subprocess.Popen(
        ["mariadbd", *common, *_ours(home), *options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,  # Ctrl-C is for whoever started it
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
    )  # fmt: skip
    try:
        _wait(home / "socket", server, log)
        yield server
    finally:
        _end(server)


def _ours(home: Path) -> list[str]:
    return [
        f"--socket={home / 'socket'}", f"--pid-file={home / 'pid'}", f"--log-error={home / 'log'}",
        "--skip-networking", "--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci",
        "--transaction-isolation=REPEATABLE-READ", "--max-connections=400",
        "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=32M",
        "--innodb-flush-log-at-trx-commit=0",  # what a throw-away database loses in a power cut matters to nobody
    ]  # fmt: skip


def _die_with_parent() -> None:
    """So that even a killed test run leaves no server behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _wait(path: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not _answers(path):
        if server.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
            raise RuntimeError(f"mariadbd did not start:\n{said[-2000:]}")
        time.sleep(0.05)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        try:
            probe.connect(str(path))
            return bool(probe.recv(1))
        except OSError:
            return False


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
