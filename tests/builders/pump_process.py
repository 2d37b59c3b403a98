"""A pump in a process of its own, which tests may kill: ``python -m tests.builders.pump_process '<json>'``.

The JSON has ``database`` and ``dgxblock`` (the host's settings), and ``crash``: the name of a point at which the
process kills itself with SIGKILL, so that no clean-up of any kind runs.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.builders import mariadb

POINTS = ("before-mark", "after-mark", "before-record", "after-record")


def start(
    dgxblock: dict[str, Any], /, *, crash: str = "", how: str = "--once", log: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start a pump on the database that the tests run on. With `log`, in a group of its own, its output into there."""
    from django.db import connection

    names = ("ENGINE", "NAME", "USER", "HOST", "OPTIONS")
    database = {name: connection.settings_dict[name] for name in names}
    given = json.dumps({"database": database, "dgxblock": dgxblock, "crash": crash, "how": how})
    command = [sys.executable, "-m", "tests.builders.pump_process", given]
    if log is None:
        return subprocess.Popen(command)
    with log.open("ab") as out:
        return subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)


def _die(*_args: object, **_kwargs: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _then_die(call: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> None:
        call(*args, **kwargs)
        _die()

    return wrapped


def main(given: dict[str, Any]) -> None:
    import django
    from django.conf import settings

    if given["database"]["ENGINE"].endswith("mysql"):
        mariadb.connect()
    settings.configure(
        SECRET_KEY="only for tests",
        USE_TZ=True,
        INSTALLED_APPS=["dgxblock.ledger.apps.LedgerConfig", "dgxblock.registry.apps.RegistryConfig"],
        DATABASES={"default": given["database"]},
        DGXBLOCK=given["dgxblock"],
    )
    django.setup()
    from django.core.management import call_command

    from dgxblock.registry import outbox
    from dgxblock.registry.delivery import record

    replaced: dict[str, tuple[object, str, Callable[..., Any]]] = {
        "before-mark": (outbox, "begin_send", _die),
        "after-mark": (outbox, "begin_send", _then_die(outbox.begin_send)),
        "before-record": (record, "settle", _die),
        "after-record": (record, "settle", _then_die(record.settle)),
    }
    if given["crash"]:
        module, name, function = replaced[given["crash"]]
        setattr(module, name, function)
    call_command("dgx_registry", "pump", given.get("how", "--once"))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
