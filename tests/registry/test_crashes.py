"""A pump that is killed at any point, with SIGKILL, in a real process: still exactly one certificate."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from dgxblock.registry import api, models, pump
from tests.builders import pump_process
from tests.builders.registry import earn, number, operation, scheme, site, small_registry, time_passes

pytestmark = pytest.mark.django_db(transaction=True)


def recover() -> None:
    """Later, another pump comes along."""
    for _ in range(6):
        time_passes(3600)
        pump.run()


@pytest.mark.parametrize("point", pump_process.POINTS)
def test_a_pump_killed_at_any_point_leaves_one_certificate(settings: Settings, tmp_path: Path, point: str) -> None:
    with small_registry() as registry:
        settings.DGXBLOCK = site(tmp_path, registry.base_url)
        scheme()
        earn()
        victim = pump_process.start(settings.DGXBLOCK, crash=point)
        assert victim.wait(30) == -signal.SIGKILL
        assert pump.run().turns == 0, "the lease of the dead pump is not over"
        recover()
        assert len(registry.certificates()) == 1
        assert len(set(registry.puts)) == 1
        assert operation().state == api.OpState.DONE
        assert models.Receipt.objects.count() == 1


def test_a_pump_killed_after_the_registry_stored_and_before_the_answer_leaves_one_certificate(
    settings: Settings, tmp_path: Path
) -> None:
    with small_registry() as registry:
        settings.DGXBLOCK = site(tmp_path, registry.base_url, deadline_seconds=20)
        scheme()
        earn()
        registry.faults = ["kill"]
        with registry.lock:  # the registry stores nothing before it knows whom to kill
            victim = pump_process.start(settings.DGXBLOCK)
            registry.victim = victim.pid
        assert victim.wait(30) == -signal.SIGKILL
        assert operation().state == api.OpState.SENDING and operation().sent_at is not None
        recover()
        assert len(registry.certificates()) == 1 and len(registry.puts) == 1
        assert operation().state == api.OpState.DONE


def test_two_pumps_send_everything_once(settings: Settings, tmp_path: Path) -> None:
    with small_registry() as registry:
        settings.DGXBLOCK = site(tmp_path, registry.base_url)
        scheme()
        for learner in range(20):
            earn(str(learner), id_no=number(f"44190019900101{learner:03}"))
        pumps = [pump_process.start(settings.DGXBLOCK) for _ in range(2)]
        assert [one.wait(60) for one in pumps] == [0, 0]
        assert len(registry.puts) == 20 and len(registry.certificates()) == 20
        assert api.queue()["DONE"] == 20


def test_two_threads_of_one_trainee_earn_once(settings: Settings, tmp_path: Path) -> None:
    from tests.builders.registry import COURSE, work

    settings.DGXBLOCK = site(tmp_path)
    scheme()
    work()
    barrier = threading.Barrier(6)
    failed: list[BaseException] = []

    def submit() -> None:
        barrier.wait()
        try:
            api.evaluate("7", COURSE)
        except BaseException as error:  # noqa: BLE001 - any failure fails the test
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=submit) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert models.Achievement.objects.count() == models.Operation.objects.count() == 1


def test_a_pump_that_is_told_to_stop_finishes_its_turn_and_stops(settings: Settings, tmp_path: Path) -> None:
    with small_registry() as registry:
        settings.DGXBLOCK = site(tmp_path, registry.base_url)
        scheme()
        earn()
        process = pump_process.start(settings.DGXBLOCK, how="--loop")
        for _ in range(200):
            if registry.puts:
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert operation().state == api.OpState.DONE and len(registry.certificates()) == 1
