"""Case C5: what its story says must be true of every learner's plant: a head that drifts, a lot that is spread."""

from __future__ import annotations

from statistics import NormalDist, stdev

import pytest

from dgxblock.content.model import NumberItem, PointsItem
from tests.builders import cases
from tests.builders.cases import ids, numbers, width
from tests.lab.test_c5 import STUDY


def test_one_head_drifts_and_the_one_that_was_highest_at_first_does_not() -> None:
    for sheet in STUDY.learners:
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
    for sheet in STUDY.learners:
        values = numbers(sheet)
        assert values["ppk_lowered"] < values["ppk_rule"] - 0.002 < values["ppk_rule"] + 0.002 < values["ppk_fixed"], (
            sheet.seed
        )
        assert round(values["ppk_lowered"], 2) <= 1.25 < round(values["ppk_fixed"], 2), sheet.seed
        assert values["ppk"] > 1.5, sheet.seed


def test_deviations_are_those_of_a_spreadsheet() -> None:
    for sheet in STUDY.learners[:10]:
        packs = [(int(group), float(net)) for group, _, net in sheet.tables["fill"].rows]
        assert sheet.values["s_all"] == pytest.approx(stdev(net for _, net in packs), rel=1e-9)
        assert sheet.values["s_early"] == pytest.approx(stdev(net for group, net in packs if group <= 25), rel=1e-6)
        assert len(packs) == 300


def test_four_shifts_after_the_repair_lie_far_from_a_limit_and_all_others_within() -> None:
    (item,) = (item for item in STUDY.items if isinstance(item, PointsItem))
    for sheet in STUDY.learners:
        values, nets = numbers(sheet), {str(shift): float(net) for shift, net in sheet.tables["watch"].rows}
        out = ids(sheet, item.key)
        room = {shift: min(net - values["watch_lower"], values["watch_upper"] - net) for shift, net in nets.items()}
        assert len(out) == 4 and all(room[shift] < -0.3 for shift in out), sheet.seed
        assert all(room[shift] > 0.02 for shift in nets.keys() - set(out)), sheet.seed
        low = [shift for shift in out if nets[shift] < values["label_g"]]
        assert ids(sheet, item.misconceptions[1].key) == low == out[-1:], sheet.seed


def test_all_heads_overfill_and_none_gives_away_a_third() -> None:
    for sheet in STUDY.learners:
        values = numbers(sheet)
        kg = [values[f"h{head}_kg"] for head in range(1, 6)]
        assert sum(kg) == pytest.approx(values["giveaway_kg"]), sheet.seed
        assert max(kg) / sum(kg) == pytest.approx(values["most_share"]) and values["most_share"] < 0.3, sheet.seed


def test_at_the_target_about_one_pack_in_seven_is_below_the_label() -> None:
    for sheet in STUDY.learners:
        share = NormalDist(101.2, numbers(sheet)["s_early"]).cdf(100)
        assert 0.13 < share < 0.15, sheet.seed


def test_the_giveaway_is_days_of_product_and_more_than_half_of_it_can_be_saved() -> None:
    for sheet in STUDY.learners:
        values = numbers(sheet)
        assert 6 < values["free_days"] < 8, sheet.seed
        assert values["saving_cny"] > 1.05 * values["x_saving_rest"], sheet.seed


def test_the_suspect_lot_stands_in_both_columns_on_some_days_only() -> None:
    for sheet in STUDY.learners:
        values = numbers(sheet)
        assert 4 <= values["lot_batches"] <= 8 and 4 <= values["lot_days"] <= 6, sheet.seed
        assert 0 < values["x_batches_first"] < values["lot_batches"], sheet.seed
        assert values["day_batches"] == 4 * values["lot_days"], sheet.seed
        assert 0.55 < values["shrink"] < 0.8, sheet.seed
        for batch, day, lot_1, kg_1, lot_2, kg_2, cartons in sheet.tables["trace"].rows:
            assert lot_1 != lot_2 and int(kg_1) + int(kg_2) == 8 * int(cartons), (sheet.seed, batch)
            assert "R11" not in (lot_1, lot_2) or 9 <= int(day) <= 16, (sheet.seed, batch)


def test_the_mass_balance_closes_within_one_per_cent_for_the_lot_and_its_neighbours() -> None:
    for sheet in STUDY.learners:
        assert [row[0] for row in sheet.tables["balance"].rows] == ["R10", "R11", "R12"], sheet.seed
        for _, received, used, stock in sheet.tables["balance"].rows:
            assert 0 < 1 - (int(used) + int(stock)) / int(received) < 0.01, sheet.seed


def test_the_causes_that_stop_most_often_are_not_the_three_that_stop_longest() -> None:
    for sheet in STUDY.learners:
        by_minutes = [str(cause) for cause, _, _ in sheet.tables["by_cause"].rows]
        minutes = [float(each) for _, _, each in sheet.tables["by_cause"].rows]
        counts = {str(cause): int(stops) for cause, stops, _ in sheet.tables["by_cause"].rows}
        often = sorted(counts, key=lambda cause: -counts[cause])
        assert cases.has_no_ties(minutes), sheet.seed
        assert len(set(counts.values())) == 6 and often[:4] == ["jam", "film", "metal", "starved"], sheet.seed
        assert set(by_minutes[:2]) == {"jam", "film"} and "metal" not in by_minutes[:3], sheet.seed
        assert minutes[by_minutes.index("clean")] / counts["clean"] > 24, sheet.seed


def test_the_order_of_causes_differs_between_learners() -> None:
    orders = {tuple(cause for cause, _, _ in sheet.tables["by_cause"].rows) for sheet in STUDY.learners}
    assert len(orders) == 4


def test_figures_stay_in_the_range_of_a_real_line() -> None:
    for sheet in STUDY.learners:
        values = numbers(sheet)
        assert 2.5 < values["overfill"] < 3.1, sheet.seed
        assert all(97 < float(net) < 110 for _, _, net in sheet.tables["fill"].rows), sheet.seed
        assert values["below_n"] <= 12, sheet.seed


def test_no_answer_fits_half_of_the_learners() -> None:
    """Nobody passes a graded question by copying: the most common key is right for a minority only."""
    for item in STUDY.assessment.items:
        if isinstance(item, NumberItem):
            keys = sorted(numbers(sheet)[item.ref] for sheet in STUDY.learners)
            span = 2 * width(item.tolerance, keys[len(keys) // 2])
            most = max(sum(low <= key <= low + span for key in keys) for low in keys)
            assert most < len(keys) / 2, (item.id, most)


def test_learners_have_different_numbers() -> None:
    for name in ("overfill", "s_all", "ppk", "shrink", "r11_closing", "top_share"):
        shown = {round(numbers(sheet)[name], 3) for sheet in STUDY.learners}
        assert len(shown) > (6 if name == "r11_closing" else 20), name
    assert {numbers(sheet)["drift_head"] for sheet in STUDY.learners} == {1, 2, 3, 4, 5}
    assert len({sheet.tables["fill"].rows[0] + sheet.tables["fill"].rows[1] for sheet in STUDY.learners}) > 190
