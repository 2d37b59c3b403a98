"""Marking what is assigned to what: pairs of a match, things in their classes. Each thing earns the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dgxblock.grading.parts import gathered
from dgxblock.grading.verdict import Mark, Verdict, blank, unread

#: On a scale, the class beside the right one (the risk matrix of ISO 31000 is graded by distance).
NEIGHBOUR_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class AssignSpec:
    """`key` gives the right target of each thing; `targets` stand in their order if they are a scale (`ordinal`).

    `notes` names the misconception behind a wrong (thing, target).
    """

    things: tuple[str, ...]
    targets: tuple[str, ...]
    key: Mapping[str, str]
    ordinal: bool = False
    notes: Mapping[tuple[str, str], str] = field(default_factory=dict)


def _unreadable(answer: Mapping[object, object], spec: AssignSpec, /) -> str:
    """The code of what is wrong with an answer, empty if it can be marked."""
    if len(answer) > len(spec.things):
        return "many"
    if not all(isinstance(thing, str) and thing in spec.things for thing in answer):
        return "unknown"
    if not all(isinstance(target, str) for target in answer.values()):
        return "type"
    return "" if all(target in ("", *spec.targets) for target in answer.values()) else "unknown"


def _distance(chosen: str, wanted: str | None, spec: AssignSpec, /) -> int:
    """Steps between two targets of a scale, 0 if there are not two."""
    return abs(spec.targets.index(chosen) - spec.targets.index(wanted)) if wanted in spec.targets else 0


def _mark(thing: str, chosen: str, spec: AssignSpec, /) -> Mark:
    if not chosen:
        return blank()
    wanted = spec.key.get(thing)
    if chosen == wanted:
        return Mark(1.0, Verdict.RIGHT, "ok")
    note = spec.notes.get((thing, chosen), "")
    if spec.ordinal and _distance(chosen, wanted, spec) == 1:
        return Mark(NEIGHBOUR_SHARE, Verdict.PARTLY, note or "neighbour")
    return Mark(0.0, Verdict.AGAIN, note or "wrong")


def grade(answer: object, spec: AssignSpec, /) -> Mark:
    """Mark ``{thing: target}``. Any other JSON is unread or blank, and nothing raises."""
    if answer is None:
        return blank()
    if not isinstance(answer, Mapping):
        return unread("type")
    if code := _unreadable(answer, spec):
        return unread(code)
    return gathered([(thing, _mark(thing, str(answer.get(thing, "")), spec)) for thing in spec.things])
