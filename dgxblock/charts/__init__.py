"""Charts as SVG markup, drawn on the server.

Each function takes an id prefix that is unique on the page, the data, and the chart's `title` and `desc`
(with the main figures), and returns escaped markup as a plain string. Data may be empty, negative, absurd or
missing: the answer is then a chart with fewer bars. The table that belongs to each chart is the template's.
"""

from __future__ import annotations

from dgxblock.charts.bars import Pair, Share, bars, choices, factors, funnel, pairs, shares
from dgxblock.charts.bins import bins
from dgxblock.charts.pareto import pareto
from dgxblock.charts.series import control, point_name, run

__all__ = [
    "Pair",
    "Share",
    "bars",
    "bins",
    "choices",
    "control",
    "factors",
    "funnel",
    "pairs",
    "pareto",
    "point_name",
    "run",
    "shares",
]
