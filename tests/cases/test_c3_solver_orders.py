"""The exercises of case C3 on orders and promises, solved in plain Python from what a trainee has."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import fmean
from typing import Any

from tests.builders import casework
from tests.builders.casework import Rows, typed

REF = "dg-c3-knit@1"
MARGIN, PROMISE = (casework.exercise(REF, f"dg-c3-knit-{name}") for name in ("margin", "promise"))

Files = Mapping[str, Rows]
Given = Mapping[str, float]


# --- the orders ------------------------------------------------------------------------------------------------------


class Orders:
    """Sums over the orders of both kinds."""

    def __init__(self, files: Files, given: Given) -> None:
        del given
        self.all = files["orders"]
        self.export = [row for row in self.all if row["channel"] == "Export bulk"]
        self.quick = [row for row in self.all if row["channel"] == "Quick response"]

    @staticmethod
    def on_time(rows: Rows) -> float:
        return fmean(row["actual_days"] <= row["promise_days"] for row in rows)

    @staticmethod
    def mean_days(rows: Rows) -> float:
        return fmean(row["promise_days"] for row in rows) / fmean(row["actual_days"] for row in rows)

    @staticmethod
    def margin(rows: Rows) -> float:
        return sum(row["pieces"] * row["unit_margin_cny"] for row in rows)

    @staticmethod
    def minutes(rows: Rows) -> float:
        return sum(row["pieces"] * row["knit_min_per_pc"] + row["setup_min"] for row in rows)

    @staticmethod
    def pieces(rows: Rows) -> float:
        return sum(row["pieces"] for row in rows)

    @staticmethod
    def setup(rows: Rows) -> float:
        return sum(row["setup_min"] for row in rows)

    def per_minute(self, rows: Rows) -> float:
        return self.margin(rows) / self.minutes(rows)

    def setup_on_each_piece(self, rows: Rows) -> float:
        minutes = sum(row["pieces"] * (row["knit_min_per_pc"] + row["setup_min"]) for row in rows)
        return self.margin(rows) / minutes

    @staticmethod
    def rework(rows: Rows) -> float:
        return sum(row["rework_pcs"] for row in rows) / sum(row["pieces"] for row in rows)

    def one_setup_one_piece(self) -> float:
        setup = self.setup(self.quick) / len(self.quick)
        return setup / (setup + (self.minutes(self.quick) - self.setup(self.quick)) / self.pieces(self.quick))


LOTS = """
  WITH sized AS (
    SELECT *, substr('SML', 1 + min(2, pieces / 100), 1) AS lot, pieces * unit_margin_cny AS earned,
      pieces * knit_min_per_pc + setup_min AS minutes
    FROM orders WHERE channel LIKE 'quick'
  )
  SELECT total(earned) / total(minutes) AS per_min, lot, count(job) AS orders,
    1.0 * sum(CASE WHEN actual_days > promise_days THEN 0 ELSE 1 END) / count(*) AS otd
  FROM sized GROUP BY lot ORDER BY lot
"""
RIGHT_CLAIMS = {"export": "share", "ecommerce": "limits", "making": "cycles", "owner": "ninth"}


def margin(files: Files, given: Given) -> dict[str, Any]:
    orders = Orders(files, given)
    return {
        "otd_export": typed(orders.on_time(orders.export), "%"),
        "otd_quick": typed(orders.on_time(orders.quick), "%"),
        "min_export": typed(orders.per_minute(orders.export), "cny"),
        "min_quick": typed(orders.per_minute(orders.quick), "cny"),
        "rework": typed(orders.rework(orders.quick), "%"),
        "setup": typed(orders.setup(orders.quick) / orders.minutes(orders.quick), "%"),
        "missing": ["penalty", "market", "line"],
        "lots": LOTS,
        "claims": RIGHT_CLAIMS,
    }


_LOT = "CASE WHEN pieces >= 200 THEN 'L' WHEN pieces >= 100 THEN 'M' ELSE 'S' END"
_PER_MIN = "total(pieces * unit_margin_cny) / total(pieces * knit_min_per_pc + setup_min)"
_ORDER_SLIPS: casework.Slips = {
    ("otd_export", "otd:late-share"): lambda orders: typed(1 - orders.on_time(orders.export), "%"),
    ("otd_export", "otd:average-days"): lambda orders: typed(orders.mean_days(orders.export), "%"),
    ("otd_quick", "otd:late-share"): lambda orders: typed(1 - orders.on_time(orders.quick), "%"),
    ("otd_quick", "otd:average-days"): lambda orders: typed(orders.mean_days(orders.quick), "%"),
    ("min_export", "margin:per-piece"): lambda orders: typed(
        orders.margin(orders.export) / orders.pieces(orders.export), "cny"
    ),
    ("min_export", "margin:setup-per-piece"): lambda orders: typed(orders.setup_on_each_piece(orders.export), "cny"),
    ("min_export", "margin:per-hour"): lambda orders: typed(60 * orders.per_minute(orders.export), "cny"),
    ("min_quick", "margin:per-piece"): lambda orders: typed(
        orders.margin(orders.quick) / orders.pieces(orders.quick), "cny"
    ),
    ("min_quick", "margin:setup-per-piece"): lambda orders: typed(orders.setup_on_each_piece(orders.quick), "cny"),
    ("min_quick", "margin:both-kinds"): lambda orders: typed(orders.per_minute(orders.all), "cny"),
    ("rework", "rework:other-kind"): lambda orders: typed(orders.rework(orders.export), "%"),
    ("rework", "rework:orders-not-pieces"): lambda orders: typed(
        fmean(row["rework_pcs"] > 0 for row in orders.quick), "%"
    ),
    ("setup", "margin:setup-per-piece"): lambda orders: typed(orders.one_setup_one_piece(), "%"),
    ("setup", "margin:other-kind"): lambda orders: typed(
        orders.setup(orders.export) / orders.minutes(orders.export), "%"
    ),
    ("lots", "margin:both-kinds"): lambda _orders: (
        f"SELECT {_LOT} AS lot, count(*) AS orders, avg(promise_days >= actual_days) AS otd, {_PER_MIN} AS per_min "
        "FROM orders GROUP BY 1"
    ),
    ("lots", "margin:mean-of-ratios"): lambda _orders: (
        f"SELECT {_LOT} AS lot, count(*) AS orders, avg(promise_days >= actual_days) AS otd, "
        "avg(unit_margin_cny / (knit_min_per_pc + 1.0 * setup_min / pieces)) AS per_min "
        "FROM orders WHERE channel = 'quick' GROUP BY 1"
    ),
    ("lots", "sql:integer-division"): lambda _orders: (
        f"SELECT {_LOT} AS lot, count(*) AS orders, sum(promise_days >= actual_days) / count(*) AS otd, "
        f"{_PER_MIN} AS per_min FROM orders WHERE channel = 'quick' GROUP BY 1"
    ),
}  # fmt: skip


def test_the_file_and_the_page_are_enough_for_the_orders() -> None:
    casework.earns_everything(MARGIN, margin)


def test_every_slip_on_the_orders_is_told_its_own() -> None:
    casework.tells_each_slip(MARGIN, margin, casework.made_with(Orders, _ORDER_SLIPS))


# --- the promise -----------------------------------------------------------------------------------------------------


class Log:
    """Days taken by small orders, mixed with bulk and in the cell."""

    def __init__(self, files: Files, given: Given) -> None:
        self.rows = files["delivery_log"]
        self.orders = len(files["orders"])
        self.wanted = given["wanted_days"]
        self.old, self.cell = (
            [row for row in self.rows if row["flow"] == flow] for flow in ("Mixed with bulk", "Pilot cell")
        )
        self.promise = math.ceil(self.ninth(self.cell))

    @staticmethod
    def days(rows: Rows, column: str = "actual_days") -> list[float]:
        return sorted(float(row[column]) for row in rows)

    def ninth(self, rows: Rows, column: str = "actual_days") -> float:
        """The days of the order at nine tenths, counted by finger."""
        place = -(-9 * len(rows) // 10)
        return self.days(rows, column)[place - 1]

    @staticmethod
    def within(rows: Rows, days: float) -> float:
        return fmean(row["actual_days"] <= days for row in rows)

    def beyond(self, days: float) -> list[str]:
        return [str(row["job"]) for row in self.cell if row["actual_days"] > days]


PLAN = (
    "Day one, 8:30: the merchandiser and I take the last sixty orders of one customer, check ten of them against "
    "delivery notes, sort the days and count to fifty-four. Day two: no date before size and colour are final. "
    "Day three: we promise what was counted. In a month we count again; below eight in ten we go back."
)


def promise(files: Files, given: Given) -> dict[str, Any]:
    log = Log(files, given)
    return {
        "in3": typed(log.within(log.old, log.wanted), "%"),
        "p90_old": typed(log.ninth(log.old), "day"),
        "p90_cell": typed(log.ninth(log.cell), "day"),
        "promise": typed(log.promise, "day"),
        "kept": typed(log.within(log.cell, log.promise), "%"),
        "broken": log.beyond(log.promise),
        "why": "spread",
        "plan": PLAN,
    }


_LOG_SLIPS: casework.Slips = {
    ("in3", "promise:complement"): lambda log: typed(1 - log.within(log.old, log.wanted), "%"),
    ("in3", "promise:wrong-base"): lambda log: typed(
        log.within(log.old, log.wanted) * len(log.old) / log.orders, "%"
    ),
    ("p90_old", "promise:mean"): lambda log: typed(fmean(log.days(log.old)), "day"),
    ("p90_old", "promise:worst-case"): lambda log: typed(log.days(log.old)[-1], "day"),
    ("p90_old", "promise:ninety-percent-of-longest"): lambda log: typed(0.9 * log.days(log.old)[-1], "day"),
    ("p90_old", "promise:from-promises"): lambda log: typed(log.ninth(log.old, "promise_days"), "day"),
    ("p90_cell", "promise:mean"): lambda log: typed(fmean(log.days(log.cell)), "day"),
    ("p90_cell", "promise:worst-case"): lambda log: typed(log.days(log.cell)[-1], "day"),
    ("p90_cell", "promise:mixed-flows"): lambda log: typed(log.ninth(log.rows), "day"),
    ("promise", "promise:round-down"): lambda log: typed(log.promise - 1, "day"),
    ("promise", "promise:old-flow"): lambda log: typed(math.ceil(log.ninth(log.old)), "day"),
    ("kept", "promise:complement"): lambda log: typed(1 - log.within(log.cell, log.promise), "%"),
    ("kept", "promise:mixed-flows"): lambda log: typed(log.within(log.rows, log.promise), "%"),
    ("broken", "promise:wanted-for-written"): lambda log: log.beyond(log.wanted),
    ("broken", "promise:own-promise"): lambda log: [
        str(row["job"]) for row in log.cell if row["actual_days"] > row["promise_days"]
    ],
}  # fmt: skip


def test_the_file_and_the_page_are_enough_for_the_promise() -> None:
    casework.earns_everything(PROMISE, promise)


def test_every_slip_on_the_promise_is_told_its_own() -> None:
    casework.tells_each_slip(PROMISE, promise, casework.made_with(Log, _LOG_SLIPS))
