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
from django.utils import translation

from dgxblock import lab

_HERE = Path(__file__).parent
_STUDY = re.compile(r"test_(c\d|diagnosis|micro)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _HERE / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)
        if _HERE / "cases" in item.path.parents or (item.path.parent == _HERE / "lab" and _STUDY.match(item.path.name)):
            item.add_marker(pytest.mark.library)
    items.sort(key=lambda item: (bool(item.get_closest_marker("browser")), bool(item.get_closest_marker("slow"))))


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
