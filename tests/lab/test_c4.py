"""Case C4: the figures that its text quotes, and what must be true of every learner's data.

The text is written for the teaching variant, the questions are answered on variants that nobody has seen. So what the
documents say in words ("queueing is the largest stage in the plant", "you seem to have added the choices") is checked
here for two hundred learners.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping
from functools import cache
from statistics import mean

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
from dgxblock.grading import number, order
from dgxblock.grading.verdict import Verdict
from dgxblock.lab import Sheet, build, seed

REF = "dg-c4-bed@1"
EXERCISES = ("dg-c4-bed-variety", "dg-c4-bed-lead-time", "dg-c4-bed-pooling")
LEARNERS = range(200)
ROUNDING_BAND = 2.6
"""Within so many tolerances of the key, a result that was rounded too early is excused; no wrong road may be."""


@cache
def library() -> Library:
    return Library.default()


@cache
def case() -> Case:
    document = parse(library().document(REF, "case"))
    assert isinstance(document, Case)
    return document


@cache
def exercises() -> tuple[Exercise, ...]:
    documents = [parse(library().document(REF, "exercise", name)) for name in EXERCISES]
    assert all(isinstance(document, Exercise) for document in documents)
    return tuple(document for document in documents if isinstance(document, Exercise))


@cache
def assessment() -> Assessment:
    document = parse(library().document(REF, "assessment"))
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
    datasets: set[Dataset] = {case().dataset, assessment().dataset, *(each.dataset for each in exercises())}
    assert len(datasets) == 1


TEACHING: Mapping[str, tuple[str, str]] = {
    "variants": ("int", "8,640"),
    "modules": ("int", "32"),
    "variants_left": ("int", "5,760"),
    "uses": ("dec1", "93.8"),
    "lead": ("dec1", "134.5"),
    "lead_days": ("dec1", "5.6"),
    "ship_share": ("percent1", "44.5%"),
    "queue_share": ("percent1", "33.6%"),
    "entry_share": ("percent1", "43.6%"),
    "cut_share": ("percent1", "2.0%"),
    "touch": ("percent1", "8.7%"),
    "w_orders": ("int", "212"),
    "w_errors": ("int", "21"),
    "w_rate": ("percent1", "9.9%"),
    "c_orders": ("int", "120"),
    "c_errors": ("int", "2"),
    "wilson_low": ("percent1", "0.5%"),
    "wilson_high": ("percent1", "5.9%"),
    "fabric_lead": ("int", "16"),
    "ss_sep": ("dec1", "302.6"),
    "ss_pool": ("dec1", "92.3"),
    "ss_saved": ("percent1", "69.5%"),
    "rho_saved": ("percent1", "39.6%"),
}


@pytest.mark.parametrize("name", TEACHING)
def test_the_teaching_variant_is_the_one_that_the_case_was_written_for(name: str) -> None:
    fmt, shown = TEACHING[name]
    assert format_value(teaching().values[name], fmt, "en") == shown


def test_the_interval_is_the_one_that_wilson_gives() -> None:
    values = numbers(teaching())
    errors, orders, z = 2, 120, 1.96
    p = errors / orders
    half = z * math.sqrt(p * (1 - p) / orders + z**2 / (4 * orders**2)) / (1 + z**2 / orders)
    middle = (p + z**2 / (2 * orders)) / (1 + z**2 / orders)
    assert (middle - half, middle + half) == pytest.approx((values["wilson_low"], values["wilson_high"]), rel=1e-9)
    assert (round(middle - half, 4), round(middle + half, 4)) == (0.0046, 0.0587)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_figure_of_every_text_is_computed(lang: str) -> None:
    for document in (case(), *exercises(), assessment()):
        for text in texts(document):
            words = text.plain(lang, teaching().values)
            assert words.strip()
            assert "…" not in words.replace("……", "") and "—%" not in words


def test_charts_draw_what_their_columns_declare() -> None:
    charts = [exhibit for exhibit in case().exhibits if isinstance(exhibit, ChartExhibit)]
    assert [chart.chart for chart in charts] == ["bars", "pareto", "bars"]
    assert [len(teaching().query(chart.query).rows) for chart in charts] == [7, 3, 12]
    for chart in charts:
        assert teaching().query(chart.query).columns == tuple(column.name for column in chart.columns)


def test_the_narrative_has_the_length_of_a_compact_case() -> None:
    narrative = [case().opening, *case().sections]
    length = sum(len(re.findall(r"[\u4e00-\u9fff]", text.plain("zh-CN"))) for part in narrative for text in texts(part))
    assert 900 <= length <= 1400


def test_effects_are_what_the_quotes_say() -> None:
    values = numbers(teaching())
    quotes = {
        "hall": "cost_hall",
        "entry": "cost_entry",
        "clerks": "cost_clerks",
        "all": "cost_pool",
        "check": "cost_pool",
    }
    for decision in case().decisions.decisions:
        for option in decision.options:
            spent = sum(-effect.amount for effect in option.effects if effect.state == "cash")
            assert spent == (values[quotes[option.id]] if option.id in quotes else 0)
    cash = next(state for state in case().decisions.states if state.name == "cash")
    assert cash.start == values["budget"]


def test_words_for_figures_of_the_teaching_variant_fit_them() -> None:
    values = numbers(teaching())
    assert 20 < values["entry_share"] / values["cut_share"] < 23  # "some twenty times"
    assert values["variants_drop"] == pytest.approx(1 / 3)  # "a third fewer variants"
    assert 14 <= values["fabric_lead"] <= 16  # "two weeks ago"
    assert values["check_wan"] > values["cost_pool"]  # "more money is released than spent"
    assert values["f01_cover"] < 2.5 and values["f12_cover"] > 6  # "every few days", "for a week"


def test_every_decision_has_one_best_option() -> None:
    for decision in case().decisions.decisions:
        assert [option.verdict for option in decision.options].count("best") == 1


# --- the questions ---------------------------------------------------------------------------------------------------


def test_points_and_rules_are_those_of_the_blueprint() -> None:
    assert [item.points for item in assessment().items] == [10, 10, 10, 10, 15, 10, 15, 20]
    assert (assessment().rules.pass_mark, assessment().rules.attempts) == (70, 2)
    by_objective = {
        objective.id: sum(item.points for item in assessment().items if objective.id in item.objectives)
        for objective in assessment().objectives
    }
    assert by_objective == {"O1": 40, "O2": 35, "O3": 25}
    assert [sum(item.points for item in exercise.items) for exercise in exercises()] == [100, 100, 100]


def test_each_exercise_names_several_misconceptions() -> None:
    for exercise in exercises():
        notes = {each.note for item in exercise.items for each in item.misconceptions}
        assert len(notes) >= 5
    every = {each.note for item in items() for each in item.misconceptions}
    assert {
        "variety:sum-for-product",
        "lead:rework-per-affected",
        "hall:stage-for-whole",
        "errors:all-orders-as-base",
        "pool:sum-of-deviations",
        "pool:equal-demand",
    } < every


def _typed(value: float, item: NumberItem) -> dict[str, str]:
    """What somebody types who got `value`: two decimals, the unit of the key."""
    return {"value": f"{value * 100:.2f}" if item.unit == "%" else f"{value:.2f}", "unit": item.unit}


def _numbers() -> list[NumberItem]:
    return [item for item in items() if isinstance(item, NumberItem)]


@pytest.mark.parametrize("item", _numbers(), ids=lambda item: str(item.id))
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


@pytest.mark.parametrize("item", _numbers(), ids=lambda item: str(item.id))
def test_no_wrong_road_ends_near_the_key_or_near_another(item: NumberItem) -> None:
    for sheet in learners():
        values = numbers(sheet)
        key = values[item.ref]
        tolerance = width(item.tolerance, key)
        wrong = [values[each.ref] for each in item.misconceptions]
        assert all(abs(value - key) > ROUNDING_BAND * tolerance for value in wrong), sheet.seed
        assert all(abs(a - b) > 2 * tolerance for a, b in itertools.combinations(wrong, 2)), sheet.seed


def test_the_order_of_stages_is_complete_and_no_wrong_order_equals_it() -> None:
    item = next(item for item in items() if item.id == "stages")
    assert isinstance(item, OrderItem)
    for sheet in learners():
        key = [row[0] for row in sheet.query(item.key).rows]
        assert sorted(map(str, key)) == sorted(step.id for step in item.steps), sheet.seed
        wrong = [[row[0] for row in sheet.query(each.key).rows] for each in item.misconceptions]
        assert all(a != b for a, b in itertools.combinations([key, *wrong], 2)), sheet.seed
        assert "rework" in wrong[1][:2] and "rework" not in key[:4], sheet.seed


def test_colour_is_decided_after_the_order_and_the_known_detours_are_recognised() -> None:
    item = next(item for item in items() if item.id == "postpone")
    assert isinstance(item, OrderItem) and not item.key
    steps = tuple(step.id for step in item.steps)
    wrong = tuple(
        (each.note, tuple(str(row[0]) for row in teaching().query(each.key).rows)) for each in item.misconceptions
    )
    spec = order.OrderSpec(steps, after={step.id: step.after for step in item.steps}, misconceptions=wrong)
    assert order.grade(["stock", "lock", "kit", "dye", "cover", "assemble"], spec).verdict is Verdict.RIGHT
    for note, sequence in wrong:
        mark = order.grade(list(sequence), spec)
        assert mark.fraction < 1 and mark.note == note
    # every order that the steps allow begins with the stock and dyes after the order is locked
    allowed = [each for each in itertools.permutations(steps) if not order.displaced(each, spec)]
    assert allowed and all(each.index("dye") > each.index("lock") > each.index("stock") for each in allowed)


def test_keys_of_choices_name_what_the_feedback_leaves_out() -> None:
    singles = {item.id: item for item in items() if isinstance(item, ChoiceItem)}
    assert [choice.id for choice in singles["i7"].choices if choice.correct] == ["interval"]
    assert [choice.id for choice in singles["conditions"].choices if choice.correct] == [
        "independent",
        "same-base",
        "late-finish",
    ]
    for item in singles.values():
        assert all(choice.feedback or choice.correct or item.key for choice in item.choices)
    for sheet in learners():
        assert sheet.query(singles["i4"].key).rows == (("queue",),), sheet.seed


def test_later_answers_follow_a_learners_own_earlier_ones() -> None:
    for sheet in learners()[:20]:
        values = numbers(sheet)
        assert sheet.solve("queue_share", {"lead": 100.0}) == pytest.approx(values["queue"] / 100)
        assert sheet.solve("ss_pool", {"sd_pool": values["sd_sum"]}) == pytest.approx(values["ss_sep"])
        assert sheet.solve("ss_saved", {"ss_sep": 300.0, "ss_pool": 120.0}) == pytest.approx(0.6)
        assert sheet.solve("variants_left", {"variants": 1200.0}) == pytest.approx(800)
        assert sheet.solve("uses", {"modules": 30.0}) == pytest.approx(100)


# --- the story, for everyone -----------------------------------------------------------------------------------------


def test_shipping_is_longest_queueing_is_longest_in_the_plant_and_no_two_stages_are_close() -> None:
    for sheet in learners():
        hours = {str(stage): float(value) for stage, value, _ in sheet.tables["stages"].rows}
        ranked = sorted(hours, key=lambda stage: -hours[stage])
        assert ranked[:4] == ["ship", "queue", "clarify", "sew"] and ranked[-1] == "cut", sheet.seed
        assert all(hours[later] < 0.965 * hours[earlier] for earlier, later in itertools.pairwise(ranked)), sheet.seed
        assert hours["queue"] > 2 * (hours["cut"] + hours["sew"] + hours["assemble"]), sheet.seed


def test_the_order_of_the_lesser_stages_differs_between_learners() -> None:
    slower = [numbers(sheet)["assemble"] > numbers(sheet)["rework"] for sheet in learners()]
    assert 0.2 < sum(slower) / len(slower) < 0.6


def test_the_stages_add_up_to_the_lead_time_order_by_order() -> None:
    for sheet in learners()[:20]:
        rows = sheet.tables["orders"].rows
        hours = [sum(float(row[k]) for k in (3, 4, 5, 6, 7, 8, 10)) for row in rows]
        assert len(rows) == 500
        assert mean(hours) == pytest.approx(numbers(sheet)["lead"], rel=1e-9)
        assert min(float(row[k]) for row in rows for k in range(3, 11)) >= 0
        assert all((float(row[10]) > 0) == (row[9] == 1) for row in rows)
        assert all(25 < float(row[10]) < 145 for row in rows if row[9] == 1)
        assert {row[1] for row in rows} == {"wechat", "excel", "configurator"}
        assert all(re.fullmatch("F(0[1-9]|1[0-2])", str(row[2])) for row in rows)


def test_the_cutting_hall_gains_little_and_order_entry_much() -> None:
    for sheet in learners():
        values = numbers(sheet)
        assert values["hall_share"] < 0.015 and values["cut_share"] < 0.025, sheet.seed
        assert values["touch"] < 0.115 and 5 < values["lead_days"] < 6, sheet.seed
        assert values["entry_saved"] > 2 * values["clerks_saved"] > 4 * values["hall_saved"], sheet.seed
        assert values["lead_entry"] < values["lead_clerks"] < values["lead_hall"] < values["lead"], sheet.seed


def test_the_configurator_is_promising_beyond_its_small_sample() -> None:
    for sheet in learners():
        values = numbers(sheet)
        assert 0 < values["wilson_low"] < values["c_rate"] < values["wilson_high"] < values["w_rate"] - 0.01, sheet.seed
        assert values["c_rate"] < values["e_rate"] < values["w_rate"], sheet.seed
        assert 1 <= values["c_errors"] <= 3 and 0.5 < values["fewer"] < 1, sheet.seed
        assert values["w_errors"] > values["e_errors"] > values["c_errors"], sheet.seed
        assert values["c_clarify"] < values["e_clarify"] < values["w_clarify"], sheet.seed


def test_pooling_saves_two_thirds_if_independent_less_if_not_and_nothing_if_all_move_together() -> None:
    for sheet in learners():
        values = numbers(sheet)
        assert 0.68 < values["ss_saved"] < 0.71 and 0.35 < values["rho_saved"] < 0.45, sheet.seed
        assert values["ss_pool"] < values["ss_check"] < values["ss_rho"] < values["ss_cut"] < values["ss_sep"], (
            sheet.seed
        )
        together = values["z"] * values["root_lead"] * values["sd_sum"]  # correlation 1: deviations add up
        assert together == pytest.approx(values["ss_sep"], rel=1e-9), sheet.seed
        assert values["check_wan"] > values["cost_pool"], sheet.seed
        assert values["f12_cover"] > 2.5 * values["f01_cover"], sheet.seed


def test_the_sums_of_squares_and_of_deviations_are_those_of_the_fabric_table() -> None:
    for sheet in learners()[:20]:
        values = numbers(sheet)
        deviations = [float(row[2]) for row in sheet.tables["fabric"].rows]
        assert len(deviations) == 12
        assert values["sd_sum"] == pytest.approx(sum(deviations), rel=1e-9)
        assert values["sd_pool"] == pytest.approx(math.sqrt(sum(each**2 for each in deviations)), rel=1e-9)
        assert values["ss_pool"] == pytest.approx(
            1.645 * values["sd_pool"] * math.sqrt(values["fabric_lead"]), rel=1e-9
        )


def test_options_multiply_to_variants_and_add_up_to_modules() -> None:
    for sheet in learners():
        values = numbers(sheet)
        choices = [int(row[1]) for row in sheet.tables["options"].rows]
        assert values["variants"] == math.prod(choices) and values["modules"] == sum(choices), sheet.seed
        assert 2800 < values["variants"] < 31000 and 28 <= values["modules"] <= 37, sheet.seed
        assert values["variants_left"] == int(values["variants_left"]), sheet.seed
        assert values["per_variant"] < 0.2 < values["uses"], sheet.seed


def test_learners_have_different_numbers() -> None:
    for name in ("lead", "queue_share", "touch", "ss_sep", "f01_ss", "clarify"):
        shown = {round(numbers(sheet)[name], 4) for sheet in learners()}
        assert len(shown) > 25, name
    assert len({numbers(sheet)["variants"] for sheet in learners()}) > 20
    assert len({numbers(sheet)["w_rate"] for sheet in learners()}) > 25
    assert len({sheet.tables["orders"].rows[0] for sheet in learners()}) > 190
