"""How a draw from a pool is spread over its strata: questions of the same objectives and difficulty."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Seats(NamedTuple):
    """A stratum gets `sure` questions, and perhaps one more; who is next for that goes by `remainder`."""

    sure: int
    remainder: int

    @property
    def most(self) -> int:
        """As many as it can get."""
        return self.sure + (self.remainder > 0)


def seats(sizes: Mapping[Key, int], draw: int, /) -> dict[Key, Seats]:
    """The seats of each stratum, in proportion to its size (largest remainder, Hamilton's method).

    `draw` is at most the sum of the sizes; the remainders are in parts of that sum.
    """
    total = sum(sizes.values())
    return {key: Seats(*divmod(draw * size, total)) for key, size in sizes.items()}


def open_seats(shared: Mapping[Key, Seats], draw: int, /) -> int:
    """How many of the draw are not sure; fewer than there are strata with a remainder, or none."""
    return draw - sum(each.sure for each in shared.values())
