"""Build the tables and values of a data set in this process, and ask them more.

The engine knows a `Plan`, which is the part of a data set that SQL is about and which travels as JSON, so it runs where
its owner likes: in the process itself (the authors' desk) or in a child of the broker (everything on a web server).
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from operator import methodcaller
from typing import Any, Final

from dgxblock.content.model import Dataset, Value
from dgxblock.lab.draws import Draws, settle
from dgxblock.lab.errors import LabError
from dgxblock.lab.guard import AUTHORS, MOST_ROWS, SECONDS, Guard, Rows
from dgxblock.lab.statement import parameters

BUILD_SECONDS: Final = 5.0
"""All statements of a data set together: a document of a hundred slow ones must not hold a web worker for minutes."""
ASK_SECONDS: Final = 5.0
"""All different queries of a document on one sheet together, charts and keys; each is run once and remembered."""
SOLVE_SECONDS: Final = 2.0
"""One error carried forward."""
SEQUENCE: Final = "n"
"""A built-in table: its one column `i` holds 1…5000, so that nobody needs a recursive query to make rows."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")

Cells = tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Plan:
    """`tables`: name, SELECT, and name and type of each column; `values`: name and SELECT. In the document's order."""

    tables: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    values: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, dataset: Dataset, /) -> Plan:
        """The plan of a data set."""
        tables = (
            (table.name, table.select, tuple((column.name, column.type) for column in table.columns))
            for table in dataset.tables
        )
        return cls(tuple(tables), tuple((value.name, value.select) for value in dataset.values))

    def as_json(self) -> dict[str, Any]:
        """For another process."""
        return asdict(self)

    @classmethod
    def read(cls, told: Mapping[str, Any], /) -> Plan:
        """What `as_json` told."""
        tables = ((name, select, tuple(map(tuple, columns))) for name, select, columns in told["tables"])
        return cls(tuple(tables), tuple(map(tuple, told["values"])))

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """The names of the columns of each table, that of the sequence too."""
        return {SEQUENCE: ("i",)} | {name: tuple(column for column, _ in columns) for name, _, columns in self.tables}


class Engine:
    """What a plan gives for one seed: `tables` (name to rows) and `values`. Not thread-safe: its owner locks.

    `asked` is how many seconds its queries took.
    """

    def __init__(
        self, plan: Plan, seed: str, /, *,
        image: bytes = b"", values: Mapping[str, Value] | None = None, seconds: float = SECONDS,
    ) -> None:  # fmt: skip
        """Build it; or with the `image` and `values` of a built one, go on from there (`tables` stays empty then).

        One statement takes at most `seconds`.

        Raises:
            LabError: the data set cannot be built; `where` names the table or value.
        """
        self.plan = plan
        self.tables: dict[str, Cells] = {}
        self.values: dict[str, Value] = dict(values or {})
        self.asked = 0.0
        self._seconds = seconds
        self._guard = Guard(AUTHORS, Draws(seed).functions())
        self._until = time.monotonic() + BUILD_SECONDS
        if image:
            self._guard.load(image, plan.columns)
        else:
            self._build()

    def _build(self) -> None:
        self._guard.sequence(SEQUENCE, MOST_ROWS)
        for name, select, columns in self.plan.tables:
            _usable(name, {SEQUENCE, *self.tables})
            try:
                self.tables[name] = self._table(name, select, columns)
            except LabError as error:
                # which of its columns is unusable tells more than which table
                raise error if error.where else error.at(name) from None
        for name, select in self.plan.values:
            _usable(name, self.values)
            self.values[name] = self._scalar(name, select, self.values, self._left())

    def image(self) -> bytes:
        """The database of all tables, for another engine of the same plan and seed."""
        return self._guard.image()

    def query(self, sql: str, /, *, seconds: float = ASK_SECONDS) -> Rows:
        """Run one guarded ``SELECT``, which may use every value as ``:name``.

        Raises:
            LabError: it may not run, cannot run, or takes or gives too much.
        """
        start = time.monotonic()
        try:
            return self._guard.run(sql, self.values, seconds=min(self._seconds, seconds))
        finally:
            self.asked += time.monotonic() - start

    def solve(self, name: str, overrides: Mapping[str, float], /) -> Value:
        """The value `name` as it would be if the values in `overrides` had been those: error carried forward.

        Everything between them is computed anew; what does not depend on an override stays. A value that is
        itself overridden is returned as given.

        The names exist and the overrides are finite: `Sheet.solve` has looked.

        Raises:
            LabError: as in `query` (say, a division by an overridden zero gives ``value``).
        """
        values: dict[str, Value] = dict(self.values)
        changed: set[str] = set()
        until = time.monotonic() + SOLVE_SECONDS
        for each, select in self.plan.values:
            if each in overrides:
                values[each] = overrides[each]
                changed.add(each)
            elif changed & parameters(select):
                values[each] = self._scalar(each, select, values, min(self._seconds, until - time.monotonic()))
                changed.add(each)
            if each == name:
                break
        return values[name]

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise LabError("deadline", detail="the data set takes too long to build")
        return min(self._seconds, left)

    def _table(self, name: str, select: str, columns: tuple[tuple[str, str], ...], /) -> Cells:
        names = tuple(column for column, _ in columns)
        for place, column in enumerate(names):
            _usable(column, names[:place])
        try:
            found = self._guard.run(select, {}, seconds=self._left())
        except LabError as error:
            raise LabError("type", detail=error.detail) if error.code == "binary" else error from None
        if found.columns != names:
            raise LabError("columns", detail=f"selects {', '.join(found.columns)}")
        made = [_typed(cells, *column) for cells, column in zip(zip(*found.rows, strict=True), columns, strict=False)]
        rows = tuple(zip(*made, strict=True))
        self._guard.fill(name, names, rows)
        return rows

    def _scalar(self, name: str, sql: str, values: Mapping[str, Value], seconds: float, /) -> Value:
        try:
            found = self._guard.run(sql, values, seconds=seconds)
        except LabError as error:
            raise (LabError("value", detail=error.detail) if error.code == "binary" else error).at(name) from None
        if len(found.columns) != 1 or len(found.rows) != 1 or not isinstance(found.rows[0][0], int | float | str):
            raise LabError("value", where=name, detail="must select one cell that is not NULL")
        cell = found.rows[0][0]
        return settle(cell) if isinstance(cell, float) else cell


def _usable(name: str, taken: object, /) -> None:
    """Names go into SQL unquoted, so they are plain words; and each once."""
    if not _NAME.fullmatch(name) or name.startswith("sqlite_"):
        raise LabError("name", where=name[:40], detail="use a-z, 0-9 and _, at most 40, beginning with a letter")
    if name in taken:  # type: ignore[operator]
        raise LabError("name", where=name, detail="is already in use")


def _typed(cells: tuple[Value | None, ...], name: str, kind: str, /) -> tuple[Value, ...]:
    """The cells of one column, all as its type says. A draw is settled already; `settle` changes such a one no more."""
    kinds = set(map(type, cells))
    if kind == "text" and kinds <= {str}:
        return cells  # type: ignore[return-value]
    if kind == "integer" and kinds <= {int}:
        return cells  # type: ignore[return-value]
    if kind == "integer" and kinds <= {int, float} and all(map(methodcaller("is_integer"), map(float, cells))):  # type: ignore[arg-type]
        return tuple(map(int, cells))  # type: ignore[arg-type]
    if kind == "decimal" and kinds <= {int, float}:
        return tuple(map(settle, cells))  # type: ignore[arg-type]
    raise LabError("type", detail=f"{name} must hold {kind}")
