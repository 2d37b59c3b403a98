"""One run: every subject visited, counted and weighed, then the data and the wheel."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import data, measure, subjects, weights, wheel
from benchmarks.results import Results

__all__ = ["everything"]

PACKAGES = ("dgxblock", "Django", "XBlock", "xblock-sdk", "lxml", *(each.distribution for each in subjects.PEERS))


def everything(*, rounds: int, say: Callable[[str], None], build_wheel: bool = True) -> Results:
    """Measure everything; `say` is told what is under way.

    Raises:
        RuntimeError: a block did not do what it was asked, or the wheel could not be built.
    """
    load = os.getloadavg()[0]
    ours, theirs, missing = subjects.ours(), [], []
    for peer in subjects.PEERS:
        try:
            theirs.append(subjects.peer(peer))
        except subjects.Missing as error:
            missing.append(str(error))
    everybody = [*ours, *theirs]
    say(f"{len(everybody)} blocks, {rounds} rounds …")
    cpu, wall = measure.compare(everybody, rounds=rounds, warm=min(3, rounds))
    after = 10 * rounds + 100  # learners whom no round has seen
    counts = {each.name: measure.queries(each, str(after)) for each in everybody}
    weighed = {each.name: weights.weigh(each, str(after + 1)) for each in everybody}
    say("Data sets and queries …")
    few = max(2, min(20, rounds))
    builds = {
        "180 rows x 12 draws": data.build(data.drawn(180), few),
        "case C1, 180 rows and all that follows": data.build(data.first_case(), few),
        "5,000 rows x 12 draws": data.build(data.drawn(5000), max(2, few // 4)),
    }
    plain, guarded = data.queries(10 * few)
    size = None
    if build_wheel:
        say("The wheel …")
        size = wheel.sizes()
    return Results(
        about=_about(rounds, load),
        labels={each.name: each.label for each in everybody},
        ours=tuple(each.name for each in ours),
        peers=tuple(each.name for each in theirs),
        missing=tuple(missing),
        cpu=cpu,
        wall=wall,
        queries={name: {action: len(found) for action, found in each.items()} for name, each in counts.items()},
        weights=weighed,
        builds=builds,
        behind=data.behind(data.first_case(), few),
        query=(plain, guarded),
        crowd=data.crowd(data.CROWD),
        wheel=size,
    )


def _about(rounds: int, load: float) -> dict[str, str]:
    versions = {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "When": datetime.now(UTC).isoformat(timespec="seconds"),
        "Where": f"{_processor()}, {os.cpu_count()} of them, load {load:.1f} before, {os.getloadavg()[0]:.1f} after",
        "What": ", ".join(f"{name} {number}" for name, number in versions.items()),
        "Rounds": str(rounds),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or "unknown processor")
