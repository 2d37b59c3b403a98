"""What the staff console is handed: frozen, typed, masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dgxblock.registry.views import IdentityView, OperationRow, WorkItemView

__all__ = ["EventView", "ResultView", "WhyView"]


@dataclass(frozen=True, slots=True)
class EventView:
    """A line of a result's timeline: an exchange or a decision. `detail` is technical and holds nothing of a person."""

    at: datetime
    title: str
    note: str
    actor: str
    tone: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class WhyView:
    """Why a result stands still: what happened, which field of the details is wrong, what to do. `field` may be
    empty."""

    says: str
    field: str
    advice: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """A result for staff. `may` names what can be done now: ``replay``, ``hold``, ``let-go``, ``release``,
    ``readmit``, ``correct``, ``revoke``; `numbers` which full numbers can be revealed: ``id``, ``certificate``."""

    row: OperationRow
    why: WhyView | None
    events: tuple[EventView, ...]
    items: tuple[WorkItemView, ...]
    identity: IdentityView | None
    may: tuple[str, ...]
    numbers: tuple[str, ...]
    certificate_tail: str
