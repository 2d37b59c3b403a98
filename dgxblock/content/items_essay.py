"""Free text that a person judges by a rubric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from dgxblock.content.items_base import BaseItem
from dgxblock.content.text import Text


@dataclass(frozen=True)
class Level:
    """One step of a criterion; the best has the most points."""

    id: str
    points: float
    label: Text


@dataclass(frozen=True)
class Criterion:
    """What a reader looks at, and how good it can be."""

    id: str
    label: Text
    levels: tuple[Level, ...]

    @property
    def most(self) -> float:
        """The points of its best level."""
        return max(level.points for level in self.levels)


@dataclass(frozen=True)
class EssayItem(BaseItem):
    """A text of `shortest` to `longest` characters, judged by `criteria`; with `share`, trainees may show it to each
    other once it is handed in."""

    shortest: int
    longest: int
    share: bool
    criteria: tuple[Criterion, ...]
    kind: ClassVar[Literal["essay"]] = "essay"
    element: ClassVar[str] = "essay"
