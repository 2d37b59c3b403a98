"""Whether a registry, or one scheme at it, may be spoken to: shared by all pumps, kept in the database."""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from dgxblock.registry.adapters import Registry
from dgxblock.registry.clock import now
from dgxblock.registry.contract import Scope
from dgxblock.registry.delivery.rules import PROBE_SECONDS, Effect, back_off
from dgxblock.registry.models import Channel

_log = logging.getLogger("dgxblock.registry")
_SUSPECT: Final = 3  # wrong-looking answers in a row that mean a wrong address
_PATIENCE: Final = 3  # failures in a row before the whole registry rests
_REST_CAP: Final = 600.0  # seconds
_RECOVERY: Final = 60.0  # seconds from the lowest rate back to the configured one
_LEAST_RATE: Final = 0.1  # requests per second
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


def take(name: str, registry: Registry, /) -> float:
    """Take a token for one request: 0 when it may go now, else the seconds until one may.

    A token bucket that all pumps share, on the database's clock. After a throttle the rate is halved and then rises by
    itself, evenly, back to the configured one in a minute: so what piled up while a registry was closed does not fall
    on it at once.
    """
    while True:
        row, _made = Channel.objects.get_or_create(key=name)
        moment = now()
        most = registry.requests_per_second
        since = max(0.0, (moment - row.refilled_at).total_seconds()) if row.refilled_at else None
        rate = most if row.rate is None else min(most, row.rate + most * (since or 0.0) / _RECOVERY)
        room = float(registry.burst) if row.rate is None else min(float(registry.burst), max(1.0, rate))
        tokens = room if since is None else min(room, row.tokens + since * rate)
        if tokens < 1:
            return (1 - tokens) / rate
        changed = Channel.objects.filter(pk=row.pk, tokens=row.tokens, refilled_at=row.refilled_at).update(
            tokens=tokens - 1, refilled_at=max(moment, row.refilled_at or moment), rate=None if rate >= most else rate
        )
        if changed:
            return 0.0


def _slower(name: str, registry: Registry, until: datetime, /) -> None:
    """After a throttle: half the rate, and nothing saved up meanwhile."""
    row = look(name)
    rate = max(_LEAST_RATE, (row.rate or registry.requests_per_second) / 2)
    # One token: the first request after the pause goes at once.
    Channel.objects.filter(key=name).update(rate=rate, tokens=1.0, refilled_at=until)


def apply(effect: Effect, registry: Registry, scheme: str, /) -> None:
    """Write down what an exchange said about the registry or the scheme."""
    name = key(effect.scope, scheme if effect.scope is Scope.SCHEME else registry.slug)
    if effect.kind == "ok":
        for each in (name, key(Scope.SCHEME, scheme)):
            _well(each, create=each == name)
        return
    Channel.objects.get_or_create(key=name)
    row = Channel.objects.filter(key=name)
    moment = now()
    if effect.kind == "pause":
        until = moment + timedelta(seconds=effect.seconds)
        row.update(until=until, reason=effect.reason)
        _slower(name, registry, until)
    elif effect.kind == "block":
        _block(name, effect.reason, effect.seconds)
    else:
        row.update(failures=F("failures") + 1)
        failures = row.values_list("failures", flat=True).get()
        if effect.suspect and failures >= _SUSPECT:
            _block(name, "wrong-address", PROBE_SECONDS)
        elif failures >= _PATIENCE:
            rest = back_off(failures - _PATIENCE, registry.base_seconds, random.random, cap=_REST_CAP)
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
