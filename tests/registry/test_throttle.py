"""The token bucket that all pumps share: no registry is spoken to faster than agreed, nor run over later."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F
from pytest_django.fixtures import Settings

from dgxblock.registry import api, models, pump
from dgxblock.registry.adapters import Registry
from dgxblock.registry.clock import now
from dgxblock.registry.contract import Scope
from dgxblock.registry.delivery import channel
from dgxblock.registry.delivery.rules import Effect
from tests.builders.registry import SmallRegistry, earn, number, scheme, site, small_registry, time_passes

pytestmark = pytest.mark.django_db
NAME = "registry:sandbox"


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url)
        scheme()
        yield running


def given(**members: float) -> Registry:
    return Registry("sandbox", **members)  # type: ignore[arg-type]


def later(seconds: float) -> None:
    """The bucket fills for so long."""
    models.Channel.objects.update(refilled_at=F("refilled_at") - timedelta(seconds=seconds))


def taken(where: Registry, most: int = 1000) -> int:
    count = 0
    while count < most and channel.take(NAME, where) == 0:
        count += 1
    return count


def test_a_burst_and_then_the_rate() -> None:
    where = given(requests_per_second=0.5, burst=7)
    assert taken(where) == 7
    wait = channel.take(NAME, where)
    assert 1.5 < wait <= 2
    later(4)
    assert taken(where) == 2
    later(3600)
    assert taken(where) == 7, "no more is saved up than the burst"


def test_after_a_throttle_the_rate_is_halved_and_rises_again() -> None:
    where = given(requests_per_second=10, burst=100)
    assert 100 <= taken(where) <= 150, "it fills while it is emptied"
    channel.apply(Effect("pause", Scope.REGISTRY, 30, "throttled"), where, "dg-coach")
    assert models.Channel.objects.get(key=NAME).rate == 5
    channel.apply(Effect("pause", Scope.REGISTRY, 30, "throttled"), where, "dg-coach")
    row = models.Channel.objects.get(key=NAME)
    assert row.rate == 2.5 and row.refilled_at is not None and row.refilled_at > now(), "it fills after the pause"
    later(30)
    assert taken(where) == 1, "one request asks whether it is well again"
    later(1)
    assert 1 <= taken(where) <= 3
    later(60)
    taken(where, 1)
    assert models.Channel.objects.get(key=NAME).rate is None


def test_the_rate_never_falls_to_nothing() -> None:
    where = given(requests_per_second=1, burst=1)
    for _ in range(50):
        channel.apply(Effect("pause", Scope.REGISTRY, 1, "throttled"), where, "dg-coach")
    assert models.Channel.objects.get(key=NAME).rate == 0.1


def test_a_clock_that_goes_back_gives_and_takes_nothing() -> None:
    where = given(requests_per_second=1, burst=3)
    assert taken(where) == 3
    later(-3600)
    assert channel.take(NAME, where) > 0


def test_a_registry_is_not_spoken_to_faster_than_agreed(registry: SmallRegistry, settings: Settings) -> None:
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] |= {"requests_per_second": 0.05, "burst": 3}
    for one in range(6):
        earn(str(one), id_no=number(f"44190019900101{one:03}"))
    begun = time.monotonic()
    pump.run()
    assert len(registry.puts) == 3
    assert time.monotonic() - begun < 10, "nobody waits in a pump for twenty seconds"
    assert api.queue()["READY"] == 3
    assert not models.Operation.objects.filter(lease_until__isnull=False).exists(), "what waits is nobody's"
    for _ in range(3):
        later(20)
        pump.run()
    assert len(registry.certificates()) == 6


def test_a_storm_of_429_ends_with_one_certificate_each(registry: SmallRegistry, settings: Settings) -> None:
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] |= {"requests_per_second": 100, "burst": 100}
    for one in range(6):
        earn(str(one), id_no=number(f"44190019900101{one:03}"))
    waits = ["0", "5", "86400", "Wed, 21 Oct 2015 07:28:00 GMT", "soon", "-1", ""]
    registry.faults = [f"throttled={wait}" if wait else "throttled" for wait in waits]
    for _ in waits:
        begun = len(registry.puts)
        pump.run()
        assert len(registry.puts) == begun + 1, "one refusal is enough to stop"
        until = models.Channel.objects.get(key=NAME).until
        assert until is not None and now() < until <= now() + timedelta(hours=6)
        time_passes(6 * 3600)
        later(6 * 3600)
    assert set(models.Operation.objects.values_list("tries", flat=True)) == {0}
    for _ in range(10):
        pump.run()
        time_passes(60)
        later(60)
    assert len(registry.certificates()) == len(registry.held) == 6


def test_what_piled_up_while_it_was_shut_comes_at_its_pace(registry: SmallRegistry, settings: Settings) -> None:
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] |= {"requests_per_second": 4, "burst": 50}
    for one in range(12):
        earn(str(one), id_no=number(f"44190019900101{one:03}"))
    registry.faults = ["unavailable=600"] * 6
    for _ in range(6):
        pump.run()
        time_passes(6 * 3600)
    assert registry.held == {}
    models.Channel.objects.update(refilled_at=now())  # the pause of six hours has just ended
    begun = time.monotonic()
    pump.run(limit=12)
    spent = time.monotonic() - begun
    assert len(registry.held) <= 2 + 4 * spent, "at the rate, not all at once"
