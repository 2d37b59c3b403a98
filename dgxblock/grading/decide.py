"""Marking a decision: each option earns its share. The reason for it is kept for people to read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dgxblock.grading.verdict import Mark, Verdict, blank, unread

_FIELDS: Final = frozenset({"option", "reason"})


@dataclass(frozen=True, slots=True)
class DecideSpec:
    """`credits` gives the share of each option that earns one, `notes` the misconception behind others."""

    options: tuple[str, ...]
    credits: Mapping[str, float]
    notes: Mapping[str, str] = field(default_factory=dict)


def grade(answer: object, spec: DecideSpec, /) -> Mark:
    """Mark ``{"option": id, "reason": text}``. Any other JSON is unread or blank, and nothing raises."""
    if answer is None:
        return blank()
    if not isinstance(answer, Mapping) or not isinstance(answer.get("reason", ""), str):
        return unread("type")
    if not _FIELDS.issuperset(answer):
        return unread("unknown")
    chosen = answer.get("option", "")
    if not isinstance(chosen, str):
        return unread("type")
    if not chosen:
        return blank()
    if chosen not in spec.options:
        return unread("unknown")
    share = spec.credits.get(chosen, 0.0)
    share = min(1.0, max(0.0, share)) if math.isfinite(share) else 0.0
    if share == 1.0:
        return Mark(1.0, Verdict.RIGHT, "ok")
    note = spec.notes.get(chosen, "")
    return Mark(share, Verdict.PARTLY, note or "partly") if share else Mark(0.0, Verdict.AGAIN, note or "wrong")
