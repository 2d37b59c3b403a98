"""A Celery worker in a process of its own, which tests may kill: ``python -m tests.builders.worker_process '<json>'``.

The JSON has ``database`` and ``dgxblock`` (the host's settings) and ``broker``, the address of a Redis.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from celery import Celery

from tests.builders import mariadb


def start(dgxblock: dict[str, Any], broker: str, log: Path, /) -> subprocess.Popen[bytes]:
    """Start a worker on the database that the tests run on, in a group of its own; its output goes to `log`."""
    from django.db import connection

    database = {name: connection.settings_dict[name] for name in ("ENGINE", "NAME", "USER", "HOST", "OPTIONS")}
    given = json.dumps({"database": database, "dgxblock": dgxblock, "broker": broker})
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.builders.worker_process", given], stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip


def app(broker: str, /) -> Celery:
    """Celery as a host has it, with the doorbell's task."""
    made = Celery("tests", broker=broker, set_as_current=True)
    made.conf.broker_connection_retry_on_startup = True
    made.set_default()
    return made


def main(given: dict[str, Any], /) -> None:
    import django
    from django.conf import settings

    if given["database"]["ENGINE"].endswith("mysql"):
        mariadb.connect()
    settings.configure(
        SECRET_KEY="only for tests", USE_TZ=True,
        INSTALLED_APPS=["dgxblock.ledger.apps.LedgerConfig", "dgxblock.registry.apps.RegistryConfig"],
        DATABASES={"default": given["database"]}, DGXBLOCK=given["dgxblock"],
    )  # fmt: skip
    django.setup()
    celery = app(given["broker"])
    from dgxblock.registry import tasks

    assert tasks.ring is not None
    # A process for the tasks beside the one that listens, as a platform's worker has it.
    celery.worker_main(["worker", "--concurrency=1", "--loglevel=WARNING", "--without-gossip", "--without-mingle"])


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
