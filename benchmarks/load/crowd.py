"""The trainees: when each arrives, what each does, and how long each request took from the moment it was due."""

from __future__ import annotations

import html
import http.client
import json
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["TRAINEES", "Trainee", "arrive", "username"]

TRAINEES: Final = 300
ARRIVING: Final = 40.0
"""Seconds over which they arrive, evenly and not waiting for each other."""
PAUSE: Final = 1.5
"""Seconds between two things that a trainee does: a hurried one, since all is over after a minute."""
TOKEN: Final = "x" * 32
USAGE: Final = "dgx-demo.dgx_assessment.d0.u0"


def username(number: int, /) -> str:
    return f"load-{number:03d}"


@dataclass
class Trainee:
    """What came of one trainee. `seconds` by action, from the moment at which each request was due; `sent` is what was
    handed in, `failed` what went wrong."""

    number: int
    seconds: dict[str, list[float]] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    ended: float = 0.0


class _Visit:
    def __init__(self, port: int, trainee: Trainee, due: float) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies = {"csrftoken": TOKEN}
        self._trainee, self._due = trainee, due

    def ask(self, action: str, method: str, path: str, data: Any = None) -> str:
        """One request, `PAUSE` after the one before was due: a late server makes the next ones late, and it shows."""
        time.sleep(max(0.0, self._due - time.perf_counter()))
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "X-CSRFToken": self._cookies["csrftoken"],
            "Content-Type": "application/json", "Accept-Language": "en",
        }  # fmt: skip
        self._http.request(method, path, None if data is None else json.dumps(data), headers)
        answer = self._http.getresponse()
        body = answer.read().decode()
        self._trainee.seconds.setdefault(action, []).append(time.perf_counter() - self._due)
        self._due += PAUSE
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _eq, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if answer.status not in (200, 302):
            self._trainee.failed.append(f"{action}: {answer.status} {body[:200]}")
        return body


def _extra(page: str, handler: str) -> dict[str, Any]:
    found = re.search(rf'data-handler="{handler}" data-extra="([^"]*)"', page)
    return dict(json.loads(html.unescape(found[1]))) if found else {}


def _sit(port: int, trainee: Trainee, due: float, answers: Callable[[int], Mapping[str, Any]]) -> None:
    visit = _Visit(port, trainee, due)
    call = f"/handler/{USAGE}"
    visit.ask("enter", "POST", f"/enter/{username(trainee.number)}/")
    visit.ask("start page", "GET", "/learn/assessment/")
    begun = json.loads(visit.ask("begin", "POST", f"{call}/begin/", {"number": 1, "confirm": True}))
    extra = _extra(begun["html"], "submit")
    known = dict(answers(trainee.number))
    names, version = list(known), 0
    for upto in (3, 6):
        part = {name: known[name] for name in names[:upto]}
        saved = json.loads(
            visit.ask("save", "POST", f"{call}/save_draft/", {**extra, "a": part, "flags": {}, "version": version})
        )
        version = saved["version"]
    trainee.sent = known
    visit.ask("submit", "POST", f"{call}/submit/", {**extra, "a": known, "flags": {}, "version": version})
    visit.ask("result", "GET", "/learn/assessment/")
    trainee.ended = time.perf_counter()


def arrive(port: int, answers: Callable[[int], Mapping[str, Any]], /, *, trainees: int = TRAINEES) -> list[Trainee]:
    """Let all of them come, and answer with what came of each. `answers` gives those of a trainee who has begun."""
    crowd = [Trainee(number) for number in range(trainees)]
    start = time.perf_counter() + 0.5
    chance = random.Random(7)  # noqa: S311
    moments = sorted(chance.random() * ARRIVING for _ in crowd)

    def run(trainee: Trainee, due: float) -> None:
        try:
            _sit(port, trainee, due, answers)
        except Exception as error:  # noqa: BLE001  one that fails is one of the findings
            trainee.failed.append(repr(error)[:200])

    threads = [
        threading.Thread(target=run, args=(trainee, start + moment))
        for trainee, moment in zip(crowd, moments, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for trainee in crowd:
        trainee.ended -= start
    return crowd
