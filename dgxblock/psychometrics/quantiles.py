"""The F distribution, for intervals and tests."""

from __future__ import annotations

import math

__all__ = ["f_quantile", "f_tail", "incomplete_beta"]


def incomplete_beta(a: float, b: float, x: float, /) -> float:
    """The regularised incomplete beta function I_x(a, b), by Lentz's continued fraction (DLMF 8.17.22)."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1.0 - incomplete_beta(b, a, 1.0 - x)
    front = math.exp(
        a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    ) / a  # fmt: skip
    tiny = 1e-300
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    total = d
    for m in range(1, 500):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 + term * d
            d = 1.0 / (d if abs(d) > tiny else tiny)
            c = 1.0 + term / c
            c = c if abs(c) > tiny else tiny
            total *= c * d
        if abs(c * d - 1.0) < 1e-15:
            break
    return front * total


def f_tail(f: float, df1: float, df2: float, /) -> float:
    """The probability that an F with these degrees of freedom is larger than `f`."""
    return 1.0 if f <= 0 else incomplete_beta(df2 / 2, df1 / 2, df2 / (df2 + df1 * f))


def f_quantile(p: float, df1: float, df2: float, /) -> float:
    """The value below which an F with these degrees of freedom lies with probability `p` (0 < p < 1), by bisection."""
    low, high = 0.0, 1.0
    while 1.0 - f_tail(high, df1, df2) < p:
        high *= 2.0
    for _step in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if 1.0 - f_tail(middle, df1, df2) < p else (low, middle)
        if high - low <= 1e-12 * high:
            break
    return (low + high) / 2
