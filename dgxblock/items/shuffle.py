"""An order of one learner's own, always the same, in which nobody can read an author's habits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Protocol, TypeVar

from dgxblock.lab import Sheet

__all__ = ["shuffled"]


class _Named(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=_Named)


def shuffled(options: Iterable[N], name: str, sheet: Sheet, /) -> tuple[N, ...]:
    """The options of the question `name` in an order that depends on the learner's seed and their ids only."""
    return tuple(sorted(options, key=lambda each: hashlib.sha256(f"{sheet.seed}\0{name}\0{each.id}".encode()).digest()))
