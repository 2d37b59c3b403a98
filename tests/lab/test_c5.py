"""Case C5: the figures that its text quotes, and what must be true of every learner's data.

The text is written for the teaching variant, the questions are answered on variants that nobody has seen. So what the
documents say in words ("lowering at once is just short", "it looks as if only Peanuts 1 was searched") is checked here
for two hundred learners.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from functools import cache
from statistics import NormalDist, stdev

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

REF = "dg-c5-food@1"
EXERCISES = ("dg-c5-food-giveaway", "dg-c5-food-heads", "dg-c5-food-trace")
LEARNERS = range(200)
ROUNDING_BAND = 2.6
"""Within so many tolerances of the key, a result that was rounded too early is excused; no wrong road may be."""


@cache
def case() -> Case:
    document = parse(Library.default().document(REF, "case"))
    assert isinstance(document, Case)
    return document


@cache
def exercise(name: str) -> Exercise:
    document = parse(Library.default().document(REF, "exercise", name))
    assert isinstance(document, Exercise)
    return document


@cache
def assessment() -> Assessment:
    document = parse(Library.default().document(REF, "assessment"))
    assert isinstance(document, Assessment)
    return document


@cache
def learners() -> tuple[Sheet, ...]:
    """The data of two hundred learners; a failing one is named by its seed."""
    return tuple(Sheet(case().dataset, seed(b"gate", REF, str(learner))) for learner in LEARNERS)


def teaching() -> Sheet:
    return build(case().dataset, case().dataset.seed)


def items() -> tuple[Item, ...]:
    return (*(item for name in EXERCISES for item in exercise(name).items), *assessment().items)


def numbers(sheet: Sheet) -> dict[str, float]:
    return {name: value for name, value in sheet.values.items() if not isinstance(value, str)}


def width(tolerance: Tolerance, key: float) -> float:
    """The tolerance in the unit in which the data set holds the key."""
    return {
        "pp": tolerance.amount / 100,
        "percent": tolerance.amount / 100 * abs(key),
        "absolute": tolerance.amount,
    }[tolerance.kind]


# --- the teaching variant --------------------------------------------------------------------------------------------


def test_all_documents_have_one_data_set() -> None:
    datasets: set[Dataset] = {case().dataset, assessment().dataset, *(exercise(name).dataset for name in EXERCISES)}
    assert len(datasets) == 1


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
    assert format_value(teaching().values[name], fmt, "en") == shown


def test_the_title_names_the_overfill_of_the_teaching_variant() -> None:
    shown = format_value(teaching().values["overfill"], "dec1", "en")
    assert shown == "2.6"
    assert f"extra {shown} grams" in case().title.plain("en")
    assert "两克六" in case().title.plain("zh-CN")


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_figure_of_every_text_is_computed(lang: str) -> None:
    for document in (case(), assessment(), *(exercise(name) for name in EXERCISES)):
        for text in texts(document):
            words = text.plain(lang, teaching().values)
            assert words.strip()
            assert "…" not in words.replace("……", "") and "—%" not in words


def test_charts_draw_what_their_columns_declare() -> None:
    charts = [exhibit for exhibit in case().exhibits if isinstance(exhibit, ChartExhibit)]
    assert [chart.chart for chart in charts] == ["bars", "run", "bars", "pareto"]
    assert [len(teaching().query(chart.query).rows) for chart in charts] == [3, 60, 5, 6]
    for chart in charts:
        assert teaching().query(chart.query).columns == tuple(column.name for column in chart.columns)


def test_the_narrative_has_the_length_of_a_compact_case() -> None:
    narrative = [case().opening, *case().sections]
    length = sum(len(re.findall(r"[\u4e00-\u9fff]", text.plain("zh-CN"))) for part in narrative for text in texts(part))
    assert 900 <= length <= 1400


def test_what_decisions_cost_is_what_the_text_quotes() -> None:
    values = numbers(teaching())
    quotes = {"fix": "cost_fix", "filler": "cost_filler"}
    first, second = case().decisions.decisions
    for option in second.options:
        spent = sum(effect.amount for effect in option.effects if effect.state == "spent")
        assert spent == (values[quotes[option.id]] if option.id in quotes else 0)
        for effect in option.effects:
            assert effect.state != "overfill" or effect.amount == values["target_over"]
    assert [option.id for option in first.options] == ["lot", "day", "all", "wait"]
    assert values["lot_wan"] < values["shop_wan"] < values["day_wan"] < values["all_wan"]


def test_every_decision_has_one_best_option() -> None:
    for decision in case().decisions.decisions:
        assert [option.verdict for option in decision.options].count("best") == 1


def test_the_story_of_the_teaching_variant_adds_up() -> None:
    values = numbers(teaching())
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
    assert [item.points for item in assessment().items] == [10, 10, 15, 10, 15, 15, 15, 10]
    assert (assessment().rules.pass_mark, assessment().rules.attempts) == (70, 2)
    by_objective = {
        objective.id: sum(item.points for item in assessment().items if objective.id in item.objectives)
        for objective in assessment().objectives
    }
    assert by_objective == {"O1": 35, "O2": 25, "O3": 25, "O4": 15}
    for name in EXERCISES:
        assert sum(item.points for item in exercise(name).items) == 100


@pytest.mark.parametrize("name", EXERCISES)
def test_every_exercise_names_misconceptions_and_answers_them(name: str) -> None:
    notes = {each.note for item in exercise(name).items for each in getattr(item, "misconceptions", ())}
    assert len(notes) >= 5


def test_each_objective_is_practised() -> None:
    practised = {objective for name in EXERCISES for item in exercise(name).items for objective in item.objectives}
    assert practised == {objective.id for objective in case().objectives}


def _typed(value: float, item: NumberItem) -> dict[str, str]:
    """What somebody types who got `value`: two decimals, three where the key is relative, the unit of the key."""
    places = 3 if item.tolerance.kind == "percent" else 2
    return {"value": f"{value * 100 if item.unit == '%' else value:.{places}f}", "unit": item.unit}


NUMBERS = [pytest.param(item, id=str(item.id)) for item in items() if isinstance(item, NumberItem)]


@pytest.mark.parametrize("item", NUMBERS)
def test_each_wrong_road_is_recognised_and_the_right_one_too(item: NumberItem) -> None:
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


@pytest.mark.parametrize("item", NUMBERS)
def test_no_wrong_road_ends_near_the_key_or_near_another(item: NumberItem) -> None:
    for sheet in learners():
        values = numbers(sheet)
        key = values[item.ref]
        tolerance = width(item.tolerance, key)
        wrong = [values[each.ref] for each in item.misconceptions]
        assert all(abs(value - key) > ROUNDING_BAND * tolerance for value in wrong), sheet.seed
        assert all(abs(a - b) > 2 * tolerance for a, b in itertools.combinations(wrong, 2)), sheet.seed


def test_an_order_is_complete_and_no_wrong_order_equals_it() -> None:
    orders = {item.id: item for item in items() if isinstance(item, OrderItem)}
    assert set(orders) == {"steps", "pareto"}
    assert all(bool(step.after) != (step.id == "scale") for step in orders["steps"].steps)
    item = orders["pareto"]
    for sheet in learners():
        order = [row[0] for row in sheet.query(item.key).rows]
        assert sorted(map(str, order)) == sorted(step.id for step in item.steps), sheet.seed
        wrong = [[row[0] for row in sheet.query(each.key).rows] for each in item.misconceptions]
        assert all(a != b for a, b in itertools.combinations([order, *wrong], 2)), sheet.seed


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_notes_on_the_data_tell_neither_the_head_nor_the_batches(lang: str) -> None:
    for rule in case().dataset.rules:
        words = rule.plain(lang)
        assert "R11" not in words and not re.search("漂|升高|drift|rises", words), words


def test_the_figures_given_for_stops_lead_to_the_same_order_and_share() -> None:
    for sheet in learners():
        given = {str(cause): str(sheet.values[f"{cause}_given"]) for cause, _, _ in sheet.tables["by_cause"].rows}
        minutes = {cause: int(text.split(" × ")[0]) * float(text.split(" × ")[1]) for cause, text in given.items()}
        assert sorted(minutes, key=lambda cause: -minutes[cause]) == [
            cause for cause, _, _ in sheet.tables["by_cause"].rows
        ], sheet.seed
        share = sum(sorted(minutes.values())[-3:]) / sum(minutes.values())
        assert share == pytest.approx(numbers(sheet)["top_share"], abs=0.002), sheet.seed


@pytest.mark.parametrize(
    "item", [item for item in items() if isinstance(item, ChoiceItem) and item.key], ids=lambda item: str(item.id)
)
def test_a_key_names_choices_of_its_question(item: ChoiceItem) -> None:
    for sheet in learners():
        key = {str(row[0]) for row in sheet.query(item.key).rows}
        expected = {"scale", "rules", "heads"} if item.multiple else {f"H{sheet.values['drift_head']}"}
        assert key == expected and key < {choice.id for choice in item.choices}, sheet.seed


def test_overfill_carries_forward_into_kilograms_money_and_the_index() -> None:
    for sheet in learners()[:20]:
        values = numbers(sheet)
        own = {"overfill": 2.0}
        assert sheet.solve("giveaway_kg", own) == pytest.approx(90_000)
        assert sheet.solve("giveaway_cny", own) == pytest.approx(1_260_000)
        assert sheet.solve("saving_cny", own) == pytest.approx(504_000)
        assert sheet.solve("ppk", own) == pytest.approx(5 / (3 * values["s_all"]))
        assert sheet.solve("shrink", {"lot_cartons": 900, "day_cartons": 3600}) == pytest.approx(0.75)


# --- the story, for everyone -----------------------------------------------------------------------------------------


def test_one_head_drifts_and_the_one_that_was_highest_at_first_does_not() -> None:
    for sheet in learners():
        values = numbers(sheet)
        rows = {int(head): (float(early), float(late)) for head, early, late, _ in sheet.tables["by_head"].rows}
        drifting = rows.pop(int(values["drift_head"]))
        assert drifting[1] - drifting[0] > 1, sheet.seed
        assert all(abs(late - early) < 0.15 for early, late in rows.values()), sheet.seed
        assert drifting[1] > max(late for _, late in rows.values()) + 0.5, sheet.seed
        steady = rows.pop(int(values["steady_head"]))
        assert steady[0] > max(drifting[0], *(early for early, _ in rows.values())) + 0.05, sheet.seed
        assert 0.15 < values["all_change"] / values["drift_change"] < 0.25, sheet.seed


def test_lowering_at_once_is_just_short_and_lowering_after_the_repair_is_enough() -> None:
    for sheet in learners():
        values = numbers(sheet)
        assert values["ppk_lowered"] < values["ppk_rule"] - 0.002 < values["ppk_rule"] + 0.002 < values["ppk_fixed"], (
            sheet.seed
        )
        assert round(values["ppk_lowered"], 2) <= 1.25 < round(values["ppk_fixed"], 2), sheet.seed
        assert values["ppk"] > 1.5, sheet.seed


def test_deviations_are_those_of_a_spreadsheet() -> None:
    for sheet in learners()[:10]:
        packs = [(int(group), float(net)) for group, _, net in sheet.tables["fill"].rows]
        assert sheet.values["s_all"] == pytest.approx(stdev(net for _, net in packs), rel=1e-9)
        assert sheet.values["s_early"] == pytest.approx(stdev(net for group, net in packs if group <= 25), rel=1e-6)
        assert len(packs) == 300


def test_at_the_target_about_one_pack_in_seven_is_below_the_label() -> None:
    for sheet in learners():
        share = NormalDist(101.2, numbers(sheet)["s_early"]).cdf(100)
        assert 0.13 < share < 0.15, sheet.seed


def test_the_giveaway_is_days_of_product_and_more_than_half_of_it_can_be_saved() -> None:
    for sheet in learners():
        values = numbers(sheet)
        assert 6 < values["free_days"] < 8, sheet.seed
        assert values["saving_cny"] > 1.05 * values["x_saving_rest"], sheet.seed


def test_the_suspect_lot_stands_in_both_columns_on_some_days_only() -> None:
    for sheet in learners():
        values = numbers(sheet)
        assert 4 <= values["lot_batches"] <= 8 and 4 <= values["lot_days"] <= 6, sheet.seed
        assert 0 < values["x_batches_first"] < values["lot_batches"], sheet.seed
        assert values["day_batches"] == 4 * values["lot_days"], sheet.seed
        assert 0.55 < values["shrink"] < 0.8, sheet.seed
        for batch, day, lot_1, kg_1, lot_2, kg_2, cartons in sheet.tables["trace"].rows:
            assert lot_1 != lot_2 and int(kg_1) + int(kg_2) == 8 * int(cartons), (sheet.seed, batch)
            assert "R11" not in (lot_1, lot_2) or 9 <= int(day) <= 16, (sheet.seed, batch)


def test_the_mass_balance_closes_within_one_per_cent_for_the_lot_and_its_neighbours() -> None:
    for sheet in learners():
        assert [row[0] for row in sheet.tables["balance"].rows] == ["R10", "R11", "R12"], sheet.seed
        for _, received, used, stock in sheet.tables["balance"].rows:
            assert 0 < 1 - (int(used) + int(stock)) / int(received) < 0.01, sheet.seed


def test_the_causes_that_stop_most_often_are_not_the_three_that_stop_longest() -> None:
    for sheet in learners():
        by_minutes = [str(cause) for cause, _, _ in sheet.tables["by_cause"].rows]
        minutes = [float(each) for _, _, each in sheet.tables["by_cause"].rows]
        counts = {str(cause): int(stops) for cause, stops, _ in sheet.tables["by_cause"].rows}
        often = sorted(counts, key=lambda cause: -counts[cause])
        assert all(later < 0.95 * earlier for earlier, later in itertools.pairwise(minutes)), sheet.seed
        assert len(set(counts.values())) == 6 and often[:4] == ["jam", "film", "metal", "starved"], sheet.seed
        assert set(by_minutes[:2]) == {"jam", "film"} and "metal" not in by_minutes[:3], sheet.seed
        assert minutes[by_minutes.index("clean")] / counts["clean"] > 24, sheet.seed


def test_the_order_of_causes_differs_between_learners() -> None:
    orders = {tuple(cause for cause, _, _ in sheet.tables["by_cause"].rows) for sheet in learners()}
    assert len(orders) == 4


def test_figures_stay_in_the_range_of_a_real_line() -> None:
    for sheet in learners():
        values = numbers(sheet)
        assert 2.5 < values["overfill"] < 3.1, sheet.seed
        assert all(97 < float(net) < 110 for _, _, net in sheet.tables["fill"].rows), sheet.seed
        assert values["below_n"] <= 12, sheet.seed


def test_no_answer_fits_half_of_the_learners() -> None:
    """Nobody passes a graded question by copying: the most common key is right for a minority only."""
    for item in assessment().items:
        if isinstance(item, NumberItem):
            keys = sorted(numbers(sheet)[item.ref] for sheet in learners())
            span = 2 * width(item.tolerance, keys[len(keys) // 2])
            most = max(sum(low <= key <= low + span for key in keys) for low in keys)
            assert most < len(keys) / 2, (item.id, most)


def test_learners_have_different_numbers() -> None:
    for name in ("overfill", "s_all", "ppk", "shrink", "r11_closing", "top_share"):
        shown = {round(numbers(sheet)[name], 3) for sheet in learners()}
        assert len(shown) > (6 if name == "r11_closing" else 20), name
    assert {numbers(sheet)["drift_head"] for sheet in learners()} == {1, 2, 3, 4, 5}
    assert len({sheet.tables["fill"].rows[0] + sheet.tables["fill"].rows[1] for sheet in learners()}) > 190
