"""Case C4: the figures that its text quotes, and what must be true of every learner's data.

The text is written for the teaching variant, the questions are answered on variants that nobody has seen. So what the
documents say in words ("you seem to have added the choices") is checked here for two hundred learners; what its story
says of everyone is checked beside this.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping

import pytest

from dgxblock.content.model import ChoiceItem, NumberItem, OrderItem
from dgxblock.grading import order
from dgxblock.grading.verdict import Verdict
from tests.builders import cases
from tests.builders.cases import each_of, numbers

STUDY = cases.Study("dg-c4-bed@1", ("dg-c4-bed-variety", "dg-c4-bed-lead-time", "dg-c4-bed-pooling"))


# --- the teaching variant --------------------------------------------------------------------------------------------


def test_all_documents_have_one_data_set() -> None:
    assert {document.dataset for document in STUDY.documents} == {STUDY.case.dataset}


TEACHING: Mapping[str, tuple[str, str]] = {
    "variants": ("int", "8,640"),
    "modules": ("int", "32"),
    "variants_left": ("int", "5,760"),
    "uses": ("dec1", "93.8"),
    "v_size_less": ("int", "7,200"),
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
    "w_slow": ("int", "72"),
    "c_orders": ("int", "120"),
    "c_errors": ("int", "2"),
    "wilson_low": ("percent1", "0.5%"),
    "wilson_high": ("percent1", "5.9%"),
    "fabric_lead": ("int", "16"),
    "ss_sep": ("dec1", "302.6"),
    "ss_pool": ("dec1", "92.3"),
    "ss_saved": ("percent1", "69.5%"),
    "hot_saved": ("dec1", "42.8"),
    "cold_saved": ("dec1", "19.5"),
    "check_saved": ("percent0", "47%"),
    "rho_saved": ("percent1", "39.6%"),
}


@pytest.mark.parametrize("name", TEACHING)
def test_the_teaching_variant_is_the_one_that_the_case_was_written_for(name: str) -> None:
    fmt, shown = TEACHING[name]
    assert STUDY.shown(name, fmt) == shown


def test_the_interval_is_the_one_that_wilson_gives() -> None:
    values = numbers(STUDY.teaching)
    errors, orders, z = 2, 120, 1.96
    p = errors / orders
    half = z * math.sqrt(p * (1 - p) / orders + z**2 / (4 * orders**2)) / (1 + z**2 / orders)
    middle = (p + z**2 / (2 * orders)) / (1 + z**2 / orders)
    assert (middle - half, middle + half) == pytest.approx((values["wilson_low"], values["wilson_high"]), rel=1e-9)
    assert (round(middle - half, 4), round(middle + half, 4)) == (0.0046, 0.0587)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_figure_of_every_text_is_computed(lang: str) -> None:
    cases.computes_every_figure(STUDY, lang)


def test_charts_draw_what_their_columns_declare() -> None:
    cases.draws_what_columns_declare(STUDY, ("bars", 7), ("pareto", 3), ("bars", 12))


def test_the_narrative_has_the_length_of_a_compact_case() -> None:
    cases.is_compact(STUDY)


def test_effects_are_what_the_quotes_say() -> None:
    values = numbers(STUDY.teaching)
    quotes = {
        "hall": "cost_hall",
        "entry": "cost_entry",
        "clerks": "cost_clerks",
        "all": "cost_pool",
        "check": "cost_pool",
    }
    for decision in STUDY.case.decisions.decisions:
        for option in decision.options:
            spent = sum(-effect.amount for effect in option.effects if effect.state == "cash")
            assert spent == (values[quotes[option.id]] if option.id in quotes else 0)
    cash = next(state for state in STUDY.case.decisions.states if state.name == "cash")
    assert cash.start == values["budget"]


def test_words_for_figures_of_the_teaching_variant_fit_them() -> None:
    values = numbers(STUDY.teaching)
    assert 20 < values["entry_share"] / values["cut_share"] < 23  # "some twenty times"
    assert values["variants_drop"] == pytest.approx(1 / 3)  # "a third fewer variants"
    assert 14 <= values["fabric_lead"] <= 16  # "two weeks ago"
    assert values["check_wan"] > values["cost_pool"]  # "more money is released than spent"
    assert values["f01_cover"] < 2.5 and values["f12_cover"] > 6  # "every few days", "for a week"


def test_every_decision_has_one_best_option() -> None:
    cases.has_one_best_option_each(STUDY)


# --- the questions ---------------------------------------------------------------------------------------------------


def test_points_and_rules_are_those_of_the_blueprint() -> None:
    assert [item.points for item in STUDY.assessment.items] == [10, 10, 10, 10, 15, 10, 15, 20]
    assert (STUDY.assessment.rules.pass_mark, STUDY.assessment.rules.attempts) == (70, 2)
    assert STUDY.points_by_objective() == {"O1": 40, "O2": 35, "O3": 25}
    assert [sum(item.points for item in exercise.items) for exercise in STUDY.exercises] == [100, 100, 100]


def test_each_exercise_names_several_misconceptions() -> None:
    for exercise in STUDY.exercises:
        notes = {each.note for item in exercise.items for each in item.misconceptions}
        assert len(notes) >= 5
    every = {each.note for item in STUDY.items for each in item.misconceptions}
    assert {
        "variety:sum-for-product",
        "lead:rework-per-affected",
        "hall:stage-for-whole",
        "errors:all-orders-as-base",
        "pool:sum-of-deviations",
        "pool:equal-demand",
    } < every


@each_of(STUDY.items, NumberItem)
def test_each_wrong_road_is_recognised_and_the_right_one_too(item: NumberItem) -> None:
    cases.recognises_roads(item, STUDY.learners)


@each_of(STUDY.items, NumberItem)
def test_no_wrong_road_ends_near_the_key_or_near_another(item: NumberItem) -> None:
    cases.keeps_roads_apart(item, STUDY.learners)


def test_the_order_of_stages_is_complete_and_no_wrong_order_equals_it() -> None:
    item = next(item for item in STUDY.items if item.id == "stages")
    assert isinstance(item, OrderItem)
    for sheet in STUDY.learners:
        key = [row[0] for row in sheet.query(item.key).rows]
        assert sorted(map(str, key)) == sorted(step.id for step in item.steps), sheet.seed
        wrong = [[row[0] for row in sheet.query(each.key).rows] for each in item.misconceptions]
        assert all(a != b for a, b in itertools.combinations([key, *wrong], 2)), sheet.seed
        assert "rework" in wrong[1][:2] and "rework" not in key[:4], sheet.seed


def test_colour_is_decided_after_the_order_and_the_known_detours_are_recognised() -> None:
    item = next(item for item in STUDY.items if item.id == "postpone")
    assert isinstance(item, OrderItem) and not item.key
    steps = tuple(step.id for step in item.steps)
    wrong = tuple(
        (each.note, tuple(str(row[0]) for row in STUDY.teaching.query(each.key).rows)) for each in item.misconceptions
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
    singles = {item.id: item for item in STUDY.items if isinstance(item, ChoiceItem)}
    assert [choice.id for choice in singles["i7"].choices if choice.correct] == ["interval"]
    assert [choice.id for choice in singles["conditions"].choices if choice.correct] == [
        "independent",
        "same-base",
        "late-finish",
    ]
    for item in singles.values():
        assert all(choice.feedback or choice.correct or item.key for choice in item.choices)
    for sheet in STUDY.learners:
        assert sheet.query(singles["i4"].key).rows == (("queue",),), sheet.seed


def test_later_answers_follow_a_learners_own_earlier_ones() -> None:
    for sheet in STUDY.learners[:20]:
        values = numbers(sheet)
        assert sheet.solve("queue_share", {"lead": 100.0}) == pytest.approx(values["queue"] / 100)
        assert sheet.solve("ss_pool", {"sd_pool": values["sd_sum"]}) == pytest.approx(values["ss_sep"])
        assert sheet.solve("ss_saved", {"ss_sep": 300.0, "ss_pool": 120.0}) == pytest.approx(0.6)
        assert sheet.solve("variants_left", {"variants": 1200.0}) == pytest.approx(800)
        assert sheet.solve("uses", {"modules": 30.0}) == pytest.approx(100)
