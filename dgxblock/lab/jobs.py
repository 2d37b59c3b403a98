"""What a child of the broker can be asked to do. A job is a function of a header and data; nobody else runs these.

A function takes ``(header, data)`` and gives a header, or header and data; it may raise `LabError`. One that is marked
`prepared` gets as third argument what `prepare` made while the child was waiting.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Literal

from dgxblock.lab.engine import Engine, Plan
from dgxblock.lab.errors import LabError
from dgxblock.lab.guard import LEARNERS, Guard, Rows

Header = dict[str, Any]

FAILED: Final = "lab_error"
"""The only thing in an answer whose job could not be done; jobs have words of their own for what they could not do."""
QUERY_SECONDS: Final = 0.95
"""A learner's statement, on all data that it is run on, ends by itself after so long; the broker kills at 1.05."""
PATIENCE: Final = 2.0
"""A statement of an author's: twice what the authors' desk allows, as a server may be busy."""
AHEAD_SECONDS: Final = 0.3
"""Queries that are answered with the data set, before they are asked."""


@dataclass(frozen=True)
class Job:
    """`function` is ``module:name``. It is killed after `seconds`; `memory` bounds the process, `heap` SQLite (MB).

    `lane`: pages do not wait for trainees' statements. Without `files` it cannot open any, nor a connection.
    """

    function: str
    lane: Literal["page", "trainee"]
    seconds: float
    heap: int = 0
    memory: int = 256
    files: bool = False
    prepared: bool = False

    def load(self) -> Callable[..., Any]:
        """The function itself."""
        module, _, name = self.function.partition(":")
        return getattr(import_module(module), name)  # type: ignore[no-any-return]


JOBS: Final[dict[str, Job]] = {
    "query": Job("dgxblock.lab.jobs:query", "trainee", 1.05, heap=32, prepared=True),
    "build": Job("dgxblock.lab.jobs:build", "page", 5.6, heap=64),
    "ask": Job("dgxblock.lab.jobs:ask", "page", 2.6, heap=64),
    "workbook": Job("dgxblock.lab.workbook:read_job", "trainee", 3.0, files=True),
    "table": Job("dgxblock.lab.workbook:table_job", "page", 5.0, files=True),
}


def prepare() -> dict[str, Any]:
    """What a child does before it has a job, so that the job need not wait for it."""
    return {"learner": Guard(LEARNERS)}


def bound_heap(job: Job, /) -> None:
    """SQLite's own limit for the whole process: it can be lowered, never raised again."""
    if job.heap:
        with contextlib.closing(sqlite3.connect(":memory:")) as database:
            database.execute(f"PRAGMA hard_heap_limit = {job.heap << 20}")


def query(header: Header, data: bytes, prepared: dict[str, Any], /) -> Header:
    """A learner's statement on one set of tables or several: ``{"sql", "sets": [[{table: [column]}, bytes]], "rows"}``.

    Gives ``{"answers": [{"columns", "rows"} or {"error"}]}``, one for each set.
    """
    guard: Guard = prepared["learner"]
    until = time.monotonic() + QUERY_SECONDS
    answers: list[Header] = []
    begin = 0
    for tables, size in header["sets"]:
        guard.load(data[begin : begin + size], {name: tuple(columns) for name, columns in tables.items()})
        begin += size
        try:
            found = guard.run(header["sql"], {}, seconds=max(0.0, until - time.monotonic()), rows=header["rows"])
            answers.append(_told(found))
        except LabError as error:
            answers.append({"error": error.as_json()})
    return {"answers": answers}


def build(header: Header, _data: bytes, /) -> tuple[Header, bytes]:
    """A data set: ``{"plan", "seed", "queries"}``.

    Gives ``{"tables": {name: rows}, "values": [[name, value]], "answers": {sql: {"columns", "rows"}}}`` and the image
    of the tables. A query that fails, or for which no time is left, has no answer.
    """
    engine = Engine(Plan.read(header["plan"]), header["seed"], seconds=PATIENCE)
    answers: Header = {}
    until = time.monotonic() + AHEAD_SECONDS
    for sql in header["queries"]:
        left = until - time.monotonic()
        if left <= 0:
            break
        try:
            answers[sql] = _told(engine.query(sql, seconds=left))
        except LabError:
            continue
    told = {"tables": engine.tables, "values": list(engine.values.items()), "answers": answers}
    return told, engine.image()


def ask(header: Header, image: bytes, /) -> Header:
    """A question to a built data set: ``{"plan", "seed", "values"}`` and ``"query"`` or ``"solve": [name, overrides]``.

    Gives ``{"columns", "rows"}`` or ``{"value"}``.
    """
    values = dict(header["values"])
    engine = Engine(Plan.read(header["plan"]), header["seed"], image=image, values=values, seconds=PATIENCE)
    if "solve" in header:
        return {"value": engine.solve(*header["solve"])}
    return _told(engine.query(header["query"], seconds=header["seconds"]))


def _told(found: Rows) -> Header:
    return {"columns": found.columns, "rows": found.rows}
