"""The exercises of case C3, solved in plain Python from what a trainee has: the line, and choices."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pytest

from dgxblock.content.model import Exercise
from tests.builders import casework
from tests.builders.casework import Rows, typed

REF = "dg-c3-knit@1"
BALANCE, MARGIN, PROMISE = (casework.exercise(REF, f"dg-c3-knit-{name}") for name in ("balance", "margin", "promise"))

Files = Mapping[str, Rows]
Given = Mapping[str, float]
COLLAR = "Collar linking"


# --- the line --------------------------------------------------------------------------------------------------------


class Line:
    """The making-up line: seconds and people by operation."""

    STEPS: Final = {
        "Side seam": "side_seam", "Placket": "placket", "Inspection": "qc", "Collar linking": "collar_link",
        "Hand mending": "hand_mend",
    }  # fmt: skip
    """What the question that asks for an order calls these operations."""

    def __init__(self, files: Files, given: Given) -> None:
        self.seconds = {str(row["op"]): float(row["smv_s"]) for row in files["line"]}
        self.people = {str(row["op"]): int(row["workers"]) for row in files["line"]}
        self.usable = 3600 * given["shift_h"] * given["rate"]
        self.given = given
        self.work, self.heads = sum(self.seconds.values()), sum(self.people.values())
        self.cycles = self.with_help()
        self.slow = max(self.cycles, key=lambda op: self.cycles[op])
        self.pace = self.cycles[self.slow]
        self.pace_after = max(self.with_help(self.slow).values())

    def with_help(self, where: str = "") -> dict[str, float]:
        """Seconds between pieces at each operation, with one more person at one of them."""
        return {op: self.seconds[op] / (self.people[op] + (op == where)) for op in self.seconds}

    def makes(self, pace: float, usable: float | None = None) -> int:
        return math.floor((self.usable if usable is None else usable) / pace + 1e-9)

    def ranked(self, by: Mapping[str, float], *, first: int = -1) -> list[str]:
        return [self.STEPS[op] for op in sorted(self.STEPS, key=lambda op: first * by[op])]


def roads(line: Line, **changed: Mapping[str, float]) -> dict[str, dict[str, str]]:
    """The table of three ways to more pieces; `changed` are cells with another figure."""
    today = line.makes(line.pace)
    collar = line.makes(max(line.with_help(COLLAR).values()))
    overtime = line.makes(line.pace, line.usable + 2 * 3600 * line.given["rate"])
    gain = line.makes(line.pace_after) - today
    rows: dict[str, dict[str, float]] = {
        "collar": {"out": collar, "gain": collar - today},
        "slow": {"gain": gain, "price": 10_000 * line.given["cost_worker"] / gain},
        "overtime": {
            "out": overtime,
            "gain": overtime - today,
            "price": 10_000 * line.given["cost_overtime"] / (overtime - today),
        },
    }
    return {
        row: {column: f"{value:.2f}" for column, value in {**cells, **changed.get(row, {})}.items()}
        for row, cells in rows.items()
    }


def balance(files: Files, given: Given) -> dict[str, Any]:
    line = Line(files, given)
    return {
        "cycle": typed(line.cycles[COLLAR], "s"),
        "slowest": line.ranked(line.cycles),
        "balance": typed(line.work / (line.heads * line.pace), "%"),
        "output": typed(line.makes(line.pace), "piece"),
        "takt": typed(line.usable / given["demand"], "s"),
        "balance_after": typed(line.work / ((line.heads + 1) * line.pace_after), "%"),
        "output_after": typed(line.makes(line.pace_after), "piece"),
        "roads": roads(line),
        "road": {"option": "slow", "reason": "It costs least for each piece gained."},
    }


def _price_of_all(line: Line) -> dict[str, dict[str, str]]:
    overtime = line.makes(line.pace, line.usable + 2 * 3600 * line.given["rate"])
    return roads(
        line,
        slow={"price": 10_000 * line.given["cost_worker"] / line.makes(line.pace_after)},
        overtime={"price": 10_000 * line.given["cost_overtime"] / overtime},
    )


_LINE_SLIPS: casework.Slips = {
    ("cycle", "line:time-as-cycle"): lambda line: typed(line.seconds[COLLAR], "s"),
    ("cycle", "line:times-workers"): lambda line: typed(2 * line.seconds[COLLAR], "s"),
    ("slowest", "line:time-as-cycle"): lambda line: line.ranked(line.seconds),
    ("slowest", "line:fast-first"): lambda line: line.ranked(line.cycles, first=1),
    ("balance", "line:operations-as-workers"): lambda line: typed(line.work / (10 * line.pace), "%"),
    ("balance", "line:time-as-cycle"): lambda line: typed(
        line.work / (line.heads * line.seconds[COLLAR]), "%"
    ),
    ("balance", "line:balance-loss"): lambda line: typed(1 - line.work / (line.heads * line.pace), "%"),
    ("output", "line:gross-time"): lambda line: typed(3600 * line.given["shift_h"] / line.pace, "piece"),
    ("output", "line:time-as-cycle"): lambda line: typed(line.usable / line.seconds[COLLAR], "piece"),
    ("output", "line:perfect-balance"): lambda line: typed(line.usable * line.heads / line.work, "piece"),
    ("takt", "line:gross-time"): lambda line: typed(3600 * line.given["shift_h"] / line.given["demand"], "s"),
    ("takt", "line:pieces-per-hour"): lambda line: typed(line.given["demand"] / line.given["shift_h"], "s"),
    ("balance_after", "line:old-headcount"): lambda line: typed(line.work / (line.heads * line.pace_after), "%"),
    ("balance_after", "line:old-bottleneck-halved"): lambda line: typed(
        line.work / ((line.heads + 1) * line.pace / 2), "%"
    ),
    ("balance_after", "line:wrong-place"): lambda line: typed(line.work / ((line.heads + 1) * line.pace), "%"),
    ("output_after", "line:old-bottleneck-halved"): lambda line: typed(2 * line.usable / line.pace, "piece"),
    ("output_after", "line:per-head"): lambda line: typed(
        line.makes(line.pace) * (line.heads + 1) / line.heads, "piece"
    ),
    ("output_after", "line:gross-time"): lambda line: typed(3600 * line.given["shift_h"] / line.pace_after, "piece"),
    ("roads", "line:per-head"): lambda line: roads(
        line, collar={"out": line.makes(line.pace) * (line.heads + 1) / line.heads}
    ),
    ("roads", "line:gross-time"): lambda line: roads(
        line, overtime={"out": 3600 * (line.given["shift_h"] + 2) / line.pace}
    ),
    ("roads", "line:overtime-alone"): lambda line: roads(
        line, overtime={"out": 2 * 3600 * line.given["rate"] / line.pace}
    ),
    ("roads", "line:price-of-all"): _price_of_all,
}  # fmt: skip


def test_the_file_and_the_page_are_enough_for_the_line() -> None:
    casework.earns_everything(BALANCE, balance)


def test_every_slip_on_the_line_is_told_its_own() -> None:
    casework.tells_each_slip(BALANCE, balance, casework.made_with(Line, _LINE_SLIPS))


@pytest.mark.parametrize(("option", "share"), [("collar", 0), ("slow", 1), ("overtime", 0.5), ("both", 0.5)])
def test_a_road_earns_its_share_and_shows_where_it_leads(option: str, share: float) -> None:
    road = next(item for item in BALANCE.items if item.id == "road")
    for sheet in casework.sheets(BALANCE, casework.SLIP_SEEDS):
        answer = {"option": option}
        mark = casework.marks(BALANCE, sheet, {"road": answer})["road"]
        assert mark.fraction == share, sheet.seed
        told = casework.feedback(road, answer, mark, sheet)
        assert str(int(sheet.values["out_collar" if option == "collar" else "line_out_after"])) in told or (
            option == "overtime" and "36 hours" in told
        ), sheet.seed


# --- what is chosen from lists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", [BALANCE, MARGIN, PROMISE], ids=lambda document: str(document.id))
def test_every_wrong_choice_is_told_its_own(document: Exercise) -> None:
    casework.tells_each_choice(document)
