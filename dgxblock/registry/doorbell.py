"""Tell a worker that something is due. Only a hint: what is not heard is found by the next look into the queue."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db import transaction

__all__ = ["ring"]

_log = logging.getLogger("dgxblock.registry")
_EXPIRES: Final = 120  # seconds: whoever hears it later would find nothing
_DEAF: Final = 30.0  # seconds without a try after a broker did not take it: a request must not wait for it again
_silent_until = 0.0


def ring(registry: str, /) -> None:
    """Ring when the transaction under way has been committed. Never raises, and does nothing without Celery.

    Args:
        registry: its slug; nothing else ever travels through the broker.
    """
    transaction.on_commit(partial(_ring, registry), robust=True)


def _ring(registry: str, /) -> None:
    global _silent_until  # noqa: PLW0603 - one process, one memory of a dead broker
    if time.monotonic() < _silent_until:
        return
    from dgxblock.registry import tasks

    if tasks.ring is None or not _has_broker(tasks.ring):
        return
    options: dict[str, Any] = {}
    site = getattr(settings, "DGXBLOCK", None) or {}
    if site.get("DOORBELL_QUEUE"):
        options["queue"] = str(site["DOORBELL_QUEUE"])
    try:
        tasks.ring.apply_async(args=[registry], retry=False, ignore_result=True, expires=_EXPIRES, **options)
    except Exception as error:  # noqa: BLE001 - whatever a broker's client raises is no concern of a learner's request
        _silent_until = time.monotonic() + _DEAF
        _log.warning("dgx_registry: the doorbell is dead (%s); the pump looks by itself", type(error).__name__)


def _has_broker(task: Any, /) -> bool:
    """Whether somebody configured one: without, Celery would knock at a RabbitMQ on this machine."""
    configured = task.app.conf
    return bool(configured.broker_url or configured.broker_write_url)
