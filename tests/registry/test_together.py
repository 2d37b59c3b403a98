"""What travels together is marked and settled together: few statements, and the same outcome as one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from dgxblock.registry import api, consent, gates, models, pump
from dgxblock.registry.delivery import together
from tests.builders.registry import (
    COURSE,
    SmallRegistry,
    earn,
    form,
    number,
    operation,
    scheme,
    site,
    small_registry,
    time_passes,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mariadb]
PEOPLE = 6


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url, batch_max=200, requests_per_second=1000, burst=1000)
        scheme()
        yield running


def many(people: int = PEOPLE) -> None:
    for one in range(people):
        earn(str(one), id_no=number(f"44190019900101{one:03}"))


def states() -> list[str]:
    return [operation(str(one)).state for one in range(PEOPLE)]


def statements(people: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert pump.run().turns == people
    return len(captured)


def test_thirty_take_hardly_more_statements_than_six(registry: SmallRegistry) -> None:
    many()
    few = statements(PEOPLE)
    for one in range(100, 130):
        earn(str(one), id_no=number(f"44190019900102{one:03}"))
    assert statements(30) <= few + 10
    assert len(registry.certificates()) == PEOPLE + 30


def test_it_leaves_the_same_rows_as_one_by_one(registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    many(3)
    pump.run()
    for one in range(3, 6):
        earn(str(one), id_no=number(f"44190019900101{one:03}"))
    monkeypatch.setattr(together, "mark", lambda *_all, **_most: [])
    monkeypatch.setattr(together, "settle", lambda *_all, **_polled: {})
    pump.run()

    def shape(row: Any) -> dict[str, bool]:
        return {field.attname: bool(getattr(row, field.attname)) for field in row._meta.concrete_fields}

    for model in (models.Operation, models.Achievement, models.Attempt, models.Receipt):
        shapes = [shape(row) for row in model._default_manager.order_by("pk")]
        for found in shapes:
            found.pop("latency_ms", None)
        assert shapes[:3] == shapes[3:], model.__name__


def withdraw() -> None:
    assert api.withdraw_consent("2", COURSE)


def change_papers() -> None:
    assert not api.save_identity("2", COURSE, form(id_no=number("44190019910101777")))


def lose_lease() -> None:
    models.Operation.objects.filter(pk=operation("2").pk).update(lease_token="somebody else's")


def take_back() -> None:
    models.Achievement.objects.filter(learner_id="2").update(withdrawn=True)


@pytest.mark.parametrize("what", [withdraw, change_papers, lose_lease, take_back])
def test_what_changes_before_the_mark_stays_and_the_others_go(
    registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch, what: Callable[[], None]
) -> None:
    """The change comes after the rows were read and before they are locked."""
    many()
    latest = consent.latest
    turns: list[int] = []

    def meanwhile(*args: Any) -> dict[tuple[str, int], int]:
        found = latest(*args)
        if not turns:
            turns.append(1)
            what()
        return found

    monkeypatch.setattr(consent, "latest", meanwhile)
    pump.run()
    assert turns
    sent = b"".join(body for _method, _path, _headers, body in registry.requests)
    held = models.Achievement.objects.get(learner_id="2")
    assert str(held.uuid).encode() not in sent or what is change_papers
    assert sorted(set(states()) - {"DONE"}) in ([], ["HELD"], ["READY"])
    assert states().count("DONE") >= PEOPLE - 1
    if what is change_papers:
        pump.run()
        assert operation("2").identity == models.Identity.objects.filter(learner_id="2").latest("version")


def test_what_is_taken_back_while_it_is_sent_is_brought_in_line_afterwards(
    registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    many()
    lock = gates.lock_all
    turns: list[int] = []

    def meanwhile(achievements: Any) -> None:
        turns.append(1)
        if len(turns) == 2:  # the first was the mark
            take_back()
        lock(achievements)

    monkeypatch.setattr(gates, "lock_all", meanwhile)
    pump.run()
    assert states() == ["DONE"] * PEOPLE
    assert models.WorkItem.objects.get().achievement.learner_id == "2"


def test_a_person_given_free_while_it_is_sent_is_held_again(
    registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    many()
    lock = gates.lock_all
    turns: list[int] = []

    def meanwhile(achievements: Any) -> None:
        turns.append(1)
        if len(turns) == 2:
            models.Achievement.objects.filter(learner_id="2").update(person_key=None)
        lock(achievements)

    monkeypatch.setattr(gates, "lock_all", meanwhile)
    pump.run()
    assert states() == ["DONE"] * PEOPLE
    assert not models.Achievement.objects.filter(person_key=None).exists()


def test_a_number_that_two_get_in_one_answer_is_for_people(
    registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    many()
    one = registry._certificate()
    monkeypatch.setattr(registry, "_certificate", lambda: one)
    pump.run()
    assert sorted(states()) == ["DONE"] + ["HUMAN"] * (PEOPLE - 1)
    assert {operation(str(one)).reason for one in range(PEOPLE)} == {"", "number-twice"}


def test_a_result_whose_hold_is_not_over_does_not_go(registry: SmallRegistry) -> None:
    many()
    models.Operation.objects.filter(pk=operation("2").pk).update(not_before=F("created_at") + timedelta(days=1))
    pump.run()
    assert [one for one in range(PEOPLE) if operation(str(one)).state != "DONE"] == [2]
    assert len(registry.certificates()) == PEOPLE - 1
    time_passes(2 * 86400)
    pump.run()
    assert states() == ["DONE"] * PEOPLE
