"""Hostile uploads: each is refused by its code or read, at a small cost, and nothing of the machine shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

import pytest

from dgxblock.lab.workbook import request
from dgxblock.lab.xlsx.words import refusal
from tests.builders.hostile_archives import ARCHIVES, OTHERS
from tests.builders.hostile_workbooks import RUNNING, WEIGHTS, Maker
from tests.builders.reading_process import Nursery

ASIDE: dict[str, tuple[Maker, str]] = {name: (partial(bytes, data), code) for name, (data, code) in OTHERS.items()}
MAKERS = {**WEIGHTS, **RUNNING, **ARCHIVES, **ASIDE}
WANTED = request([("a", "OEE!B5"), ("far", "OEE!BH5000")])


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.mark.parametrize("name", MAKERS)
def test_a_hostile_file_is_refused_or_read_at_a_small_cost(name: str, nursery: Nursery) -> None:
    make, code = MAKERS[name]
    data = make()

    reading = nursery.read(WANTED, data)

    assert reading.answer.get("error", {}).get("code", "") == code
    assert reading.seconds < 1.1
    assert reading.megabytes < 80
    assert len(data) <= 2_000_000 or code == "too-large"
    shown = json.dumps(reading.answer)
    assert len(shown) < 20_000
    assert not [
        word for word in ("Traceback", "/work", "/home", "site-packages", ".py", "passwd", "evil") if word in shown
    ]


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("code", sorted({code for _make, code in MAKERS.values()} - {""}))
def test_every_code_says_what_happened_what_is_kept_and_what_to_do(code: str, lang: str) -> None:
    text = refusal(code, "一号线.xlsm", kept="一号线v1.xlsx", language=lang)

    assert "一号线.xlsm" in text and "一号线v1.xlsx" in text and len(text) < 260
