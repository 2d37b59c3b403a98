"""Case C2: the figures that its text quotes, and what must be true of every learner's data.

The text is written for the teaching variant, the questions are answered on variants that nobody has seen. So
what the documents say in words ("EDM has the longest queue", "early moulds seem to make up for late ones") is
checked here for two hundred learners. The dispatching rules are computed a second time, without SQL.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from functools import cache

import pytest

from dgxblock.content.library import Library
from dgxblock.content.model import (
    Assessment,
    Case,
    ChartExhibit,
    ChoiceItem,
    Dataset,
    Exercise,
    Item,
    NumberItem,
    OrderItem,
    Tolerance,
    texts,
)
from dgxblock.content.read import parse
from dgxblock.formats import format_value
from dgxblock.grading import number
from dgxblock.grading.verdict import Verdict
from dgxblock.lab import Sheet, build, seed

REF = "dg-c2-mould@1"
EXERCISES = ("dg-c2-mould-dispatch", "dg-c2-mould-plan", "dg-c2-mould-flow")
LEARNERS = range(200)
ROUNDING_BAND = 2.6
"""Within so many tolerances of the key, a result that was rounded too early is excused; no wrong road may be."""


@cache
def case() -> Case:
    document = parse(Library.default().document(REF, "case"))
    assert isinstance(document, Case)
    return document


@cache
def exercises() -> tuple[Exercise, ...]:
    documents = [parse(Library.default().document(REF, "exercise", name)) for name in EXERCISES]
    return tuple(document for document in documents if isinstance(document, Exercise))


@cache
def assessment() -> Assessment:
    document = parse(Library.default().document(REF, "assessment"))
    assert isinstance(document, Assessment)
    return document


@cache
def learners() -> tuple[Sheet, ...]:
    """The data of two hundred learners; a failing one is named by its seed."""
    return tuple(Sheet(case().dataset, seed(b"gate", REF, str(learner))) for learner in LEARNERS)


def items() -> tuple[Item, ...]:
    return (*(item for exercise in exercises() for item in exercise.items), *assessment().items)


def numbers(sheet: Sheet) -> dict[str, float]:
    return {name: value for name, value in sheet.values.items() if not isinstance(value, str)}


def teaching() -> Sheet:
    return build(case().dataset, case().dataset.seed)


def width(tolerance: Tolerance, key: float) -> float:
    """The tolerance in the unit in which the data set holds the key."""
    return {
        "pp": tolerance.amount / 100,
        "percent": tolerance.amount / 100 * abs(key),
        "absolute": tolerance.amount,
    }[tolerance.kind]


# --- the teaching variant --------------------------------------------------------------------------------------------


def test_all_documents_have_one_data_set() -> None:
    assert len(exercises()) == 3
    datasets: set[Dataset] = {case().dataset, assessment().dataset, *(exercise.dataset for exercise in exercises())}
    assert len(datasets) == 1


TEACHING: Mapping[str, tuple[str, str]] = {
    "fcfs_tardy": ("int", "118"),
    "fcfs_late": ("int", "6"),
    "fcfs_worst": ("int", "42"),
    "edd_tardy": ("int", "64"),
    "edd_late": ("int", "6"),
    "edd_worst": ("int", "17"),
    "edd_mould": ("text", "M02"),
    "spt_tardy": ("int", "64"),
    "spt_late": ("int", "4"),
    "spt_worst": ("int", "32"),
    "spt_flow": ("dec1", "26.5"),
    "moore_tardy": ("int", "80"),
    "moore_late": ("int", "2"),
    "moore_en": ("text", "M05 and M04"),
    "best_tardy": ("int", "51"),
    "edm_plan": ("dec1", "1,903.7"),
    "edm_actual": ("dec1", "2,838.2"),
    "edm_ratio": ("dec3", "1.491"),
    "load_plan": ("percent1", "61.0%"),
    "load": ("percent1", "91.0%"),
    "n_clean": ("int", "36"),
    "n_customer": ("int", "16"),
    "n_design": ("int", "8"),
    "clean_ratio": ("dec2", "1.29"),
    "customer_ratio": ("dec2", "1.57"),
    "design_ratio": ("dec2", "1.74"),
    "pce": ("percent1", "65.5%"),
    "lead_days": ("dec1", "59.8"),
    "pce_true": ("percent1", "10.9%"),
    "wait": ("dec1", "34.1"),
    "wait_rules": ("dec1", "19.3"),
    "wait_machine": ("dec1", "1.0"),
}


@pytest.mark.parametrize("name", TEACHING)
def test_the_teaching_variant_is_the_one_that_the_case_was_written_for(name: str) -> None:
    fmt, shown = TEACHING[name]
    assert format_value(teaching().values[name], fmt, "en") == shown


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_figure_of_every_text_is_computed(lang: str) -> None:
    for document in (case(), *exercises(), assessment()):
        for text in texts(document):
            words = text.plain(lang, teaching().values)
            assert words.strip()
            assert "…" not in words.replace("……", "") and "—%" not in words


def test_charts_draw_what_their_columns_declare() -> None:
    charts = [exhibit for exhibit in case().exhibits if isinstance(exhibit, ChartExhibit)]
    assert [chart.chart for chart in charts] == ["run", "pareto", "bars"]
    assert [len(teaching().query(chart.query).rows) for chart in charts] == [20, 5, 3]
    for chart in charts:
        assert teaching().query(chart.query).columns == tuple(column.name for column in chart.columns)


def test_the_narrative_has_the_length_of_a_compact_case() -> None:
    narrative = [case().opening, *case().sections]
    length = sum(len(re.findall(r"[\u4e00-\u9fff]", text.plain("zh-CN"))) for part in narrative for text in texts(part))
    assert 900 <= length <= 1400


def test_effects_are_what_the_quotes_and_the_contract_say() -> None:
    values = numbers(teaching())
    quotes = {"machine": -values["cost_machine"], "aps": -values["cost_aps"], "freeze": -values["cost_rules"]}
    quotes["form"] = values["change_fee"]
    for decision in case().decisions.decisions:
        for option in decision.options:
            moved = {effect.state: effect.amount for effect in option.effects if effect.state in ("cash", "fine")}
            assert moved.get("cash", 0) == quotes.get(option.id, 0)
            assert option.id != "yes" or moved["fine"] == values["fine_each"]
    cash = next(state for state in case().decisions.states if state.name == "cash")
    assert cash.start == values["budget"]


def test_every_decision_has_one_best_option() -> None:
    for decision in case().decisions.decisions:
        assert [option.verdict for option in decision.options].count("best") == 1


def test_the_plot_tells_of_its_queue_what_is_true() -> None:
    values = numbers(teaching())
    lateness = {(rule, mould): float(hours) for rule, _, mould, _, hours in teaching().tables["plans"].rows}
    owners = {str(mould): str(customer) for _, mould, customer, _, _ in teaching().tables["queue"].rows}
    hours = {str(mould): int(edm) for _, mould, _, edm, _ in teaching().tables["queue"].rows}
    assert lateness["FCFS", "M08"] == values["fcfs_worst"] and owners["M08"] == "X"
    assert [mould for mould, owner in owners.items() if owner == "X"] == ["M01", "M03", "M08"]
    assert all(lateness["MOORE", mould] <= 0 for mould in ("M01", "M03", "M08"))
    assert lateness["MOORE", "M05"] == lateness["MOORE", "M04"] == values["moore_worst"]
    assert (owners["M04"], owners["M05"]) == ("Y", "Z")
    assert max(hours, key=lambda mould: hours[mould]) == "M02" and lateness["SPT", "M02"] == values["spt_worst"]
    assert values["fine_edd"] == values["fine_fcfs"] and values["edd_late"] == 6
    assert all(values[f"{rule}_tardy"] < values["fcfs_tardy"] for rule in ("edd", "spt", "moore"))
    # a day of twenty hours sees half of the queue off under SPT
    done = [float(at) for rule, _, _, at, _ in teaching().tables["plans"].rows if rule == "SPT"]
    assert sum(at <= values["day_h"] for at in done) == 4


def test_the_plot_tells_of_its_plan_what_is_true() -> None:
    values = numbers(teaching())
    assert max(values["cnc_ratio"], values["wire_ratio"]) < 1.1
    assert values["fit_ratio"] > values["polish_ratio"] > 1.1
    run = next(exhibit for exhibit in case().exhibits if exhibit.id == "e2")
    assert isinstance(run, ChartExhibit)
    assert all(float(row[1]) > 1 for row in teaching().query(run.query).rows)
    assert 0.9 < values["load"] < 0.95 and 0.4 < values["wait_cut"] < 0.5
    assert values["ratio_rules"] < 1.1 and values["per_wan_rules"] > 5 * values["per_wan_machine"]
    queues = [values[f"{op}_queue"] for op in ("edm", "polish", "cnc", "fit", "wire")]
    assert queues == sorted(queues, reverse=True)


# --- the questions ---------------------------------------------------------------------------------------------------


def test_points_and_rules_are_those_of_the_blueprint() -> None:
    assert [item.points for item in assessment().items] == [15, 10, 10, 15, 10, 15, 15, 10]
    assert (assessment().rules.pass_mark, assessment().rules.attempts) == (70, 2)
    by_objective = {
        objective.id: sum(item.points for item in assessment().items if objective.id in item.objectives)
        for objective in assessment().objectives
    }
    assert by_objective == {"O1": 35, "O2": 25, "O3": 40}
    for exercise in exercises():
        assert sum(item.points for item in exercise.items) == 100, exercise.id


def test_each_exercise_has_several_kinds_of_questions_and_names_its_wrong_roads() -> None:
    for exercise in exercises():
        assert len({type(item) for item in exercise.items}) == 3, exercise.id
        assert len({each.note for item in exercise.items for each in item.misconceptions}) >= 5, exercise.id


def _typed(value: float, item: NumberItem) -> dict[str, str]:
    """What somebody types who got `value`: the unit of the key, and three decimals (two of per cent)."""
    return {"value": f"{value * 100:.2f}" if item.unit == "%" else f"{value:.3f}", "unit": item.unit}


NUMBERS = [item for item in items() if isinstance(item, NumberItem)]


@pytest.mark.parametrize("item", NUMBERS, ids=lambda item: str(item.id))
def test_each_wrong_road_is_recognised_and_the_right_one_too(item: NumberItem) -> None:
    assert len(item.misconceptions) >= 2
    for sheet in learners():
        values = numbers(sheet)
        spec = number.NumberSpec(
            values[item.ref],
            number.Tolerance.of(item.tolerance.amount, item.tolerance.kind, item.unit),
            item.unit,
            item.units,
            misconceptions=tuple(number.Misconception(each.note, values[each.ref]) for each in item.misconceptions),
            rounding=True,
        )
        assert number.grade(_typed(values[item.ref], item), spec).verdict is Verdict.RIGHT, sheet.seed
        for each in item.misconceptions:
            mark = number.grade(_typed(values[each.ref], item), spec)
            assert (mark.verdict, mark.note) == (Verdict.AGAIN, each.note), sheet.seed


@pytest.mark.parametrize("item", NUMBERS, ids=lambda item: str(item.id))
def test_no_wrong_road_ends_near_the_key_or_near_another(item: NumberItem) -> None:
    for sheet in learners():
        values = numbers(sheet)
        key = values[item.ref]
        tolerance = width(item.tolerance, key)
        wrong = [values[each.ref] for each in item.misconceptions]
        assert all(abs(value - key) > ROUNDING_BAND * tolerance for value in wrong), sheet.seed
        assert all(abs(a - b) > 2 * tolerance for a, b in itertools.combinations(wrong, 2)), sheet.seed


@pytest.mark.parametrize(
    "item", [item for item in items() if isinstance(item, OrderItem) and item.key], ids=lambda item: str(item.id)
)
def test_an_order_is_complete_and_no_wrong_order_equals_it(item: OrderItem) -> None:
    for sheet in learners():
        order = [row[0] for row in sheet.query(item.key).rows]
        assert sorted(map(str, order)) == sorted(step.id for step in item.steps), sheet.seed
        wrong = [[row[0] for row in sheet.query(each.key).rows] for each in item.misconceptions]
        assert all(a != b for a, b in itertools.combinations([order, *wrong], 2)), sheet.seed


@pytest.mark.parametrize(
    "item", [item for item in items() if isinstance(item, ChoiceItem) and item.key], ids=lambda item: str(item.id)
)
def test_a_key_names_choices_of_its_question(item: ChoiceItem) -> None:
    # these have feedback that speaks of the other rules and operations by name
    expected = {"i5": {"MOORE"}, "longest": {"EDD"}, "over": {"EDM", "POLISH", "FIT"}}
    for sheet in learners():
        assert {str(row[0]) for row in sheet.query(item.key).rows} == expected[item.id], sheet.seed


def test_later_answers_follow_a_learners_own_earlier_ones() -> None:
    for sheet in learners()[:20]:
        values = numbers(sheet)
        hours = values["changed_actual"] - values["changed_plan"] * 1.4
        assert sheet.solve("change_h", {"clean_ratio": 1.4}) == pytest.approx(hours, rel=1e-9)
        share = values["touch_each"] / (50 * values["day_h"])
        assert sheet.solve("pce_true", {"lead_days": 50.0}) == pytest.approx(share, rel=1e-9)


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
    for sheet in (teaching(), *learners()):
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
    for sheet in (teaching(), *learners()[:60]):
        assert numbers(sheet)["best_tardy"] == _least_tardiness(_queue(sheet)), sheet.seed
    jobs = _queue(teaching())[:6]
    assert _least_tardiness(jobs) == min(_measures(list(order))[0] for order in itertools.permutations(jobs))


# --- the story, for everyone -----------------------------------------------------------------------------------------


def test_each_rule_is_best_at_what_it_minds_and_at_nothing_else() -> None:
    for sheet in learners():
        rules = {str(rule): measured for rule, *measured in sheet.tables["rules"].rows}
        for place, winner in ((1, "MOORE"), (2, "EDD"), (3, "SPT")):
            least = min(rules, key=lambda rule: float(rules[rule][place]))
            assert least == winner, sheet.seed
            assert [float(rules[rule][place]) for rule in rules].count(float(rules[winner][place])) == 1, sheet.seed
        values = numbers(sheet)
        assert values["best_tardy"] <= min(values["edd_tardy"], values["spt_tardy"]) < values["fcfs_tardy"], sheet.seed


def test_queues_have_no_ties_and_the_size_of_a_real_one() -> None:
    for sheet in learners():
        hours, dues = zip(*[(hours, due) for _, hours, due in _queue(sheet)], strict=True)
        assert len(set(hours)) == len(set(dues)) == 8, sheet.seed
        assert min(hours) >= 2 and max(hours) <= 15 and 54 <= sum(hours) <= 70, sheet.seed
        assert min(dues) >= 7 and max(dues) <= 50, sheet.seed
        values = numbers(sheet)
        assert 2 <= values["moore_late"] <= 3 and values["moore_late"] < values["spt_late"] < values["edd_late"] <= 7


def test_edm_overruns_most_and_has_the_longest_queue() -> None:
    for sheet in learners():
        ratios = {str(op): float(ratio) for op, _, _, _, ratio in sheet.tables["by_op"].rows}
        assert ratios["EDM"] > ratios["FIT"] + 0.1 > ratios["POLISH"] + 0.1 > 1.25, sheet.seed
        assert 1 < ratios["WIRE"] < 1.095 and 1 < ratios["CNC"] < 1.095, sheet.seed
        values = numbers(sheet)
        assert 1.44 < values["edm_ratio"] < 1.54 and values["edm_queue_share"] > 0.45, sheet.seed
        queues = sorted((float(queue) for _, _, _, queue, _ in sheet.tables["by_op"].rows), reverse=True)
        assert all(later < 0.95 * earlier for earlier, later in itertools.pairwise(queues)), sheet.seed


def test_the_plan_shows_room_where_there_is_none() -> None:
    for sheet in learners():
        values = numbers(sheet)
        assert values["load_plan"] < 0.65 and 0.82 < values["load"] < 0.97, sheet.seed
        assert values["over_n"] >= 55, sheet.seed


def test_changes_cost_hours_and_unchanged_moulds_overrun_as_well() -> None:
    for sheet in learners():
        values = numbers(sheet)
        assert 1.25 < values["clean_ratio"] < 1.3 < values["customer_ratio"] - 0.2, sheet.seed
        assert values["customer_ratio"] + 0.1 < values["design_ratio"], sheet.seed
        assert 5 <= values["n_design"] < values["n_customer"] < values["n_clean"], sheet.seed
        assert values["change_h"] > 250 and 10 < values["change_each"] < 20, sheet.seed


def test_the_record_shows_only_a_part_of_the_time_in_the_shop() -> None:
    for sheet in learners():
        values = numbers(sheet)
        assert 0.62 < values["pce"] < 0.68 and 0.07 < values["pce_true"] < 0.13, sheet.seed
        assert values["lead_days"] > 5 * values["recorded_days"] and values["standing"] < 0.8, sheet.seed


def test_figures_stay_in_the_range_of_a_real_shop() -> None:
    for sheet in learners():
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
        assert len({round(numbers(sheet)[name], 3) for sheet in learners()}) > count, name
    assert len({tuple(_queue(sheet)) for sheet in learners()}) > 190
    orders = {tuple(row[0] for row in sheet.query("SELECT op FROM by_op ORDER BY queue").rows) for sheet in learners()}
    assert len(orders) > 15
