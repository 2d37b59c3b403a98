"""What we promised ourselves, and whether what was measured keeps to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.results import Results

__all__ = ["Verdict", "check"]

KIB: Final = 1024
HALF: Final = 0.5


@dataclass(frozen=True)
class Verdict:
    """One budget: what, how much was found, how much is allowed, in which unit."""

    what: str
    found: float
    most: float
    unit: str

    @property
    def kept(self) -> bool:
        return self.found <= self.most


def check(results: Results, /) -> list[Verdict]:
    """Every budget that can be measured here."""
    return [*_speed(results), *_weight(results), *_data(results)]


def _speed(results: Results) -> Iterator[Verdict]:
    for name in results.ours:
        for action in ("view", "submit"):
            for peer in results.peers:
                found = results.ratio(name, peer, action).median
                yield Verdict(f"{results.labels[name]}: {action}, of {results.labels[peer]}", found, HALF, "times")


def _weight(results: Results) -> Iterator[Verdict]:
    for name in results.ours:
        weight, label = results.weights[name], results.labels[name]
        yield Verdict(f"{label}: script, gzip", weight.js_gz / KIB, 10, "KiB")
        yield Verdict(f"{label}: style, gzip", weight.css_gz / KIB, 3, "KiB")
        yield Verdict(f"{label}: files besides the page", weight.files + len(weight.later), 2, "files")
        yield Verdict(f"{label}: from other hosts", weight.elsewhere, 0, "files")
    if results.wheel:
        yield Verdict("wheel without the library", results.wheel[0] / 1000, 250, "kB")


def _data(results: Results) -> Iterator[Verdict]:
    for name, spread in results.builds.items():
        yield Verdict(f"build of {name}", spread.median, 400 if name.startswith("5,000") else 25, "ms")
    plain, guarded = results.query
    yield Verdict("guarded query, above plain", guarded.median - plain.median, 10, "ms")
