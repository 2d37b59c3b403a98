"""Case C2: what its story says of every learner's data. The rules are computed a second time, without SQL."""

from __future__ import annotations

import itertools

from dgxblock.lab import Sheet
from tests.builders.cases import numbers
from tests.lab.test_c2 import STUDY

# --- the rules, without SQL ------------------------------------------------------------------------------------------

Job = tuple[str, int, int]
"""Name, machine hours, due."""


def _queue(sheet: Sheet) -> list[Job]:
    return [(str(mould), int(hours), int(due)) for _, mould, _, hours, due in sheet.tables["queue"].rows]


def _measures(jobs: list[Job]) -> tuple[int, int, int, float]:
    """Total tardiness, late jobs, worst lateness, mean flow time."""
    done = list(itertools.accumulate(hours for _, hours, _ in jobs))
    late = [at - due for at, (_, _, due) in zip(done, jobs, strict=True)]
    return sum(max(0, each) for each in late), sum(each > 0 for each in late), max(late), sum(done) / len(done)


def _moore_hodgson(jobs: list[Job]) -> list[Job]:
    kept: list[Job] = []
    ordered = sorted(jobs, key=lambda job: job[2])
    for job in ordered:
        kept.append(job)
        if sum(hours for _, hours, _ in kept) > job[2]:
            kept.remove(max(kept, key=lambda each: each[1]))
    return kept + [job for job in ordered if job not in kept]


def _least_tardiness(jobs: list[Job]) -> int:
    best = {0: 0}
    for mask in range(1, 1 << len(jobs)):
        at = sum(hours for place, (_, hours, _) in enumerate(jobs) if mask >> place & 1)
        best[mask] = min(
            best[mask & ~(1 << place)] + max(0, at - due) for place, (_, _, due) in enumerate(jobs) if mask >> place & 1
        )
    return best[(1 << len(jobs)) - 1]


def test_sql_and_python_agree_on_all_four_rules() -> None:
    for sheet in (STUDY.teaching, *STUDY.learners):
        jobs = _queue(sheet)
        orders = {
            "FCFS": jobs,
            "EDD": sorted(jobs, key=lambda job: job[2]),
            "SPT": sorted(jobs, key=lambda job: job[1]),
            "MOORE": _moore_hodgson(jobs),
        }
        for rule, *measured in sheet.tables["rules"].rows:
            assert tuple(measured) == _measures(orders[str(rule)]), (sheet.seed, rule)
        order = [mould for rule, _, mould, _, _ in sheet.tables["plans"].rows if rule == "MOORE"]
        assert order == [job[0] for job in orders["MOORE"]], sheet.seed


def test_the_least_total_tardiness_is_that_of_all_orders() -> None:
    for sheet in (STUDY.teaching, *STUDY.learners[:60]):
        assert numbers(sheet)["best_tardy"] == _least_tardiness(_queue(sheet)), sheet.seed
    jobs = _queue(STUDY.teaching)[:6]
    assert _least_tardiness(jobs) == min(_measures(list(order))[0] for order in itertools.permutations(jobs))


# --- the story, for everyone -----------------------------------------------------------------------------------------


def test_each_rule_is_best_at_what_it_minds_and_at_nothing_else() -> None:
    for sheet in STUDY.learners:
        rules = {str(rule): measured for rule, *measured in sheet.tables["rules"].rows}
        for place, winner in ((1, "MOORE"), (2, "EDD"), (3, "SPT")):
            least = min(rules, key=lambda rule: float(rules[rule][place]))
            assert least == winner, sheet.seed
            assert [float(rules[rule][place]) for rule in rules].count(float(rules[winner][place])) == 1, sheet.seed
        values = numbers(sheet)
        assert values["best_tardy"] <= min(values["edd_tardy"], values["spt_tardy"]) < values["fcfs_tardy"], sheet.seed


def test_queues_have_no_ties_and_the_size_of_a_real_one() -> None:
    for sheet in STUDY.learners:
        hours, dues = zip(*[(hours, due) for _, hours, due in _queue(sheet)], strict=True)
        assert len(set(hours)) == len(set(dues)) == 8, sheet.seed
        assert min(hours) >= 2 and max(hours) <= 15 and 54 <= sum(hours) <= 70, sheet.seed
        assert min(dues) >= 7 and max(dues) <= 50, sheet.seed
        values = numbers(sheet)
        assert 2 <= values["moore_late"] <= 3 and values["moore_late"] < values["spt_late"] < values["edd_late"] <= 7


def test_edm_overruns_most_and_has_the_longest_queue() -> None:
    for sheet in STUDY.learners:
        ratios = {str(op): float(ratio) for op, _, _, _, ratio in sheet.tables["by_op"].rows}
        assert ratios["EDM"] > ratios["FIT"] + 0.1 > ratios["POLISH"] + 0.1 > 1.25, sheet.seed
        assert 1 < ratios["WIRE"] < 1.095 and 1 < ratios["CNC"] < 1.095, sheet.seed
        values = numbers(sheet)
        assert 1.44 < values["edm_ratio"] < 1.54 and values["edm_queue_share"] > 0.45, sheet.seed
        queues = sorted((float(queue) for _, _, _, queue, _ in sheet.tables["by_op"].rows), reverse=True)
        assert all(later < 0.95 * earlier for earlier, later in itertools.pairwise(queues)), sheet.seed


def test_the_plan_shows_room_where_there_is_none() -> None:
    for sheet in STUDY.learners:
        values = numbers(sheet)
        assert values["load_plan"] < 0.65 and 0.82 < values["load"] < 0.97, sheet.seed
        assert values["over_n"] >= 55, sheet.seed


def test_changes_cost_hours_and_unchanged_moulds_overrun_as_well() -> None:
    for sheet in STUDY.learners:
        values = numbers(sheet)
        assert 1.25 < values["clean_ratio"] < 1.3 < values["customer_ratio"] - 0.2, sheet.seed
        assert values["customer_ratio"] + 0.1 < values["design_ratio"], sheet.seed
        assert 5 <= values["n_design"] < values["n_customer"] < values["n_clean"], sheet.seed
        assert values["change_h"] > 250 and 10 < values["change_each"] < 20, sheet.seed


def test_the_record_shows_only_a_part_of_the_time_in_the_shop() -> None:
    for sheet in STUDY.learners:
        values = numbers(sheet)
        assert 0.62 < values["pce"] < 0.68 and 0.07 < values["pce_true"] < 0.13, sheet.seed
        assert values["lead_days"] > 5 * values["recorded_days"] and values["standing"] < 0.8, sheet.seed


def test_figures_stay_in_the_range_of_a_real_shop() -> None:
    for sheet in STUDY.learners:
        for _, _, _, _, plan, actual, queue in sheet.tables["op_log"].rows:
            assert 5 < float(plan) < 50 and 0 <= float(queue) < 250, sheet.seed
            assert 0.6 < float(actual) / float(plan) < 2.6, sheet.seed


def test_learners_have_different_numbers() -> None:
    least = {
        "fcfs_tardy": 30,
        "edd_worst": 9,
        "spt_flow": 25,
        "edm_ratio": 25,
        "pce": 15,
        "change_h": 150,
        "lead_days": 8,
    }
    for name, count in least.items():
        assert len({round(numbers(sheet)[name], 3) for sheet in STUDY.learners}) > count, name
    assert len({tuple(_queue(sheet)) for sheet in STUDY.learners}) > 190
    orders = {
        tuple(row[0] for row in sheet.query("SELECT op FROM by_op ORDER BY queue").rows) for sheet in STUDY.learners
    }
    assert len(orders) > 15
