"""The exercises of case C2, solved in plain Python from the downloaded file and the figures on the page."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from statistics import fmean
from typing import Any

import pytest

from dgxblock.content.model import Exercise
from tests.builders import casework
from tests.builders.casework import Rows, made_with, typed

REF = "dg-c2-mould@1"
DISPATCH, PLAN, FLOW = (casework.exercise(REF, f"dg-c2-mould-{name}") for name in ("dispatch", "plan", "flow"))
WEEKS, WORKDAYS, DAY_H = 26, 6, 20  # as the page says in its introduction
EDM, FITTING = "EDM", "Fitting"  # as the workbook calls them
CODES = {"Milling": "CNC", "EDM": "EDM", "Wire cut": "WIRE", "Polish": "POLISH", "Fitting": "FIT"}
CLEAN = "No change"

Files = Mapping[str, Rows]
Given = Mapping[str, float]


# --- the queue -------------------------------------------------------------------------------------------------------

Job = Mapping[str, Any]


def fcfs(jobs: Rows) -> list[Job]:
    return sorted(jobs, key=lambda job: job["arrival"])


def edd(jobs: Rows) -> list[Job]:
    return sorted(jobs, key=lambda job: job["due_h"])


def spt(jobs: Rows) -> list[Job]:
    return sorted(jobs, key=lambda job: job["edm_h"])


def moore(jobs: Rows) -> list[Job]:
    """Moore and Hodgson, 1968: whenever one would be late, take out the longest so far."""
    kept: list[Job] = []
    for job in edd(jobs):
        kept.append(job)
        if sum(each["edm_h"] for each in kept) > job["due_h"]:
            kept.remove(max(kept, key=lambda each: each["edm_h"]))
    return [*kept, *(job for job in edd(jobs) if job not in kept)]


RULES: Mapping[str, Callable[[Rows], list[Job]]] = {"FCFS": fcfs, "EDD": edd, "SPT": spt, "MOORE": moore}


def done(order: list[Job]) -> list[int]:
    return list(itertools.accumulate(job["edm_h"] for job in order))


def lateness(order: list[Job]) -> list[int]:
    return [at - job["due_h"] for at, job in zip(done(order), order, strict=True)]


def late(order: list[Job]) -> int:
    return sum(each > 0 for each in lateness(order))


def tardy(order: list[Job]) -> int:
    return sum(max(0, each) for each in lateness(order))


def names(order: list[Job]) -> list[str]:
    return [job["mould"] for job in order]


def bill(jobs: Rows, count: Callable[[list[Job]], int], price: Callable[[list[Job]], float]) -> dict[str, Any]:
    """The table of fines: what is counted under each rule, and what it costs."""
    rows = {
        rule: {"late": str(count(order(jobs))), "fine": f"{price(order(jobs)):.0f}"} for rule, order in RULES.items()
    }
    del rows["MOORE"]["late"]
    return rows


def dispatch(files: Files, given: Given) -> dict[str, Any]:
    jobs, each = files["queue"], given["fine_each"]
    worst = {rule: max(lateness(order(jobs))) for rule, order in RULES.items()}
    return {
        "fourth": typed(done(fcfs(jobs))[3], "h"),
        "tardy": typed(tardy(fcfs(jobs)), "h"),
        "edd": names(edd(jobs)),
        "worst": typed(worst["EDD"], "h"),
        "flow": typed(fmean(done(spt(jobs))), "h"),
        "fewest": typed(late(moore(jobs)), ""),
        "fines": bill(jobs, late, lambda order: each * late(order)),
        "longest": min(worst, key=lambda rule: worst[rule]),
        "always": ["flow", "span", "late"],
    }


DISPATCH_SLIPS: Mapping[tuple[str, str], Callable[[Rows, float], Any]] = {
    ("fourth", "schedule:own-time-only"): lambda jobs, _: fcfs(jobs)[3]["edm_h"],
    ("fourth", "schedule:start-not-finish"): lambda jobs, _: done(fcfs(jobs))[2],
    ("tardy", "tardiness:early-offsets-late"): lambda jobs, _: sum(lateness(fcfs(jobs))),
    ("tardy", "tardiness:worst-only"): lambda jobs, _: max(lateness(fcfs(jobs))),
    ("tardy", "tardiness:mean-not-total"): lambda jobs, _: tardy(fcfs(jobs)) / 8,
    ("edd", "dispatch:shortest-first"): lambda jobs, _: names(spt(jobs)),
    ("edd", "dispatch:least-slack"): lambda jobs, _: names(sorted(jobs, key=lambda job: job["due_h"] - job["edm_h"])),
    ("worst", "lateness:last-mould"): lambda jobs, _: lateness(edd(jobs))[-1],
    ("worst", "lateness:arrival-order"): lambda jobs, _: max(lateness(fcfs(jobs))),
    ("worst", "lateness:total-not-worst"): lambda jobs, _: tardy(edd(jobs)),
    ("flow", "flow:own-time-only"): lambda jobs, _: fmean(job["edm_h"] for job in jobs),
    ("flow", "flow:arrival-order"): lambda jobs, _: fmean(done(fcfs(jobs))),
    ("flow", "flow:total-not-mean"): lambda jobs, _: sum(done(spt(jobs))),
    ("fewest", "late:edd-is-best"): lambda jobs, _: late(edd(jobs)),
    ("fewest", "late:spt-is-best"): lambda jobs, _: late(spt(jobs)),
    ("fines", "late:hours-not-moulds"): lambda jobs, each: bill(jobs, tardy, lambda order: each * late(order)),
    ("fines", "fine:by-the-hour"): lambda jobs, each: bill(jobs, late, lambda order: each * tardy(order)),
    ("fines", "fine:every-mould"): lambda jobs, each: bill(jobs, late, lambda order: each * len(order)),
}


def _of_queue(slip: Callable[[Rows, float], Any]) -> casework.Slip:
    return lambda files, given: slip(files["queue"], given["fine_each"])


def test_the_file_and_the_page_are_enough_for_the_queue() -> None:
    casework.earns_everything(DISPATCH, dispatch)


def test_every_slip_in_the_queue_is_told_its_own() -> None:
    casework.tells_each_slip(DISPATCH, dispatch, {name: _of_queue(slip) for name, slip in DISPATCH_SLIPS.items()})


# --- the records -----------------------------------------------------------------------------------------------------


class Shop:
    """Sums over the log of operations, in hours, by operation and by cause of change."""

    def __init__(self, files: Files, given: Given) -> None:
        self.log = files["op_log"]
        self.open = float(WEEKS * WORKDAYS * DAY_H)
        self.calendar = WEEKS * 7 * 24.0
        self.moulds = len({row["mould"] for row in self.log})
        self.given = given
        self.edm_plan, self.edm_actual = self.sum("plan_h", EDM), self.sum("actual_h", EDM)
        self.edm_queue, self.queue = self.sum("queue_h", EDM), self.sum("queue_h")
        self.plan, self.touch = self.sum("plan_h"), self.sum("actual_h")

    def sum(self, column: str, *ops: str, cause: Callable[[str], bool] = bool) -> float:
        """All hours of a column, or those of some operations; of moulds with such a cause."""
        return sum(row[column] for row in self.log if (not ops or row["op"] in ops) and cause(row["cause"]))

    def ratio(self, *ops: str, cause: Callable[[str], bool] = bool) -> float:
        """Actual to plan."""
        return self.sum("actual_h", *ops, cause=cause) / self.sum("plan_h", *ops, cause=cause)

    @property
    def lead(self) -> float:
        """Days that a mould spends in the shop, by Little's law."""
        return self.given["wip"] * WEEKS * WORKDAYS / self.moulds

    def route(self) -> list[str]:
        return sorted(CODES, key=lambda op: next(row["seq"] for row in self.log if row["op"] == op))


def unchanged(cause: str) -> bool:
    return cause == CLEAN


def changed(cause: str) -> bool:
    return cause != CLEAN


STANDARDS = """
  SELECT total(actual_h) / total(plan_h) AS ratio, op, count(DISTINCT mould) AS moulds
  FROM (SELECT * FROM op_log WHERE cause NOT IN ('customer', 'design')) GROUP BY op ORDER BY 1 DESC
"""


def plan(files: Files, given: Given) -> dict[str, Any]:
    shop = Shop(files, given)
    clean = shop.ratio(EDM, FITTING, cause=unchanged)
    expected = clean * shop.sum("plan_h", EDM, FITTING, cause=changed)
    return {
        "ratio": typed(shop.edm_actual / shop.edm_plan, ""),
        "believed": typed(shop.edm_plan / given["open_h"], "%"),
        "load": typed(shop.edm_actual / given["open_h"], "%"),
        "over": [code for op, code in CODES.items() if shop.ratio(op) > 1.1],
        "clean": typed(clean, ""),
        "cost": typed(shop.sum("actual_h", EDM, FITTING, cause=changed) - expected, "h"),
        "standards": STANDARDS,
        "figures": {"luo": "load", "liang": "clean", "sales": "extra", "buyer": "kept"},
        "meaning": "hours",
        "steps": ["define", "clean", "standard", "dates", "aps"],
    }


PLAN_SLIPS: Mapping[tuple[str, str], Callable[[Shop], Any]] = {
    ("ratio", "plan:inverse-ratio"): lambda shop: shop.edm_plan / shop.edm_actual,
    ("ratio", "plan:overrun-not-ratio"): lambda shop: shop.ratio(EDM) - 1,
    ("ratio", "plan:all-operations"): lambda shop: shop.ratio(),
    ("believed", "capacity:calendar-hours"): lambda shop: shop.edm_plan / shop.calendar,
    ("believed", "capacity:actual-for-plan"): lambda shop: shop.edm_actual / shop.open,
    ("load", "capacity:calendar-hours"): lambda shop: shop.edm_actual / shop.calendar,
    ("load", "capacity:queue-as-work"): lambda shop: (shop.edm_actual + shop.edm_queue) / shop.open,
    ("clean", "change:all-moulds"): lambda shop: shop.ratio(EDM, FITTING),
    ("clean", "change:all-operations"): lambda shop: shop.ratio(cause=unchanged),
    ("cost", "change:whole-overrun"): lambda shop: (
        shop.sum("actual_h", EDM, FITTING, cause=changed) - shop.sum("plan_h", EDM, FITTING, cause=changed)
    ),
    ("cost", "change:everyones-overrun"): lambda shop: (
        shop.sum("actual_h", EDM, FITTING) - shop.sum("plan_h", EDM, FITTING)
    ),
    ("standards", "change:all-moulds"): lambda _: (
        "SELECT op, count(DISTINCT mould) AS moulds, total(actual_h) / total(plan_h) AS ratio "
        "FROM op_log GROUP BY op ORDER BY 3 DESC"
    ),
    ("standards", "plan:mean-of-ratios"): lambda _: (
        "SELECT op, count(*) AS moulds, avg(1.0 * actual_h / plan_h) AS ratio "
        "FROM op_log WHERE cause LIKE 'clean' GROUP BY op ORDER BY 3 DESC"
    ),
}


def test_the_file_and_the_page_are_enough_for_plan_and_actual() -> None:
    casework.earns_everything(PLAN, plan)


def test_every_slip_on_plan_and_actual_is_told_its_own() -> None:
    casework.tells_each_slip(PLAN, plan, made_with(Shop, PLAN_SLIPS))


# --- the waiting -----------------------------------------------------------------------------------------------------


def flow(files: Files, given: Given) -> dict[str, Any]:
    shop = Shop(files, given)
    by_queue = sorted(CODES, key=lambda op: -shop.sum("queue_h", op))
    return {
        "pce": typed(shop.touch / (shop.touch + shop.queue), "%"),
        "queues": [CODES[op] for op in by_queue],
        "share": typed(shop.edm_queue / shop.queue, "%"),
        "lead": typed(given["wip"] / (given["moulds"] / given["days"]), "day"),
        "real": typed(given["touch_each"] / (shop.lead * DAY_H), "%"),
        "standing": typed(shop.edm_queue / given["open_h"], ""),
        "gap": "clock",
        "missing": ["approval", "electrode", "trial"],
        "shorter": {"option": "cap", "reason": "Half the moulds at the same pace."},
        "plan": "Order the queue by the contract, call whoever is late, count at the machine. " * 3,
    }


FLOW_SLIPS: Mapping[tuple[str, str], Callable[[Shop], Any]] = {
    ("pce", "pce:queue-share"): lambda shop: shop.queue / (shop.touch + shop.queue),
    ("pce", "pce:touch-over-queue"): lambda shop: shop.touch / shop.queue,
    ("pce", "pce:plan-hours"): lambda shop: shop.plan / (shop.plan + shop.queue),
    ("queues", "pareto:ascending"): lambda shop: [
        CODES[op] for op in sorted(CODES, key=lambda op: shop.sum("queue_h", op))
    ],
    ("queues", "queue:route-order"): lambda shop: [CODES[op] for op in shop.route()],
    ("share", "queue:share-of-everything"): lambda shop: shop.edm_queue / (shop.touch + shop.queue),
    ("share", "queue:processing-share"): lambda shop: shop.edm_actual / shop.touch,
    ("lead", "little:interval-not-stay"): lambda shop: WEEKS * WORKDAYS / shop.moulds,
    ("lead", "little:recorded-time-only"): lambda shop: (shop.touch + shop.queue) / shop.moulds / DAY_H,
    ("lead", "little:calendar-days"): lambda shop: shop.given["wip"] * WEEKS * 7 / shop.moulds,
    ("real", "little:calendar-hours"): lambda shop: shop.given["touch_each"] / (shop.lead * 24),
    ("real", "little:queue-as-work"): lambda shop: (shop.touch + shop.queue) / shop.moulds / (shop.lead * DAY_H),
    ("standing", "little:wait-as-count"): lambda shop: shop.edm_queue / shop.moulds,
    ("standing", "little:all-queues"): lambda shop: shop.queue / shop.open,
}


def test_the_file_and_the_page_are_enough_for_the_waiting() -> None:
    casework.earns_everything(FLOW, flow)


def test_every_slip_on_waiting_is_told_its_own() -> None:
    casework.tells_each_slip(FLOW, flow, made_with(Shop, FLOW_SLIPS))


@pytest.mark.parametrize("document", [DISPATCH, PLAN, FLOW], ids=lambda each: str(each.id))
def test_every_wrong_choice_is_told_its_own(document: Exercise) -> None:
    casework.tells_each_choice(document)
