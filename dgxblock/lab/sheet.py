"""One learner's data: the tables and values that a data set has for one seed."""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from dgxblock.content.model import Category, Column, Dataset, TableDef, Text, Value
from dgxblock.lab.draws import Draws, settle
from dgxblock.lab.errors import LabError
from dgxblock.lab.guard import MOST_ROWS, SECONDS, Guard, Rows
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


@dataclass(frozen=True)
class Table:
    """A table as built. A cell is int, float or str as its column's `type` says; codes have a label in `categories`."""

    name: str
    label: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    download: bool
    categories: tuple[Category, ...] = ()

    def shown(self, cell: Value, lang: str, /) -> Value:
        """`cell` as readers see it: the label of a category instead of its code."""
        if not isinstance(cell, str):
            return cell
        return next((each.label.plain(lang) for each in self.categories if each.code == cell), cell)


class Sheet:
    """Tables and values of one data set for one seed; immutable, safe to share between threads.

    `tables` and `values` keep the order of the document. Numbers are not rounded for display (formats do
    that) but settled to 12 significant digits, so that two versions of SQLite agree on them.
    """

    tables: Mapping[str, Table]
    values: Mapping[str, Value]

    def __init__(self, dataset: Dataset, seed: str, /) -> None:
        self.dataset = dataset
        self.seed = seed
        self._lock = threading.Lock()
        self._guard = Guard(Draws(seed).functions())
        self._guard.sequence(SEQUENCE, MOST_ROWS)
        self._until = time.monotonic() + BUILD_SECONDS
        self._answers: dict[str, Rows] = {}
        self._left_to_ask = ASK_SECONDS
        tables: dict[str, Table] = {}
        values: dict[str, Value] = {}
        for definition in dataset.tables:
            _usable(definition.name, {SEQUENCE, *tables})
            tables[definition.name] = self._table(definition)
        for value in dataset.values:
            _usable(value.name, values)
            values[value.name] = self._scalar(value.name, value.select, values, self._left())
        self.tables = MappingProxyType(tables)
        self.values = MappingProxyType(values)

    def query(self, sql: str, /) -> Rows:
        """Run one guarded ``SELECT``, which may use every value as ``:name``.

        Raises:
            LabError: it may not run, cannot run, or takes or gives too much.
        """
        with self._lock:
            if sql not in self._answers:
                start = time.monotonic()
                try:
                    self._answers[sql] = self._guard.run(sql, self.values, seconds=min(SECONDS, self._left_to_ask))
                finally:
                    self._left_to_ask = max(0.0, self._left_to_ask - (time.monotonic() - start))
            return self._answers[sql]

    def solve(self, name: str, overrides: Mapping[str, float], /) -> Value:
        """The value `name` as it would be if the values in `overrides` had been those: error carried forward.

        Everything between them is computed anew; what does not depend on an override stays. A value that is
        itself overridden is returned as given.

        Raises:
            LabError: ``unknown`` name, ``number`` (an override is not finite), or as in `query` (say, a division
                by an overridden zero gives ``value``).
        """
        unknown = {name, *overrides} - self.values.keys()
        if unknown:
            raise LabError("unknown", detail=", ".join(sorted(unknown)))
        if not all(math.isfinite(number) for number in overrides.values()):
            raise LabError("number", detail="an override is not a finite number")
        values: dict[str, Value] = dict(self.values)
        changed: set[str] = set()
        until = time.monotonic() + SOLVE_SECONDS
        with self._lock:
            for definition in self.dataset.values:
                if definition.name in overrides:
                    values[definition.name] = overrides[definition.name]
                    changed.add(definition.name)
                elif changed & parameters(definition.select):
                    left = min(SECONDS, until - time.monotonic())
                    values[definition.name] = self._scalar(definition.name, definition.select, values, left)
                    changed.add(definition.name)
                if definition.name == name:
                    break
        return values[name]

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise LabError("deadline", detail="the data set takes too long to build")
        return min(SECONDS, left)

    def _table(self, definition: TableDef, /) -> Table:
        names = tuple(column.name for column in definition.columns)
        for place, column in enumerate(names):
            _usable(column, names[:place])
        try:
            found = self._guard.run(definition.select, {}, seconds=self._left())
            if found.columns != names:
                raise LabError("columns", detail=f"selects {', '.join(found.columns)}")
            rows = tuple(
                tuple(_cell(cell, column) for cell, column in zip(row, definition.columns, strict=True))
                for row in found.rows
            )
            self._guard.fill(definition.name, names, rows)
        except LabError as error:
            raise LabError(error.code, where=definition.name, detail=error.detail) from None
        return Table(
            definition.name,
            definition.label,
            definition.columns,
            rows,
            definition.download,
            self.dataset.categories,
        )

    def _scalar(self, name: str, sql: str, values: Mapping[str, Value], seconds: float, /) -> Value:
        try:
            found = self._guard.run(sql, values, seconds=seconds)
        except LabError as error:
            raise LabError(error.code, where=name, detail=error.detail) from None
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


def _cell(cell: Value, column: Column, /) -> Value:
    if column.type == "text" and isinstance(cell, str):
        return cell
    if column.type == "integer" and isinstance(cell, int | float) and cell == int(cell):
        return int(cell)
    if column.type == "decimal" and isinstance(cell, int | float):
        return settle(cell)
    raise LabError("type", detail=f"{column.name} must hold {column.type}")


@lru_cache(maxsize=64)
def build(dataset: Dataset, seed: str, /) -> Sheet:
    """The sheet of `dataset` for `seed`; the last 64 are kept (some 0.3 MB each).

    Raises:
        LabError: the data set cannot be built; `where` names the table or value.
    """
    return Sheet(dataset, seed)
