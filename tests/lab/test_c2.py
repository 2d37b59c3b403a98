"""Case C2: the figures that its text quotes, and what must be true of every learner's data.

The text is written for the teaching variant, the questions are answered on variants that nobody has seen. So
what the documents say in words ("EDM has the longest queue", "early moulds seem to make up for late ones") is
checked here for two hundred learners; what its story says of everyone is checked beside this.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dgxblock.content.model import ChoiceItem, NumberItem, OrderItem
from tests.builders import cases
from tests.builders.cases import each_of, ids, numbers

STUDY = cases.Study("dg-c2-mould@1", ("dg-c2-mould-dispatch", "dg-c2-mould-plan", "dg-c2-mould-flow"))


# --- the teaching variant --------------------------------------------------------------------------------------------


def test_all_documents_have_one_data_set() -> None:
    assert {document.dataset for document in STUDY.documents} == {STUDY.case.dataset}


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
    assert STUDY.shown(name, fmt) == shown


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_figure_of_every_text_is_computed(lang: str) -> None:
    cases.computes_every_figure(STUDY, lang)


def test_charts_draw_what_their_columns_declare() -> None:
    cases.draws_what_columns_declare(STUDY, ("run", 20), ("pareto", 5), ("bars", 3))


def test_the_narrative_has_the_length_of_a_compact_case() -> None:
    cases.is_compact(STUDY)


def test_effects_are_what_the_quotes_and_the_contract_say() -> None:
    values = numbers(STUDY.teaching)
    quotes = {"machine": -values["cost_machine"], "aps": -values["cost_aps"], "freeze": -values["cost_rules"]}
    quotes["form"] = values["change_fee"]
    for decision in STUDY.case.decisions.decisions:
        for option in decision.options:
            moved = {effect.state: effect.amount for effect in option.effects if effect.state in ("cash", "fine")}
            assert moved.get("cash", 0) == quotes.get(option.id, 0)
            assert option.id != "yes" or moved["fine"] == values["fine_each"]
    cash = next(state for state in STUDY.case.decisions.states if state.name == "cash")
    assert cash.start == values["budget"]


def test_every_decision_has_one_best_option() -> None:
    cases.has_one_best_option_each(STUDY)


def test_the_plot_tells_of_its_queue_what_is_true() -> None:
    values = numbers(STUDY.teaching)
    lateness = {(rule, mould): float(hours) for rule, _, mould, _, hours in STUDY.teaching.tables["plans"].rows}
    owners = {str(mould): str(customer) for _, mould, customer, _, _ in STUDY.teaching.tables["queue"].rows}
    hours = {str(mould): int(edm) for _, mould, _, edm, _ in STUDY.teaching.tables["queue"].rows}
    assert lateness["FCFS", "M08"] == values["fcfs_worst"] and owners["M08"] == "X"
    assert [mould for mould, owner in owners.items() if owner == "X"] == ["M01", "M03", "M08"]
    assert all(lateness["MOORE", mould] <= 0 for mould in ("M01", "M03", "M08"))
    assert lateness["MOORE", "M05"] == lateness["MOORE", "M04"] == values["moore_worst"]
    assert (owners["M04"], owners["M05"]) == ("Y", "Z")
    assert max(hours, key=lambda mould: hours[mould]) == "M02" and lateness["SPT", "M02"] == values["spt_worst"]
    assert values["fine_edd"] == values["fine_fcfs"] and values["edd_late"] == 6
    assert all(values[f"{rule}_tardy"] < values["fcfs_tardy"] for rule in ("edd", "spt", "moore"))
    # a day of twenty hours sees half of the queue off under SPT
    done = [float(at) for rule, _, _, at, _ in STUDY.teaching.tables["plans"].rows if rule == "SPT"]
    assert sum(at <= values["day_h"] for at in done) == 4


def test_the_plot_tells_of_its_plan_what_is_true() -> None:
    values = numbers(STUDY.teaching)
    assert max(values["cnc_ratio"], values["wire_ratio"]) < 1.1
    assert values["fit_ratio"] > values["polish_ratio"] > 1.1
    run = next(chart for chart in STUDY.charts if chart.id == "e2")
    assert all(float(row[1]) > 1 for row in STUDY.teaching.query(run.query).rows)
    assert 0.9 < values["load"] < 0.95 and 0.4 < values["wait_cut"] < 0.5
    assert values["ratio_rules"] < 1.1 and values["per_wan_rules"] > 5 * values["per_wan_machine"]
    queues = [values[f"{op}_queue"] for op in ("edm", "polish", "cnc", "fit", "wire")]
    assert queues == sorted(queues, reverse=True)


# --- the questions ---------------------------------------------------------------------------------------------------


def test_points_and_rules_are_those_of_the_blueprint() -> None:
    assert [item.points for item in STUDY.assessment.items] == [15, 10, 10, 15, 10, 15, 15, 10]
    assert (STUDY.assessment.rules.pass_mark, STUDY.assessment.rules.attempts) == (70, 2)
    assert STUDY.points_by_objective() == {"O1": 35, "O2": 25, "O3": 40}
    for exercise in STUDY.exercises:
        assert sum(item.points for item in exercise.items) == 100, exercise.id


def test_each_exercise_has_several_kinds_of_questions_and_names_its_wrong_roads() -> None:
    for exercise in STUDY.exercises:
        assert len({item.kind for item in exercise.items}) >= 4, exercise.id
        assert len({each.note for item in exercise.items for each in item.misconceptions}) >= 5, exercise.id


def test_the_queue_is_a_drill_and_the_others_are_not() -> None:
    assert [exercise.mode for exercise in STUDY.exercises] == ["practice", "graded", "graded"]


@each_of(STUDY.items, NumberItem)
def test_each_wrong_road_is_recognised_and_the_right_one_too(item: NumberItem) -> None:
    assert len(item.misconceptions) >= 2
    cases.recognises_roads(item, STUDY.learners, 3)


@each_of(STUDY.items, NumberItem)
def test_no_wrong_road_ends_near_the_key_or_near_another(item: NumberItem) -> None:
    cases.keeps_roads_apart(item, STUDY.learners)


@pytest.mark.parametrize(
    "item", [item for item in STUDY.items if isinstance(item, OrderItem) and item.key], ids=lambda item: str(item.id)
)
def test_an_order_is_complete_and_no_wrong_order_equals_it(item: OrderItem) -> None:
    cases.orders_every_step(item, STUDY.learners)


@pytest.mark.parametrize(
    "item", [item for item in STUDY.items if isinstance(item, ChoiceItem) and item.key], ids=lambda item: str(item.id)
)
def test_a_key_names_choices_of_its_question(item: ChoiceItem) -> None:
    # these have feedback that speaks of the other rules and operations by name
    expected = {"i5": {"MOORE"}, "longest": {"EDD"}, "over": {"EDM", "POLISH", "FIT"}}
    for sheet in STUDY.learners:
        assert set(ids(sheet, item.key)) == expected[item.id], sheet.seed


def test_the_hours_without_changes_are_fewer_than_all_hours_for_everyone() -> None:
    """What the rationale of the query says of EDM."""
    for sheet in STUDY.learners:
        assert 1.25 < numbers(sheet)["edm_clean"] < numbers(sheet)["edm_ratio"] - 0.05, sheet.seed


def test_later_answers_follow_a_learners_own_earlier_ones() -> None:
    for sheet in STUDY.learners[:20]:
        values = numbers(sheet)
        hours = values["changed_actual"] - values["changed_plan"] * 1.4
        assert sheet.solve("change_h", {"clean_ratio": 1.4}) == pytest.approx(hours, rel=1e-9)
        share = values["touch_each"] / (50 * values["day_h"])
        assert sheet.solve("pce_true", {"lead_days": 50.0}) == pytest.approx(share, rel=1e-9)
