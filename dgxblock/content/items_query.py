"""Questions that ask the learner's data in SQL: a query to write, and points of a chart to mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from dgxblock.content.dataset import Column
from dgxblock.content.items_base import BaseItem


@dataclass(frozen=True)
class SqlItem(BaseItem):
    """A query that the learner writes; `key` gives the wanted result, its column names are the wanted ones.

    `tables` are those that the learner may read, empty: the ones to take home. `order` names the columns whose order
    counts. `starter` stands in the editor at first. The answer must hold on `hidden` other data sets too.
    """

    tables: tuple[str, ...]
    key: str
    order: tuple[str, ...]
    starter: str
    hidden: int
    kind: ClassVar[Literal["sql"]] = "sql"
    element: ClassVar[str] = "sql"


@dataclass(frozen=True)
class PointsItem(BaseItem):
    """Points of a chart to mark. `query` gives label and value of each, `columns` describe the two.

    `key` selects the labels to mark. `limits`, unless empty, are the values lower, centre and upper; the chart shows
    them once it is solved.
    """

    query: str
    columns: tuple[Column, ...]
    unit: str
    limits: tuple[str, ...]
    key: str
    kind: ClassVar[Literal["points"]] = "points"
    element: ClassVar[str] = "points"
