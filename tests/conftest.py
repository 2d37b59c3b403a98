"""A lab of the tests' own, and their order: quick ones first, then those that build wheels, then the browser's."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from dgxblock import lab
from tests.builders import mariadb

_HERE = Path(__file__).parent
_STUDY = re.compile(r"test_(c\d|diagnosis|micro)")
_ON_MARIADB = (_HERE / "ledger", _HERE / "registry")
_ANYWHERE = ("test_badges", "test_conformance", "test_doorbell", "test_files", "test_fuzz")
"""Those of the registry's in which a database is only where things happen to be kept."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _HERE / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)
        if _HERE / "cases" in item.path.parents or (item.path.parent == _HERE / "lab" and _STUDY.match(item.path.name)):
            item.add_marker(pytest.mark.library)
        keeps = item.get_closest_marker("django_db") and any(each in item.path.parents for each in _ON_MARIADB)
        if keeps and item.path.stem not in _ANYWHERE:
            item.add_marker(pytest.mark.mariadb)
    items.sort(key=lambda item: (bool(item.get_closest_marker("browser")), bool(item.get_closest_marker("slow"))))


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """With the settings for MariaDB: a server for this run, ended with it, also when the run is told to stop."""
    home: Path | None = getattr(settings, "MARIADB_HOME", None)
    if home is None:
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    with mariadb.running(home, *os.environ.get("DGX_TEST_MARIADB", "").split()):
        yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(autouse=True)
def language_of_this_test() -> Iterator[None]:
    """What a page of an earlier test was read in stays active in its thread: each test begins with the site's own."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def lab_of_this_run() -> Iterator[None]:
    """A broker that is ours alone, ended with us. Not in `tmp_path`: the path of a socket must be short."""
    folder = tempfile.mkdtemp(prefix="dgxlab-")
    os.environ["DGXBLOCK_LAB_DIR"] = folder
    yield
    with contextlib.suppress(lab.LabError, ProcessLookupError):
        if (Path(folder) / "socket").exists():
            os.kill(lab.status()["pid"], signal.SIGTERM)
    del os.environ["DGXBLOCK_LAB_DIR"]
    shutil.rmtree(folder, ignore_errors=True)
