"""``python -m benchmarks.load [--json FILE]``: 300 trainees at the demo under gunicorn with MariaDB, then the audit.

The audit looks into the database: one attempt each, with exactly the answers that were sent; no draft left; a result
for the registry for each who passed and for nobody else.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.load import crowd
from tests.builders import mariadb

WORKERS, THREADS = 2, 4


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def served(port: int, log: Path, health: str = "healthz") -> Iterator[None]:
    """What the settings name, under gunicorn, ready."""
    command = [
        sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--threads", str(THREADS), "--bind",
        f"127.0.0.1:{port}", "--log-level", "warning", "benchmarks.load.wsgi:application",
    ]  # fmt: skip
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            for _turn in range(300):
                with (
                    contextlib.suppress(OSError),
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/{health}", timeout=5),
                ):
                    break
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


def new_database(home: Path) -> None:
    import pymysql

    with pymysql.connect(unix_socket=str(home / "socket"), user="root") as server:
        server.cursor().execute("CREATE DATABASE dgx CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")


def peers(home: Path, learners: int) -> int:
    """The comparison with other blocks, in place of the demo."""
    import django

    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "benchmarks.load.peers_settings", "DGX_BENCH_HOME": os.environ["DGX_DEMO_HOME"],
    }  # fmt: skip
    new_database(home)
    django.setup()
    from django.core.management import call_command

    from benchmarks import stand
    from benchmarks.load import peers as crowds

    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    stand.prepare()
    port = free_port()
    with served(port, Path(os.environ["DGX_DEMO_HOME"]) / "peers.log", ""):
        found, failed = crowds.compare(port, learners)
    own = found.get("small-assessment", {}).get("p95", 0.0)
    print(f"A hand-in of four questions, {learners} learners within {crowds.ARRIVING:.0f} s, MariaDB")
    for name, each in found.items():
        print(
            f"{name:<22}{each['handed in']:>5.0f}   median {each['median']:>6.0f} ms   p95 {each['p95']:>6.0f} ms   "
            f"ours takes {own / each['p95']:.2f} of it"
        )
    for text in failed[:20]:
        print("!", text)
    return int(bool(failed))


def prepare(home: Path) -> None:
    """Database, people, course; the assessment alone leads to a certificate."""
    import django

    new_database(home)

    django.setup()
    from django.core.management import call_command

    from dgxblock.demo import seed
    from dgxblock.demo.folder import Folder
    from dgxblock.registry.models import Requirement

    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    seed.seed(Folder.from_environment())
    Requirement.objects.exclude(kind="assessment").delete()


def answers(number: int) -> dict[str, Any]:
    """What a trainee hands in: two of three all right, the others half of it."""
    from django.contrib.auth import get_user_model
    from django.db import connection

    from benchmarks import content
    from dgxblock.demo.course import COURSE_KEY
    from dgxblock.ledger import api as ledger

    try:
        user = get_user_model().objects.get(username=crowd.username(number))
        (attempt,) = ledger.attempts(ledger.Place(str(user.pk), COURSE_KEY, crowd.USAGE))
    finally:
        connection.close()
    known = content.answers(content.library("assessment"), attempt.seed)
    drawn = {name: known[name] for name in attempt.paper if name in known}
    return drawn if number % 3 else dict(list(drawn.items())[: len(drawn) // 2])


def audit(found: list[crowd.Trainee]) -> list[str]:
    """Everything that is not as it should be, a sentence each."""
    from django.contrib.auth import get_user_model

    from benchmarks import content
    from dgxblock.content.read import parse
    from dgxblock.demo.course import COURSE_KEY
    from dgxblock.items import accept
    from dgxblock.ledger import api as ledger
    from dgxblock.ledger import models
    from dgxblock.registry.models import Achievement, Operation

    wrong, passed = [], set()
    paper: Any = parse(content.library("assessment"))
    items = paper.items
    for trainee in found:
        user = get_user_model().objects.get(username=crowd.username(trainee.number))
        attempts = ledger.attempts(ledger.Place(str(user.pk), COURSE_KEY, crowd.USAGE))
        name = crowd.username(trainee.number)
        if len(attempts) != 1 or attempts[0].submitted_at is None:
            wrong.append(f"{name} has {len(attempts)} attempts")
            continue
        if attempts[0].answers != accept(trainee.sent, items):
            wrong.append(f"{name}: other answers are kept than were sent")
        if attempts[0].passed:
            passed.add(str(user.pk))
    earned = list(Achievement.objects.values_list("learner_id", flat=True))
    if sorted(earned) != sorted(passed) or Operation.objects.count() != len(passed):
        wrong.append(f"{len(passed)} passed, {len(earned)} results and {Operation.objects.count()} operations are kept")
    if models.Draft.objects.exists():
        wrong.append(f"{models.Draft.objects.count()} drafts are left")
    return wrong


def summary(found: list[crowd.Trainee]) -> dict[str, Any]:
    """Seconds by action: median, 95th and 100th of a hundred."""
    actions: dict[str, list[float]] = {}
    for trainee in found:
        for action, took in trainee.seconds.items():
            actions.setdefault(action, []).extend(took)
    return {
        action: {
            "requests": len(took), "median": statistics.median(took),
            "p95": statistics.quantiles(took, n=20, method="inclusive")[-1], "most": max(took),
        }
        for action, took in actions.items()
    }  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--peers", action="store_true", help="instead: the same crowd at our block and at others")
    parser.add_argument("--trainees", type=int, default=crowd.TRAINEES)
    wishes = parser.parse_args(arguments)
    home = mariadb.folder()
    with tempfile.TemporaryDirectory(prefix="dgxload-") as folder, mariadb.running(home):
        os.environ |= {
            "DGX_DEMO_HOME": folder, "DGX_LOAD_MARIADB": str(home), "DGXBLOCK_LAB_DIR": f"{folder}/lab",
            "DJANGO_SETTINGS_MODULE": "benchmarks.load.settings",
        }  # fmt: skip
        from dgxblock.demo.folder import Folder

        if wishes.peers:
            return peers(home, wishes.trainees)
        Folder.from_environment().prepare()
        prepare(home)
        port = free_port()
        with served(port, Path(folder) / "gunicorn.log"):
            found = crowd.arrive(port, answers, trainees=wishes.trainees)
        wrong = audit(found)
        log = (Path(folder) / "gunicorn.log").read_text(encoding="utf-8", errors="replace")
    failed = [f"{crowd.username(each.number)}: {text}" for each in found for text in each.failed]
    last = max(each.ended for each in found)
    figures = summary(found)
    print(
        f"{len(found)} trainees, {WORKERS} workers of {THREADS} threads, MariaDB; the last was done after {last:.1f} s"
    )
    for action, each in figures.items():
        print(
            f"{action:<11}{each['requests']:>6}   median {1000 * each['median']:>6.0f} ms   "
            f"p95 {1000 * each['p95']:>6.0f} ms   most {1000 * each['most']:>6.0f} ms"
        )
    for text in [*failed[:20], *wrong[:20]]:
        print("!", text)
    print(f"{len(failed)} failed requests, {len(wrong)} findings of the audit")
    if failed:
        print(log[-2000:])
    if wishes.json:
        wishes.json.write_text(
            json.dumps({"actions": figures, "last": last, "failed": failed, "audit": wrong}, indent=1)
        )
    return int(bool(failed or wrong or last > 60))


if __name__ == "__main__":
    sys.exit(main())
