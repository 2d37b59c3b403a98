"""One running registry for all tests here: each uses results of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.demo.sandbox.registry import Registry


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    registry = Registry.start(tmp_path_factory.mktemp("registry"))
    yield registry
    assert registry.stop() == 0


@pytest.fixture
def registry(running: Registry) -> Iterator[Registry]:
    """The registry, behaving, before and after."""
    yield running
    if running.rows("SELECT count(*) FROM dgx_sandbox_behaviour WHERE mode<>'normal'") != [(0,)]:
        running.misbehave("normal")
