"""A revocation that is killed between any two commits, and requests that race: one change, in order, and no more."""

from __future__ import annotations

import itertools
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from dgxblock.registry import api, models, pump
from tests.builders import pump_process
from tests.builders.registry import COURSE, earn, operation, scheme, time_passes
from tests.builders.sandboxed import drain, held, marked, numbers, sender, story, turn
from tests.demo.sandbox.registry import Registry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    registry = Registry.start(tmp_path_factory.mktemp("registry"))
    yield registry
    assert registry.stop() == 0


@pytest.fixture
def registry(
    running: Registry, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Registry]:
    settings.DGXBLOCK = sender(tmp_path, running)
    settings.SECRET_KEY = request.node.name
    scheme(revoke_policy="auto")
    yield running
    running.misbehave("normal")


def killed(settings: Settings, point: str) -> None:
    victim = pump_process.start(settings.DGXBLOCK, crash=point)
    assert victim.wait(30) == -signal.SIGKILL


def recover() -> None:
    """Later, another pump comes along."""
    for _ in range(6):
        time_passes(3600)
        api.sweep()
        pump.run()


@pytest.mark.parametrize("point", pump_process.POINTS)
@pytest.mark.parametrize("back", [False, True])
def test_a_change_that_is_killed_at_any_point_is_made_once(
    registry: Registry, settings: Settings, point: str, back: bool
) -> None:
    earn()
    drain()
    turn(False)
    if back:
        drain()
        turn(True)
    killed(settings, point)
    assert pump.run().turns == 0, "the lease of the dead pump is not over"
    recover()
    assert held(registry) == ((3, "reinstate", 3, 1) if back else (2, "revoke", 2, 0))
    assert [state for _kind, state in story()] == ["DONE"] * (3 if back else 2)
    assert len(numbers(registry)) == 1


@pytest.mark.parametrize("point", pump_process.POINTS)
def test_what_was_lost_while_a_pump_that_died_was_sending_is_revoked(
    registry: Registry, settings: Settings, point: str
) -> None:
    earn()
    killed(settings, point)
    turn(False)
    recover()
    found = held(registry)
    if point == "after-record":
        assert found == (2, "revoke", 2, 0)
    else:
        assert found is None or found[3] == 0, "never sent, or revoked"
    assert operation().state in ("DONE", "HELD")


@pytest.mark.parametrize("point", pump_process.POINTS)
def test_what_was_earned_again_after_a_pump_had_died_while_revoking_ends_live(
    registry: Registry, settings: Settings, point: str
) -> None:
    earn()
    drain()
    turn(False)
    killed(settings, point)
    turn(True)
    recover()
    found = held(registry)
    assert found is not None and found[3] == 1 and len(numbers(registry)) == 1


def at_once(*calls: Callable[[], object]) -> list[object]:
    barrier, came = threading.Barrier(len(calls)), list[object]()

    def run(call: Callable[[], object]) -> None:
        barrier.wait()
        try:
            came.append(call())
        except BaseException as error:  # noqa: BLE001 - any failure fails the test
            came.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def test_many_evaluations_at_once_are_one_revocation(registry: Registry) -> None:
    earn()
    drain()
    marked(False, 40)
    came = at_once(*[lambda: api.evaluate("7", COURSE)] * 6)
    assert came == [None] * 6
    assert story() == [("ISSUE", "DONE"), ("REVOKE", "READY")]
    assert models.Decision.objects.filter(what="not-earned").count() == 1
    drain()
    assert held(registry) == (2, "revoke", 2, 0)


def test_many_who_approve_at_once_are_two_people_and_one_revocation(registry: Registry) -> None:
    models.Scheme.objects.update(revoke_policy="review")
    earn()
    drain()
    turn(False)
    (item,) = api.work_items(COURSE)
    came = at_once(*[lambda who=str(n): api.approve(item.id, actor=who) for n in range(6)])
    assert sorted(map(str, came)) == ["approved", "gone", "gone", "gone", "gone", "second"]
    (row,) = api.work_items(COURSE)
    assert row.requester != row.approver and len(row.history) == 3
    assert story() == [("ISSUE", "DONE"), ("REVOKE", "READY")]


def test_a_pump_and_a_regrade_at_once_end_where_the_regrade_wants(registry: Registry) -> None:
    earn()
    drain()
    for passed in (False, True, False, True, False):
        marked(passed, 85 if passed else 40)
        came = at_once(lambda: api.evaluate("7", COURSE), pump.run, pump.run)
        assert not [one for one in came if isinstance(one, BaseException)]
    drain()
    time_passes(7200)
    drain()
    found = held(registry)
    assert found is not None and found[3] == 0 and len(numbers(registry)) == 1
    seqs = list(models.Operation.objects.filter(state="DONE").order_by("seq").values_list("previous_seq", "seq"))
    assert all(before[1] == after[0] for before, after in itertools.pairwise(seqs)), "in order, each on the last"
