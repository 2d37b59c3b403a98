"""Marking single and multiple choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dgxblock.grading.verdict import Mark, Verdict, blank, unread


@dataclass(frozen=True, slots=True)
class ChoiceSpec:
    """`choices` are all ids, `correct` those that the key names, `notes` the misconception behind a wrong
    choice.
    """

    choices: tuple[str, ...]
    correct: frozenset[str]
    multiple: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)


def _picked(answer: object, spec: ChoiceSpec, /) -> list[str] | str:
    """The ids that were ticked, or the code of what is wrong with the answer."""
    if isinstance(answer, str):
        answer = [answer] if answer else []
    if not isinstance(answer, (list, tuple)):
        return "type"
    if len(answer) > (len(spec.choices) if spec.multiple else 1):
        return "many"
    picked = [item for item in answer if isinstance(item, str) and item in spec.choices]
    if len(picked) != len(answer):
        return "unknown"
    return picked if len(set(picked)) == len(picked) else "twice"


def grade(answer: object, spec: ChoiceSpec, /) -> Mark:
    """Mark an id or a list of ids. Any other JSON is unread or blank, and nothing raises.

    Multiple choice earns the net of right and wrong ticks, ``(hits - false) / correct``, never below zero:
    ticking everything gains nothing over knowing it (PrairieLearn's net-correct scheme).
    """
    if answer is None:
        return blank()
    picked = _picked(answer, spec)
    if isinstance(picked, str):
        return unread(picked)
    if not picked:
        return blank()
    hits = sum(item in spec.correct for item in picked)
    false = len(picked) - hits
    needed = len(spec.correct) if spec.multiple else 1
    fraction = max(0.0, (hits - false) / needed) if needed else 0.0
    if fraction == 1.0:
        return Mark(1.0, Verdict.RIGHT, "ok")
    notes = [
        spec.notes[item]
        for item in spec.choices
        if item in picked and item not in spec.correct and spec.notes.get(item)
    ]
    if notes:
        note = "|".join(notes)
    elif not spec.multiple:
        note = "wrong"
    else:
        note = "missed" if not false else "extra" if hits == needed else "wrong"
    return Mark(fraction, Verdict.PARTLY if fraction else Verdict.AGAIN, note)
