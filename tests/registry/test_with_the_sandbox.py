"""Sender and sandbox over real HTTP: whatever the switch says, one entry for who passed, none for who failed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from pytest_django.fixtures import Settings

from dgxblock.registry import api, pump
from tests.builders.contract import VECTORS
from tests.builders.registry import COURSE, earn, form, operation, scheme, site, time_passes, work
from tests.demo.sandbox.registry import LATER_SECONDS, Registry

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    registry = Registry.start(tmp_path_factory.mktemp("registry"))
    yield registry
    assert registry.stop() == 0


@pytest.fixture
def registry(running: Registry, settings: Settings, tmp_path: Path) -> Iterator[Registry]:
    settings.DGXBLOCK = site(tmp_path, running.base, deadline_seconds=3, verify_url=running.base + "/v/{number}")
    (tmp_path / "sign.key").write_text(VECTORS["keys"]["sender-hmac-new"]["secret"])
    scheme()
    yield running
    running.misbehave("normal")


def entries(registry: Registry, learner: str) -> list[tuple[object, ...]]:
    """The registry's own rows for a trainee's result, with their certificates."""
    found = operation(learner).achievement.uuid
    return registry.rows(
        "SELECT e.seq, e.outcome, c.number FROM dgx_sandbox_entry e LEFT JOIN dgx_sandbox_certificate c "
        "ON c.entry_id = e.id WHERE e.result_id = ?",
        str(found),
    )


@pytest.mark.parametrize("mode", ["normal", "slow", "lose-answer", "fail-after-commit", "decide-later", "unavailable"])
def test_one_entry_whatever_the_switch_says(registry: Registry, mode: str) -> None:
    learner = f"trainee-{mode}"
    registry.misbehave(mode)
    earn(learner)
    pump.run()
    if mode == "decide-later":
        assert operation(learner).state == "PENDING"
        assert [row[1:] for row in entries(registry, learner)] == [("pending", None)]
        time.sleep(LATER_SECONDS)
    for _ in range(4):
        time_passes(7200)
        pump.run()
    registry.misbehave("normal")
    for _ in range(4):
        time_passes(7200)
        pump.run()
    found = entries(registry, learner)
    assert [row[1] for row in found] == ["done"]
    assert operation(learner).state == "DONE"
    status = api.status(learner, COURSE)
    assert status is not None and status.certificate is not None and status.certificate.number == found[0][2]
    page = requests.get(status.certificate.verify_url, timeout=5)
    assert page.status_code == 200


def test_a_refused_identity_is_repaired_and_entered_once(registry: Registry) -> None:
    registry.misbehave("refuse-identity")
    earn("trainee-refused", name="周民")
    pump.run()
    status = api.status("trainee-refused", COURSE)
    assert status is not None and status.stage is api.Stage.DETAILS
    registry.misbehave("normal")
    assert api.save_identity("trainee-refused", COURSE, form()) == {}
    time_passes(60)
    pump.run()
    assert [row[1] for row in entries(registry, "trainee-refused")] == ["done"]


def test_whoever_failed_is_not_entered(registry: Registry) -> None:
    before = registry.rows("SELECT count(*) FROM dgx_sandbox_entry")
    work("trainee-failed", earned=60, passed=False)
    api.evaluate("trainee-failed", COURSE)
    api.save_identity("trainee-failed", COURSE, form())
    pump.run()
    assert registry.rows("SELECT count(*) FROM dgx_sandbox_entry") == before
