"""Case C6: the figures that its text quotes, and what must be true of every learner's data.

The text is written for the teaching variant, the questions are answered on variants that nobody has seen. So what the
documents say in words ("it looks as if all was counted at the peak price") is checked here for two hundred learners;
what the story says of everyone is checked beside this. A sheet of this case has 2,880 rows, so only what is asked for
is kept of each.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pytest

from dgxblock.content.model import ChoiceItem, NumberItem, OrderItem, PointsItem, Value
from dgxblock.formats import format_value
from dgxblock.lab import Sheet, seed
from tests.builders import cases
from tests.builders.cases import each_of, ids, numbers

STUDY = cases.Study("dg-c6-paper@1", ("dg-c6-paper-sec", "dg-c6-paper-baseline", "dg-c6-paper-tariff"))
METERS = 40
"""Of so many learners the 2,880 rows of the meter are looked at too."""
ORDERS = [item for item in STUDY.items if isinstance(item, OrderItem) and item.key]
(NIGHTS,) = (item for item in STUDY.items if isinstance(item, PointsItem))


@dataclass(frozen=True)
class Learner:
    """What is asked about one learner's data; a failing one is named by its seed."""

    seed: str
    values: Mapping[str, float]
    tables: Mapping[str, tuple[tuple[Value, ...], ...]]
    meter: tuple[tuple[Value, ...], ...]
    orders: Mapping[str, tuple[list[str], ...]]
    run: list[str]


def learner(of: str, /, *, meter: bool) -> Learner:
    sheet = Sheet(STUDY.case.dataset, of)
    return Learner(
        of,
        numbers(sheet),
        {name: sheet.tables[name].rows for name in ("cusum", "walk", "bands", "nights")},
        sheet.query(
            "SELECT day, count(*), sum(tonnes = 0), min(tonnes), max(tonnes), min(kwh), max(kwh), sum(tonnes), sum(kwh)"
            " FROM meter GROUP BY day ORDER BY day"
        ).rows
        if meter
        else (),
        {
            item.id: tuple(ids(sheet, key) for key in (item.key, *(each.key for each in item.misconceptions)))
            for item in ORDERS
        },
        ids(sheet, NIGHTS.key),
    )


@cache
def learners() -> tuple[Learner, ...]:
    return tuple(learner(seed(b"gate", STUDY.ref, str(each)), meter=each < METERS) for each in range(cases.LEARNERS))


# --- the teaching variant --------------------------------------------------------------------------------------------


def test_all_documents_have_one_data_set() -> None:
    assert {document.dataset for document in STUDY.documents} == {STUDY.case.dataset}


TEACHING: Mapping[str, tuple[str, str]] = {
    "sec": ("dec1", "432.1"),
    "sec1": ("dec1", "429.9"),
    "sec2": ("dec1", "435.4"),
    "sec_rise": ("percent1", "1.3%"),
    "e": ("int", "2,541,707"),
    "t": ("dec1", "5,882.2"),
    "slope": ("dec2", "394.23"),
    "intercept": ("dec2", "73.79"),
    "base_kw": ("int", "295"),
    "excess": ("int", "10,255"),
    "extra_kw": ("dec1", "35.6"),
    "load_factor": ("percent1", "80.3%"),
    "p_max": ("int", "4,396"),
    "prev_sec": ("dec1", "433.5"),
    "e_rise": ("percent1", "8.3%"),
    "t_rise": ("percent1", "8.7%"),
    "stop_before": ("int", "298"),
    "stop_after": ("int", "334"),
    "w_air": ("int", "39"),
    "f_air": ("int", "72"),
    "extra_year": ("cny", "CNY 191,484"),
    "shift_gross": ("cny", "CNY 47,231"),
    "shift_net": ("cny", "CNY 25,631"),
    "payback": ("dec2", "0.70"),
}


@pytest.mark.parametrize("name", TEACHING)
def test_the_teaching_variant_is_the_one_that_the_case_was_written_for(name: str) -> None:
    fmt, shown = TEACHING[name]
    assert STUDY.shown(name, fmt) == shown


def test_the_title_tells_the_load_of_the_teaching_variant() -> None:
    assert STUDY.shown("extra_kw", "int") == "36"
    title = STUDY.case.meta.title
    assert "三十六千瓦" in title.plain("zh-CN") and "36 kW" in title.plain("en")


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_figure_of_every_text_is_computed(lang: str) -> None:
    cases.computes_every_figure(STUDY, lang)


def test_charts_draw_what_their_columns_declare() -> None:
    cases.draws_what_columns_declare(STUDY, ("run", 30), ("run", 30), ("pareto", 3))


def test_the_narrative_has_the_length_of_a_compact_case() -> None:
    cases.is_compact(STUDY)


def test_what_the_text_says_of_the_teaching_month_holds() -> None:
    values = numbers(STUDY.teaching)
    days = {int(day): float(sec) for day, _, _, sec in STUDY.teaching.tables["cusum"].rows}
    early = [sec for day, sec in days.items() if day <= 18 and day % 10]
    late = [sec for day, sec in days.items() if day >= 19 and day % 10]
    assert max(early) < min(late)  # the board note: cover the stops, and every later day lies above every earlier one
    assert values["stop_after"] > values["stop_before"] + 30 and values["stop_last"] > values["stop_before"] + 30
    assert STUDY.shown("pump_net", "int") == "−6,500"
    assert values["shift_net"] > values["fixed_month"]  # the second decision says so, and why it still comes second
    assert 0 < values["rest_kw"] < 4 and values["payback"] < 1
    assert values["left_first"] > values["budget"] / 2


def test_effects_on_cash_are_what_the_quotes_say() -> None:
    values = numbers(STUDY.teaching)
    quotes = {"rent": "cost_rent", "repair": "cost_first", "pump": "cost_pump"}
    for decision in STUDY.case.decisions.decisions:
        for option in decision.options:
            spent = sum(-effect.amount for effect in option.effects if effect.state == "cash")
            assert spent == (values[quotes[option.id]] if option.id in quotes else 0)
    cash = next(state for state in STUDY.case.decisions.states if state.name == "cash")
    assert cash.start == values["budget"]


def test_every_decision_has_one_best_option() -> None:
    cases.has_one_best_option_each(STUDY)


def test_a_data_set_is_built_quickly_and_fits_its_limit() -> None:
    started = time.process_time()
    sheet = Sheet(STUDY.case.dataset, "a new learner")
    assert time.process_time() - started < 0.5  # some 0.05 s on an idle machine; the brief allows 0.15
    assert len(sheet.tables["meter"].rows) == 2880
    assert {name for name, table in sheet.tables.items() if table.download} == {"meter", "daily", "walk", "nights"}


# --- the questions ---------------------------------------------------------------------------------------------------


def test_points_and_rules_are_those_of_the_blueprint() -> None:
    assert [item.points for item in STUDY.assessment.items] == [10, 15, 10, 20, 10, 10, 15, 10]
    assert (STUDY.assessment.rules.pass_mark, STUDY.assessment.rules.attempts) == (70, 2)
    assert STUDY.points_by_objective() == {"O1": 35, "O2": 55, "O3": 10}
    assert [sum(item.points for item in exercise.items) for exercise in STUDY.exercises] == [100, 100, 100]


def test_each_exercise_has_several_kinds_of_questions_and_names_its_wrong_roads() -> None:
    for exercise in STUDY.exercises:
        assert len({item.kind for item in exercise.items}) >= 3, exercise.id
        assert len({each.note for item in exercise.items for each in item.misconceptions}) >= 5, exercise.id
        assert sum(len(item.demand_hints) for item in exercise.items) == 3, exercise.id
    assert {"load:kwh-as-kw", "excess:ratio-as-baseline", "tariff:plain-mean"} < STUDY.notes()


def test_the_two_ratios_are_a_drill_and_the_others_are_not() -> None:
    assert [exercise.mode for exercise in STUDY.exercises] == ["practice", "graded", "graded"]


@each_of(STUDY.items, NumberItem)
def test_each_wrong_road_is_recognised_and_the_right_one_too(item: NumberItem) -> None:
    cases.recognises_roads(item, learners(), 8, of_ratio=3)


@each_of(STUDY.items, NumberItem)
def test_no_wrong_road_ends_near_the_key_or_near_another(item: NumberItem) -> None:
    cases.keeps_roads_apart(item, learners())


@each_of(ORDERS, OrderItem)
def test_an_order_is_complete_and_no_wrong_order_equals_it(item: OrderItem) -> None:
    for each in learners():
        order, *wrong = each.orders[item.id]
        assert sorted(order) == sorted(step.id for step in item.steps), each.seed
        assert all(a != b for a, b in itertools.combinations([order, *wrong], 2)), each.seed


def test_choices_have_fixed_keys_and_feedback_for_every_wrong_one() -> None:
    chosen = [item for item in STUDY.items if isinstance(item, ChoiceItem)]
    assert [item.id for item in chosen] == ["say", "line", "i7", "i8"]
    for item in chosen:
        assert not item.key
        assert all(choice.correct or (choice.feedback and choice.note) for choice in item.choices)


def _shown(each: Learner, name: str, fmt: str) -> float:
    """A given as it is printed: what a learner with a calculator works with."""
    return float(format_value(each.values[name], fmt, "en").replace(",", ""))


def test_the_printed_sums_lead_to_the_keys() -> None:
    for each in learners():
        slope = round(_shown(each, "sxy", "dec2") / _shown(each, "sxx", "dec3"), 2)
        n1, n2 = _shown(each, "n1", "int"), _shown(each, "n2", "int")
        intercept = round(_shown(each, "e1", "dec1") / n1 - slope * _shown(each, "t1", "dec3") / n1, 2)
        excess = _shown(each, "e2", "dec1") - n2 * intercept - slope * _shown(each, "t2", "dec3")
        assert slope == pytest.approx(each.values["slope"], rel=0.002), each.seed
        assert intercept == pytest.approx(each.values["intercept"], rel=0.01), each.seed
        assert excess == pytest.approx(each.values["excess"], rel=0.01), each.seed
        price = round(each.values["price"], 3)
        year = _shown(each, "extra_kw", "dec1") * 8000 * price
        assert year == pytest.approx(each.values["extra_year"], rel=0.005), each.seed
        assert 12000 / (year / 8000 * 720) == pytest.approx(each.values["payback"], rel=0.01), each.seed


def test_a_learners_own_slope_and_intercept_carry_forward() -> None:
    sheet = Sheet(STUDY.case.dataset, seed(b"gate", STUDY.ref, "0"))
    values = numbers(sheet)
    own = {"slope": values["sec1"]}
    base = values["y1"] - values["sec1"] * values["x1"]
    assert sheet.solve("intercept", own) == pytest.approx(base, abs=1e-6)
    both = {"slope": 400.0, "intercept": 60.0}
    expected = values["e2"] - 60 * values["n2"] - 400 * values["t2"]
    assert sheet.solve("excess", both) == pytest.approx(expected, rel=1e-9)
    assert sheet.solve("extra_kw", {"excess": 2880.0}) == pytest.approx(10)
    assert sheet.solve("sec_rise", {"sec1": 400.0, "sec2": 410.0}) == pytest.approx(0.025)
    assert sheet.solve("load_factor", {"p_max": values["top_kwh"]}) == pytest.approx(values["x_lf_quarter"])
    assert sheet.solve("extra_year", {"price": 1.1}) == pytest.approx(values["x_year_peak"])
    assert sheet.solve("payback", {"price": 0.5}) == pytest.approx(12000 / (values["extra_kw"] * 360))
