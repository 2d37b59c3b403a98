"""The doorbell is a hint: with a broker, a dead broker or none at all, a learner's request is the same."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks, Settings

from dgxblock.registry import api, doorbell, tasks
from tests.builders.registry import SmallRegistry, earn, operation, scheme, site, small_registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url)
        scheme()
        yield running


@pytest.fixture(autouse=True)
def hears_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "_silent_until", 0.0)


@pytest.fixture
def app() -> Iterator[Celery]:
    app = Celery("tests", broker="memory://", set_as_current=True)
    yield app
    app.close()


def waiting(app: Celery) -> list[tuple[dict[str, object], object]]:
    """The messages in the default queue: properties and body."""
    found = []
    with app.connection_for_read() as connection, connection.SimpleQueue("celery") as queue:
        while len(queue):
            message = queue.get_nowait()
            found.append(({**message.headers, **message.properties}, message.payload))
            message.ack()
    return found


def test_what_becomes_due_rings_after_the_commit(
    registry: SmallRegistry, app: Celery, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        earn()
        assert waiting(app) == []
    messages = waiting(app)
    assert messages
    for headers, body in messages:
        assert headers["task"] == "dgxblock.registry.tasks.ring"
        assert body[0] == ["sandbox"] and body[1] == {}, "a name, and nothing of a person"  # type: ignore[index]
        assert headers["expires"] and not headers["eta"] and not headers["retries"] and headers["ignore_result"]


def test_the_task_gives_what_is_due_its_turn(registry: SmallRegistry) -> None:
    earn()
    assert tasks.ring("elsewhere") == 0
    assert operation().state == "READY"
    assert tasks.ring("sandbox") == 1
    assert operation().state == "DONE"
    assert tasks.ring("sandbox") == 0


def test_a_dead_broker_fails_nobodys_request(
    registry: SmallRegistry, caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    app = Celery("tests", broker="amqp://guest:guest@127.0.0.1:1//", set_as_current=True)
    begun = time.monotonic()
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        earn()
    assert time.monotonic() - begun < 10
    assert operation().state == "READY"
    assert caplog.text.count("the doorbell is dead") == 1, "and it is not tried at every request"
    app.close()
    api.pump_once()
    assert operation().state == "DONE"


def test_without_celery_nothing_rings(
    registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    monkeypatch.setattr(tasks, "ring", None)
    with django_capture_on_commit_callbacks(execute=True):
        earn()
    assert operation().state == "READY"


def test_a_site_may_name_the_queue(
    registry: SmallRegistry, app: Celery, settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    settings.DGXBLOCK["DOORBELL_QUEUE"] = "elsewhere"
    with django_capture_on_commit_callbacks(execute=True):
        earn()
    assert waiting(app) == []
