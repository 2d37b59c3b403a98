"""Case C5: the figures that its text quotes, and what must be true of every learner's data.

The text is written for the teaching variant, the questions are answered on variants that nobody has seen. So what the
documents say in words ("it looks as if only Peanuts 1 was searched") is checked here for two hundred learners; what the
story says of everyone is checked beside this.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from dgxblock.content.model import ChoiceItem, NumberItem, OrderItem
from tests.builders import cases
from tests.builders.cases import each_of, ids, numbers

STUDY = cases.Study("dg-c5-food@1", ("dg-c5-food-giveaway", "dg-c5-food-heads", "dg-c5-food-trace"))


# --- the teaching variant --------------------------------------------------------------------------------------------


def test_all_documents_have_one_data_set() -> None:
    assert {document.dataset for document in STUDY.documents} == {STUDY.case.dataset}


TEACHING: Mapping[str, tuple[str, str]] = {
    "mean_g": ("dec2", "102.61"),
    "overfill": ("dec2", "2.61"),
    "giveaway_kg": ("int", "117,657"),
    "giveaway_wan": ("wan", "CNY 1,647,000"),
    "saving_cny": ("cny", "CNY 891,198"),
    "saving_wan": ("wan", "CNY 891,000"),
    "fix_days": ("int", "14"),
    "drift_head": ("int", "4"),
    "steady_head": ("int", "5"),
    "drift_early": ("dec2", "102.49"),
    "drift_late": ("dec2", "103.74"),
    "others_low": ("dec2", "102.37"),
    "others_high": ("dec2", "102.72"),
    "all_change": ("dec2", "0.26"),
    "s_all": ("dec3", "1.133"),
    "s_early": ("dec3", "1.093"),
    "ppk": ("dec2", "1.65"),
    "ppk_lowered": ("dec2", "1.24"),
    "ppk_fixed": ("dec2", "1.28"),
    "lot_batches": ("int", "5"),
    "lot_cartons": ("int", "1,038"),
    "day_cartons": ("int", "4,262"),
    "all_cartons": ("int", "20,964"),
    "shrink": ("percent1", "75.6%"),
    "r11_closing": ("percent1", "99.4%"),
    "lot_list_en": ("text", "B033, B037, B044, B054, B062"),
    "top_share": ("percent1", "68.3%"),
}


@pytest.mark.parametrize("name", TEACHING)
def test_the_teaching_variant_is_the_one_that_the_case_was_written_for(name: str) -> None:
    fmt, shown = TEACHING[name]
    assert STUDY.shown(name, fmt) == shown


def test_the_title_names_the_overfill_of_the_teaching_variant() -> None:
    assert STUDY.shown("overfill", "dec1") == "2.6"
    assert "extra 2.6 grams" in STUDY.case.title.plain("en")
    assert "两克六" in STUDY.case.title.plain("zh-CN")


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_figure_of_every_text_is_computed(lang: str) -> None:
    cases.computes_every_figure(STUDY, lang)


def test_charts_draw_what_their_columns_declare() -> None:
    cases.draws_what_columns_declare(STUDY, ("bars", 3), ("run", 60), ("bars", 5), ("pareto", 6))


def test_the_narrative_has_the_length_of_a_compact_case() -> None:
    cases.is_compact(STUDY)


def test_what_decisions_cost_is_what_the_text_quotes() -> None:
    values = numbers(STUDY.teaching)
    quotes = {"fix": "cost_fix", "filler": "cost_filler"}
    first, second = STUDY.case.decisions.decisions
    for option in second.options:
        spent = sum(effect.amount for effect in option.effects if effect.state == "spent")
        assert spent == (values[quotes[option.id]] if option.id in quotes else 0)
        for effect in option.effects:
            assert effect.state != "overfill" or effect.amount == values["target_over"]
    assert [option.id for option in first.options] == ["lot", "day", "all", "wait"]
    assert values["lot_wan"] < values["shop_wan"] < values["day_wan"] < values["all_wan"]


def test_every_decision_has_one_best_option() -> None:
    cases.has_one_best_option_each(STUDY)


def test_the_story_of_the_teaching_variant_adds_up() -> None:
    values = numbers(STUDY.teaching)
    assert values["drill_min"] == 5 * 60 + 20, "a call at 17:40 is answered at 23:00"
    assert values["means_low"] > values["label_g"], "no subgroup is below the label"
    assert values["packs_day"] == 180_000 == pytest.approx(200 * values["all_cartons"] / 24, rel=0.05)
    assert values["clean_mean"] > 30, "the repair fits into one cleaning"
    assert 10 <= values["jam_n"] / 14 < 12, "ten jams a day"
    assert 0.94 < 1 - values["lot_cartons"] / values["all_cartons"] < 0.96, "nineteen cartons of twenty"
    assert values["all_cartons"] / (values["day_cartons"] / 5) > 22, "more than a month of five-day weeks"
    assert values["trace_days"] > 22
    assert values["carton_cny"] == 20 * values["price_kg"] + 20, "goods and freight of a carton of 20 kg"


# --- the questions ---------------------------------------------------------------------------------------------------


def test_points_and_rules_are_those_of_the_blueprint() -> None:
    assert [item.points for item in STUDY.assessment.items] == [10, 10, 15, 10, 15, 15, 15, 10]
    assert (STUDY.assessment.rules.pass_mark, STUDY.assessment.rules.attempts) == (70, 2)
    assert STUDY.points_by_objective() == {"O1": 35, "O2": 25, "O3": 25, "O4": 15}
    for exercise in STUDY.exercises:
        assert sum(item.points for item in exercise.items) == 100, exercise.id


def test_each_exercise_has_several_kinds_of_questions_and_names_its_wrong_roads() -> None:
    for exercise in STUDY.exercises:
        assert len({item.kind for item in exercise.items}) >= 3, exercise.id
        assert len({each.note for item in exercise.items for each in item.misconceptions}) >= 5, exercise.id
        assert sum(len(item.demand_hints) for item in exercise.items) == 3, exercise.id


def test_the_giveaway_is_a_drill_and_the_others_are_not() -> None:
    assert [exercise.mode for exercise in STUDY.exercises] == ["practice", "graded", "graded"]


def test_each_objective_is_practised() -> None:
    practised = {objective for exercise in STUDY.exercises for item in exercise.items for objective in item.objectives}
    assert practised == {objective.id for objective in STUDY.case.objectives}


@each_of(STUDY.items, NumberItem)
def test_each_wrong_road_is_recognised_and_the_right_one_too(item: NumberItem) -> None:
    cases.recognises_roads(item, STUDY.learners, 3 if item.tolerance.kind == "percent" else 2)


@each_of(STUDY.items, NumberItem)
def test_no_wrong_road_ends_near_the_key_or_near_another(item: NumberItem) -> None:
    cases.keeps_roads_apart(item, STUDY.learners)


def test_an_order_is_complete_and_no_wrong_order_equals_it() -> None:
    orders = {item.id: item for item in STUDY.items if isinstance(item, OrderItem)}
    assert set(orders) == {"steps", "pareto"}
    assert all(bool(step.after) != (step.id == "scale") for step in orders["steps"].steps)
    cases.orders_every_step(orders["pareto"], STUDY.learners)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_notes_on_the_data_tell_neither_the_head_nor_the_batches(lang: str) -> None:
    for rule in STUDY.case.dataset.rules:
        words = rule.plain(lang)
        assert "R11" not in words and not re.search("漂|升高|drift|rises", words), words


def test_the_figures_given_for_stops_lead_to_the_same_order_and_share() -> None:
    for sheet in STUDY.learners:
        given = {str(cause): str(sheet.values[f"{cause}_given"]) for cause, _, _ in sheet.tables["by_cause"].rows}
        minutes = {cause: int(text.split(" × ")[0]) * float(text.split(" × ")[1]) for cause, text in given.items()}
        assert sorted(minutes, key=lambda cause: -minutes[cause]) == [
            cause for cause, _, _ in sheet.tables["by_cause"].rows
        ], sheet.seed
        share = sum(sorted(minutes.values())[-3:]) / sum(minutes.values())
        assert share == pytest.approx(numbers(sheet)["top_share"], abs=0.002), sheet.seed


@each_of([item for item in STUDY.items if isinstance(item, ChoiceItem) and item.key], ChoiceItem)
def test_a_key_names_choices_of_its_question(item: ChoiceItem) -> None:
    for sheet in STUDY.learners:
        key = set(ids(sheet, item.key))
        expected = {"scale", "rules", "heads"} if item.multiple else {f"H{sheet.values['drift_head']}"}
        assert key == expected and key < {choice.id for choice in item.choices}, sheet.seed


def test_overfill_carries_forward_into_kilograms_money_and_the_index() -> None:
    for sheet in STUDY.learners[:20]:
        values = numbers(sheet)
        own = {"overfill": 2.0}
        assert sheet.solve("giveaway_kg", own) == pytest.approx(90_000)
        assert sheet.solve("giveaway_cny", own) == pytest.approx(1_260_000)
        assert sheet.solve("saving_cny", own) == pytest.approx(504_000)
        assert sheet.solve("ppk", own) == pytest.approx(5 / (3 * values["s_all"]))
        assert sheet.solve("shrink", {"lot_cartons": 900, "day_cartons": 3600}) == pytest.approx(0.75)
