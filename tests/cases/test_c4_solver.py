"""The exercises of case C4, solved in plain Python from what a trainee has: variety, lead time, and choices."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pytest

from dgxblock.content.model import Exercise
from tests.builders import casework
from tests.builders.casework import Rows, typed

REF = "dg-c4-bed@1"
VARIETY, LEAD, POOLING = (casework.exercise(REF, f"dg-c4-bed-{name}") for name in ("variety", "lead-time", "pooling"))

Files = Mapping[str, Rows]
Given = Mapping[str, float]


# --- variety ---------------------------------------------------------------------------------------------------------


class PriceList:
    """Choices by group; the question says how many fabrics are dropped."""

    DROPPED: Final = 4

    def __init__(self, files: Files, given: Given) -> None:
        self.choices = {str(row["option_group"]): int(row["choices"]) for row in files["options"]}
        self.orders = given["orders_n"]
        self.variants, self.modules = math.prod(self.choices.values()), sum(self.choices.values())
        self.fabrics = self.choices["Fabric"]

    def changed(self, group: str, by: int) -> int:
        """Variants with so many more choices in a group."""
        return math.prod(number + by * (name == group) for name, number in self.choices.items())


CHANGES = {"size": ("Size", -1), "comfort": ("Comfort layer", -1), "fabric": ("Fabric", 1)}


def cuts(shop: PriceList, variants: Any = None, modules: Any = None) -> dict[str, dict[str, str]]:
    """The table of three changes; `variants` and `modules` are other ways to work a row out, by group and change."""
    variants = variants or shop.changed
    modules = modules or (lambda _group, by: shop.modules + by)
    return {
        row: {"variants": str(variants(group, by)), "modules": str(modules(group, by))}
        for row, (group, by) in CHANGES.items()
    }


def variety(files: Files, given: Given) -> dict[str, Any]:
    shop = PriceList(files, given)
    return {
        "variants": typed(shop.variants, ""),
        "modules": typed(shop.modules, ""),
        "left": typed(shop.changed("Fabric", -shop.DROPPED), ""),
        "uses": typed(shop.orders * len(shop.choices) / shop.modules, ""),
        "cuts": cuts(shop),
        "postpone": ["stock", "lock", "kit", "dye", "cover", "assemble"],
    }


_VARIETY_SLIPS: casework.Slips = {
    ("variants", "variety:sum-for-product"): lambda shop: typed(shop.modules, ""),
    ("variants", "variety:without-fabric"): lambda shop: typed(shop.variants / shop.fabrics, ""),
    ("modules", "variety:product-for-sum"): lambda shop: typed(shop.variants, ""),
    ("modules", "variety:without-fabric"): lambda shop: typed(shop.modules - shop.fabrics, ""),
    ("left", "variety:minus-dropped"): lambda shop: typed(shop.variants - shop.DROPPED, ""),
    ("left", "variety:what-went"): lambda shop: typed(shop.variants - shop.changed("Fabric", -shop.DROPPED), ""),
    ("uses", "variety:one-pick-an-order"): lambda shop: typed(shop.orders / shop.modules, ""),
    ("uses", "variety:without-fabric"): lambda shop: typed(6 * shop.orders / (shop.modules - shop.fabrics), ""),
    ("cuts", "variety:minus-dropped"): lambda shop: cuts(shop, lambda _group, by: shop.variants + by),
    ("cuts", "variety:what-went"): lambda shop: cuts(
        shop, lambda group, _by: shop.variants // shop.choices[group]
    ),
    ("cuts", "variety:whole-group"): lambda shop: cuts(
        shop, None, lambda group, by: shop.modules + by * shop.choices[group]
    ),
    ("postpone", "postpone:colour-on-forecast"): lambda _shop: ["stock", "dye", "lock", "kit", "cover", "assemble"],
    ("postpone", "postpone:release-without-kit"): lambda _shop: ["stock", "lock", "dye", "cover", "kit", "assemble"],
}  # fmt: skip


def test_the_file_and_the_page_are_enough_for_variety() -> None:
    casework.earns_everything(VARIETY, variety)


def test_every_slip_on_variety_is_told_its_own() -> None:
    casework.tells_each_slip(VARIETY, variety, casework.made_with(PriceList, _VARIETY_SLIPS))


# --- lead time -------------------------------------------------------------------------------------------------------


class Month:
    """The orders of a month and where their hours went."""

    STAGES: Final = ("clarify", "queue", "cut", "sew", "assemble", "ship", "rework")

    def __init__(self, files: Files, given: Given) -> None:
        self.orders = files["orders"]
        self.cut_by = given["hall_cut"]
        self.hours = {stage: sum(float(row[f"{stage}_h"]) for row in self.orders) for stage in self.STAGES}
        self.total = sum(self.hours.values())
        self.made = sum(self.hours[stage] for stage in ("cut", "sew", "assemble"))
        self.wrong = sum(row["order_error"] for row in self.orders)
        self.wechat = [row for row in self.orders if row["channel"] == "WeChat form"]
        self.wechat_wrong = sum(row["order_error"] for row in self.wechat)

    def mean(self, hours: float) -> float:
        return hours / len(self.orders)

    def ranked(self, hours: Mapping[str, float]) -> list[str]:
        return sorted(hours, key=lambda stage: -hours[stage])

    def rework_of_each(self) -> float:
        """Hours of rework on an order that was wrong."""
        return self.hours["rework"] / self.wrong


SLOW = """
  WITH flagged AS (SELECT channel, CASE WHEN clarify_h > 24 THEN 1.0 ELSE 0.0 END AS late FROM orders)
  SELECT total(late) / count(*) AS share, total(late) AS slow, count(late) AS orders, channel
  FROM flagged GROUP BY channel ORDER BY 1 DESC, channel
"""
KINDS = {
    "cutting": "value", "calls": "waste", "sewing": "value", "waiting": "waste", "check": "needed", "redo": "waste",
    "lorry": "needed",
}  # fmt: skip


def lead(files: Files, given: Given) -> dict[str, Any]:
    month = Month(files, given)
    return {
        "lead": typed(month.mean(month.total), "h"),
        "queue": typed(month.hours["queue"] / month.total, "%"),
        "touch": typed(month.made / month.total, "%"),
        "hall": typed(month.cut_by * month.hours["cut"] / month.total, "%"),
        "stages": month.ranked(month.hours),
        "waste": KINDS,
        "wechat": typed(month.wechat_wrong / len(month.wechat), "%"),
        "slow": SLOW,
    }


_LATE = "sum(iif(clarify_h > 24, 1, 0))"
_LEAD_SLIPS: casework.Slips = {
    ("lead", "lead:plant-only"): lambda month: typed(month.mean(month.total - month.hours["ship"]), "h"),
    ("lead", "lead:without-rework"): lambda month: typed(month.mean(month.total - month.hours["rework"]), "h"),
    ("lead", "lead:rework-per-affected"): lambda month: typed(
        month.mean(month.total - month.hours["rework"]) + month.rework_of_each(), "h"
    ),
    ("queue", "lead:plant-only"): lambda month: typed(
        month.hours["queue"] / (month.total - month.hours["ship"]), "%"
    ),
    ("queue", "lead:queue-and-touch"): lambda month: typed(
        month.hours["queue"] / (month.hours["queue"] + month.made), "%"
    ),
    ("touch", "touch:plant-only"): lambda month: typed(month.made / (month.total - month.hours["ship"]), "%"),
    ("touch", "touch:cutting-only"): lambda month: typed(month.hours["cut"] / month.total, "%"),
    ("hall", "hall:stage-for-whole"): lambda month: typed(month.cut_by, "%"),
    ("hall", "hall:all-of-cutting"): lambda month: typed(month.hours["cut"] / month.total, "%"),
    ("hall", "hall:share-of-operations"): lambda month: typed(month.cut_by * month.hours["cut"] / month.made, "%"),
    ("stages", "pareto:ascending"): lambda month: month.ranked(month.hours)[::-1],
    ("stages", "lead:rework-per-affected"): lambda month: month.ranked(
        {stage: month.mean(hours) for stage, hours in month.hours.items()} | {"rework": month.rework_of_each()}
    ),
    ("wechat", "errors:all-orders-as-base"): lambda month: typed(month.mean(month.wechat_wrong), "%"),
    ("wechat", "errors:share-of-errors"): lambda month: typed(month.wechat_wrong / month.wrong, "%"),
    ("wechat", "errors:overall"): lambda month: typed(month.mean(month.wrong), "%"),
    ("slow", "errors:all-orders-as-base"): lambda month: (
        f"SELECT channel, count(*) AS orders, {_LATE} AS slow, {_LATE} / {len(month.orders)}.0 AS share "
        "FROM orders GROUP BY channel ORDER BY share DESC"
    ),
    ("slow", "sql:where-loses-base"): lambda _month: (
        f"SELECT channel, count(*) AS orders, {_LATE} AS slow, 1.0 * {_LATE} / count(*) AS share "
        "FROM orders WHERE clarify_h > 24 GROUP BY channel ORDER BY share DESC"
    ),
    ("slow", "sql:integer-division"): lambda _month: (
        f"SELECT channel, count(*) AS orders, {_LATE} AS slow, {_LATE} / count(*) AS share "
        "FROM orders GROUP BY channel ORDER BY share DESC"
    ),
}  # fmt: skip


def test_the_file_and_the_page_are_enough_for_lead_time() -> None:
    casework.earns_everything(LEAD, lead)


def test_every_slip_on_lead_time_is_told_its_own() -> None:
    casework.tells_each_slip(LEAD, lead, casework.made_with(Month, _LEAD_SLIPS))


# --- what is chosen from lists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", [VARIETY, LEAD, POOLING], ids=lambda document: str(document.id))
def test_every_wrong_choice_is_told_its_own(document: Exercise) -> None:
    casework.tells_each_choice(document)


def test_a_count_that_is_off_by_one_is_not_taken_for_rounded() -> None:
    for sheet in casework.sheets(VARIETY, casework.SLIP_SEEDS):
        files, given = casework.downloaded(sheet), casework.stated(VARIETY, sheet)
        shop = PriceList(files, given)
        unchanged = {row: {**cells, "modules": str(shop.modules)} for row, cells in cuts(shop).items()}
        mark = casework.marks(VARIETY, sheet, {**variety(files, given), "cuts": unchanged})["cuts"]
        assert mark.fraction == 0.5, sheet.seed
