"""A learner's data of which the values are known already: what was marked once need not be built to be marked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from dgxblock.content.model import Dataset, Value
from dgxblock.lab.guard import Rows
from dgxblock.lab.sheet import Sheet, Table

__all__ = ["Recalled"]


class Recalled(Sheet):
    """A `Sheet` with known `values`. Its tables, queries and what is carried forward come from the one that `built`
    makes when it is first needed."""

    def __init__(
        self, dataset: Dataset, seed: str, values: Mapping[str, Value], built: Callable[[Dataset, str], Sheet], /
    ) -> None:
        self.dataset, self.seed, self._built = dataset, seed, built
        self.values = MappingProxyType(dict(values))

    @property
    def tables(self) -> Mapping[str, Table]:  # type: ignore[override]
        return self._built(self.dataset, self.seed).tables

    def query(self, sql: str, /) -> Rows:
        return self._built(self.dataset, self.seed).query(sql)

    def solve(self, name: str, overrides: Mapping[str, float], /) -> Value:
        return self._built(self.dataset, self.seed).solve(name, overrides)
