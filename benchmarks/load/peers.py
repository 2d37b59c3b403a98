"""The same crowd at one block after the other, ours and the peers', on the measuring stand."""

from __future__ import annotations

import http.client
import random
import statistics
import threading
import time
from typing import Any, Final

__all__ = ["ARRIVING", "compare"]

ARRIVING: Final = 30.0
"""Seconds over which the learners come to one block."""
PAUSE: Final = 0.5


def _visit(port: int, name: str, learner: str, due: float, took: list[float], failed: list[str]) -> None:
    from django.db import connection

    from benchmarks.load.peers_urls import everybody

    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(path: str, body: bytes | None = None, kind: str = "application/json") -> tuple[float, str]:
        nonlocal due
        time.sleep(max(0.0, due - time.perf_counter()))
        headers = {"Content-Type": kind} if body is not None else {}
        link.request("GET" if body is None else "POST", f"/{name}/{learner}/{path}", body, headers)
        answer = link.getresponse()
        text = answer.read().decode("utf-8", "replace")
        late = time.perf_counter() - due
        due += max(PAUSE, late)
        if answer.status != 200:
            failed.append(f"{name} {path}: {answer.status} {text[:100]}")
        return late, text

    try:
        ask("")
        ask("before/")
        _late, page = ask("")
        handler, suffix, request = everybody()[name].request(learner, page)
        late, _text = ask(f"call/{handler}/{suffix or '-'}/", request.body, request.content_type)
        took.append(late)
    except Exception as error:  # noqa: BLE001  one that fails is one of the findings
        failed.append(f"{name}: {error!r}"[:200])
    finally:
        connection.close()


def compare(port: int, learners: int, /) -> tuple[dict[str, dict[str, float]], list[str]]:
    """Milliseconds of a hand-in by block, median and 95th of a hundred; and what failed."""
    from benchmarks.load.peers_urls import everybody

    found: dict[str, dict[str, float]] = {}
    failed: list[str] = []
    for place, name in enumerate(everybody()):
        for number in range(20):  # what is read and started once is read and started
            _visit(port, name, str(1000 * (place + 1) + 900 + number), time.perf_counter(), [], failed)
        took: list[float] = []
        start, chance = time.perf_counter() + 0.5, random.Random(7)  # noqa: S311
        threads: list[Any] = [
            threading.Thread(
                target=_visit,
                args=(port, name, str(1000 * (place + 1) + number), start + chance.random() * ARRIVING, took, failed),
            )
            for number in range(learners)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if took:
            found[name] = {
                "handed in": len(took), "median": 1000 * statistics.median(took),
                "p95": 1000 * statistics.quantiles(took, n=20, method="inclusive")[-1],
            }  # fmt: skip
    return found, failed
