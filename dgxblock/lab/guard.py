"""Run a document's SQL so that it can compute and do nothing else.

This is the in-process engine: it runs what course authors wrote. What stands between a statement and the host:

- form: one statement that begins with SELECT, WITH or VALUES, at most 8,000 characters, 12 SELECTs and 24 uses of its
  own WITH names (SQLite copies such a subquery at every use while it prepares, where no deadline reaches: 12 levels
  of ten uses each would be 10^11 copies);
- an authorizer that allows SELECT, listed functions and listed tables: no ATTACH, PRAGMA, VACUUM, virtual tables,
  schema, writing, recursion;
- SQLite's own limits (research: LENGTH 50,000 bounds the single instructions that cannot be interrupted), nothing
  temporary on disk;
- a deadline of one second, at most 5,000 rows and 2 million characters of result.

What it cannot bound is memory within that second (a window over a cross join took 480 MB) and one instruction's time.
Learners' own SQL will need both, and only another process can be bounded so, and killed: a child with address-space,
CPU and file-size limits, a hard heap limit, and one read-only data file of that learner alone.
"""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dgxblock.content.model import Value
from dgxblock.lab.errors import LabError
from dgxblock.lab.statement import inspect, parameters

MOST_ROWS: Final = 5000
MOST_RESULT: Final = 2_000_000
SECONDS: Final = 1.0
_STEPS: Final = 200
"""Instructions of SQLite's machine between two looks at the clock: single ones may take 20 ms at LENGTH 50,000."""

_LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: 50_000,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 10_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 64,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 50,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 10,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 16,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 50,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 50,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}

# No clock, no randomness, nothing that makes long text in one instruction (printf, replace, hex, zeroblob …).
# fmt: off
_FUNCTIONS: Final = frozenset([
    "abs", "avg", "ceil", "coalesce", "count", "cume_dist", "dense_rank", "exp", "first_value",
    "floor", "group_concat", "ifnull", "iif", "lag", "last_value", "lead", "length", "like", "ln",
    "lower", "ltrim", "max", "min", "nth_value", "ntile", "nullif", "percent_rank", "power", "rank",
    "round", "row_number", "rtrim", "sign", "sqrt", "substr", "substring", "sum", "total", "trim",
    "typeof", "upper",
])
# fmt: on


@dataclass(frozen=True)
class Rows:
    """What a statement gave: names of the columns and the rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


class Guard:
    """One private in-memory database and the only door to it. Not thread-safe: its owner locks."""

    def __init__(self, functions: Mapping[str, tuple[int, Callable[..., object]]], /) -> None:
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, cached_statements=0)
        self._tables: set[str] = set()
        self._functions = _FUNCTIONS | functions.keys()
        self._own: frozenset[str] = frozenset()
        self._open = True
        self._until = math.inf
        self._refused = ""
        self._fault = ""
        for name, (arguments, function) in {**_ARITHMETIC, **functions}.items():
            self._db.create_function(name, arguments, self._watched(function), deterministic=True)
        self._db.execute("PRAGMA temp_store = MEMORY")
        self._db.execute("PRAGMA trusted_schema = OFF")
        for limit, most in _LIMITS.items():
            self._db.setlimit(limit, most)
        self._db.set_authorizer(self._authorize)
        self._db.set_progress_handler(self._late, _STEPS)

    def __del__(self) -> None:
        self._db.close()

    def _watched(self, function: Callable[..., object], /) -> Callable[..., Any]:
        """Remember why a function refused: SQLite only says that it did."""

        def call(*arguments: object) -> Any:
            try:
                return function(*arguments)
            except (ValueError, OverflowError, TypeError) as error:
                self._fault = str(error)
                raise

        return call

    def _late(self) -> int:
        return int(time.monotonic() > self._until)

    def _authorize(self, action: int, one: str | None, two: str | None, _db: str | None, _in: str | None, /) -> int:
        if self._open or action == sqlite3.SQLITE_SELECT:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and (two or "").lower() in self._functions:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            table = (one or "").lower()
            # count(*) over a name of WITH, or over a subquery, reads column "" of it
            if table in self._tables or (not two and (table in self._own or table[:1] in {"", "("})):
                return sqlite3.SQLITE_OK
        self._refused = (two if action == sqlite3.SQLITE_FUNCTION else one) or "this kind of statement"
        return sqlite3.SQLITE_DENY

    def sequence(self, name: str, length: int, /) -> None:
        """Create a table of one column `i` that holds 1…`length`."""
        self.fill(name, ("i",), ())
        self._open = True
        try:
            self._db.execute(
                f'INSERT INTO "{name}" WITH RECURSIVE c(i) AS '  # noqa: S608 a plain word, as in `fill`
                "(SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ?) SELECT i FROM c",
                (length,),
            )
        finally:
            self._open = False

    def fill(self, name: str, columns: tuple[str, ...], rows: Iterable[tuple[Value, ...]], /) -> None:
        """Create a table that statements may read from now on. Names must have been checked by the caller."""
        self._open, self._until = True, math.inf
        try:
            # no declared type: a cell keeps the type that it was checked to have
            quoted = ", ".join(f'"{column}"' for column in columns)
            self._db.execute(f'CREATE TABLE "{name}" ({quoted})')
            self._db.execute("BEGIN")
            marks = ", ".join("?" * len(columns))
            self._db.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)  # noqa: S608 names are plain words
            self._db.execute("COMMIT")
        finally:
            self._open = False
        self._tables.add(name)

    def run(self, sql: str, values: Mapping[str, Value], /, *, seconds: float = SECONDS) -> Rows:
        """Run one statement; its ``:names`` come from `values`.

        Raises:
            LabError: any of the codes from ``statement`` to ``draw``, or ``number``; the database is unchanged.
        """
        self._own, self._refused, self._fault = inspect(sql), "", ""
        self._open, self._until = False, time.monotonic() + seconds
        used = parameters(sql)
        missing = used - values.keys()
        if missing:
            raise LabError("parameter", detail=", ".join(sorted(missing)))
        cursor = self._db.cursor()
        try:
            return self._collect(cursor.execute(sql, {name: values[name] for name in used}))
        except LabError:
            raise
        except (
            sqlite3.Error,
            sqlite3.Warning,
            MemoryError,
            OverflowError,
            RecursionError,
            UnicodeError,
        ) as error:
            raise self._explain(error) from None
        finally:
            self._until = math.inf
            cursor.close()

    def _collect(self, cursor: sqlite3.Cursor, /) -> Rows:
        rows: list[tuple[Value, ...]] = []
        size = 0
        # in small pieces: a result that is too large is refused before it is held
        while piece := cursor.fetchmany(50):
            rows += piece
            size += sum(len(cell) for row in piece for cell in row if isinstance(cell, str | bytes))
            if len(rows) > MOST_ROWS:
                raise LabError("rows", detail=f"more than {MOST_ROWS} rows")
            if size > MOST_RESULT:
                raise LabError("size", detail="the result is too large")
            if any(isinstance(cell, float) and not math.isfinite(cell) for row in piece for cell in row):
                raise LabError("number", detail="the result holds an infinite number")
        return Rows(tuple(column[0] for column in cursor.description or ()), tuple(rows))

    def _explain(self, error: BaseException, /) -> LabError:
        if self._refused:
            return LabError("forbidden", detail=self._refused)
        if self._late():
            return LabError("deadline", detail="took more than one second")
        if self._fault:
            return LabError("draw", detail=self._fault)
        if isinstance(error, MemoryError | OverflowError) or "too big" in str(error):
            return LabError("size", detail="needs too much memory")
        # SQLite's sentence quotes the author's own statement, except for texts that it could not decode
        return LabError("sql", detail="" if isinstance(error, UnicodeError) else str(error)[:200])


def _round(number: object, digits: object = 0, /) -> float | None:
    """SQLite's own `round` has changed between versions; this one is the same everywhere. Halves go away from 0."""
    if number is None or digits is None:
        return None
    if not isinstance(number, int | float) or not isinstance(digits, int) or not 0 <= digits <= 12:
        raise ValueError("round takes a number and 0 to 12 digits")
    if digits == 0:
        return math.copysign(math.floor(abs(number) + 0.5), number)
    return float(round(number, digits))


def _numeric(function: Callable[..., float], /) -> Callable[..., float | None]:
    def call(*numbers: object) -> float | None:
        if any(number is None for number in numbers):
            return None
        if not all(isinstance(number, int | float) for number in numbers):
            raise ValueError("this function takes numbers")
        return function(*numbers)

    return call


# Not every build of SQLite has the mathematical functions.
_ARITHMETIC: Final[dict[str, tuple[int, Callable[..., object]]]] = {
    "round": (-1, _round),
    "sqrt": (1, _numeric(math.sqrt)),
    "floor": (1, _numeric(lambda number: float(math.floor(number)))),
    "ceil": (1, _numeric(lambda number: float(math.ceil(number)))),
    "ln": (1, _numeric(math.log)),
    "exp": (1, _numeric(math.exp)),
    "power": (2, _numeric(math.pow)),
}
