"""Sorting values into the bars of a histogram."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest

from dgxblock.charts import bins


def test_every_value_is_in_one_bar_and_the_bars_touch() -> None:
    draw = random.Random(7)
    values = [draw.gauss(200, 30) for _ in range(500)]
    found = bins(values)
    assert sum(count for _low, _high, count in found) == 500 and 6 <= len(found) <= 14
    assert all(math.isclose(high, low) for (_a, high, _n), (low, _b, _m) in pairwise(found))
    assert found[0][0] <= min(values) and max(values) <= found[-1][1]


def test_an_edge_counts_in_the_upper_bar_and_the_largest_value_in_the_last() -> None:
    assert bins([0, 10.0, 120.0])[:2] == [(0.0, 10.0, 1), (10.0, 20.0, 1)]
    assert bins([0, 120.0])[-1] == (120.0, 130.0, 1)


def test_few_whole_numbers_have_a_bar_each_and_gaps_stay() -> None:
    assert bins([5, 8, 8, 6], whole=True) == [(5, 5, 1), (6, 6, 1), (7, 7, 0), (8, 8, 2)]
    assert all(low == int(low) for low, _high, _n in bins(range(40), whole=True))


@pytest.mark.parametrize(
    ("values", "bars"),
    [([], 0), ([None, "x", math.nan, math.inf], 0), ([3], 1), ([2.5, 2.5], 1), ([-1e99, 1e99], 14), ([0, 1e-99], 14),
     ([1e15, 1e15 + 1], 14), ([-3, -2.5, 3], 14)],
)  # fmt: skip
def test_absurd_values_make_few_bars(values: list[object], bars: int) -> None:
    assert len(bins(values)) <= bars
    numbers = [each for each in values if isinstance(each, int | float) and math.isfinite(each)]
    assert sum(count for _low, _high, count in bins(values)) == len(numbers)
