"""What every kind of question has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dgxblock.content.text import Text


@dataclass(frozen=True)
class Given:
    """A figure of the data set that the question states."""

    ref: str
    format: str
    label: Text


@dataclass(frozen=True)
class DemandHint:
    """Told to who asks for it, after those before it; `cost` is in per cent of the item's points."""

    text: Text
    cost: int


@dataclass(frozen=True)
class Tolerance:
    """How far from the key still counts: ``pp`` points, ``percent`` of the key, ``absolute`` in its unit."""

    amount: float
    kind: Literal["pp", "percent", "absolute"]


@dataclass(frozen=True)
class Misconception:
    """A known wrong road, named by a stable `note` (``oee:all-pieces``), and what to say to who took it.

    It is recognised by the value `ref` of the data set (number items, and workbooks in their `cell`) or the ids that
    `key` selects (order and points items), or by the rows that it gives (SQL items).
    """

    note: str
    feedback: Text
    ref: str = ""
    key: str = ""
    cell: str = ""


@dataclass(frozen=True)
class BaseItem:
    """What all questions have.

    `difficulty` is the author's estimate, empty if not said. The options of a question that is `fixed` stand as written
    where others are shuffled.
    """

    id: str
    points: float
    objectives: tuple[str, ...]
    prompt: Text
    hint: Text | None
    demand_hints: tuple[DemandHint, ...]
    givens: tuple[Given, ...]
    rationale: Text
    misconceptions: tuple[Misconception, ...]
    difficulty: Literal["easy", "medium", "hard", ""] = field(default="", kw_only=True)
    fixed: bool = field(default=False, kw_only=True)
