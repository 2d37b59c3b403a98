"""Case C1: the figures that its text quotes, and what must be true of every learner's data.

The text is written for the teaching variant, the questions are answered on variants that nobody has seen. So what the
documents say in words ("changeovers are the largest loss", "you seem to have averaged the factors") is checked here for
two hundred learners.
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

REF = "dg-c1-smt@1"
LEARNERS = range(200)
ROUNDING_BAND = 2.6
"""Within so many tolerances of the key, a result that was rounded too early is excused; no wrong road may be."""


@cache
def case() -> Case:
    document = parse(Library.default().document(REF, "case"))
    assert isinstance(document, Case)
    return document


@cache
def exercise() -> Exercise:
    document = parse(Library.default().document(REF, "exercise", "dg-c1-smt-oee"))
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


def items() -> tuple[Item, ...]:
    return (*exercise().items, *assessment().items)


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
    datasets: set[Dataset] = {case().dataset, exercise().dataset, assessment().dataset}
    assert len(datasets) == 1


TEACHING: Mapping[str, tuple[str, str]] = {
    "l1_oee": ("percent1", "58.2%"),
    "l1_a": ("percent1", "67.3%"),
    "l1_p": ("percent1", "89.1%"),
    "l1_q": ("percent1", "97.0%"),
    "l2_oee": ("percent1", "72.3%"),
    "l3_oee": ("percent1", "73.7%"),
    "l3_q": ("percent1", "93.6%"),
    "l1_total": ("int", "79,224"),
    "l1_down": ("dec1", "12,933.7"),
    "l1_chg_min": ("dec1", "10,746.0"),
    "l1_brk_min": ("dec1", "1,196.1"),
    "l1_wait_min": ("dec1", "991.6"),
    "l1_chg_share": ("percent1", "83.1%"),
    "l1_chg_mean": ("dec2", "27.27"),
    "l1_freed": ("dec1", "4,298.4"),
    "l1_boards_gain": ("int", "12,770"),
    "l1_oee_after": ("percent1", "67.6%"),
    "l3_gain": ("int", "2,131"),
    "spi_ucl": ("dec2", "107.92"),
    "spi_list_en": ("text", "29, 30, 33, 35, 37, 38, 39, 40"),
}


@pytest.mark.parametrize("name", TEACHING)
def test_the_teaching_variant_is_the_one_that_the_case_was_written_for(name: str) -> None:
    values = build(case().dataset, case().dataset.seed).values
    fmt, shown = TEACHING[name]
    assert format_value(values[name], fmt, "en") == shown


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_figure_of_every_text_is_computed(lang: str) -> None:
    values = build(case().dataset, case().dataset.seed).values
    for document in (case(), exercise(), assessment()):
        for text in texts(document):
            words = text.plain(lang, values)
            assert words.strip()
            assert "…" not in words.replace("……", "") and "—%" not in words


def test_charts_draw_what_their_columns_declare() -> None:
    sheet = build(case().dataset, case().dataset.seed)
    charts = [exhibit for exhibit in case().exhibits if isinstance(exhibit, ChartExhibit)]
    assert [chart.chart for chart in charts] == ["factors", "pareto", "bars", "run"]
    assert [len(sheet.query(chart.query).rows) for chart in charts] == [3, 3, 3, 40]
    for chart in charts:
        assert sheet.query(chart.query).columns == tuple(column.name for column in chart.columns)


def test_the_narrative_has_the_length_of_a_compact_case() -> None:
    narrative = [case().opening, *case().sections]
    length = sum(len(re.findall(r"[\u4e00-\u9fff]", text.plain("zh-CN"))) for part in narrative for text in texts(part))
    assert 900 <= length <= 1400


def test_effects_on_cash_are_what_the_quotes_say() -> None:
    values = numbers(build(case().dataset, case().dataset.seed))
    quotes = {"smed": "cost_a", "aoi": "cost_b", "machine": "cost_c", "all": "cost_all", "first": "cost_first"}
    for decision in case().decisions.decisions:
        for option in decision.options:
            spent = sum(-effect.amount for effect in option.effects if effect.state == "cash")
            assert spent == (values[quotes[option.id]] if option.id in quotes else 0)
    cash = next(state for state in case().decisions.states if state.name == "cash")
    assert cash.start == values["budget"]


def test_every_decision_has_one_best_option() -> None:
    for decision in case().decisions.decisions:
        assert [option.verdict for option in decision.options].count("best") == 1


# --- the questions ---------------------------------------------------------------------------------------------------


def test_points_and_rules_are_those_of_the_blueprint() -> None:
    assert [item.points for item in assessment().items] == [10, 15, 10, 10, 15, 10, 20, 10]
    assert (assessment().rules.pass_mark, assessment().rules.attempts) == (70, 2)
    by_objective = {
        objective.id: sum(item.points for item in assessment().items if objective.id in item.objectives)
        for objective in assessment().objectives
    }
    assert by_objective == {"O1": 45, "O2": 35, "O3": 20}
    assert sum(item.points for item in exercise().items) == 100


def test_the_exercise_names_at_least_five_misconceptions() -> None:
    notes = {each.note for item in exercise().items for each in item.misconceptions}
    assert {
        "oee:breaks-in-base",
        "oee:rework-as-first-pass",
        "oee:mean-of-factors",
        "oee:minutes-as-seconds",
        "oee:full-speed",
    } < notes


def _typed(value: float, item: NumberItem) -> dict[str, str]:
    """What somebody types who got `value`: two decimals, the unit of the key."""
    return {"value": f"{value * 100:.2f}" if item.unit == "%" else f"{value:.2f}", "unit": item.unit}


@pytest.mark.parametrize(
    "item", [item for item in items() if isinstance(item, NumberItem)], ids=lambda item: str(item.id)
)
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


@pytest.mark.parametrize(
    "item", [item for item in items() if isinstance(item, NumberItem)], ids=lambda item: str(item.id)
)
def test_no_wrong_road_ends_near_the_key_or_near_another(item: NumberItem) -> None:
    for sheet in learners():
        values = numbers(sheet)
        key = values[item.ref]
        tolerance = width(item.tolerance, key)
        wrong = [values[each.ref] for each in item.misconceptions]
        assert all(abs(value - key) > ROUNDING_BAND * tolerance for value in wrong), sheet.seed
        assert all(abs(a - b) > 2 * tolerance for a, b in itertools.combinations(wrong, 2)), sheet.seed


@pytest.mark.parametrize(
    "item", [item for item in items() if isinstance(item, OrderItem)], ids=lambda item: str(item.id)
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
    expected = {"i3": {"changeover"}, "i6": {"L3"}}
    for sheet in learners():
        key = {str(row[0]) for row in sheet.query(item.key).rows}
        assert key <= {choice.id for choice in item.choices}, sheet.seed
        if item.multiple:
            assert 3 <= len(key) < len(item.choices) - 3, sheet.seed
        else:
            # these have feedback that speaks of the other lines and losses by name
            assert key == expected[item.id], sheet.seed


def test_oee_follows_a_learners_own_factors() -> None:
    for sheet in learners()[:20]:
        values = numbers(sheet)
        own = {"l1_a": 0.7, "l1_q": values["x_q_rework"]}
        assert sheet.solve("l1_oee", own) == pytest.approx(0.7 * values["l1_p"] * values["x_q_rework"], rel=1e-9)


# --- the story, for everyone -----------------------------------------------------------------------------------------


def test_changeovers_are_the_largest_loss_and_no_two_losses_are_close() -> None:
    for sheet in learners():
        losses = {str(loss): float(minutes) for loss, minutes, _ in sheet.tables["l1_losses"].rows}
        ordered = sorted(losses.values(), reverse=True)
        assert losses["changeover"] == ordered[0] and losses["speed"] == ordered[1], sheet.seed
        assert all(later < 0.95 * earlier for earlier, later in itertools.pairwise(ordered)), sheet.seed
        assert 0.78 < numbers(sheet)["l1_chg_share"] < 0.88, sheet.seed


def test_the_order_of_the_lesser_losses_differs_between_learners() -> None:
    larger = [numbers(sheet)["l1_brk_min"] > numbers(sheet)["l1_wait_min"] for sheet in learners()]
    assert 0.5 < sum(larger) / len(larger) < 0.9


def test_line_1_has_the_lowest_oee_and_line_3_the_lowest_quality() -> None:
    for sheet in learners():
        values = numbers(sheet)
        assert values["l1_oee"] < min(values["l2_oee"], values["l3_oee"]) - 0.05, sheet.seed
        assert values["l1_a"] < min(values["l1_p"], values["l1_q"]) - 0.1, sheet.seed
        assert values["l3_q"] < values["l1_q"] - 0.02 < values["l2_q"] - 0.02, sheet.seed
        assert values["l3_rejects"] > 1.3 * max(values["l1_rejects"], values["l2_rejects"]), sheet.seed


def test_shorter_changeovers_gain_more_than_four_times_what_vision_gains() -> None:
    for sheet in learners():
        values = numbers(sheet)
        assert values["gain_ratio"] > 4, sheet.seed
        assert values["l1_oee_after"] - values["l1_oee"] > 0.08, sheet.seed


def test_figures_stay_in_the_range_of_a_real_line() -> None:
    for sheet in learners():
        values = numbers(sheet)
        assert 0.54 < values["l1_oee"] < 0.64, sheet.seed
        assert all(0.6 < values[f"l{line}_{factor}"] < 1 for line in "123" for factor in "apq"), sheet.seed
        assert 24 < values["l1_chg_mean"] < 30, sheet.seed
        for row in sheet.tables["shift_log"].rows:
            _, _, _, planned, _, change, broken, waited, _, total, good, reworked, scrap = row
            assert float(change) + float(broken) + float(waited) < float(planned) - 60, sheet.seed
            assert min(map(float, (change, broken, waited, good, reworked, scrap))) >= 0, sheet.seed
            assert float(good) + float(reworked) + float(scrap) == total, sheet.seed


def test_paste_is_beyond_its_limit_from_subgroup_29_on_and_never_near_it() -> None:
    for sheet in learners():
        values = numbers(sheet)
        means = {int(subgroup): float(mean) for subgroup, mean, _ in sheet.tables["spi_means"].rows}
        beyond = [subgroup for subgroup, mean in means.items() if mean > values["spi_ucl"]]
        assert 3 <= len(beyond) <= 9 and min(beyond) >= 29, sheet.seed
        assert all(values["spi_lcl"] + 0.3 < means[k] < values["spi_ucl"] - 0.3 for k in range(1, 29)), sheet.seed
        assert all(abs(means[k] - values["spi_ucl"]) > 0.3 for k in range(29, 41)), sheet.seed


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_nothing_that_is_read_before_the_assessment_tells_where_the_paste_has_moved(lang: str) -> None:
    hidden = set(map(id, texts(case().teaching_note)))
    told = [text for text in texts(case()) if id(text) not in hidden] + list(texts(exercise()))
    values = learners()[0].values
    for text in told:
        words = text.plain(lang, values)
        assert not re.search(r"第\s*(2[89]|[34]\d)|subgroups? ([\d, to]* )?(2[89]|[34]\d)\b", words), words
        assert str(values["spi_list_zh"]) not in words, words


def test_learners_have_different_numbers() -> None:
    for name in ("l1_a", "l1_oee", "l1_chg_mean", "l1_boards_gain", "spi_ucl"):
        shown = {round(numbers(sheet)[name], 3) for sheet in learners()}
        assert len(shown) > 25, name
    assert len({sheet.tables["l1_log"].rows[0] for sheet in learners()}) > 190
