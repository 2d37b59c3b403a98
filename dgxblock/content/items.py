"""The questions of exercises and assessments; a key is a query on the learner's data, not a stored answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

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

    It is recognised by the value `ref` of the data set (number items) or the ids that `key` selects
    (order items).
    """

    note: str
    feedback: Text
    ref: str = ""
    key: str = ""


@dataclass(frozen=True)
class _Item:
    id: str
    points: float
    objectives: tuple[str, ...]
    prompt: Text
    hint: Text | None
    demand_hints: tuple[DemandHint, ...]
    givens: tuple[Given, ...]
    rationale: Text
    misconceptions: tuple[Misconception, ...]


@dataclass(frozen=True)
class NumberItem(_Item):
    """A number with a unit; the key is the value `ref`.

    `unit` is the key's unit, `units` are those offered (always with `unit`). `depends` are the ids of number
    items whose own answers carry forward into this key.
    """

    ref: str
    tolerance: Tolerance
    unit: str
    units: tuple[str, ...]
    depends: tuple[str, ...]
    kind: ClassVar[Literal["number"]] = "number"
    element: ClassVar[str] = "number"


@dataclass(frozen=True)
class Choice:
    """`correct` says nothing when the item has a `key`."""

    id: str
    label: Text
    feedback: Text | None
    correct: bool
    note: str


@dataclass(frozen=True)
class ChoiceItem(_Item):
    """One choice, or several when `multiple`. `key`, unless empty, selects the ids of the right ones."""

    multiple: bool
    choices: tuple[Choice, ...]
    key: str
    kind: ClassVar[Literal["choice"]] = "choice"

    @property
    def element(self) -> str:
        """The name of its element."""
        return "multiple" if self.multiple else "single"


@dataclass(frozen=True)
class Step:
    """`after` are the steps that must come earlier; it says nothing when the item has a `key`."""

    id: str
    label: Text
    feedback: Text | None
    after: tuple[str, ...]


@dataclass(frozen=True)
class OrderItem(_Item):
    """Steps to put in order. `key`, unless empty, selects their ids in order.

    Without a key, any order that obeys `after` is right.
    """

    steps: tuple[Step, ...]
    key: str
    kind: ClassVar[Literal["order"]] = "order"
    element: ClassVar[str] = "order"


Item = NumberItem | ChoiceItem | OrderItem

ELEMENTS: Final = ("number", "single", "multiple", "order")
"""The elements that are questions."""
