"""The exercises of case C4, solved in plain Python from the downloaded file and the figures on the page."""

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


def _bound(slips: Mapping[tuple[str, str], Any], of: type[Any]) -> dict[tuple[str, str], casework.Slip]:
    """Slips that are made with a `PriceList`, the `Month` or the `Cloth`."""

    def bound(slip: Any) -> casework.Slip:
        return lambda files, given: slip(of(files, given))

    return {name: bound(slip) for name, slip in slips.items()}


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


_VARIETY_SLIPS: dict[tuple[str, str], Any] = {
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
    casework.tells_each_slip(VARIETY, variety, _bound(_VARIETY_SLIPS, PriceList))


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
_LEAD_SLIPS: dict[tuple[str, str], Any] = {
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
    casework.tells_each_slip(LEAD, lead, _bound(_LEAD_SLIPS, Month))


# --- pooling ---------------------------------------------------------------------------------------------------------


class Cloth:
    """Safety stock of fabrics: apart and pooled."""

    HOT: Final = ("F01", "F03", "F04")
    COLD: Final = ("F10", "F11", "F12")
    JACQUARDS: Final = ("F02", "F06", "F09")

    def __init__(self, files: Files, given: Given) -> None:
        self.sigma = {str(row["fabric"]): float(row["daily_sd"]) for row in files["fabric"]}
        self.z, self.days = given["z"], given["fabric_lead"]
        self.all = tuple(self.sigma)
        self.plain = tuple(each for each in self.all if each not in self.JACQUARDS)

    def stock(self, sigma: float) -> float:
        return self.z * sigma * math.sqrt(self.days)

    def apart(self, fabrics: tuple[str, ...]) -> float:
        return self.stock(sum(self.sigma[each] for each in fabrics))

    def squares(self, fabrics: tuple[str, ...]) -> float:
        return sum(self.sigma[each] ** 2 for each in fabrics)

    def pooled(self, fabrics: tuple[str, ...]) -> float:
        return self.stock(math.sqrt(self.squares(fabrics)))

    def book(self, **wrong: float) -> dict[str, tuple[str, float]]:
        """The workbook with formulas and their results; `wrong` are cells with another result."""
        nine = self.pooled(self.plain) + self.apart(self.JACQUARDS)
        results = {
            "hot_apart": self.apart(self.HOT), "hot_pooled": self.pooled(self.HOT),
            "cold_apart": self.apart(self.COLD), "cold_pooled": self.pooled(self.COLD),
            "nine": nine, "saved": 1 - nine / self.apart(self.all),
        }  # fmt: skip
        return {
            name: (f"=SUM(C{2 + place}:C9)", value) for place, (name, value) in enumerate((results | wrong).items())
        }


PLAN = (
    "Day one, 9:00: with the stores I list what lay longest and see at which step its colour is decided. Day two: "
    "half a year of demand by colour, month by month, do they rise together; the dye house puts its days in writing. "
    "Day three: one real order takes the late road, and I walk along. By Friday week: over three days, we leave it."
)


def pooling(files: Files, given: Given) -> dict[str, Any]:
    cloth = Cloth(files, given)
    return {
        "one": typed(cloth.apart(("F01",)), ""),
        "separate": typed(cloth.apart(cloth.all), ""),
        "sigma": typed(math.sqrt(cloth.squares(cloth.all)), ""),
        "pooled": typed(cloth.pooled(cloth.all), ""),
        "saved": typed(1 - cloth.pooled(cloth.all) / cloth.apart(cloth.all), "%"),
        "conditions": ["independent", "same-base", "late-finish"],
        "stock": cloth.book(),
        "trial": {"option": "hot"},
        "plan": PLAN,
    }


def _root(cloth: Cloth) -> float:
    return math.sqrt(cloth.days)


_POOLING_SLIPS: dict[tuple[str, str], Any] = {
    ("one", "stock:no-lead-time"): lambda cloth: typed(cloth.apart(("F01",)) / _root(cloth), ""),
    ("one", "stock:lead-time-not-rooted"): lambda cloth: typed(cloth.apart(("F01",)) * _root(cloth), ""),
    ("separate", "stock:no-lead-time"): lambda cloth: typed(cloth.apart(cloth.all) / _root(cloth), ""),
    ("separate", "stock:lead-time-not-rooted"): lambda cloth: typed(cloth.apart(cloth.all) * _root(cloth), ""),
    ("separate", "pool:already-pooled"): lambda cloth: typed(cloth.pooled(cloth.all), ""),
    ("sigma", "pool:sum-of-deviations"): lambda cloth: typed(sum(cloth.sigma.values()), ""),
    ("sigma", "pool:root-forgotten"): lambda cloth: typed(cloth.squares(cloth.all), ""),
    ("sigma", "pool:mean-of-deviations"): lambda cloth: typed(sum(cloth.sigma.values()) / 12, ""),
    ("pooled", "stock:lead-time-not-rooted"): lambda cloth: typed(cloth.pooled(cloth.all) * _root(cloth), ""),
    ("pooled", "stock:no-lead-time"): lambda cloth: typed(cloth.pooled(cloth.all) / _root(cloth), ""),
    ("saved", "pool:what-remains"): lambda cloth: typed(cloth.pooled(cloth.all) / cloth.apart(cloth.all), "%"),
    ("saved", "pool:equal-demand"): lambda _cloth: typed(1 - 1 / math.sqrt(12), "%"),
    ("saved", "pool:wrong-base"): lambda cloth: typed(cloth.apart(cloth.all) / cloth.pooled(cloth.all) - 1, "%"),
    ("stock", "pool:sum-of-deviations"): lambda cloth: cloth.book(
        hot_pooled=cloth.apart(cloth.HOT), cold_pooled=cloth.apart(cloth.COLD)
    ),
    ("stock", "pool:jacquards-too"): lambda cloth: cloth.book(nine=cloth.pooled(cloth.all)),
    ("stock", "pool:jacquards-left-out"): lambda cloth: cloth.book(nine=cloth.pooled(cloth.plain)),
    ("stock", "pool:what-remains"): lambda cloth: cloth.book(
        saved=(cloth.pooled(cloth.plain) + cloth.apart(cloth.JACQUARDS)) / cloth.apart(cloth.all)
    ),
}  # fmt: skip


def test_the_file_and_the_page_are_enough_for_pooling() -> None:
    casework.earns_everything(POOLING, pooling)


def test_every_slip_on_pooling_is_told_its_own() -> None:
    casework.tells_each_slip(POOLING, pooling, _bound(_POOLING_SLIPS, Cloth))


def test_a_workbook_of_typed_numbers_earns_seven_tenths() -> None:
    sheet = next(casework.sheets(POOLING, 1))
    cloth = Cloth(casework.downloaded(sheet), casework.stated(POOLING, sheet))
    typed_in = {name: ("", value) for name, (_formula, value) in cloth.book().items()}
    assert casework.marks(POOLING, sheet, {"stock": typed_in})["stock"].fraction == pytest.approx(0.7)


# --- what is chosen from lists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", [VARIETY, LEAD, POOLING], ids=lambda document: str(document.id))
def test_every_wrong_choice_is_told_its_own(document: Exercise) -> None:
    casework.tells_each_choice(document)


@pytest.mark.parametrize(("option", "share"), [("hot", 1), ("cold", 0.5), ("jacquard", 0), ("all", 0.3)])
def test_a_trial_earns_its_share(option: str, share: float) -> None:
    for sheet in casework.sheets(POOLING, casework.SLIP_SEEDS):
        assert casework.marks(POOLING, sheet, {"trial": {"option": option}})["trial"].fraction == share, sheet.seed
