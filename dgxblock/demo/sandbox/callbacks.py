"""Telling the sender what changed here by itself: signed, repeated until it is heard, for three days."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import requests
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from dgxblock.demo.sandbox.models import Behaviour, Callback, Exchange, Mode
from dgxblock.registry import contract

__all__ = ["announce", "deliver_due", "start"]

log = logging.getLogger(__name__)
_KEPT_FOR: Final = timedelta(hours=72)
_LONGEST: Final = 3600  # seconds between two tries
_PAUSE: Final = 0.3
_TIMEOUT: Final = 10
_STRANGE_KEY: Final = contract.Key("whsec", b"a key that nobody has agreed on.")


def announce(receipt: Mapping[str, Any], /) -> None:
    """Note that this receipt is to be told; in the caller's transaction. Nothing happens without an address."""
    if not settings.CONFIG.callback_url:
        return
    now = timezone.now()
    Callback.objects.get_or_create(
        message_id=contract.callback_id(receipt["result_id"], receipt["rev"]),
        defaults={"body": contract.canonical(receipt).decode(), "made_at": now, "due_at": now},
    )


def deliver_due() -> int:
    """Try what is due, once each; how many were heard."""
    heard = 0
    now = timezone.now()
    for row in Callback.objects.filter(heard_at=None, due_at__lte=now, made_at__gt=now - _KEPT_FOR).order_by("pk"):
        status = _post(row)
        row.tries += 1
        row.due_at = timezone.now() + timedelta(seconds=min(_LONGEST, 2 ** min(row.tries, 12)))
        if 200 <= status < 300:
            row.heard_at = timezone.now()
            heard += 1
        row.save()
        Exchange.objects.create(at=timezone.now(), method="POST", place="callback",
                                result_id=row.message_id.split(":")[1], status=status,
                                outcome="told" if row.heard_at else "not-heard")  # fmt: skip
    return heard


def _post(row: Callback) -> int:
    """One try; the status of the answer, 0 for none."""
    body = row.body.encode()
    keys: Sequence[contract.Key] = settings.CALLBACK_KEYS  # type: ignore[misc]
    if Behaviour.current() is Mode.FORGES:
        keys = [_STRANGE_KEY]
    headers = contract.signed_headers(keys, "POST", "/", msg_id=row.message_id, timestamp=int(time.time()), body=body)
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                settings.CONFIG.callback_url, data=body, headers=headers, timeout=_TIMEOUT, allow_redirects=False
            )
    except requests.RequestException:
        return 0
    return answer.status_code


def start() -> None:
    """Deliver in a thread of its own from now on."""
    if settings.CONFIG.callback_url:
        threading.Thread(target=_run, name="callbacks", daemon=True).start()


def _run() -> None:
    while True:
        try:
            close_old_connections()
            deliver_due()
        except DatabaseError:
            log.warning("the database is busy")
        time.sleep(_PAUSE)
