"""The formulas, against tables and against sums that can be done by hand."""

from __future__ import annotations

import math

import pytest

from dgxblock.psychometrics import measures
from dgxblock.psychometrics.quantiles import f_quantile, f_tail, incomplete_beta


@pytest.mark.parametrize(
    ("p", "df1", "df2", "value"),
    [
        # the usual table of the F distribution, upper 5 % and 2.5 %
        (0.95, 1, 1, 161.448), (0.95, 3, 10, 3.708), (0.95, 5, 20, 2.711), (0.95, 10, 30, 2.165),
        (0.975, 1, 10, 6.937), (0.975, 9, 9, 4.026), (0.975, 20, 60, 1.944), (0.99, 4, 12, 5.412),
        # F(p; a, b) = 1 / F(1 - p; b, a)
        (0.025, 9, 9, 1 / 4.026), (0.05, 10, 3, 1 / 3.708),
    ],
)  # fmt: skip
def test_quantiles_of_f_are_those_of_the_table(p: float, df1: int, df2: int, value: float) -> None:
    assert f_quantile(p, df1, df2) == pytest.approx(value, rel=3e-4)
    assert 1 - f_tail(f_quantile(p, df1, df2), df1, df2) == pytest.approx(p, abs=1e-9)


@pytest.mark.parametrize(("x", "value"), [(0.0, 0.0), (0.25, 0.15625), (0.5, 0.5), (1.0, 1.0)])
def test_the_incomplete_beta_function_of_two_and_two_is_a_polynomial(x: float, value: float) -> None:
    assert incomplete_beta(2, 2, x) == pytest.approx(value)  # 3x² − 2x³


# Five people, three questions. Sums 3, 2, 2, 1, 0: variance 1.3; variances of the questions 0.3, 0.3, 0.3.
COLUMNS = [[1, 1, 1, 0, 0], [1, 1, 0, 1, 0], [1, 0, 1, 0, 0]]


def test_alpha_is_the_sum_that_can_be_done_by_hand() -> None:
    assert measures.variance([3, 2, 2, 1, 0]) == pytest.approx(1.3)
    assert measures.cronbach(COLUMNS) == pytest.approx(3 / 2 * (1 - 0.9 / 1.3))


def test_alpha_of_yes_and_no_is_kuder_and_richardsons_formula_20() -> None:
    n = len(COLUMNS[0])
    pq = math.fsum(sum(column) / n * (1 - sum(column) / n) for column in COLUMNS)
    sums = [sum(row) for row in zip(*COLUMNS, strict=True)]
    population = measures.variance(sums) * (n - 1) / n
    assert measures.cronbach(COLUMNS) == pytest.approx(3 / 2 * (1 - pq / population))


def test_two_parallel_questions_have_the_alpha_of_spearman_and_brown() -> None:
    one, other = [1.0, 2, 3, 4, 5, 6], [2.0, 1, 3, 4, 6, 5]  # the same variance
    r = measures.correlation(one, other)
    assert r is not None and measures.cronbach([one, other]) == pytest.approx(2 * r / (1 + r))


def test_the_interval_of_alpha_holds_it_and_narrows_with_people() -> None:
    narrow, wide = measures.alpha([column * 40 for column in COLUMNS]), measures.alpha([c * 4 for c in COLUMNS])
    assert narrow is not None and wide is not None
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high
    # Feldt: (1 − α) · F(0.975; n − 1, (n − 1)(k − 1))
    assert 1 - narrow.low == pytest.approx((1 - narrow.value) * f_quantile(0.975, 199, 398))


@pytest.mark.parametrize("columns", [[], [[1, 0, 1]], [[1, 1, 1], [0, 0, 0]]])
def test_where_nothing_varies_there_is_no_alpha(columns: list[list[float]]) -> None:
    assert measures.alpha(columns) is None


def test_a_correlation_of_zeros_and_ones_is_the_point_biserial_one() -> None:
    right, totals = [1, 1, 1, 0, 0, 0], [9.0, 7, 8, 5, 6, 4]
    p, q = 0.5, 0.5
    spread = math.sqrt(measures.variance(totals) * 5 / 6)
    assert measures.correlation(right, totals) == pytest.approx((8 - 5) / spread * math.sqrt(p * q))
    assert [measures.correlation([1, 1], [1, 2]), measures.correlation([1], [1])] == [None, None]


def test_the_best_possible_order_is_fully_efficient() -> None:
    assert measures.efficiency([0, 0, 1, 1], [1, 2, 3, 4]) == pytest.approx(1)
    assert measures.efficiency([1, 1, 0, 0], [1, 2, 3, 4]) == pytest.approx(-1)


def test_kelleys_difference_takes_27_of_100_at_each_end() -> None:
    totals = [float(number) for number in range(100)]
    assert measures.upper_lower([1.0 if t >= 73 else 0.0 for t in totals], totals) == 1
    assert measures.upper_lower([1.0 if t >= 74 else 0.0 for t in totals], totals) == pytest.approx(26 / 27)
    assert measures.upper_lower([1.0], [1.0]) is None


def test_own_numbers_that_make_a_difference_show() -> None:
    keys = [float(number) for number in range(40)]
    fair = measures.fairness(keys, [number % 2 for number in range(40)])
    unfair = measures.fairness(keys, [0.0 if key < 10 else 1.0 for key in keys])
    assert fair is not None and unfair is not None
    assert fair.effect < 0.01 and fair.p > 0.5
    assert list(unfair.means) == [0, 1, 1, 1] and math.isclose(unfair.effect, 1)
    assert unfair.p < 1e-9 and measures.fairness(keys[:12], keys[:12]) is None


def test_the_analysis_of_variance_is_the_sum_that_can_be_done_by_hand() -> None:
    # four groups of five with means 1, 2, 3, 4 and the same spread −2 … 2: between 25, within 40
    values = [group + offset for group in (1.0, 2, 3, 4) for offset in (-2, -1, 0, 1, 2)]
    found = measures.fairness([float(number) for number in range(20)], values)
    assert found is not None and found.effect == pytest.approx(25 / 65)
    assert found.p == pytest.approx(f_tail((25 / 3) / (40 / 16), 3, 16))
