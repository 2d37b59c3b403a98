"""One learner's data: the tables and values that a data set has for one seed."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from dgxblock.content.model import Category, Column, Dataset, Text, Value
from dgxblock.lab import engine
from dgxblock.lab.engine import Cells, Engine, Plan
from dgxblock.lab.errors import LabError
from dgxblock.lab.guard import Rows


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


class Backend(Protocol):
    """What builds a sheet and answers its questions: `Engine` in this process, or one behind the broker."""

    @property
    def tables(self) -> Mapping[str, Cells]: ...
    @property
    def values(self) -> Mapping[str, Value]: ...
    @property
    def asked(self) -> float: ...
    def query(self, sql: str, /, *, seconds: float) -> Rows: ...
    def solve(self, name: str, overrides: Mapping[str, float], /) -> Value: ...


class Sheet:
    """Tables and values of one data set for one seed; immutable, safe to share between threads.

    `tables` and `values` keep the order of the document. Numbers are not rounded for display (formats do
    that) but settled to 12 significant digits, so that two versions of SQLite agree on them.

    A sheet made by its class runs the document's SQL in this process: for the authors' desk. `dgxblock.lab.build` makes
    those that run it behind the broker. A pickled sheet is its data set and seed.
    """

    tables: Mapping[str, Table]
    values: Mapping[str, Value]

    def __init__(self, dataset: Dataset, seed: str, /, backend: Callable[[Plan, str], Backend] = Engine) -> None:
        self.dataset = dataset
        self.seed = seed
        self._made_by = backend
        self._lock = threading.Lock()
        self._backend = backend(Plan.of(dataset), seed)
        self._answers: dict[str, Rows] = {}
        cells = self._backend.tables
        self.tables = MappingProxyType({
            each.name: Table(
                each.name, each.label, each.columns, cells[each.name], each.download, dataset.categories
            )
            for each in dataset.tables
        })  # fmt: skip
        self.values = MappingProxyType(dict(self._backend.values))

    def __reduce__(self) -> tuple[Any, ...]:
        return Sheet, (self.dataset, self.seed, self._made_by)

    def query(self, sql: str, /) -> Rows:
        """Run one guarded ``SELECT``, which may use every value as ``:name``.

        Raises:
            LabError: it may not run, cannot run, or takes or gives too much.
        """
        with self._lock:
            if sql not in self._answers:
                self._answers[sql] = self._backend.query(sql, seconds=engine.ASK_SECONDS - self._backend.asked)
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
        with self._lock:
            return self._backend.solve(name, overrides)
