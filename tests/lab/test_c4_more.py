"""Case C4: what its story and its feedback say of every learner's data."""

from __future__ import annotations

import itertools
import math
import re
from statistics import mean

import pytest

from tests.builders import cases
from tests.builders.cases import numbers

STUDY = cases.Study("dg-c4-bed@1", ("dg-c4-bed-variety", "dg-c4-bed-lead-time", "dg-c4-bed-pooling"))


def test_shipping_is_longest_queueing_is_longest_in_the_plant_and_no_two_stages_are_close() -> None:
    for sheet in STUDY.learners:
        hours = {str(stage): float(value) for stage, value, _ in sheet.tables["stages"].rows}
        ranked = sorted(hours, key=lambda stage: -hours[stage])
        assert ranked[:4] == ["ship", "queue", "clarify", "sew"] and ranked[-1] == "cut", sheet.seed
        assert all(hours[later] < 0.965 * hours[earlier] for earlier, later in itertools.pairwise(ranked)), sheet.seed
        assert hours["queue"] > 2 * (hours["cut"] + hours["sew"] + hours["assemble"]), sheet.seed


def test_the_order_of_the_lesser_stages_differs_between_learners() -> None:
    slower = [numbers(sheet)["assemble"] > numbers(sheet)["rework"] for sheet in STUDY.learners]
    assert 0.2 < sum(slower) / len(slower) < 0.6


def test_the_stages_add_up_to_the_lead_time_order_by_order() -> None:
    for sheet in STUDY.learners[:20]:
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
    for sheet in STUDY.learners:
        values = numbers(sheet)
        assert values["hall_share"] < 0.015 and values["cut_share"] < 0.025, sheet.seed
        assert values["touch"] < 0.115 and 5 < values["lead_days"] < 6, sheet.seed
        assert values["entry_saved"] > 2 * values["clerks_saved"] > 4 * values["hall_saved"], sheet.seed
        assert values["lead_entry"] < values["lead_clerks"] < values["lead_hall"] < values["lead"], sheet.seed


def test_the_configurator_is_promising_beyond_its_small_sample() -> None:
    for sheet in STUDY.learners:
        values = numbers(sheet)
        assert 0 < values["wilson_low"] < values["c_rate"] < values["wilson_high"] < values["w_rate"] - 0.01, sheet.seed
        assert values["c_rate"] < values["e_rate"] < values["w_rate"], sheet.seed
        assert 1 <= values["c_errors"] <= 3 and 0.5 < values["fewer"] < 1, sheet.seed
        assert values["w_errors"] > values["e_errors"] > values["c_errors"], sheet.seed
        assert values["c_clarify"] < values["e_clarify"] < values["w_clarify"], sheet.seed


def test_pooling_saves_two_thirds_if_independent_less_if_not_and_nothing_if_all_move_together() -> None:
    for sheet in STUDY.learners:
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
    for sheet in STUDY.learners[:20]:
        values = numbers(sheet)
        deviations = [float(row[2]) for row in sheet.tables["fabric"].rows]
        assert len(deviations) == 12
        assert values["sd_sum"] == pytest.approx(sum(deviations), rel=1e-9)
        assert values["sd_pool"] == pytest.approx(math.sqrt(sum(each**2 for each in deviations)), rel=1e-9)
        assert values["ss_pool"] == pytest.approx(
            1.645 * values["sd_pool"] * math.sqrt(values["fabric_lead"]), rel=1e-9
        )


def test_options_multiply_to_variants_and_add_up_to_modules() -> None:
    for sheet in STUDY.learners:
        values = numbers(sheet)
        choices = [int(row[1]) for row in sheet.tables["options"].rows]
        assert values["variants"] == math.prod(choices) and values["modules"] == sum(choices), sheet.seed
        assert 2800 < values["variants"] < 31000 and 28 <= values["modules"] <= 37, sheet.seed
        assert values["variants_left"] == int(values["variants_left"]), sheet.seed
        assert values["per_variant"] < 0.2 < values["uses"], sheet.seed


def test_learners_have_different_numbers() -> None:
    for name in ("lead", "queue_share", "touch", "ss_sep", "f01_ss", "clarify"):
        shown = {round(numbers(sheet)[name], 4) for sheet in STUDY.learners}
        assert len(shown) > 25, name
    assert len({numbers(sheet)["variants"] for sheet in STUDY.learners}) > 20
    assert len({numbers(sheet)["w_rate"] for sheet in STUDY.learners}) > 25
    assert len({sheet.tables["orders"].rows[0] for sheet in STUDY.learners}) > 190


def test_the_ways_in_are_as_slow_as_the_text_says() -> None:
    for sheet in STUDY.learners:
        values = numbers(sheet)
        assert values["w_slow_share"] > values["e_slow_share"] > 0 == values["c_slow"], sheet.seed


def test_the_popular_fabrics_save_the_same_share_as_the_slow_ones_and_twice_the_rolls() -> None:
    for sheet in STUDY.learners:
        values = numbers(sheet)
        assert 0.38 < values["hot_share"] < 0.44 and 0.38 < values["cold_share"] < 0.44, sheet.seed
        assert 2 < values["hot_saved"] / values["cold_saved"] < 2.5, sheet.seed


def test_a_change_of_the_price_list_leaves_whole_mattresses_and_one_module_more_or_less() -> None:
    for sheet in STUDY.learners:
        values = numbers(sheet)
        changed = [values[name] for name in ("v_size_less", "v_comfort_less", "v_fabric_more")]
        assert all(each == int(each) for each in changed), sheet.seed
        assert (values["m_less"], values["m_more"]) == (values["modules"] - 1, values["modules"] + 1), sheet.seed
