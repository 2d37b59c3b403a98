"""Everything that one run has found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.measure import Rounds, Spread, ratios
from benchmarks.weights import Weight

__all__ = ["Results"]


@dataclass(frozen=True)
class Results:
    """Milliseconds of the processor and on the wall by subject, action and round; statements by subject and action;
    bytes; and where and when.

    `missing` says which peers are not there and why.
    """

    about: dict[str, str]
    labels: dict[str, str]
    ours: tuple[str, ...]
    peers: tuple[str, ...]
    missing: tuple[str, ...]
    cpu: Rounds
    wall: Rounds
    queries: dict[str, dict[str, int]]
    weights: dict[str, Weight]
    builds: dict[str, Spread]
    behind: Spread
    query: tuple[Spread, Spread]
    crowd: tuple[Spread, Spread, Spread]
    wheel: tuple[int, int] | None

    def ratio(self, name: str, peer: str, action: str, /) -> Spread:
        """How long `name` takes of what `peer` takes, by the processor's time."""
        return ratios(self.cpu[name][action], self.cpu[peer][action])

    def plain(self) -> dict[str, Any]:
        """All of it as JSON has it."""
        found = asdict(self)
        found["ratios"] = {
            name: {
                peer: {action: asdict(self.ratio(name, peer, action)) for action in self.cpu[name]}
                for peer in self.peers
            }
            for name in self.ours
        }
        return found
