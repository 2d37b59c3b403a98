"""Several pumps at once, on whatever database the tests run: nothing is sent twice, nothing is left."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from dgxblock.registry import api, gates, models, pump
from tests.builders.registry import COURSE, earn, form, number, operation, scheme, site, small_registry, time_passes

pytestmark = pytest.mark.django_db(transaction=True)


def test_pumps_that_race_send_everything_once(settings: Settings, tmp_path: Path) -> None:
    with small_registry() as registry:
        settings.DGXBLOCK = site(tmp_path, registry.base_url, deadline_seconds=10)
        scheme()
        for learner in range(24):
            earn(str(learner), id_no=number(f"44190019900101{learner:03}"))
        barrier = threading.Barrier(3)
        failed: list[BaseException] = []

        def run() -> None:
            barrier.wait()
            try:
                pump.run()
            except BaseException as error:  # noqa: BLE001 - any failure fails the test
                failed.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert len(registry.puts) == len(registry.certificates()) == 24
        assert api.queue()["DONE"] == 24
        assert models.Attempt.objects.filter(recorded=False).count() == 0


def test_details_that_change_while_pumps_send_leave_every_claim_with_what_went_out(
    settings: Settings, tmp_path: Path
) -> None:
    with small_registry() as registry:
        settings.DGXBLOCK = site(tmp_path, registry.base_url, deadline_seconds=10)
        scheme()
        learners = [str(one) for one in range(12)]
        for one in learners:
            earn(one, id_no=number(f"44190019900101{int(one):03}"))
        barrier = threading.Barrier(3)
        failed: list[BaseException] = []

        def send() -> None:
            pump.run()

        def change() -> None:
            for one in reversed(learners):  # the number that the next account has, or had
                api.save_identity(one, COURSE, form(id_no=number(f"44190019900101{(int(one) + 1) % 12:03}")))

        def withdraw() -> None:
            for one in learners[::3]:
                api.withdraw_consent(one, COURSE)

        def run(what: Callable[[], None]) -> None:
            barrier.wait()
            try:
                what()
            except BaseException as error:  # noqa: BLE001 - any failure fails the test
                failed.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=(what,)) for what in (send, change, withdraw)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        for _ in range(3):
            time_passes(7200)
            api.sweep()
            pump.run()
        persons = [document["person"]["id_no"] for document in registry.documents.values()]
        assert len(persons) == len(set(persons)) == len(registry.certificates()) > 0
        for one in learners:
            row = operation(one)
            assert row.state in ("DONE", "HELD")
            if row.state == "DONE" and row.identity is not None:
                assert row.achievement.person_key == gates.person_key(row.achievement, row.identity)
