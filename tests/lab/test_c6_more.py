"""Case C6: what its story says of one month must be true of every learner's: a load that the ratio hides."""

from __future__ import annotations

import itertools

import pytest

from tests.lab.test_c6 import METERS, learners


def test_the_ratio_fell_although_an_extra_load_ran() -> None:
    for each in learners():
        values = each.values
        assert values["prev_sec"] > values["sec"] + 0.2, each.seed
        assert 0.005 < values["sec_rise"] < 0.025, each.seed
        assert values["x_rise_energy"] < 0, each.seed  # the second part has more stops, and less energy a day
        assert 0 < values["step_mix"] < values["step_extra"], each.seed


def test_the_cumulative_difference_is_flat_then_straight() -> None:
    for each in learners():
        sums = {int(day): float(total) for day, total, _, _ in each.tables["cusum"]}
        rises = [float(residual) for day, _, residual, _ in each.tables["cusum"] if int(day) >= 19]
        assert max(abs(sums[day]) for day in range(1, 19)) < 0.15 * sums[30], each.seed
        assert abs(sums[18]) < 1 and sums[30] == pytest.approx(each.values["excess"], abs=0.5), each.seed
        assert min(rises) > 0, each.seed
        # straight: no stage of the way rises much more than another
        assert 0.6 < (sums[24] - sums[18]) / (sums[30] - sums[24]) < 1.6, each.seed


def test_the_baseline_finds_what_was_put_in() -> None:
    for each in learners():
        assert 380 < each.values["slope"] < 410 and 250 < each.values["base_kw"] < 330, each.seed
        assert 28 < each.values["extra_kw"] < 50, each.seed
        assert abs(each.values["d_all"] - each.values["extra_kw"]) < 9, each.seed
        assert abs(each.values["stop_before"] - each.values["base_kw"]) < 25, each.seed
        assert each.values["stop_after"] > each.values["stop_before"] + 12, each.seed


def test_compressed_air_has_the_extra_load_and_is_not_the_largest_user() -> None:
    for each in learners():
        extra = {str(place): float(found) - float(usual) for place, usual, found in each.tables["walk"]}
        found = {str(place): float(found) for place, _, found in each.tables["walk"]}
        ranked = sorted(extra.values(), reverse=True)
        assert extra["air"] == ranked[0] > 20 and max(found, key=found.__getitem__) == "vacuum", each.seed
        assert all(earlier - later > 1 for earlier, later in itertools.pairwise(ranked)), each.seed


def test_a_run_of_nights_shows_what_no_single_night_does() -> None:
    for each in learners():
        loads = {str(night): float(kw) for night, kw in each.tables["nights"]}
        first = int(each.values["nights_from"])
        assert each.run == [str(night) for night in range(first, 31)] and len(each.run) >= 8, each.seed
        assert all(each.values["nights_lower"] < kw < each.values["nights_upper"] for kw in loads.values()), each.seed
        assert all(loads[night] > each.values["nights_mean"] for night in each.run), each.seed
        assert sum(kw > each.values["nights_mean"] for kw in loads.values()) > len(each.run), each.seed


def test_the_load_is_highest_in_the_valley_and_lowest_in_the_shoulder() -> None:
    for each in learners():
        load = {band: each.values[f"kw_{band}"] for band in ("peak", "flat", "valley")}
        assert load["flat"] < 0.995 * load["peak"] < 0.99 * load["valley"], each.seed
        assert each.values["e_flat"] > max(each.values["e_peak"], each.values["e_valley"]), each.seed


def test_peak_takes_the_least_energy_and_costs_the_most() -> None:
    for each in learners():
        energy = {str(band): float(kwh) for band, _, kwh, _ in each.tables["bands"]}
        cost = {str(band): float(yuan) for band, _, _, yuan in each.tables["bands"]}
        assert energy["peak"] < 0.95 * energy["valley"] < 0.9 * energy["flat"], each.seed
        assert cost["valley"] < 0.6 * cost["flat"] < 0.6 * 0.9 * cost["peak"], each.seed
        assert sum(energy.values()) == pytest.approx(each.values["e"], abs=0.5), each.seed


def test_every_month_is_that_of_a_real_meter() -> None:
    for each in learners()[:METERS]:
        assert [int(row[0]) for row in each.meter] == list(range(1, 31)), each.seed
        for day, quarters, stopped, least, most, low, high, *_ in each.meter:
            assert quarters == 96 and stopped == (24 if int(day) % 10 == 0 else 0), each.seed
            assert (least == 0) == (stopped > 0) and float(most) < 2.7, each.seed
            assert float(low) > 40 and float(high) < 1250, each.seed
        assert sum(float(row[7]) for row in each.meter) == pytest.approx(each.values["t"]), each.seed
    assert all(0.75 < each.values["load_factor"] < 0.85 for each in learners())


def test_learners_have_different_numbers() -> None:
    for name in ("sec", "slope", "intercept", "excess", "extra_kw", "load_factor", "shift_net"):
        assert len({round(each.values[name], 3) for each in learners()}) > 35, name
    assert len({tuple(each.orders["walk"][0]) for each in learners()}) > 12
