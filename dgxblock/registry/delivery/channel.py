"""Whether a registry, or one scheme at it, may be spoken to: shared by all pumps, kept in the database."""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from dgxblock.registry.clock import now
from dgxblock.registry.contract import Scope
from dgxblock.registry.delivery.rules import PROBE_SECONDS, Effect, back_off
from dgxblock.registry.models import Channel

_log = logging.getLogger("dgxblock.registry")
_SUSPECT: Final = 3  # wrong-looking answers in a row that mean a wrong address
_PATIENCE: Final = 3  # failures in a row before the whole registry rests
_REST_CAP: Final = 600.0  # seconds
_FRESH: Final = timedelta(seconds=10)  # a healthy channel is written at most so often


def key(scope: Scope, slug: str, /) -> str:
    """The row's key for a registry's or a scheme's slug."""
    return f"{'scheme' if scope is Scope.SCHEME else 'registry'}:{slug}"


def look(name: str, /) -> Channel:
    """The channel as it is now; a new one is open."""
    return Channel.objects.filter(key=name).first() or Channel(key=name)


def resting(channel: Channel, moment: datetime, /) -> bool:
    """Whether nothing at all may go out."""
    return channel.until is not None and channel.until > moment


def apply(effect: Effect, registry: str, scheme: str, /, *, base: float) -> None:
    """Write down what an exchange said about the registry or the scheme."""
    name = key(effect.scope, scheme if effect.scope is Scope.SCHEME else registry)
    if effect.kind == "ok":
        for each in (name, key(Scope.SCHEME, scheme)):
            _well(each, create=each == name)
        return
    Channel.objects.get_or_create(key=name)
    row = Channel.objects.filter(key=name)
    moment = now()
    if effect.kind == "pause":
        row.update(until=moment + timedelta(seconds=effect.seconds), reason=effect.reason)
    elif effect.kind == "block":
        _block(name, effect.reason, effect.seconds)
    else:
        row.update(failures=F("failures") + 1)
        failures = row.values_list("failures", flat=True).get()
        if effect.suspect and failures >= _SUSPECT:
            _block(name, "wrong-address", PROBE_SECONDS)
        elif failures >= _PATIENCE:
            rest = back_off(failures - _PATIENCE, base, random.random, cap=_REST_CAP)
            row.update(until=moment + timedelta(seconds=rest), reason=effect.reason)


def _block(name: str, reason: str, seconds: float, /) -> None:
    row = Channel.objects.filter(key=name)
    until = now() + timedelta(seconds=seconds)
    if row.filter(blocked=False).update(blocked=True, until=until, reason=reason):
        _log.error("dgx_registry: %s is blocked (%s); it is probed every %d s", name, reason, int(seconds))
    else:
        row.update(until=until, reason=reason)


def _well(name: str, /, *, create: bool) -> None:
    moment = now()
    if create:
        row, made = Channel.objects.get_or_create(key=name, defaults={"last_ok_at": moment})
        if made:
            return
    else:
        found = Channel.objects.filter(key=name).first()
        if found is None:
            return
        row = found
    stale = row.last_ok_at is None or moment - row.last_ok_at > _FRESH
    if stale or row.failures or row.blocked or row.until:
        Channel.objects.filter(key=name).update(failures=0, blocked=False, until=None, reason="", last_ok_at=moment)


def reopen(name: str, /) -> None:
    """Forget a pause or a block: a person wants it tried now. The next row is a probe no longer."""
    Channel.objects.filter(key=name).update(failures=0, blocked=False, until=None, reason="")
