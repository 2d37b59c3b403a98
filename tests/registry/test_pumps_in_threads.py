"""Several pumps at once, on whatever database the tests run: nothing is sent twice, nothing is left."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from dgxblock.registry import api, models, pump
from tests.builders.registry import earn, number, scheme, site, small_registry

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
