"""The doorbell's other end, where Celery is installed. The message is a hint: losing all of them loses no result."""

from __future__ import annotations

from typing import Any, Final

try:
    from celery import shared_task
except ImportError:  # a host without Celery runs `dgx_registry pump`
    shared_task = None

__all__ = ["ring"]

_LIMIT: Final = 200  # turns in one task: the pump goes on, and a worker is not held for long


def _ring(registry: str) -> int:
    """Give what is due at a registry its turn; how many turns."""
    from dgxblock.registry import pump

    return pump.run(limit=_LIMIT, only=registry).turns


# acks_late is off on purpose: a redelivered hint helps nobody. No eta, no retry: the database says what is due when.
ring: Any = (
    None
    if shared_task is None
    else shared_task(name="dgxblock.registry.tasks.ring", ignore_result=True, acks_late=False, max_retries=0)(_ring)
)
