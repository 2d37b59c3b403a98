"""The formulas of classical test theory, each of plain lists of numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dgxblock.psychometrics.model import Alpha, Fairness
from dgxblock.psychometrics.quantiles import f_quantile, f_tail

__all__ = ["alpha", "correlation", "cronbach", "efficiency", "fairness", "mean", "upper_lower", "variance"]


def mean(values: Sequence[float], /) -> float:
    """The arithmetic mean of one value or more."""
    return math.fsum(values) / len(values)


def variance(values: Sequence[float], /) -> float:
    """The sample variance (n − 1); 0 for a single value."""
    if len(values) < 2:
        return 0.0
    middle = mean(values)
    return math.fsum((value - middle) ** 2 for value in values) / (len(values) - 1)


def correlation(one: Sequence[float], other: Sequence[float], /) -> float | None:
    """Pearson's r; None where one of them does not vary. With fractions of 0 and 1 this is the point-biserial r."""
    if len(one) < 2:
        return None
    a, b = mean(one), mean(other)
    top = math.fsum((x - a) * (y - b) for x, y in zip(one, other, strict=True))
    below = math.fsum((x - a) ** 2 for x in one) * math.fsum((y - b) ** 2 for y in other)
    return top / math.sqrt(below) if below > 1e-18 else None


def efficiency(one: Sequence[float], other: Sequence[float], /) -> float | None:
    """The correlation as a share of the largest that these two sets of values could have: that when both are sorted."""
    found, most = correlation(one, other), correlation(sorted(one), sorted(other))
    return None if found is None or not most else found / most


def upper_lower(fractions: Sequence[float], totals: Sequence[float], /) -> float | None:
    """The mean fraction of the best 27 % by total minus that of the worst (Kelley 1939); None below four people."""
    size = round(0.27 * len(totals))
    if size < 1 or len(totals) < 4:
        return None
    ranked = [fraction for _total, fraction in sorted(zip(totals, fractions, strict=True), key=lambda each: each[0])]
    return mean(ranked[-size:]) - mean(ranked[:size])


def cronbach(columns: Sequence[Sequence[float]], /) -> float | None:
    """Cronbach's alpha (1951): k/(k−1) · (1 − Σ var(item) / var(sum)). `columns` holds the points of each question,
    people in the same order. None below two questions or where the sums do not vary."""
    k = len(columns)
    if k < 2:
        return None
    sums = [math.fsum(row) for row in zip(*columns, strict=True)]
    whole = variance(sums)
    return k / (k - 1) * (1 - math.fsum(variance(column) for column in columns) / whole) if whole > 1e-18 else None


def alpha(columns: Sequence[Sequence[float]], /) -> Alpha | None:
    """Alpha with the exact 95 % interval of Feldt (1965): (1 − α) · F, with n − 1 and (n − 1)(k − 1) degrees of
    freedom."""
    value = cronbach(columns)
    n = len(columns[0]) if columns else 0
    if value is None or n < 3:
        return None
    df1, df2 = n - 1, (n - 1) * (len(columns) - 1)
    low = 1 - (1 - value) * f_quantile(0.975, df1, df2)
    high = 1 - (1 - value) * f_quantile(0.025, df1, df2)
    return Alpha(value, low, high, n, len(columns))


def fairness(variants: Sequence[float], fractions: Sequence[float], /) -> Fairness | None:
    """Whether the size of the own key tells how well people do: one-way analysis of variance over its quarters.

    None where there are too few people, or too few different keys, for four groups of five.
    """
    ranked = sorted(zip(variants, fractions, strict=True), key=lambda each: each[0])
    n = len(ranked)
    if n < 20 or len(set(variants)) < 4:
        return None
    groups = [[fraction for _key, fraction in ranked[n * part // 4 : n * (part + 1) // 4]] for part in range(4)]
    middle = mean(fractions)
    between = math.fsum(len(group) * (mean(group) - middle) ** 2 for group in groups)
    within = math.fsum((value - mean(group)) ** 2 for group in groups for value in group)
    if between + within <= 1e-18:
        return None
    f = (between / 3) / (within / (n - 4)) if within > 1e-18 else math.inf
    p = 0.0 if f == math.inf else f_tail(f, 3, n - 4)
    return Fairness(
        tuple(mean(group) for group in groups), tuple(len(group) for group in groups), between / (between + within), p
    )
