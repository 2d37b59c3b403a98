"""What grading says about one answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dgxblock.grading.reading import Reading


class Verdict(StrEnum):
    """The verdicts of the interface; their words are in `words`. Waiting: a person has yet to judge."""

    RIGHT = "right"
    PARTLY = "partly"
    AGAIN = "again"
    UNIT = "unit"
    CARRIED = "carried"
    UNREAD = "unread"
    BLANK = "blank"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of one answer.

    `fraction` is the share of the item's points, 0 to 1. `note` is a stable string, the same for every
    trainee whatever their numbers, so that statistics can count it: ``ok``, ``carried``, ``rounding``,
    ``unit``, ``missed``, ``extra``, ``wrong``, ``blank``, ``unread:<code>``, or the note of a misconception.
    `reading` and `unit` are what was understood of a number, `either` the two ways of reading an ambiguous
    one, `displaced` the steps of an order that are out of place. `parts` are the marks of what the answer consists of,
    such as the cells of a table, by name; `figures` are numbers and words that the sentence about the mark states.
    """

    fraction: float
    verdict: Verdict
    note: str = ""
    reading: Reading | None = None
    unit: str = ""
    either: tuple[str, ...] = ()
    displaced: tuple[str, ...] = ()
    parts: tuple[tuple[str, Mark], ...] = ()
    figures: tuple[tuple[str, str | float], ...] = ()


def blank() -> Mark:
    """Nothing was answered."""
    return Mark(0.0, Verdict.BLANK, "blank")


def unread(code: str, either: tuple[str, ...] = (), /) -> Mark:
    """Something was answered that cannot be read; `code` says why."""
    return Mark(0.0, Verdict.UNREAD, f"unread:{code}", either=either)
