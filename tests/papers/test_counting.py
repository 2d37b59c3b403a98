"""Which try counts, and what a later one can earn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from dgxblock.papers.counting import counted, worth

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Try:
    number: int
    percent: float | None
    passed: bool
    counts: str = "best"
    pass_mark: float | None = 70.0
    submitted_at: datetime | None = NOON


def tries(*results: tuple[float | None, bool], counts: str = "best") -> list[Try]:
    return [Try(number, percent, passed, counts) for number, (percent, passed) in enumerate(results, 1)]


@pytest.mark.parametrize(
    ("done", "percent", "passed", "number"),
    [
        (tries((60, False), (80, True), (75, True)), 80, True, 2),
        (tries((80, True), (80, True)), 80, True, 1),
        (tries((95, False), (70, True)), 70, True, 2),
        (tries((60, False), (80, True), (20, False), counts="last"), 20, False, 3),
        (tries((60, False), (80, True), counts="average"), 70, True, 2),
        (tries((59.999, False), (80, True), counts="average"), 69.9995, False, 2),
        (tries((None, False)), 0, False, 1),
        (tries((50, False), (100, True), (0, False), counts="average"), 50, False, 3),
    ],
)
def test_the_rule_of_the_latest_try_says_what_counts(
    done: list[Try], percent: float, passed: bool, number: int
) -> None:
    found = counted(done[::-1])
    assert found is not None
    assert found[0] == pytest.approx(percent)
    assert (found[1], found[2].number) == (passed, number)


def test_what_is_still_open_does_not_count() -> None:
    assert counted([]) is None
    assert counted([Try(1, None, False, submitted_at=None)]) is None
    found = counted([Try(1, 80, True), Try(2, None, False, counts="last", submitted_at=None)])
    assert found is not None and found[2].number == 1


def test_an_average_without_a_pass_mark_passes_nobody() -> None:
    found = counted([Try(1, 100, False, "average", None)])
    assert found is not None and not found[1]


@pytest.mark.parametrize(("number", "percent"), [(1, 100), (2, 80), (3, 60), (4, 60), (300, 60)])
def test_the_last_share_goes_on_for_all_further_tries(number: int, percent: int) -> None:
    assert worth(number, (100, 80, 60)) == percent
    assert worth(number, ()) == 100
