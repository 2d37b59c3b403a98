"""The benchmark of deliveries, small: it delivers everything once and says how fast."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from benchmarks import delivery
from dgxblock.registry.models import Attempt, Operation


@pytest.mark.django_db(transaction=True)
def test_every_way_delivers_everything_once(settings: Settings) -> None:
    settings.DGXBLOCK = {}
    found = delivery.measure(12, rows=(200, 400), workers=(1, 2))
    assert set(found.delivered) == {(1, 1), (1, 100), (2, 1), (2, 100)} and set(found.bare) == {1, 2}
    assert all(rate > 0 for rate in (*found.bare.values(), *found.delivered.values()))
    assert Attempt.objects.count() == 12 * 6
    assert not Operation.objects.exclude(state="DONE").exists() and Operation.objects.count() >= 400
    text = delivery.report(found)
    assert "12 results" in text and "400" in text and "results/s" in text
