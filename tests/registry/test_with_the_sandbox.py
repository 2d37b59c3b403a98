"""Sender and sandbox over real HTTP: whatever the switch says, one entry for who passed, none for who failed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from dgxblock.registry import api, models, pump
from tests.builders.contract import VECTORS
from tests.builders.registry import (
    CALLBACK_KEY,
    COURSE,
    earn,
    form,
    number,
    operation,
    scheme,
    site,
    time_passes,
    work,
)
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


def test_a_batch_is_entered_line_by_line(registry: Registry, settings: Settings) -> None:
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] |= {"batch_max": 50}
    learners = [f"batch-{one}" for one in range(6)]
    for place, learner in enumerate(learners):
        earn(learner, id_no=number(f"44190019900102{place:03}"))
    before = registry.rows("SELECT max(id) FROM dgx_sandbox_exchange")[0][0] or 0
    pump.run()
    asked = registry.rows("SELECT method, place FROM dgx_sandbox_exchange WHERE id > ?", before)
    assert asked == [("POST", "batch")]
    assert all([row[1] for row in entries(registry, learner)] == ["done"] for learner in learners)


@pytest.mark.parametrize("mode", ["lose-answer", "fail-after-commit", "drops", "unavailable", "envelope", "gzip"])
def test_batches_end_with_one_entry_whatever_the_switch_says(registry: Registry, settings: Settings, mode: str) -> None:
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] |= {"batch_max": 50}
    registry.misbehave(mode)
    learners = [f"{mode}-{one}" for one in range(4)]
    base = 200 + 10 * ["lose-answer", "fail-after-commit", "drops", "unavailable", "envelope", "gzip"].index(mode)
    for place, learner in enumerate(learners):
        earn(learner, id_no=number(f"44190019900103{base + place:03}"))
    pump.run()
    registry.misbehave("normal")
    for _ in range(6):
        time_passes(7200)
        pump.run()
    for learner in learners:
        assert [row[1] for row in entries(registry, learner)] == ["done"]
        assert operation(learner).state == "DONE"


@pytest.fixture
def told(tmp_path: Path, settings: Settings, live_server: LiveServer) -> Iterator[Registry]:
    """A registry that tells our own address what changes."""
    settings.ROOT_URLCONF = "dgxblock.registry.urls"
    (tmp_path / "callback-keys").write_text(CALLBACK_KEY.text)
    running = Registry.start(
        tmp_path,
        DGX_SANDBOX_CALLBACK_URL=f"{live_server.url}/sandbox/receipts",
        DGX_SANDBOX_CALLBACK_KEYS=f"file:{tmp_path / 'callback-keys'}",
    )
    settings.DGXBLOCK = site(tmp_path, running.base, deadline_seconds=3)
    (tmp_path / "sign.key").write_text(VECTORS["keys"]["sender-hmac-new"]["secret"])
    scheme()
    yield running
    assert running.stop() == 0


def heard(count: int, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while models.Inbox.objects.count() < count:
        assert time.monotonic() < end, "nothing was heard"
        time.sleep(0.1)


@pytest.mark.django_db(transaction=True)
def test_what_the_registry_decides_and_revokes_by_hand_is_known_here(told: Registry) -> None:
    told.misbehave("decide-later")
    earn("7")
    pump.run()
    assert operation().state == "PENDING"
    told.decide()
    heard(1)
    pump.run()
    assert operation().state == "DONE"
    assert operation().achievement.remote_state == "issued"
    told.revoke_by_hand(str(operation().achievement.uuid))
    heard(2)
    pump.run()
    assert operation().achievement.remote_state == "revoked"
    assert list(models.Inbox.objects.order_by("pk").values_list("result", flat=True)) == ["settled", "learned"]


@pytest.mark.django_db(transaction=True)
def test_what_was_not_heard_is_told_again(told: Registry, settings: Settings) -> None:
    keys = settings.DGXBLOCK["FIELD_KEYS"]
    told.misbehave("decide-later")
    earn("7")
    pump.run()
    settings.DGXBLOCK["FIELD_KEYS"] = {}  # a key is missing: nothing can be stored
    told.decide()
    end = time.monotonic() + 20
    while not told.rows("SELECT count(*) FROM dgx_sandbox_callback WHERE tries > 0 AND heard_at IS NULL")[0][0]:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert models.Inbox.objects.count() == 0
    settings.DGXBLOCK["FIELD_KEYS"] = keys
    heard(1)
    pump.run()
    assert operation().state == "DONE"
