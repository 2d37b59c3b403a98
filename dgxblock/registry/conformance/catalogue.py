"""The list of checks, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dgxblock.registry.conformance.client import Client

__all__ = ["CHECKS", "Check", "check"]

Run = Callable[[Client], None]


@dataclass(frozen=True, slots=True)
class Check:
    """One promise of the contract. `title` and `advice` are English texts to translate; `advice` says what to do."""

    code: str
    title: str
    advice: str
    run: Run


CHECKS: dict[str, Check] = {}


def check(code: str, title: str, advice: str, /) -> Callable[[Run], Run]:
    """Enter a function into the list. It raises `Fault` or `NotApplicable`, or returns."""

    def enter(run: Run) -> Run:
        CHECKS[code] = Check(code, title, advice, run)
        return run

    return enter
