"""Marking points of a chart: precision and recall in one, so that ticking everything gains little."""

from __future__ import annotations

from dataclasses import dataclass

from dgxblock.grading.verdict import Mark, Verdict, blank, unread

__all__ = ["PointsSpec", "grade"]


@dataclass(frozen=True, slots=True)
class PointsSpec:
    """`labels` are all points, `key` those to mark, `misconceptions` what known wrong roads mark, by note."""

    labels: frozenset[str]
    key: frozenset[str]
    misconceptions: tuple[tuple[str, frozenset[str]], ...] = ()


def grade(answer: object, spec: PointsSpec, /) -> Mark:
    """Mark a list of labels by F1, ``2 hits / (marked + to mark)``. Any other JSON is unread or blank."""
    if answer is None or answer == []:
        return blank()
    if not isinstance(answer, list | tuple):
        return unread("type")
    marked = frozenset(each for each in answer if isinstance(each, str) and each in spec.labels)
    if len(marked) != len(answer):
        return unread("unknown")
    hits = len(marked & spec.key)
    fraction = 2 * hits / (len(marked) + len(spec.key))
    if marked == spec.key:
        return Mark(1.0, Verdict.RIGHT, "ok")
    note = next((note for note, wrong in spec.misconceptions if marked == wrong), "")
    if not note:
        note = "missed" if marked < spec.key else "extra" if marked > spec.key else "wrong"
    return Mark(round(fraction, 9), Verdict.PARTLY if hits else Verdict.AGAIN, note)
