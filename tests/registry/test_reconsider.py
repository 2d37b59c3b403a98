"""Results that staff have changed: what is no longer earned does not leave, and goes on if it is earned again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from dgxblock.ledger import api as ledger
from dgxblock.ledger.models import Attempt
from dgxblock.registry import api, models
from tests.builders.registry import (
    ASSESSMENT,
    COURSE,
    SmallRegistry,
    earn,
    form,
    number,
    operation,
    scheme,
    site,
    small_registry,
    work,
)
from tests.registry.test_delivery import drain

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url)
        scheme()
        yield running


def change(passed: bool, percent: float, learner: str = "7") -> None:
    place = ledger.Place(learner, COURSE, ASSESSMENT)
    Attempt.objects.filter(**place.where()).update(passed=passed, earned=percent)
    api.reconsider(learner, COURSE)


def held(learner: str = "7") -> tuple[str, str, str]:
    row = operation(learner)
    return row.state, row.reason, row.owner


def test_what_was_never_sent_stays_and_goes_when_it_is_earned_again(registry: SmallRegistry) -> None:
    earn("7")
    change(False, 60)
    assert held() == ("HELD", "not-earned", "trainee")
    status = api.status("7", COURSE)
    assert status is not None and str(status.stage) == "not-yet"
    drain(registry)
    assert operation().sends == 0 and models.Achievement.objects.get().person_key is None
    change(True, 90)
    assert held() == ("READY", "", "")
    drain(registry)
    assert operation().state == "DONE" and models.Operation.objects.count() == 1


def test_new_details_do_not_send_what_is_not_earned(registry: SmallRegistry) -> None:
    earn("7")
    change(False, 60)
    assert not api.save_identity("7", COURSE, form(id_no=number("44190019900101456")))
    assert held() == ("HELD", "not-earned", "trainee")
    drain(registry)
    assert operation().sends == 0


def test_whoever_gave_the_same_number_may_go_on(registry: SmallRegistry) -> None:
    del registry
    earn("7")
    work("8")
    api.evaluate("8", COURSE)
    assert not api.save_identity("8", COURSE, form())
    assert held("8")[1] == "duplicate-person"
    change(False, 60)
    api.sweep()
    assert operation("8").state == "READY"


def test_what_the_registry_has_is_for_people_to_decide(registry: SmallRegistry) -> None:
    earn("7")
    drain(registry)
    before = (operation().state, models.Operation.objects.count())
    change(False, 60)
    assert (operation().state, models.Operation.objects.count()) == before == ("DONE", 1)
    assert (api.no_longer_earned(COURSE), models.Achievement.objects.get().withdrawn) == (1, True)
    change(True, 90)
    assert (api.no_longer_earned(COURSE), models.Achievement.objects.get().withdrawn) == (0, False)


def test_whoever_newly_passes_is_recorded_and_repeating_changes_nothing(registry: SmallRegistry) -> None:
    del registry
    work("7", passed=False, earned=60)
    api.reconsider("7", COURSE)
    assert not models.Achievement.objects.exists()
    for _turn in range(3):
        change(True, 75)
    assert models.Achievement.objects.count() == models.Operation.objects.count() == 1
