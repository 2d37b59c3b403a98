"""Pages of the demo are asked for as its visitors ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dgxblock.demo.folder import Folder
from tests.builders.demo import site


@pytest.fixture
def demo(tmp_path: Path, db: None) -> Iterator[Folder]:
    with site(tmp_path) as folder:
        yield folder
