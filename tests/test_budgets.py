"""What a learner's page may weigh: one style sheet and one script, small, and nothing from elsewhere. What only some
pages need is loaded when it is asked for."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

PUBLIC = Path(__file__).parents[1] / "dgxblock" / "static" / "public"
KIB = 1024


def packed(name: str) -> int:
    return len(gzip.compress((PUBLIC / name).read_bytes(), 9))


def test_the_learners_style_sheet_stays_under_its_budget() -> None:
    assert packed("dgx.css") <= 3 * KIB
    assert (PUBLIC / "dgx.css").stat().st_size <= 12 * KIB


def test_the_learners_script_stays_under_its_budget() -> None:
    assert packed("dgx.js") <= 10 * KIB


def test_what_is_loaded_when_somebody_opens_the_data_is_small_too() -> None:
    assert packed("dgx-data.js") <= 3 * KIB
    assert packed("dgx-data.css") <= KIB


def test_the_studio_script_stays_under_its_budget() -> None:
    assert (PUBLIC / "studio.js").stat().st_size <= 60 * KIB


def test_no_public_file_asks_for_another_host() -> None:
    for path in PUBLIC.rglob("*"):
        if path.is_file() and path.parent.name != "vendor":  # comments there; the walk sees what pages ask for
            assert not re.search(rb"https?://(?!www\.w3\.org)", path.read_bytes()), path.name


def test_what_a_console_loads_when_it_is_opened_stays_under_its_budget() -> None:
    assert packed("vendor/sql-wasm.js") + packed("vendor/sql-wasm.wasm") <= 350 * KIB
    assert packed("dgx-sql.js") + packed("dgx-sql-worker.js") <= 7 * KIB
    assert packed("dgx-points.js") + packed("dgx-points.css") <= 2 * KIB
