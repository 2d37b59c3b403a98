"""Statistics in SQL, against Python's own."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence

import pytest

from dgxblock.lab import LabError
from dgxblock.lab.guard import LEARNERS, Guard, Rows
from dgxblock.lab.measures import MOST_HELD

Cells = Sequence[tuple[float | None, float | None]]


def ask(sql: str, rows: Cells = ()) -> Rows:
    guard = Guard(LEARNERS)
    guard.fill("t", ("y", "x"), rows)  # type: ignore[arg-type]
    return guard.run(sql, {})


def one(sql: str, rows: Cells = ()) -> object:
    return ask(f"SELECT {sql} FROM t", rows).rows[0][0]


def sample(count: int) -> list[tuple[float, float]]:
    chance = random.Random(count)
    return [(3 * x + chance.gauss(0, 2) + 1e6, x) for x in (chance.uniform(-5, 20) for _ in range(count))]


EQUAL: dict[str, Callable[[list[float], list[float]], float]] = {
    "median(y)": lambda y, x: statistics.median(y),
    "percentile(y, 50)": lambda y, x: statistics.median(y),
    "percentile(y, 25)": lambda y, x: statistics.quantiles(y, n=4, method="inclusive")[0],
    "percentile(y, 90)": lambda y, x: statistics.quantiles(y, n=10, method="inclusive")[8],
    "percentile(y, 99)": lambda y, x: statistics.quantiles(y, n=100, method="inclusive")[98],
    "percentile(y, 0)": lambda y, x: min(y),
    "percentile(y, 100)": lambda y, x: max(y),
    "stddev(y)": lambda y, x: statistics.stdev(y),
    "stddev_samp(y)": lambda y, x: statistics.stdev(y),
    "stddev_pop(y)": lambda y, x: statistics.pstdev(y),
    "variance(y)": lambda y, x: statistics.variance(y),
    "var_samp(x)": lambda y, x: statistics.variance(x),
    "var_pop(x)": lambda y, x: statistics.pvariance(x),
    "regr_slope(y, x)": lambda y, x: statistics.linear_regression(x, y).slope,
    "regr_intercept(y, x)": lambda y, x: statistics.linear_regression(x, y).intercept,
    "corr(y, x)": lambda y, x: statistics.correlation(x, y),
}


@pytest.mark.parametrize("count", [2, 3, 10, 999])
@pytest.mark.parametrize("sql", EQUAL)
def test_a_measure_is_what_python_says(sql: str, count: int) -> None:
    rows = sample(count)
    assert one(sql, rows) == pytest.approx(EQUAL[sql]([y for y, _ in rows], [x for _, x in rows]), rel=1e-9)


@pytest.mark.parametrize("sql", EQUAL)
def test_empty_cells_do_not_count(sql: str) -> None:
    rows = sample(20)
    assert one(sql, [*rows, (None, None)]) == one(sql, rows)
    if sql.startswith(("regr", "corr")):
        assert one(sql, [*rows, (None, 1.0), (1.0, None)]) == one(sql, rows)


NOTHING = [
    *[(sql, []) for sql in EQUAL],
    *[(sql, [(None, None)]) for sql in EQUAL],
    *[
        (sql, [(1.0, 2.0)])
        for sql in EQUAL
        if sql.startswith(("stddev(", "stddev_samp", "variance", "var_samp", "regr", "corr"))
    ],
    ("regr_slope(y, x)", [(1.0, 2.0), (3.0, 2.0)]),
    ("regr_intercept(y, x)", [(1.0, 2.0), (3.0, 2.0)]),
    ("corr(y, x)", [(1.0, 2.0), (3.0, 2.0)]),
    ("corr(y, x)", [(1.0, 2.0), (1.0, 3.0)]),
]


@pytest.mark.parametrize(("sql", "rows"), NOTHING)
def test_what_is_not_defined_is_null(sql: str, rows: Cells) -> None:
    assert one(sql, rows) is None


def test_one_number_has_a_median_and_no_spread() -> None:
    assert ask("SELECT median(y), percentile(y, 37), stddev_pop(y), var_pop(y) FROM t", [(4, 1)]).rows == (
        (4.0, 4.0, 0.0, 0.0),
    )


def test_a_flat_line_has_no_slope_and_a_straight_one_correlates_fully() -> None:
    assert one("regr_slope(y, x)", [(5, 1), (5, 2), (5, 3)]) == 0
    assert one("corr(y, x)", [(3, 1), (6, 2), (9, 3)]) == 1
    assert one("corr(y, x)", [(-3, 1), (-6, 2), (-9, 3)]) == -1


def test_groups_are_measured_apart() -> None:
    found = ask(
        "SELECT x, median(y), stddev(y) FROM t GROUP BY x ORDER BY x", [(1, 1), (3, 1), (10, 2), (20, 2), (30, 2)]
    )
    assert list(found.rows) == [(1, 2.0, pytest.approx(2**0.5)), (2, 20.0, 10.0)]


@pytest.mark.parametrize(
    "sql", ["median(y)", "percentile(y, 20)", "stddev(y)", "var_pop(y)", "regr_slope(y, x)", "corr(y, x)"]
)
def test_a_moving_window_measures_what_is_in_it(sql: str) -> None:
    rows = [*sample(12), (None, 3.0), *sample(8)]
    moving = ask(f"SELECT {sql} OVER (ORDER BY rowid ROWS 4 PRECEDING) FROM (SELECT rowid, y, x FROM t)", rows).rows
    for place, (value,) in enumerate(moving):
        alone = one(sql, rows[max(0, place - 4) : place + 1])
        assert value == (None if alone is None else pytest.approx(alone))


REFUSED = [
    "median('1')",
    "stddev(x'00')",
    "percentile(y, -1)",
    "percentile(y, 100.5)",
    "percentile(y, NULL)",
    "percentile(y, y)",
    "percentile(y, '50')",
    "regr_slope('a', x)",
    "corr(y, 'b')",
    "var_pop('')",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_what_is_no_number_is_refused_by_name(sql: str) -> None:
    with pytest.raises(LabError) as caught:
        one(sql, [(1.0, 2.0), (2.0, 2.0)])
    assert (caught.value.code, caught.value.name) == ("draw", sql.partition("(")[0])


def test_what_one_statement_holds_is_bounded() -> None:
    guard = Guard(LEARNERS)
    guard.fill("t", ("y",), [(number,) for number in range(1000)])
    many = f"(SELECT a.y FROM t a, t b WHERE b.y < {MOST_HELD // 1000})"
    assert guard.run(f"SELECT median(y) FROM {many}", {}, seconds=20).rows == ((499.5,),)
    with pytest.raises(LabError, match="draw"):
        guard.run(f"SELECT median(y), stddev(y) FROM {many}", {}, seconds=20)
    assert guard.run("SELECT median(y), stddev_pop(y) FROM t", {}).rows[0][0] == 499.5
