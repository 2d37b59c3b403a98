"""The mark of an answer that consists of parts, each of which earns the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from dgxblock.grading.verdict import Mark, Verdict, blank

_WRONG: Final = (Verdict.AGAIN, Verdict.PARTLY, Verdict.UNIT)


def gathered(parts: Sequence[tuple[str, Mark]], /) -> Mark:
    """The mark of all `parts` together: the mean of their fractions, so that a blank part takes nothing from the rest.

    Its note joins the notes of misconceptions, which hold a colon, each once; without any it is ``ok``, ``blank``,
    ``incomplete`` (what is there is right), ``part-carried``, ``wrong``, or that of an unread part.
    """
    verdicts = {mark.verdict for _name, mark in parts}
    if verdicts <= {Verdict.BLANK}:
        return blank()
    fraction = min(1.0, math.fsum(mark.fraction for _name, mark in parts) / len(parts))
    known = dict.fromkeys(mark.note for _name, mark in parts if mark.verdict in _WRONG and ":" in mark.note)
    note = "|".join(known)
    if verdicts == {Verdict.RIGHT}:
        verdict, note = Verdict.RIGHT, "ok"
    elif verdicts <= {Verdict.RIGHT, Verdict.CARRIED}:
        verdict, note = Verdict.CARRIED, "part-carried"
    elif fraction:
        verdict = Verdict.PARTLY
    elif verdicts <= {Verdict.UNREAD, Verdict.BLANK}:
        verdict = Verdict.UNREAD
        note = next(mark.note for _name, mark in parts if mark.verdict is Verdict.UNREAD)
    else:
        verdict = Verdict.AGAIN
    note = note or ("wrong" if verdicts & {*_WRONG, Verdict.UNREAD} else "incomplete")
    return Mark(fraction, verdict, note, parts=tuple(parts))


def right(mark: Mark, /) -> int:
    """How many parts have nothing left to mend."""
    return sum(part.verdict is Verdict.RIGHT for _name, part in mark.parts)
