"""How long data sets take to build, and what a guarded query costs above a plain one."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Final

from benchmarks import content
from benchmarks.measure import Spread, timed
from dgxblock import lab
from dgxblock.content.model import Column, Dataset, Exercise, TableDef, Text
from dgxblock.content.read import parse
from dgxblock.lab import LabError, Sheet, Table

__all__ = ["CROWD", "behind", "build", "crowd", "drawn", "first_case", "queries"]

DRAWS: Final = (
    "uniform('a', i, 0, 1)", "uniform('b', i, 10, 20)", "normal('c', i, 100, 15)", "normal('d', i, 0, 1)",
    "exponential('e', i, 24)", "exponential('f', i, 3)", "integer('g', i, 1, 6)", "integer('h', i, 100, 900)",
    "bernoulli('j', i, 0.3)", "poisson('k', i, 4)", "uniform('l', i, -1, 1)", "normal('m', i, 5, 2)",
)  # fmt: skip
LOG: Final = "shift_log"
CROWD: Final = 50
QUERY: Final = (
    "SELECT line, shift, count(*) AS shifts, sum(changeover_min) AS changeover, "
    "avg(boards_first_pass * 1.0 / boards_total) AS quality FROM shift_log WHERE day > {day} GROUP BY line, shift"
)


def first_case() -> Dataset:
    """The data of the library's first case: a log of 180 rows, and the tables and values worked out from it."""
    document = parse(content.library("exercise"))
    assert isinstance(document, Exercise)
    return document.dataset


def first_log() -> Dataset:
    """The log of 180 rows alone, with the small table of parameters that it is drawn from."""
    whole = first_case()
    last = [table.name for table in whole.tables].index(LOG)
    return replace(whole, tables=whole.tables[: last + 1], values=())


def drawn(rows: int, /) -> Dataset:
    """So many rows of twelve draws each."""
    label = Text((), ())
    columns = tuple(Column(f"c{number}", label, "decimal") for number in range(len(DRAWS)))
    select = ", ".join(f"{draw} AS c{number}" for number, draw in enumerate(DRAWS))
    table = TableDef("wide", label, columns, f"SELECT {select} FROM n WHERE i <= {rows}")  # noqa: S608 our own words
    return Dataset("bench-wide", "bench", "CC0-1.0", (), (table,), (), ())


def build(dataset: Dataset, times: int, /) -> Spread:
    """Milliseconds of the processor to build the sheet of a learner whom nobody has asked for, in this process, where
    it can be measured. A build that its own deadline ended, because others held the processor, is left out.

    Raises:
        RuntimeError: all were.
    """
    found: list[float] = []
    for turn in range(times):
        try:
            found.append(timed(partial(Sheet, dataset, f"build {turn}"))[0].cpu)
        except LabError as error:
            if error.code != "deadline":
                raise
    if not found:
        raise RuntimeError("no data set could be built in time: the machine is too busy to measure")
    return Spread.of(found)


def behind(dataset: Dataset, times: int, /) -> Spread:
    """Milliseconds on the wall until a web worker has such a sheet from a child of the broker."""
    return Spread.of([timed(partial(lab.build, dataset, f"behind {turn}"))[0].wall for turn in range(times)])


def queries(times: int, /) -> tuple[Spread, Spread]:
    """Milliseconds on the wall of one query over the log: plain SQLite, and as a learner's runs, in a child process.

    Each is another text of another learner, so that none is answered from memory or has to wait for its rate.
    """
    sheet = Sheet(first_log(), "bench")
    plain = unguarded(sheet.tables[LOG])
    bare: list[float] = []
    kept: list[float] = []
    for turn in range(times):
        sql = QUERY.format(day=turn / times)
        took, expected = timed(partial(plainly, plain, sql))
        bare.append(took.wall)
        took, found = timed(partial(lab.run, sql, [sheet.tables[LOG]], who=f"learner {turn}"))
        kept.append(took.wall)
        if [tuple(row) for row in found.rows] != expected:
            raise RuntimeError("the guarded query gave other rows than the plain one")
    plain.close()
    return Spread.of(bare), Spread.of(kept)


def crowd(trainees: int, /) -> tuple[Spread, Spread, Spread]:
    """So many trainees send a query at the same moment: milliseconds on the wall until each is answered; until a page
    has the data of one more, who begins meanwhile; and the same for another who begins when nobody asks.

    Raises:
        LabError: one of them was not answered.
    """
    table = Sheet(first_log(), "bench").tables[LOG]

    def ask(number: int) -> float:
        return timed(partial(lab.run, QUERY.format(day=number / trainees), [table], who=f"crowd {number}"))[0].wall

    alone = behind(first_case(), 3)
    with ThreadPoolExecutor(trainees) as pool:
        asked = [pool.submit(ask, number) for number in range(trainees)]
        meanwhile = timed(partial(lab.build, first_case(), "the one more"))[0].wall
        answered = [each.result() for each in asked]
    return Spread.of(answered), Spread.of([meanwhile]), alone


def plainly(connection: sqlite3.Connection, sql: str, /) -> list[tuple[object, ...]]:
    return connection.execute(sql).fetchall()


def unguarded(table: Table, /) -> sqlite3.Connection:
    """A database with that table and no guard."""
    connection = sqlite3.connect(":memory:")
    names = ", ".join(column.name for column in table.columns)
    connection.execute(f"CREATE TABLE {table.name} ({names})")
    marks = ", ".join("?" * len(table.columns))
    connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", table.rows)  # noqa: S608 our own words
    return connection
