"""Run SQL so that it can compute and do nothing else.

What stands between a statement and the host, in whatever process this runs:

- form: one statement that begins with SELECT, WITH or VALUES, at most 8,000 characters; of an author also at most 12
  SELECTs and 24 uses of its own WITH names (SQLite copies such a subquery at every use while it prepares, where no
  deadline reaches: 12 levels of ten uses each would be 10^11 copies);
- an authorizer that allows SELECT, listed functions and listed tables: no ATTACH, PRAGMA, VACUUM, virtual tables,
  schema, writing; recursion for learners alone;
- SQLite's own limits (research: LENGTH 50,000 bounds the single instructions that cannot be interrupted), nothing
  temporary on disk;
- a deadline of one second, and caps on rows and characters of the result, looked at after each row.

What cannot be bounded from within is memory in that second (a window over a cross join took 480 MB) and one
instruction's time. So learners' SQL, and authors' on a web server, runs in a child of `dgxblock.lab.broker`, which has
limits on address space, heap and CPU and can be killed. Only the authors' desk uses this engine in its own process.
"""

from __future__ import annotations

import contextlib
import math
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from dgxblock.content.model import Value
from dgxblock.lab import explain, measures
from dgxblock.lab.errors import LabError
from dgxblock.lab.functions import ARITHMETIC, AUTHOR, LEARNER
from dgxblock.lab.statement import inspect, parameters

MOST_ROWS: Final = 5000
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
_DEFENSIVE: Final = getattr(sqlite3, "SQLITE_DBCONFIG_DEFENSIVE", None)  # from Python 3.12 on

_FAILURES: Final = (sqlite3.Error, sqlite3.Warning, MemoryError, OverflowError, RecursionError, UnicodeError)


@dataclass(frozen=True)
class Rows:
    """What a statement gave: names of the columns and the rows. A cell is int, float, str, or None for NULL."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Rules:
    """What statements may do: call `functions`, recurse, give so many rows and characters."""

    functions: frozenset[str]
    recursion: bool
    counted: bool
    rows: int
    size: int


AUTHORS: Final = Rules(AUTHOR, recursion=False, counted=True, rows=MOST_ROWS, size=2_000_000)
LEARNERS: Final = Rules(LEARNER, recursion=True, counted=False, rows=1000, size=1_000_000)


class Guard:
    """One private in-memory database and the only door to it. Not thread-safe: its owner locks."""

    def __init__(
        self, rules: Rules = AUTHORS, functions: Mapping[str, tuple[int, Callable[..., object]]] | None = None, /
    ) -> None:
        functions = functions or {}
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, cached_statements=0)
        self._rules = rules
        self._tables: dict[str, tuple[str, ...]] = {}
        self._functions = rules.functions | functions.keys()
        self._own: frozenset[str] = frozenset()
        self._open = True
        self._until = math.inf
        self._refused: tuple[str, str] | None = None
        for name, (arguments, function) in ARITHMETIC.items():
            self._db.create_function(name, arguments, self._watched(name, function), deterministic=True)
        for name, (arguments, function) in functions.items():
            # Each remembers its latest results: where SQLite merges subqueries it evaluates an expression once for
            # every place that mentions it, mostly for the same row.
            latest = lru_cache(64, typed=True)(self._watched(name, function))
            self._db.create_function(name, arguments, latest, deterministic=True)
        self._held = measures.add_to(self._db)
        for pragma in ("temp_store = MEMORY", "trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
            self._db.execute(f"PRAGMA {pragma}")
        if _DEFENSIVE is not None and sys.version_info >= (3, 12):
            self._db.setconfig(_DEFENSIVE, True)
        for limit, most in _LIMITS.items():
            self._db.setlimit(limit, most)
        self._db.set_authorizer(self._authorize)
        self._db.set_progress_handler(self._late, _STEPS)
        self._open = False

    def __del__(self) -> None:
        self._db.close()

    def _watched(self, name: str, function: Callable[..., object], /) -> Callable[..., Any]:
        """Remember why a function refused: SQLite only says that it did."""

        def call(*arguments: object) -> Any:
            if time.monotonic() > self._until:  # between two looks of SQLite's there may be 200 slow draws
                raise TimeoutError
            try:
                return function(*arguments)
            except (ValueError, OverflowError, TypeError) as error:
                self._held.refuse(name, str(error))
                raise

        return call

    def _late(self) -> int:
        return int(time.monotonic() > self._until)

    def _authorize(self, action: int, one: str | None, two: str | None, _db: str | None, _in: str | None, /) -> int:
        if self._open or action == sqlite3.SQLITE_SELECT:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_RECURSIVE and self._rules.recursion:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION:
            if (two or "").lower() in self._functions:
                return sqlite3.SQLITE_OK
            self._refused = ("function", two or "")
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_READ:
            table = (one or "").lower()
            # count(*) over a name of WITH, or over a subquery, reads column "" of it
            if table in self._tables or (not two and (table in self._own or table[:1] in {"", "("})):
                return sqlite3.SQLITE_OK
            self._refused = ("table", one or "")
            return sqlite3.SQLITE_DENY
        self._refused = ("", one or "")
        return sqlite3.SQLITE_DENY

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        self._open, self._until = True, math.inf
        self._db.execute("PRAGMA query_only = OFF")
        try:
            yield
        finally:
            self._db.execute("PRAGMA query_only = ON")
            self._open = False

    def sequence(self, name: str, length: int, /) -> None:
        """Create a table of one column `i` that holds 1…`length`; it must be the first table."""
        if self._tables:
            raise ValueError("the sequence comes first: its image takes the place of the database")
        self.load(_counted(name, length), {name: ("i",)})

    def fill(self, name: str, columns: tuple[str, ...], rows: Iterable[tuple[Value, ...]], /) -> None:
        """Create a table that statements may read from now on. Names must have been checked by the caller."""
        with self._writing():
            # no declared type: a cell keeps the type that it was checked to have
            quoted = ", ".join(f'"{column}"' for column in columns)
            self._db.execute(f'CREATE TABLE "{name}" ({quoted})')
            self._db.execute("BEGIN")
            marks = ", ".join("?" * len(columns))
            self._db.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)  # noqa: S608 names are plain words
            self._db.execute("COMMIT")
        self._tables[name] = columns

    def image(self) -> bytes:
        """The database as bytes, for `load`; none for one without tables."""
        if not self._tables:
            return b""
        self._open = True  # it asks a pragma
        try:
            return self._db.serialize()
        finally:
            self._open = False

    def load(self, image: bytes, tables: Mapping[str, tuple[str, ...]], /) -> None:
        """Put an `image` in the place of the database; statements may read these of its tables (name to columns)."""
        self._open = True
        try:
            if image:  # of no tables it has no bytes
                self._db.deserialize(image)
        finally:
            self._open = False
        self._tables = dict(tables)

    def run(self, sql: str, values: Mapping[str, Value], /, *, seconds: float = SECONDS, rows: int = 0) -> Rows:
        """Run one statement; its ``:names`` come from `values`; it gives at most `rows`, if that is less than usual.

        Raises:
            LabError: any of the codes of a statement; the database is unchanged.
        """
        self._own, self._refused = inspect(sql, counted=self._rules.counted), None
        self._held.reset()
        used = parameters(sql)
        missing = used - values.keys()
        if missing:
            raise LabError("parameter", detail=", ".join(sorted(missing)))
        self._until = time.monotonic() + seconds
        cursor = self._db.cursor()
        try:
            cursor.execute(sql, {name: values[name] for name in used})
            return self._collect(cursor, min(rows or self._rules.rows, self._rules.rows))
        except LabError:
            raise
        except _FAILURES as error:
            raise self._explain(error, sql) from None
        finally:
            self._until = math.inf
            cursor.close()

    def _collect(self, cursor: sqlite3.Cursor, most: int, /) -> Rows:
        rows: list[tuple[Any, ...]] = []
        size = 0
        # one by one: fifty rows of the widest and longest cells would be 160 MB
        for row in cursor:
            rows.append(row)
            if len(rows) > most:
                raise LabError("rows", detail=f"more than {most} rows")
            for cell in row:
                if type(cell) is float:
                    if not math.isfinite(cell):
                        raise LabError("number", detail="the result holds an infinite number")
                elif type(cell) is str:
                    size += len(cell)
                elif type(cell) is bytes:
                    raise LabError("binary", detail="the result holds bytes")
            if size > self._rules.size:
                raise LabError("size", detail="the result is too large")
        return Rows(tuple(column[0] for column in cursor.description or ()), tuple(rows))

    def _explain(self, error: BaseException, sql: str, /) -> LabError:
        if self._refused is not None:
            return explain.refusal(sql, *self._refused, self._functions, self._tables)
        if self._late():
            return LabError("deadline", detail="took more than one second")
        if self._held.fault:
            return LabError("draw", detail=self._held.fault, reason="arguments", name=self._held.function)
        if isinstance(error, MemoryError | OverflowError) or "too big" in str(error):
            return LabError("size", detail="needs too much memory")
        # SQLite's sentence quotes the author's own statement, except for texts that it could not decode
        return explain.failure(
            sql, "" if isinstance(error, UnicodeError) else str(error), self._functions, self._tables
        )


@lru_cache(maxsize=4)
def _counted(name: str, length: int, /) -> bytes:
    """The image of a database that holds a sequence and nothing else: loading it is much quicker than counting."""
    guard = Guard()
    guard.fill(name, ("i",), ((i,) for i in range(1, length + 1)))
    return guard.image()
