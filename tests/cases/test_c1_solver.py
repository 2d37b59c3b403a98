"""The exercises of case C1, solved in plain Python from the downloaded file and the figures on the page."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any

import pytest

from dgxblock.content.model import Exercise
from tests.builders import casework
from tests.builders.casework import Rows, made_with, typed

REF = "dg-c1-smt@1"
OEE, PARETO, SPC = (casework.exercise(REF, f"dg-c1-smt-{name}") for name in ("oee", "pareto", "spc"))
STOPS = {"changeover": "changeover_min", "breakdown": "breakdown_min", "waiting": "material_wait_min"}

Files = Mapping[str, Rows]
Given = Mapping[str, float]


# --- the line --------------------------------------------------------------------------------------------------------


class Line:
    """What Line 1 did, added up over the log."""

    def __init__(self, files: Files, given: Given) -> None:
        self.log, self.given = files["l1_log"], given
        self.cycle_min = given["l1_ideal"] / 60
        self.shifts = len(self.log)
        self.planned = self.total("planned_min")
        self.stops = {name: self.total(column) for name, column in STOPS.items()}
        self.down = sum(self.stops.values())
        self.run = self.planned - self.down
        self.made, self.first = self.total("boards_total"), self.total("boards_first_pass")
        self.rework, self.changes = self.total("boards_rework_ok"), self.total("changeovers")
        self.freed = 0.4 * self.stops["changeover"]  # as the page says
        self.a, self.q = self.run / self.planned, self.first / self.made
        self.p = self.made * self.cycle_min / self.run
        self.losses = {
            **self.stops,
            "speed": self.run - self.made * self.cycle_min,
            "quality": (self.made - self.first) * self.cycle_min,
        }

    def total(self, column: str) -> float:
        return sum(float(row[column]) for row in self.log)

    def table(self, minutes: float = 1.0, base: float = 0.0) -> dict[str, dict[str, str]]:
        """The three stops: minutes times a factor, and shares of `base`, or of all stops."""
        return {
            name: {"minutes": f"{each * minutes:.4f}", "share": f"{100 * each / (base or self.down):.4f}"}
            for name, each in self.stops.items()
        }

    def book(self, **slips: float) -> dict[str, tuple[str, float]]:
        """The uploaded workbook: formulas on the sheet of the log, columns C to J, and what they give."""

        def of(column: str) -> str:
            return f"SUM('Shift log of Line 1'!{column}2:{column}61)"

        right = {
            "total": (f"={of('E')}+{of('F')}+{of('G')}", self.down),
            "share": (f"={of('E')}/C7", self.stops["changeover"] / self.down),
            "a": (f"=1-Pareto!C7/{of('C')}", self.a),
            "p": (f"=18*{of('H')}/60/({of('C')}-Pareto!C7)", self.p),
            "q": (f"={of('I')}/{of('H')}", self.q),
            "oee": ("=PRODUCT(B5:B7)", self.a * self.p * self.q),
        }
        return {name: (formula, slips.get(name, value)) for name, (formula, value) in right.items()}


def oee(files: Files, given: Given) -> dict[str, Any]:
    line = Line(files, given)
    largest_first = sorted(line.losses, key=lambda name: -line.losses[name])
    return {
        "a": typed(line.a, "%"),
        "q": typed(line.q, "%"),
        "p": typed(line.p, "%"),
        "oee": typed(line.a * line.p * line.q, "%"),
        "changeover": typed(line.stops["changeover"] / line.changes, "min"),
        "losses": line.table(),
        "freed": typed(line.freed, "min"),
        "pareto": largest_first,
        "ucl": typed((given["spi_centre"] + given["spi_a2"] * given["spi_width"]) / 100, "%"),
        "book": line.book(),
    }


OEE_SLIPS = {
    ("a", "oee:breaks-in-base"): lambda line: line.run / (720 * line.shifts),
    ("a", "oee:changeover-not-a-loss"): lambda line: (line.run + line.stops["changeover"]) / line.planned,
    ("a", "oee:downtime-share"): lambda line: line.down / line.planned,
    ("q", "oee:rework-as-first-pass"): lambda line: (line.first + line.rework) / line.made,
    ("q", "oee:reject-share"): lambda line: 1 - line.q,
    ("p", "oee:minutes-as-seconds"): lambda line: 60 * line.p,
    ("p", "oee:planned-as-run-time"): lambda line: line.made * line.cycle_min / line.planned,
    ("p", "oee:good-boards-in-speed"): lambda line: line.first * line.cycle_min / line.run,
    ("oee", "oee:mean-of-factors"): lambda line: (line.a + line.p + line.q) / 3,
    ("oee", "oee:full-speed"): lambda line: line.a * line.q,
    ("oee", "oee:rework-as-first-pass"): lambda line: line.a * line.p * (line.first + line.rework) / line.made,
    ("changeover", "smed:per-shift"): lambda line: line.stops["changeover"] / line.shifts,
    ("changeover", "smed:all-stops"): lambda line: line.down / line.changes,
    ("losses", "losses:per-shift"): lambda line: line.table(minutes=1 / line.shifts),
    ("losses", "losses:of-planned"): lambda line: line.table(base=line.planned),
    ("losses", "losses:of-all-five"): lambda line: line.table(base=sum(line.losses.values())),
    ("freed", "smed:all-stops"): lambda line: 0.4 * line.down,
    ("freed", "smed:what-remains"): lambda line: 0.6 * line.stops["changeover"],
    ("freed", "smed:per-shift"): lambda line: line.freed / line.shifts,
    ("pareto", "pareto:ascending"): lambda line: sorted(line.losses, key=lambda name: line.losses[name]),
    ("pareto", "pareto:stops-first"): lambda line: sorted(
        line.losses, key=lambda name: (name not in STOPS, -line.losses[name])
    ),
    ("book", "oee:breaks-in-base"): lambda line: line.book(a=line.run / (720 * line.shifts)),
    ("book", "oee:rework-as-first-pass"): lambda line: line.book(q=(line.first + line.rework) / line.made),
    ("book", "oee:mean-of-factors"): lambda line: line.book(oee=(line.a + line.p + line.q) / 3),
    ("book", "losses:of-planned"): lambda line: line.book(share=line.stops["changeover"] / line.planned),
    ("ucl", "spc:range-as-limit"): lambda line: (line.given["spi_centre"] + line.given["spi_width"]) / 100,
    ("ucl", "spc:limits-for-boards"): lambda line: (
        (line.given["spi_centre"] + 3 * line.given["spi_width"] / 2.326) / 100
    ),
    ("ucl", "spc:wrong-subgroup-size"): lambda line: (line.given["spi_centre"] + 0.729 * line.given["spi_width"]) / 100,
}


def test_the_file_and_the_page_are_enough_for_the_oee_exercise() -> None:
    casework.earns_everything(OEE, oee)


def test_every_slip_of_the_oee_exercise_is_told_its_own() -> None:
    casework.tells_each_slip(OEE, oee, made_with(Line, OEE_SLIPS))


# --- the losses ------------------------------------------------------------------------------------------------------

PROMISED = {"breakdown": 0.5, "waiting": 0.48, "changeover": 0.4, "speed": 0.35, "quality": 0.3}
BUSY = """
  WITH days AS (SELECT day, total(changeovers) AS many, total(changeover_min) AS minutes FROM l1_log GROUP BY day)
  SELECT minutes / many AS mean_min, day, CAST(many AS INTEGER) AS n FROM days WHERE many > 13 ORDER BY many DESC
"""


def pareto(files: Files, given: Given) -> dict[str, Any]:
    line = Line(files, given)
    freed = given["cut"] * line.stops["changeover"]
    boards = freed / line.cycle_min * line.p
    vital = sum(sorted(line.losses.values())[-2:])
    return {
        "kinds": {
            "stencil": "time", "nozzle": "speed", "head": "speed", "first": "quality", "rework": "quality",
            "parts": "time", "break": "none",
        },
        "speed": typed(line.losses["speed"], "min"),
        "quality": typed(line.losses["quality"], "min"),
        "share": typed(vital / sum(line.losses.values()), "%"),
        "measures": sorted(PROMISED, key=lambda name: -PROMISED[name] * line.losses[name]),
        "busy": BUSY,
        "after": typed(0.6 * line.stops["changeover"] / line.changes, "min"),
        "boards": typed(int(boards), "piece"),
        "oee": typed((line.run + freed) / line.planned * line.p * line.q, "%"),
        "per_wan": typed(int(boards / given["cost_a"]), "piece"),
        "priority": "smed" if boards / given["cost_a"] > given["boards_per_wan_b"] else "aoi",
        "start": {"option": "film", "reason": "Nobody has looked yet."},
    }  # fmt: skip


def _boards(line: Line, minutes: float) -> float:
    return minutes / line.cycle_min * line.p


PARETO_SLIPS = {
    ("speed", "pareto:planned-as-run-time"): lambda line: line.planned - line.made * line.cycle_min,
    ("speed", "pareto:ideal-time-as-loss"): lambda line: line.made * line.cycle_min,
    ("quality", "pareto:scrap-only"): lambda line: (line.made - line.first - line.rework) * line.cycle_min,
    ("quality", "pareto:minutes-as-seconds"): lambda line: 60 * line.losses["quality"],
    ("share", "pareto:stops-only"): lambda line: 1 - min(line.stops.values()) / line.down,
    ("share", "pareto:of-planned-time"): lambda line: sum(sorted(line.losses.values())[-2:]) / line.planned,
    ("measures", "pareto:by-promise"): lambda _: sorted(PROMISED, key=lambda name: -PROMISED[name]),
    ("measures", "pareto:ascending"): lambda line: sorted(
        PROMISED, key=lambda name: PROMISED[name] * line.losses[name]
    ),
    ("busy", "sql:where-for-having"): lambda _: (
        "SELECT day, sum(changeovers) AS n, total(changeover_min) / total(changeovers) AS mean_min "
        "FROM l1_log WHERE changeovers > 6 GROUP BY day ORDER BY 2 DESC"
    ),
    ("busy", "sql:mean-of-means"): lambda _: (
        "SELECT day, sum(changeovers) AS n, avg(1.0 * changeover_min / changeovers) AS mean_min "
        "FROM l1_log GROUP BY day HAVING sum(changeovers) > 13 ORDER BY 2 DESC"
    ),
    ("after", "smed:what-is-saved"): lambda line: line.freed / line.changes,
    ("after", "smed:all-stops"): lambda line: 0.6 * line.down / line.changes,
    ("boards", "smed:full-speed"): lambda line: line.freed / line.cycle_min,
    ("boards", "smed:what-remains"): lambda line: _boards(line, 0.6 * line.stops["changeover"]),
    ("boards", "smed:minutes-as-seconds"): lambda line: _boards(line, line.freed / 60),
    ("oee", "oee:scaled-by-cut"): lambda line: 1.4 * line.a * line.p * line.q,
    ("oee", "oee:full-speed"): lambda line: (line.run + line.freed) / line.planned * line.q,
    ("oee", "oee:availability-only"): lambda line: (line.run + line.freed) / line.planned,
    ("per_wan", "money:whole-budget"): lambda line: _boards(line, line.freed) / line.given["budget"],
    ("per_wan", "money:other-quote"): lambda line: _boards(line, line.freed) / line.given["cost_b"],
}


def test_the_file_and_the_page_are_enough_for_the_exercise_on_losses() -> None:
    casework.earns_everything(PARETO, pareto)


def test_every_slip_of_the_exercise_on_losses_is_told_its_own() -> None:
    casework.tells_each_slip(PARETO, pareto, made_with(Line, PARETO_SLIPS))


# --- the paste -------------------------------------------------------------------------------------------------------


class Paste:
    """Subgroups of the inspection, and what those before the judged ones say of the process, as ratios."""

    def __init__(self, files: Files, given: Given) -> None:
        self.boards: dict[int, list[float]] = {}
        for row in files["spi"]:
            self.boards.setdefault(int(row["subgroup"]), []).append(float(row["paste_volume_pct"]) / 100)
        self.means = {name: fmean(each) for name, each in self.boards.items()}
        self.widths = {name: max(each) - min(each) for name, each in self.boards.items()}
        self.a2, self.d4, self.specified = given["spi_a2"], given["spi_d4"], given["spi_spec"] / 100
        self.centre = fmean(self.means[name] for name in range(1, 26))
        self.width = fmean(self.widths[name] for name in range(1, 26))
        self.ucl = self.centre + self.a2 * self.width

    def above(self, limit: float) -> list[str]:
        return [str(name) for name, mean in self.means.items() if name > 25 and mean > limit]


def spc(files: Files, given: Given) -> dict[str, Any]:
    paste = Paste(files, given)
    return {
        "centre": typed(paste.centre, "%"),
        "width": typed(paste.width, "%"),
        "ucl": typed(paste.ucl, "%"),
        "lcl": typed(paste.centre - paste.a2 * paste.width, "%"),
        "ucl_r": typed(paste.d4 * paste.width, "%"),
        "beyond": paste.above(paste.ucl),
        "act": "find",
        "signals": ["limit", "run"],
        "plan": "Stop the printer, set the boards aside, find what has changed. " * 4,
    }


SPC_SLIPS = {
    ("centre", "spc:all-subgroups"): lambda paste: fmean(paste.means.values()),
    ("centre", "spc:late-subgroups"): lambda paste: fmean(paste.means[name] for name in range(26, 41)),
    ("width", "spc:overall-range"): lambda paste: (
        max(max(paste.boards[name]) for name in range(1, 26)) - min(min(paste.boards[name]) for name in range(1, 26))
    ),
    ("width", "spc:deviation-for-range"): lambda paste: paste.width / 2.326,
    ("ucl", "spc:range-as-limit"): lambda paste: paste.centre + paste.width,
    ("ucl", "spc:limits-for-boards"): lambda paste: paste.centre + 3 * paste.width / 2.326,
    ("ucl", "spc:wrong-subgroup-size"): lambda paste: paste.centre + 0.729 * paste.width,
    ("lcl", "spc:range-as-limit"): lambda paste: paste.centre - paste.width,
    ("lcl", "spc:limits-for-boards"): lambda paste: paste.centre - 3 * paste.width / 2.326,
    ("ucl_r", "spc:a2-on-range-chart"): lambda paste: paste.centre + paste.a2 * paste.width,
    ("ucl_r", "spc:wrong-subgroup-size"): lambda paste: 2.282 * paste.width,
    ("beyond", "spc:spec-as-limit"): lambda paste: paste.above(paste.specified),
    ("beyond", "spc:limits-for-boards"): lambda paste: [
        str(name) for name, boards in paste.boards.items() if name > 25 and max(boards) > paste.ucl
    ],
}


def test_the_file_and_the_page_are_enough_for_the_control_chart() -> None:
    casework.earns_everything(SPC, spc)


def test_every_slip_of_the_control_chart_is_told_its_own() -> None:
    casework.tells_each_slip(SPC, spc, made_with(Paste, SPC_SLIPS))


@pytest.mark.parametrize("document", [OEE, PARETO, SPC], ids=lambda each: str(each.id))
def test_every_wrong_choice_is_told_its_own(document: Exercise) -> None:
    casework.tells_each_choice(document)
