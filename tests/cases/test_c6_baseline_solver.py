"""C6's exercise on the baseline, solved in plain Python from the downloaded file and the figures on the page."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from statistics import fmean, linear_regression
from typing import Any

import pytest

from dgxblock.content.model import WorkbookItem
from dgxblock.items import workbook
from dgxblock.lab.template import template_bytes
from dgxblock.lab.workbook import read
from tests.builders import casework
from tests.builders.casework import Rows, made_with, typed
from tests.builders.workbooks import filled
from tests.cases.test_c6_solver import MONTH

BASELINE = casework.exercise("dg-c6-paper@1", "dg-c6-paper-baseline")

Files = Mapping[str, Rows]
Given = Mapping[str, float]


class Meter:
    """Quarters of an hour: the line through those of days 1 to 18, and what the other days take above it."""

    def __init__(self, files: Files, given: Given) -> None:
        self.days = files["daily"]
        normal, later = ([row for row in files["meter"] if (row["day"] <= 18) is early] for early in (True, False))
        self.x, self.y = ([float(row[name]) for row in normal] for name in ("tonnes", "kwh"))
        self.b, self.a = linear_regression(self.x, self.y)
        self.made, self.used = (sum(float(row[name]) for row in later) for name in ("tonnes", "kwh"))
        self.quarters = len(later)
        self.extra = self.used - self.a * self.quarters - self.b * self.made
        self.usual, self.found = (
            {PLACES[row["place"]]: float(row[name]) for row in files["walk"]} for name in ("usual", "found")
        )
        self.nights = {str(row["night"]): float(row["kw"]) for row in files["nights"]}
        self.centre = given["nights_mean"]

    def due(self, day: int, quarters: int = 96) -> float:
        return self.a * quarters + self.b * float(self.days[day - 1]["tonnes"])

    def off(self, day: int) -> float:
        return float(self.days[day - 1]["kwh"]) - self.due(day)

    def sheet(self, **slips: float) -> dict[str, tuple[str, float]]:
        """The workbook: the line by functions, the days on sheets of one's own making, and what they give."""
        energy, output = (f"'Main meter, every 15 minutes'!{column}2:{column}1729" for column in "ED")
        right = {
            "b": (f"=SLOPE({energy},{output})", self.b),
            "a": (f"=INTERCEPT({energy},{output})", self.a),
            "due": ("=96*B4+B3*B19", self.due(19)),
            "day24": ("=SUM(E2:E25)", sum(self.off(day) for day in range(1, 25))),
            "day30": ("=SUM(E2:E31)", sum(self.off(day) for day in range(1, 31))),
        }
        return {name: (formula, slips.get(name, value)) for name, (formula, value) in right.items()}

    def run(self) -> list[str]:
        """The nights in a row of eight or more on one side of the centre."""
        runs = [list(run) for _above, run in groupby(self.nights, key=lambda night: self.nights[night] > self.centre)]
        return [night for run in runs if len(run) >= 8 for night in run]


PLACES = {
    "Vacuum system": "vacuum", "White water and effluent": "water", "Compressed air": "air", "Ventilation": "fans",
    "Lighting and offices": "light",
}  # fmt: skip
"""The places as the file calls them, and as the question does."""

AT_REST = """
  SELECT sum(kwh) / (count(*) / 4.0) AS kw, day, count(*) AS quarters
  FROM meter WHERE tonnes < 0.001 GROUP BY day ORDER BY 2
"""


def _above(meter: Meter) -> dict[str, float]:
    return {place: found - meter.usual[place] for place, found in meter.found.items()}


def _falling(amounts: Mapping[str, float]) -> list[str]:
    return sorted(amounts, key=lambda name: -amounts[name])


def baseline(files: Files, given: Given) -> dict[str, Any]:
    meter = Meter(files, given)
    return {
        "b": typed(meter.b, "kWh/t"),
        "a": typed(meter.a, "kWh"),
        "base": typed(4 * meter.a, "kW"),
        "stops": AT_REST,
        "excess": typed(meter.extra, "kWh"),
        "kw": typed(meter.extra / (meter.quarters / 4), "kW"),
        "cusum": meter.sheet(),
        "line": "constant",
        "walk": _falling(_above(meter)),
        "nights": meter.run(),
    }


QUARTERS = "SELECT day, count(*) AS quarters, avg(kwh) AS kw FROM meter WHERE tonnes = 0 GROUP BY day ORDER BY day"
WHOLE_DAYS = """
  SELECT day, count(*) AS quarters, 4 * sum(kwh) / count(*) AS kw
  FROM meter GROUP BY day HAVING sum(tonnes = 0) > 0 ORDER BY day
"""
SIX_HOURS = "SELECT day, count(*) AS quarters, total(kwh) AS kw FROM meter WHERE tonnes = 0 GROUP BY day ORDER BY day"

BASELINE_SLIPS = {
    ("b", "baseline:ratio-as-slope"): lambda meter: sum(meter.y) / sum(meter.x),
    ("b", "baseline:axes-swapped"): lambda meter: 1 / meter.b,
    ("a", "baseline:hour-not-quarter"): lambda meter: 4 * meter.a,
    ("a", "baseline:day-not-quarter"): lambda meter: 96 * meter.a,
    ("a", "baseline:mean-as-intercept"): lambda meter: fmean(meter.y),
    ("base", "load:kwh-as-kw"): lambda meter: meter.a,
    ("base", "load:divided-by-four"): lambda meter: meter.a / 4,
    ("stops", "load:kwh-as-kw"): lambda _: QUARTERS,
    ("stops", "sql:whole-groups"): lambda _: WHOLE_DAYS,
    ("stops", "sql:sum-not-mean"): lambda _: SIX_HOURS,
    ("excess", "excess:ratio-as-baseline"): lambda meter: meter.used - sum(meter.y) / sum(meter.x) * meter.made,
    ("excess", "excess:no-intercept"): lambda meter: meter.used - meter.b * meter.made,
    ("excess", "excess:intercept-once-an-hour"): lambda meter: (
        meter.used - meter.a * meter.quarters / 4 - meter.b * meter.made
    ),
    ("kw", "excess:per-day"): lambda meter: meter.extra / 12,
    ("kw", "excess:per-quarter"): lambda meter: meter.extra / meter.quarters,
    ("kw", "excess:whole-month"): lambda meter: meter.extra / MONTH,
    ("cusum", "baseline:ratio-as-slope"): lambda meter: meter.sheet(b=sum(meter.y) / sum(meter.x)),
    ("cusum", "baseline:hour-not-quarter"): lambda meter: meter.sheet(a=4 * meter.a),
    ("cusum", "excess:intercept-once-an-hour"): lambda meter: meter.sheet(due=meter.due(19, quarters=24)),
    ("cusum", "cusum:day-not-sum"): lambda meter: meter.sheet(day24=meter.off(24)),
    ("cusum", "excess:ratio-as-baseline"): lambda meter: meter.sheet(
        day30=meter.used - sum(meter.y) / sum(meter.x) * meter.made
    ),
    ("walk", "walk:largest-user"): lambda meter: _falling(meter.found),
    ("walk", "walk:ascending"): lambda meter: _falling(_above(meter))[::-1],
    ("nights", "spc:above-centre"): lambda meter: [
        night for night, load in meter.nights.items() if load > meter.centre
    ],
    ("nights", "spc:from-the-eighth"): lambda meter: meter.run()[7:],
    ("nights", "spc:highest-only"): lambda meter: [max(meter.nights, key=lambda night: meter.nights[night])],
}


def test_the_file_and_the_page_are_enough_for_the_baseline() -> None:
    casework.earns_everything(BASELINE, baseline)


def test_every_slip_about_the_baseline_is_told_its_own() -> None:
    casework.tells_each_slip(BASELINE, baseline, made_with(Meter, BASELINE_SLIPS))
    casework.tells_each_choice(BASELINE)


def test_a_template_with_every_quarter_of_the_month_comes_back_readable() -> None:
    (item,) = (item for item in BASELINE.items if isinstance(item, WorkbookItem))
    (sheet,) = casework.sheets(BASELINE, 1)
    tables = [table for table in sheet.tables.values() if table.download]
    template = template_bytes(tables, workbook.answer_cells(item, sheet, "zh-CN"), "zh-CN", "owner")
    cells = Meter(casework.downloaded(sheet), casework.stated(BASELINE, sheet)).sheet()
    file = filled(template, cells, {each.id: each.at for each in item.cells})
    assert len(file) < 500_000
    found = {cell.id: cell.value for cell in read(file, workbook.wanted(item)).cells}
    assert found == {name: pytest.approx(value) for name, (_formula, value) in cells.items()}
