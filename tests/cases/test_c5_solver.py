"""The exercises of case C5, solved in plain Python from the downloaded file and the figures on the page."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from statistics import fmean, stdev
from typing import Any

from tests.builders import casework
from tests.builders.casework import Rows, made_with, typed

REF = "dg-c5-food@1"
GIVEAWAY, HEADS, TRACE = (casework.exercise(REF, f"dg-c5-food-{name}") for name in ("giveaway", "heads", "trace"))
LABEL, TARGET, LIMIT = 100.0, 101.2, 97.0
"""Grams, as the words of the questions and the case have them."""

Files = Mapping[str, Rows]
Given = Mapping[str, float]


# --- what is given away ----------------------------------------------------------------------------------------------


class Fill:
    """The checkweigher's records: all packs, and those of each head, early and late."""

    def __init__(self, files: Files, given: Given) -> None:
        self.given, self.log, self.watch = given, files["fill"], files["watch"]
        self.all = self.packs()
        self.mean, self.s = fmean(self.all), stdev(self.all)
        self.early, self.late = self.packs(last=25), self.packs(first=41)
        self.change = {h: fmean(self.packs(h, first=41)) - fmean(self.packs(h, last=25)) for h in range(1, 6)}
        self.moving = max(self.change, key=lambda head: self.change[head])

    def packs(self, head: int = 0, first: int = 1, last: int = 60) -> list[float]:
        return [
            float(row["net_g"]) for row in self.log if first <= row["subgroup"] <= last and head in (0, row["head"])
        ]

    def kg(self, grams: float, packs: float = 1.0, days: float = 0.0) -> float:
        """Kilograms of a year with `grams` too many in a share of the packs."""
        return grams / 1000 * self.given["packs_day"] * (days or self.given["work_days"]) * packs

    def heads(self, above: float = LABEL, share: float = 0.2) -> dict[str, dict[str, str]]:
        over = {head: fmean(self.packs(head)) for head in range(1, 6)}
        return {
            f"h{head}": {"over": f"{mean - above:.4f}", "kg": f"{self.kg(mean - LABEL, share):.3f}"}
            for head, mean in over.items()
        }


def giveaway(files: Files, given: Given) -> dict[str, Any]:
    fill = Fill(files, given)
    kg, price = fill.kg(fill.mean - LABEL), given["price_kg"]
    return {
        "over": typed(fill.mean - LABEL, "g"),
        "kg": typed(kg, "kg"),
        "cny": typed(kg * price / 10_000, "wan"),
        "days": typed(kg / (given["packs_day"] * LABEL / 1000), "day"),
        "heads": fill.heads(),
        "saving": typed(fill.kg(fill.mean - TARGET) * price, "cny"),
        "below": "seventh",
        "first": ["scale", "rules", "heads"],
    }


def _yuan(fill: Fill, grams: float, days: float = 0.0) -> dict[str, str]:
    return typed(fill.kg(grams, days=days) * fill.given["price_kg"], "cny")


GIVEAWAY_SLIPS = {
    ("over", "fill:net-not-overfill"): lambda fill: typed(fill.mean, "g"),
    ("over", "fill:from-the-limit"): lambda fill: typed(fill.mean - LIMIT, "g"),
    ("over", "fill:part-of-the-log"): lambda fill: typed(fmean(fill.late) - LABEL, "g"),
    ("kg", "fill:one-day"): lambda fill: typed(fill.kg(fill.mean - LABEL, days=1), "kg"),
    ("kg", "fill:calendar-days"): lambda fill: typed(fill.kg(fill.mean - LABEL, days=365), "kg"),
    ("kg", "fill:times-heads"): lambda fill: typed(fill.kg(fill.mean - LABEL, 5), "kg"),
    ("kg", "fill:grams-as-kilograms"): lambda fill: typed(fill.kg(1000 * (fill.mean - LABEL)), "kg"),
    ("cny", "fill:grams-as-kilograms"): lambda fill: _yuan(fill, 1000 * (fill.mean - LABEL)),
    ("cny", "fill:one-day"): lambda fill: _yuan(fill, fill.mean - LABEL, days=1),
    ("days", "fill:percent-as-days"): lambda fill: typed(100 * (fill.mean / LABEL - 1), "day"),
    ("days", "fill:calendar-days"): lambda fill: typed(365 * (fill.mean / LABEL - 1), "day"),
    ("heads", "fill:net-not-overfill"): lambda fill: fill.heads(above=0),
    ("heads", "fill:all-packs-each-head"): lambda fill: fill.heads(share=1),
    ("saving", "fill:all-saved"): lambda fill: _yuan(fill, fill.mean - LABEL),
    ("saving", "fill:what-remains"): lambda fill: _yuan(fill, TARGET - LABEL),
}


def test_the_file_and_the_page_are_enough_for_the_giveaway() -> None:
    casework.earns_everything(GIVEAWAY, giveaway)


def test_every_slip_about_the_giveaway_is_told_its_own() -> None:
    casework.tells_each_slip(GIVEAWAY, giveaway, made_with(Fill, GIVEAWAY_SLIPS))
    casework.tells_each_choice(GIVEAWAY)


# --- which head moves ------------------------------------------------------------------------------------------------


def _index(mean: float, s: float, limit: float = LIMIT) -> dict[str, str]:
    return typed((mean - limit) / (3 * s), "")


def heads(files: Files, given: Given) -> dict[str, Any]:
    fill = Fill(files, given)
    centre, width = _limits(fill)
    return {
        "head": f"H{fill.moving}",
        "change": typed(fill.change[fill.moving], "g"),
        "line": typed(fmean(fill.late) - fmean(fill.early), "g"),
        "s": typed(fill.s, "g"),
        "ppk": _index(fill.mean, fill.s),
        "lowered": _index(TARGET, fill.s),
        "fixed": _index(TARGET, stdev(fill.early)),
        "route": "repair",
        "tonight": {"option": "repair", "reason": "Cleaning stops the line anyway."},
        "steps": ["scale", "split", "repair", "prove", "lower", "watch"],
        "watch": _shifts(fill, lambda net: abs(net - centre) > width),
    }


def _limits(fill: Fill) -> tuple[float, float]:
    """Centre and half width of a chart of single values, from the first twenty shifts."""
    steady = [float(row["net_g"]) for row in fill.watch[:20]]
    return fmean(steady), 2.66 * fmean(abs(later - earlier) for earlier, later in pairwise(steady))


def _shifts(fill: Fill, marked: Any) -> list[str]:
    return [str(row["shift"]) for row in fill.watch if marked(float(row["net_g"]))]


HEADS_SLIPS = {
    ("change", "spc:level-not-change"): lambda fill: typed(fmean(fill.packs(fill.moving, first=41)) - LABEL, "g"),
    ("change", "spc:line-average"): lambda fill: typed(fmean(fill.late) - fmean(fill.early), "g"),
    ("line", "spc:one-head"): lambda fill: typed(fill.change[fill.moving], "g"),
    ("line", "spc:level-not-change"): lambda fill: typed(fmean(fill.late) - LABEL, "g"),
    ("s", "spc:means-not-packs"): lambda fill: typed(
        stdev(fmean(fill.packs(first=group, last=group)) for group in range(1, 61)), "g"
    ),
    ("s", "spc:variance"): lambda fill: typed(fill.s**2, "g"),
    ("ppk", "capability:label-as-limit"): lambda fill: _index(fill.mean, fill.s, LABEL),
    ("ppk", "capability:one-sigma"): lambda fill: _index(fill.mean, fill.s / 3),
    ("lowered", "capability:label-as-limit"): lambda fill: _index(TARGET, fill.s, LABEL),
    ("lowered", "capability:old-mean"): lambda fill: _index(fill.mean, fill.s),
    ("fixed", "capability:old-deviation"): lambda fill: _index(TARGET, fill.s),
    ("fixed", "capability:old-mean"): lambda fill: _index(fill.mean, stdev(fill.early)),
    ("watch", "spc:upper-limit-only"): lambda fill: _shifts(fill, lambda net: net > sum(_limits(fill))),
    ("watch", "spc:label-as-control-limit"): lambda fill: _shifts(fill, lambda net: net < LABEL),
    ("watch", "spc:above-centre"): lambda fill: _shifts(fill, lambda net: net > _limits(fill)[0]),
}


def test_the_file_and_the_page_are_enough_for_the_heads() -> None:
    casework.earns_everything(HEADS, heads)


def test_every_slip_about_the_heads_is_told_its_own() -> None:
    casework.tells_each_slip(HEADS, heads, made_with(Fill, HEADS_SLIPS))
    casework.tells_each_choice(HEADS)


# --- where a lot went ------------------------------------------------------------------------------------------------


CAUSES = {
    "Jam": "jam", "Film change": "film", "Cleaning": "clean", "No product": "starved", "Metal check": "metal",
    "Labels": "label",
}  # fmt: skip
"""The causes as the file calls them, and as the question does."""


class Recall:
    """The batches that used R11, the days on which they were made, and the stops of the line."""

    def __init__(self, files: Files, given: Given) -> None:
        self.given, self.log = given, files["trace"]
        self.used = [row for row in self.log if "R11" in (row["lot_1"], row["lot_2"])]
        self.first = [row for row in self.used if row["lot_1"] == "R11"]
        days = {row["day"] for row in self.used}
        self.same_days = [row for row in self.log if row["day"] in days]
        self.between = [row for row in self.log if min(days) <= row["day"] <= max(days)]
        self.kg = sum(row["kg_1"] if row["lot_1"] == "R11" else row["kg_2"] for row in self.used)
        self.stops, self.minutes = (
            {
                cause: sum(float(row[column]) for row in files["stops"] if row["cause"] == label)
                for label, cause in CAUSES.items()
            }
            for column in ("stops", "minutes")
        )

    def accounted(self, kg: float) -> dict[str, str]:
        return typed(kg / self.given["r11_received"], "%")

    def smaller(self, than: Rows) -> float:
        return 1 - _cartons(self.used) / _cartons(than)

    def top(self, by: Mapping[str, float], of: Mapping[str, float]) -> dict[str, str]:
        """The share in `of` that the three causes have which are the largest in `by`."""
        return typed(sum(of[cause] for cause in _falling(by)[:3]) / sum(of.values()), "%")


def _cartons(rows: Rows) -> float:
    return sum(float(row["cartons"]) for row in rows)


def _falling(amounts: Mapping[str, float]) -> list[str]:
    return sorted(amounts, key=lambda name: -amounts[name])


EVERY_LOT = """
  WITH uses AS (SELECT batch, lot_2 AS lot FROM trace UNION ALL SELECT batch, lot_1 FROM trace)
  SELECT total(t.cartons) AS cartons, uses.lot, count(DISTINCT uses.batch) AS batches
  FROM uses JOIN trace AS t ON t.batch = uses.batch GROUP BY uses.lot ORDER BY 1 DESC
"""


def trace(files: Files, given: Given) -> dict[str, Any]:
    recall = Recall(files, given)
    return {
        "batches": typed(len(recall.used), ""),
        "lot": typed(_cartons(recall.used), ""),
        "day": typed(_cartons(recall.same_days), ""),
        "shrink": typed(recall.smaller(recall.same_days), "%"),
        "closing": recall.accounted(recall.kg + given["r11_stock"]),
        "gap": "day",
        "records": {
            "where": "scans", "missed": "balance", "swapped": "sacks", "customers": "notes", "limit": "report"
        },
        "drill": EVERY_LOT,
        "pareto": _falling(recall.minutes),
        "top": recall.top(recall.minutes, recall.minutes),
        "plan": "17:50 He Jing blocks what is left of R11; 18:00 the store weighs, quality looks up the scans. " * 2,
    }  # fmt: skip


ONE_COLUMN = "SELECT lot_1 AS lot, count(*) AS batches, sum(cartons) AS cartons FROM trace GROUP BY 1 ORDER BY 3 DESC"
MERGED = """
  WITH uses AS (SELECT lot_1 AS lot, cartons FROM trace UNION SELECT lot_2, cartons FROM trace)
  SELECT lot, count(*) AS batches, sum(cartons) AS cartons FROM uses GROUP BY lot ORDER BY cartons DESC
"""

TRACE_SLIPS = {
    ("batches", "trace:one-column"): lambda recall: typed(len(recall.first), ""),
    ("batches", "trace:whole-days"): lambda recall: typed(len(recall.same_days), ""),
    ("lot", "trace:one-column"): lambda recall: typed(_cartons(recall.first), ""),
    ("lot", "trace:whole-days"): lambda recall: typed(_cartons(recall.same_days), ""),
    ("day", "trace:lot-only"): lambda recall: typed(_cartons(recall.used), ""),
    ("day", "trace:first-to-last-day"): lambda recall: typed(_cartons(recall.between), ""),
    ("shrink", "trace:share-left"): lambda recall: typed(1 - recall.smaller(recall.same_days), "%"),
    ("shrink", "trace:against-everything"): lambda recall: typed(recall.smaller(recall.log), "%"),
    ("closing", "trace:stock-forgotten"): lambda recall: recall.accounted(recall.kg),
    ("closing", "trace:missing-share"): lambda recall: recall.accounted(
        recall.given["r11_received"] - recall.kg - recall.given["r11_stock"]
    ),
    ("drill", "trace:one-column"): lambda _: ONE_COLUMN,
    ("drill", "sql:union-drops-rows"): lambda _: MERGED,
    ("pareto", "pareto:by-count"): lambda recall: _falling(recall.stops),
    ("pareto", "pareto:longest-single-stop"): lambda recall: _falling(
        {cause: recall.minutes[cause] / count for cause, count in recall.stops.items()}
    ),
    ("pareto", "pareto:ascending"): lambda recall: _falling(recall.minutes)[::-1],
    ("top", "pareto:by-count"): lambda recall: recall.top(recall.stops, recall.stops),
    ("top", "pareto:often-not-long"): lambda recall: recall.top(recall.stops, recall.minutes),
}


def test_the_file_and_the_page_are_enough_for_the_recall() -> None:
    casework.earns_everything(TRACE, trace)


def test_every_slip_about_the_recall_is_told_its_own() -> None:
    casework.tells_each_slip(TRACE, trace, made_with(Recall, TRACE_SLIPS))
    casework.tells_each_choice(TRACE)
