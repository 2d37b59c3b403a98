"""How delivery is, for machines: figures and no persons."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Count, Min

from dgxblock.registry.clock import now
from dgxblock.registry.models import Attempt, Channel, Operation, WorkItem
from dgxblock.registry.states import ItemState, OpState

__all__ = ["LATE", "PUMP", "Health", "beat", "look", "metrics"]

PUMP: Final = "pump:"
LATE: Final = 900.0
"""Seconds after which a pump counts as gone, and due work as stuck."""


class Health:
    """Seconds since the last pump and of the oldest due operation (None: none), and the channels that are stopped."""

    def __init__(self) -> None:
        moment = now()
        rows = list(Channel.objects.order_by("key"))
        last = next((row.last_ok_at for row in rows if row.key == PUMP), None)
        oldest = Operation.objects.filter(next_at__lte=moment).aggregate(at=Min("next_at"))["at"]
        self.pump_age = _age(last, moment)
        self.oldest_due = _age(oldest, moment)
        self.channels = {row.key: row.blocked for row in rows if row.key != PUMP}
        self.stopped = [key for key, blocked in self.channels.items() if blocked]

    @property
    def well(self) -> bool:
        """Whether a pump ran lately, nothing due is stuck and no channel is stopped."""
        pumped = self.pump_age is not None and self.pump_age < LATE
        return pumped and (self.oldest_due or 0.0) < LATE and not self.stopped


def _age(at: datetime | None, moment: datetime, /) -> float | None:
    return None if at is None else max(0.0, (moment - at).total_seconds())


def beat() -> None:
    """A pump has come by: its time, written down."""
    moment = now()
    if not Channel.objects.filter(key=PUMP).update(last_ok_at=moment):
        Channel.objects.get_or_create(key=PUMP, defaults={"last_ok_at": moment})


def look() -> Health:
    """How delivery is now (three queries)."""
    return Health()


def metrics() -> str:
    """The same and more in Prometheus' text format 0.0.4 (six queries)."""
    health = look()
    states = Operation.objects.order_by().values_list("registry", "state").annotate(Count("pk"))
    verdicts = Attempt.objects.order_by().values_list("operation__registry", "phase", "verdict").annotate(Count("pk"))
    kinds = dict(WorkItem.objects.filter(state=ItemState.OPEN).order_by().values_list("kind").annotate(n=Count("pk")))
    counted = {(registry, state): n for registry, state, n in states}
    lines = [
        *_family("dgx_registry_operations", "gauge", "Operations by registry and state."),
        *(
            _sample("dgx_registry_operations", counted.get((registry, str(state)), 0), registry=registry, state=state)
            for registry in sorted({registry for registry, _state in counted})
            for state in OpState
        ),
        *_family("dgx_registry_attempts_total", "counter", "Exchanges by registry, phase and verdict."),
        *(
            _sample("dgx_registry_attempts_total", n, registry=registry, phase=phase, verdict=verdict)
            for registry, phase, verdict, n in sorted(verdicts)
        ),
        *_family("dgx_registry_channel_stopped", "gauge", "1 for a registry or scheme that is not spoken to."),
        *(_sample("dgx_registry_channel_stopped", int(on), channel=key) for key, on in health.channels.items()),
        *_family("dgx_registry_work_items_open", "gauge", "Work items that wait for people, by kind."),
        *(_sample("dgx_registry_work_items_open", n, kind=kind) for kind, n in sorted(kinds.items())),
        *_family("dgx_registry_oldest_due_seconds", "gauge", "How long the oldest due operation has waited."),
        _sample("dgx_registry_oldest_due_seconds", health.oldest_due or 0.0),
    ]
    if health.pump_age is not None:
        lines += [
            *_family("dgx_registry_pump_age_seconds", "gauge", "Since a pump last came by."),
            _sample("dgx_registry_pump_age_seconds", health.pump_age),
        ]
    return "\n".join(lines) + "\n"


def _family(name: str, kind: str, words: str, /) -> list[str]:
    return [f"# HELP {name} {words}", f"# TYPE {name} {kind}"]


def _sample(name: str, value: float, /, **labels: str) -> str:
    shown = ",".join(f'{key}="{_escaped(str(text))}"' for key, text in labels.items())
    return f"{name}{{{shown}}} {value:g}" if shown else f"{name} {value:g}"


def _escaped(text: str, /) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
