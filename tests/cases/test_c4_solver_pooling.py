"""The exercise of case C4 on pooling, solved in plain Python from the downloaded file and the figures on the page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pytest

from tests.builders import casework
from tests.builders.casework import Rows, typed

POOLING = casework.exercise("dg-c4-bed@1", "dg-c4-bed-pooling")

Files = Mapping[str, Rows]
Given = Mapping[str, float]


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


_POOLING_SLIPS: casework.Slips = {
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
    casework.tells_each_slip(POOLING, pooling, casework.made_with(Cloth, _POOLING_SLIPS))


def test_a_workbook_of_typed_numbers_earns_seven_tenths() -> None:
    sheet = next(casework.sheets(POOLING, 1))
    cloth = Cloth(casework.downloaded(sheet), casework.stated(POOLING, sheet))
    typed_in = {name: ("", value) for name, (_formula, value) in cloth.book().items()}
    assert casework.marks(POOLING, sheet, {"stock": typed_in})["stock"].fraction == pytest.approx(0.7)


@pytest.mark.parametrize(("option", "share"), [("hot", 1), ("cold", 0.5), ("jacquard", 0), ("all", 0.3)])
def test_a_trial_earns_its_share(option: str, share: float) -> None:
    for sheet in casework.sheets(POOLING, casework.SLIP_SEEDS):
        assert casework.marks(POOLING, sheet, {"trial": {"option": option}})["trial"].fraction == share, sheet.seed
