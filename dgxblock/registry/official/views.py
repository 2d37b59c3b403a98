"""What staff are handed of official files: frozen, and masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

__all__ = ["ImportRowView", "ImportView"]


@dataclass(frozen=True, slots=True)
class ImportView:
    """An official file. `counts` are lines by `Match`, `results` those taken over by what came of them; `again` says
    that the same bytes were put in before."""

    id: str
    registry: str
    name: str
    sha256: str
    state: str
    state_label: str
    rows: int
    counts: Mapping[str, int]
    results: Mapping[str, int]
    uploader: str
    uploaded_at: datetime
    decider: str
    reason: str
    decided_at: datetime | None
    again: bool


@dataclass(frozen=True, slots=True)
class ImportRowView:
    """A line. `why` says in words what `code` says; `may`: it can be chosen when the file is approved. `person` is
    masked; `result` is a code of what came of it."""

    id: str
    row_no: int
    match: str
    match_label: str
    code: str
    why: str
    learner_id: str
    result_id: str
    status: str
    status_label: str
    person: str
    chosen: bool
    result: str
    may: bool
