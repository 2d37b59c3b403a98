"""C6's two ratios and its tariff, solved in plain Python from the downloaded file and the figures on the page."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from tests.builders import casework
from tests.builders.casework import Rows, made_with, typed

REF = "dg-c6-paper@1"
SEC, TARIFF = (casework.exercise(REF, f"dg-c6-paper-{name}") for name in ("sec", "tariff"))
HOURS = {"peak": 7, "flat": 9, "valley": 8}
"""Of a day, in each band."""
REPAIR, SHIFTED, RUNNING, MONTH = 12_000, 0.08, 8000, 720
"""Yuan for the repair, the share of peak energy that moves, hours of a year and of a month: words of the questions."""

Files = Mapping[str, Rows]
Given = Mapping[str, float]


# --- two ratios ------------------------------------------------------------------------------------------------------


class Month:
    """The thirty days, added up."""

    def __init__(self, files: Files, given: Given) -> None:
        self.given, self.days = given, files["daily"]
        self.energy, self.tonnes = self.total("kwh"), self.total("tonnes")
        self.bands = {band: self.total(f"{band}_kwh") for band in HOURS}
        self.sec1, self.sec2 = self.sec(1, 18), self.sec(19, 30)
        self.tops = [float(row["top_kwh"]) for row in self.days]
        self.most = 4 * max(self.tops)

    def total(self, column: str, first: int = 1, last: int = 30) -> float:
        return sum(float(row[column]) for row in self.days if first <= row["day"] <= last)

    def sec(self, first: int = 1, last: int = 30) -> float:
        return self.total("kwh", first, last) / self.total("tonnes", first, last)

    def load_factor(self, most: float, hours: float = MONTH) -> float:
        return self.energy / (hours * most)

    def table(self, thousand: float = 1000, hours: Mapping[str, float] | None = None) -> dict[str, dict[str, str]]:
        spent = hours or {band: 30 * each for band, each in HOURS.items()}
        return {
            band: {"energy": f"{kwh / thousand:.5f}", "load": f"{kwh / spent[band]:.4f}"}
            for band, kwh in self.bands.items()
        }


def sec(files: Files, given: Given) -> dict[str, Any]:
    month = Month(files, given)
    return {
        "sec": typed(month.sec(), "kWh/t"),
        "sec1": typed(month.sec1, "kWh/t"),
        "sec2": typed(month.sec2, "kWh/t"),
        "rise": typed(month.sec2 / month.sec1 - 1, "%"),
        "pmax": typed(month.most, "kW"),
        "lf": typed(month.load_factor(month.most), "%"),
        "bands": month.table(),
        "say": ["stops", "mixed"],
    }


SEC_SLIPS = {
    ("sec", "sec:inverted"): lambda month: month.tonnes / month.energy,
    ("sec", "sec:per-hour"): lambda month: month.energy / MONTH,
    ("sec", "sec:valley-left-out"): lambda month: (month.bands["peak"] + month.bands["flat"]) / month.tonnes,
    ("sec1", "sec:whole-month"): lambda month: month.sec(),
    ("sec1", "sec:other-part"): lambda month: month.sec2,
    ("sec2", "sec:whole-month"): lambda month: month.sec(),
    ("sec2", "sec:other-part"): lambda month: month.sec1,
    ("rise", "sec:difference-not-share"): lambda month: (month.sec2 - month.sec1) / 100,
    ("rise", "sec:energy-not-per-tonne"): lambda month: (
        month.total("kwh", 19, 30) / 12 / (month.total("kwh", 1, 18) / 18) - 1
    ),
    ("pmax", "load:kwh-as-kw"): lambda month: month.most / 4,
    ("pmax", "load:divided-by-four"): lambda month: month.most / 16,
    ("pmax", "load:mean-of-peaks"): lambda month: 4 * fmean(month.tops),
    ("lf", "load:kwh-as-kw"): lambda month: month.load_factor(month.most / 4),
    ("lf", "load:inverted"): lambda month: 1 / month.load_factor(month.most),
    ("lf", "load:running-hours"): lambda month: month.load_factor(month.most, MONTH - 18),
    ("bands", "units:kwh-as-mwh"): lambda month: month.table(thousand=1),
    ("bands", "load:hours-of-the-month"): lambda month: month.table(hours=dict.fromkeys(HOURS, MONTH)),
    ("bands", "load:hours-of-a-day"): lambda month: month.table(hours=HOURS),
}


def test_the_file_and_the_page_are_enough_for_the_two_ratios() -> None:
    casework.earns_everything(SEC, sec)


def test_every_slip_about_the_two_ratios_is_told_its_own() -> None:
    casework.tells_each_slip(SEC, sec, made_with(Month, SEC_SLIPS))
    casework.tells_each_choice(SEC)


# --- the tariff ------------------------------------------------------------------------------------------------------


def _falling(amounts: Mapping[str, float]) -> list[str]:
    return sorted(amounts, key=lambda name: -amounts[name])


class Bill(Month):
    """The month in money."""

    def __init__(self, files: Files, given: Given) -> None:
        super().__init__(files, given)
        self.prices = {band: given[f"price_{band}"] for band in HOURS}
        self.costs = {band: kwh * self.prices[band] for band, kwh in self.bands.items()}
        self.price = sum(self.costs.values()) / self.energy
        self.nightly = given["night_people"] * given["night_pay"]
        self.shifted = self.saves("peak", "valley")

    def saves(self, dear: str, cheap: str = "", of: float = 0.0) -> float:
        price = self.prices[dear] - (self.prices[cheap] if cheap else 0)
        return SHIFTED * (of or self.bands["peak"]) * price

    def extra(self, hours: float, price: float = 0.0) -> float:
        return self.given["extra_kw"] * hours * (price or self.price)


def tariff(files: Files, given: Given) -> dict[str, Any]:
    bill = Bill(files, given)
    return {
        "share": typed(bill.bands["peak"] / bill.energy, "%"),
        "price": typed(bill.price, "cny/kWh"),
        "bands": _falling(bill.costs),
        "gross": typed(bill.shifted / 10_000, "wan"),
        "net": typed(bill.shifted - 30 * bill.nightly, "cny"),
        "year": typed(bill.extra(RUNNING), "cny"),
        "payback": typed(REPAIR / bill.extra(MONTH), "month"),
        "plan": ["locate", "repair", "check", "trial", "decide"],
        "yardstick": {"option": "baseline", "reason": "Output and stops are taken out beforehand."},
        "levels": {
            "hand": "one", "unused": "one", "report": "two", "wall": "two", "live": "three", "model": "four"
        },
        "plan72": "12:00 Liang looks up the load of the three stops; 14:00 she lists five places for the walk. " * 3,
    }  # fmt: skip


TARIFF_SLIPS = {
    ("share", "tariff:share-of-cost"): lambda bill: bill.costs["peak"] / sum(bill.costs.values()),
    ("share", "tariff:of-the-rest"): lambda bill: bill.bands["peak"] / (bill.energy - bill.bands["peak"]),
    ("price", "tariff:plain-mean"): lambda bill: fmean(bill.prices.values()),
    ("price", "tariff:inverted"): lambda bill: 1 / bill.price,
    ("bands", "pareto:by-kwh"): lambda bill: _falling(bill.bands),
    ("bands", "pareto:ascending"): lambda bill: _falling(bill.costs)[::-1],
    ("gross", "tariff:valley-is-free"): lambda bill: bill.saves("peak"),
    ("gross", "tariff:share-of-all"): lambda bill: bill.saves("peak", "valley", bill.energy),
    ("gross", "tariff:to-shoulder"): lambda bill: bill.saves("peak", "flat"),
    ("net", "net:gross"): lambda bill: bill.shifted,
    ("net", "net:weekdays-only"): lambda bill: bill.shifted - 22 * bill.nightly,
    ("year", "leak:peak-price"): lambda bill: bill.extra(RUNNING, bill.prices["peak"]),
    ("year", "leak:calendar-hours"): lambda bill: bill.extra(8760),
    ("payback", "payback:inverted"): lambda bill: bill.extra(MONTH) / REPAIR,
    ("payback", "payback:year-for-month"): lambda bill: REPAIR / bill.extra(RUNNING),
}


def test_the_file_and_the_page_are_enough_for_the_tariff() -> None:
    casework.earns_everything(TARIFF, tariff)


def test_every_slip_about_the_tariff_is_told_its_own() -> None:
    casework.tells_each_slip(TARIFF, tariff, made_with(Bill, TARIFF_SLIPS))
    casework.tells_each_choice(TARIFF)
