"""Case C1: the figures that its text quotes, and what must be true of every learner's data.

The text is written for the teaching variant, the questions are answered on variants that nobody has seen. So what the
documents say in words ("changeovers are the largest loss", "you seem to have averaged the factors") is checked here for
two hundred learners.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import pytest

from dgxblock.content.model import ChoiceItem, Item, NumberItem, OrderItem, texts
from dgxblock.papers.draw import draw
from tests.builders import cases
from tests.builders.cases import each_of, ids, numbers

STUDY = cases.Study("dg-c1-smt@1", ("dg-c1-smt-oee", "dg-c1-smt-pareto", "dg-c1-smt-spc"))


def items() -> tuple[Item, ...]:
    """Those on the factors and losses; the other two exercises have a file of their own."""
    return (*STUDY.exercises[0].items, *STUDY.assessment.items)


# --- the teaching variant --------------------------------------------------------------------------------------------


def test_all_documents_have_one_data_set() -> None:
    assert {document.dataset for document in STUDY.documents} == {STUDY.case.dataset}


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
    fmt, shown = TEACHING[name]
    assert STUDY.shown(name, fmt) == shown


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_figure_of_every_text_is_computed(lang: str) -> None:
    cases.computes_every_figure(STUDY, lang)


def test_charts_draw_what_their_columns_declare() -> None:
    cases.draws_what_columns_declare(STUDY, ("factors", 3), ("pareto", 3), ("bars", 3), ("run", 40))


def test_the_narrative_has_the_length_of_a_compact_case() -> None:
    cases.is_compact(STUDY)


def test_effects_on_cash_are_what_the_quotes_say() -> None:
    values = numbers(STUDY.teaching)
    quotes = {"smed": "cost_a", "aoi": "cost_b", "machine": "cost_c", "all": "cost_all", "first": "cost_first"}
    for decision in STUDY.case.decisions.decisions:
        for option in decision.options:
            spent = sum(-effect.amount for effect in option.effects if effect.state == "cash")
            assert spent == (values[quotes[option.id]] if option.id in quotes else 0)
    cash = next(state for state in STUDY.case.decisions.states if state.name == "cash")
    assert cash.start == values["budget"]


def test_every_decision_has_one_best_option() -> None:
    cases.has_one_best_option_each(STUDY)


# --- the questions ---------------------------------------------------------------------------------------------------


def test_points_and_rules_are_those_of_the_blueprint() -> None:
    assert [item.points for item in STUDY.paper()] == [10, 15, 10, 10, 15, 10, 20, 10]
    assert (STUDY.assessment.rules.pass_mark, STUDY.assessment.rules.attempts) == (70, 2)
    assert STUDY.points_by_objective() == {"O1": 45, "O2": 35, "O3": 20}
    for exercise in STUDY.exercises:
        assert sum(item.points for item in exercise.items) == 100, exercise.id


def test_whatever_is_drawn_has_eight_questions_and_the_same_points_for_each_objective() -> None:
    drawn = {tuple(sorted(draw(STUDY.assessment, str(seed)))) for seed in range(300)}
    assert len(drawn) == 27, "three pools of three"
    points = {item.id: (item.points, item.objectives) for item in STUDY.assessment.items}
    for ids_of in drawn:
        by_objective: Counter[str] = Counter()
        for name in ids_of:
            earned, objectives = points[name]
            by_objective.update({each: int(earned) for each in objectives})
        assert (len(ids_of), by_objective) == (8, {"O1": 45, "O2": 35, "O3": 20})


def test_two_tries_share_the_anchors_only() -> None:
    for seed in range(50):
        first = draw(STUDY.assessment, f"{seed} 1")
        second = draw(STUDY.assessment, f"{seed} 2", [first])
        assert set(first) & set(second) == {"i2", "i4", "i5", "i6", "i7"}


def test_the_exercise_names_at_least_five_misconceptions() -> None:
    assert {
        "oee:breaks-in-base",
        "oee:rework-as-first-pass",
        "oee:mean-of-factors",
        "oee:minutes-as-seconds",
        "oee:full-speed",
    } < {each.note for item in STUDY.exercises[0].items for each in item.misconceptions}


@each_of(items(), NumberItem)
def test_each_wrong_road_is_recognised_and_the_right_one_too(item: NumberItem) -> None:
    cases.recognises_roads(item, STUDY.learners)


@each_of(items(), NumberItem)
def test_no_wrong_road_ends_near_the_key_or_near_another(item: NumberItem) -> None:
    cases.keeps_roads_apart(item, STUDY.learners)


@each_of(items(), OrderItem)
def test_an_order_is_complete_and_no_wrong_order_equals_it(item: OrderItem) -> None:
    cases.orders_every_step(item, STUDY.learners)


@pytest.mark.parametrize(
    "item", [item for item in items() if isinstance(item, ChoiceItem) and item.key], ids=lambda item: str(item.id)
)
def test_a_key_names_choices_of_its_question(item: ChoiceItem) -> None:
    expected = {"i3": {"changeover"}, "i6": {"L3"}}
    for sheet in STUDY.learners:
        key = set(ids(sheet, item.key))
        assert key <= {choice.id for choice in item.choices}, sheet.seed
        if item.multiple:
            assert 3 <= len(key) < len(item.choices) - 3, sheet.seed
        else:
            # these have feedback that speaks of the other lines and losses by name
            assert key == expected[item.id], sheet.seed


def test_oee_follows_a_learners_own_factors() -> None:
    for sheet in STUDY.learners[:20]:
        values = numbers(sheet)
        own = {"l1_a": 0.7, "l1_q": values["x_q_rework"]}
        assert sheet.solve("l1_oee", own) == pytest.approx(0.7 * values["l1_p"] * values["x_q_rework"], rel=1e-9)


# --- the story, for everyone -----------------------------------------------------------------------------------------


def test_changeovers_are_the_largest_loss_and_no_two_losses_are_close() -> None:
    for sheet in STUDY.learners:
        losses = {str(loss): float(minutes) for loss, minutes, _ in sheet.tables["l1_losses"].rows}
        ordered = sorted(losses.values(), reverse=True)
        assert losses["changeover"] == ordered[0] and losses["speed"] == ordered[1], sheet.seed
        assert cases.has_no_ties(ordered), sheet.seed
        assert 0.78 < numbers(sheet)["l1_chg_share"] < 0.88, sheet.seed


def test_the_order_of_the_lesser_losses_differs_between_learners() -> None:
    larger = [numbers(sheet)["l1_brk_min"] > numbers(sheet)["l1_wait_min"] for sheet in STUDY.learners]
    assert 0.5 < sum(larger) / len(larger) < 0.9


def test_line_1_has_the_lowest_oee_and_line_3_the_lowest_quality() -> None:
    for sheet in STUDY.learners:
        values = numbers(sheet)
        assert values["l1_oee"] < min(values["l2_oee"], values["l3_oee"]) - 0.05, sheet.seed
        assert values["l1_a"] < min(values["l1_p"], values["l1_q"]) - 0.1, sheet.seed
        assert values["l3_q"] < values["l1_q"] - 0.02 < values["l2_q"] - 0.02, sheet.seed
        assert values["l3_rejects"] > 1.3 * max(values["l1_rejects"], values["l2_rejects"]), sheet.seed


def test_shorter_changeovers_gain_more_than_four_times_what_vision_gains() -> None:
    for sheet in STUDY.learners:
        values = numbers(sheet)
        assert values["gain_ratio"] > 4, sheet.seed
        assert values["l1_oee_after"] - values["l1_oee"] > 0.08, sheet.seed


def test_figures_stay_in_the_range_of_a_real_line() -> None:
    for sheet in STUDY.learners:
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
    for sheet in STUDY.learners:
        values = numbers(sheet)
        means = {int(subgroup): float(mean) for subgroup, mean, _ in sheet.tables["spi_means"].rows}
        beyond = [subgroup for subgroup, mean in means.items() if mean > values["spi_ucl"]]
        assert 3 <= len(beyond) <= 9 and min(beyond) >= 29, sheet.seed
        assert all(values["spi_lcl"] + 0.3 < means[k] < values["spi_ucl"] - 0.3 for k in range(1, 29)), sheet.seed
        assert all(abs(means[k] - values["spi_ucl"]) > 0.3 for k in range(29, 41)), sheet.seed


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_nothing_that_is_read_before_the_assessment_tells_where_the_paste_has_moved(lang: str) -> None:
    hidden = set(map(id, texts(STUDY.case.teaching_note)))
    told = [text for text in texts(STUDY.case) if id(text) not in hidden] + list(texts(STUDY.exercises[0]))
    values = STUDY.learners[0].values
    for text in told:
        words = text.plain(lang, values)
        assert not re.search(r"第\s*(2[89]|[34]\d)|subgroups? ([\d, to]* )?(2[89]|[34]\d)\b", words), words
        assert str(values["spi_list_zh"]) not in words, words


def test_learners_have_different_numbers() -> None:
    for name in ("l1_a", "l1_oee", "l1_chg_mean", "l1_boards_gain", "spi_ucl"):
        shown = {round(numbers(sheet)[name], 3) for sheet in STUDY.learners}
        assert len(shown) > 25, name
    assert len({sheet.tables["l1_log"].rows[0] for sheet in STUDY.learners}) > 190
