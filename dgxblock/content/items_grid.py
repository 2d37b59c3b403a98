"""Questions that consist of parts: a table of numbers, matching, classifying; and the short answer and the decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from dgxblock.content.items_base import BaseItem, Misconception, Tolerance
from dgxblock.content.text import Text


@dataclass(frozen=True)
class CellColumn:
    """A column of numbers in one unit. `tolerance` is None if all of its cells are shown."""

    id: str
    label: Text
    unit: str
    tolerance: Tolerance | None


@dataclass(frozen=True)
class NumberCell:
    """The value `ref` in a column: asked for, or shown in `format`.

    `depends` are ``row:column`` of earlier cells, or ids of earlier number items, whose answers carry forward.
    """

    column: str
    ref: str
    shown: bool
    format: str
    depends: tuple[str, ...]


@dataclass(frozen=True)
class CellRow:
    """A row; a column without a cell stays empty in it."""

    id: str
    label: Text
    cells: tuple[NumberCell, ...]


@dataclass(frozen=True)
class CellMisconception(Misconception):
    """A wrong road to cells: `wrong` are (row, column, name of the value to which it leads)."""

    wrong: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class CellsItem(BaseItem):
    """A table in which some numbers are to be filled in; each earns the same."""

    columns: tuple[CellColumn, ...]
    rows: tuple[CellRow, ...]
    kind: ClassVar[Literal["cells"]] = "cells"
    element: ClassVar[str] = "cells"

    def column(self, name: str, /) -> CellColumn:
        """The column of that id."""
        return next(each for each in self.columns if each.id == name)


@dataclass(frozen=True)
class Target:
    """What something is assigned to: an option of a match, a class."""

    id: str
    label: Text


@dataclass(frozen=True)
class WrongTarget:
    """A known wrong assignment, and what to say to it unless the thing says enough."""

    target: str
    note: str
    feedback: Text | None


@dataclass(frozen=True)
class Thing:
    """What is to be assigned. `target` says nothing when the item has a `key`; `feedback` is for any wrong target."""

    id: str
    label: Text
    target: str
    feedback: Text | None
    wrong: tuple[WrongTarget, ...]


@dataclass(frozen=True)
class _AssignItem(BaseItem):
    targets: tuple[Target, ...]
    things: tuple[Thing, ...]
    key: str


@dataclass(frozen=True)
class MatchItem(_AssignItem):
    """Each thing has one option, and each option one thing at the most unless they may be used again (`reuse`).

    `key`, unless empty, selects pairs of ids: (thing, option).
    """

    reuse: bool
    kind: ClassVar[Literal["match"]] = "match"
    element: ClassVar[str] = "match"


@dataclass(frozen=True)
class ClassifyItem(_AssignItem):
    """Each thing has one class. Where classes are `ordinal`, the one beside the right one earns half.

    `key`, unless empty, selects pairs of ids: (thing, class).
    """

    ordinal: bool
    kind: ClassVar[Literal["classify"]] = "classify"
    element: ClassVar[str] = "classify"


@dataclass(frozen=True)
class Accepted:
    """A text that counts, in `lang` (empty: in any)."""

    text: str
    lang: Literal["zh-CN", "en", ""]


@dataclass(frozen=True)
class ShortMisconception(Misconception):
    """A wrong road that shows in one of these texts."""

    texts: tuple[Accepted, ...] = ()


@dataclass(frozen=True)
class ShortItem(BaseItem):
    """A word or two, of `longest` characters at the most; `typos` are the slips of the pen that are forgiven a word."""

    accepted: tuple[Accepted, ...]
    longest: int
    typos: int
    kind: ClassVar[Literal["short"]] = "short"
    element: ClassVar[str] = "short"


@dataclass(frozen=True)
class DecideOption:
    """`credit`, 0 to 1, says nothing when the item has a `key`. `consequence` is told to who chose this."""

    id: str
    label: Text
    detail: Text | None
    credit: float
    note: str
    consequence: tuple[Text, ...]


@dataclass(frozen=True)
class DecideItem(BaseItem):
    """One option, of which each earns its share, and perhaps the `reason` for it, which nobody grades.

    `key`, unless empty, selects (option, credit); an option that it leaves out earns nothing.
    """

    options: tuple[DecideOption, ...]
    key: str
    reason: Text | None
    kind: ClassVar[Literal["decide"]] = "decide"
    element: ClassVar[str] = "decide"
