"""Charts of data that no factory has: no exception, no markup of somebody else's, no bar off its track."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock import charts

NAN, INF = math.nan, math.inf
ATTACK = "</title><script>alert(1)</script>\"'&\x00\ud800"

Draw = Callable[[list[float]], str]

DRAWINGS: dict[str, Draw] = {
    "factors": lambda v: charts.factors("p", [("g", [("a", x) for x in v])], title="T", desc="D", lang="en"),
    "pareto": lambda v: charts.pareto("p", [("a", x) for x in v], title="T", desc="D", lang="en"),
    "bars": lambda v: charts.bars("p", [("a", x) for x in v], title="T", desc="D", lang="en"),
    "pairs": lambda v: charts.pairs("p", [charts.Pair("a", x, x) for x in v], title="T", desc="D", lang="en"),
    "shares": lambda v: charts.shares("p", [charts.Share("a", x, "x") for x in v], title="T", desc="D"),
    "run": lambda v: charts.run("p", v, title="T", desc="D", lang="en"),
    "run to a target": lambda v: charts.run("p", v, title="T", desc="D", lang="en", target=v[0] if v else NAN),
    "run with points marked": lambda v: charts.run("p", v, title="T", desc="D", lang="en", out=(0, 5, -1)),
    "control with points marked": lambda v: charts.control(
        "p", v, title="T", desc="D", lower=-1.0, centre=0.0, upper=1.0, out=(0, 99)
    ),
    "run in a range": lambda v: charts.run("p", v, title="T", desc="D", lang="en", low=9.0, high=-9.0),
    "control": lambda v: charts.control("p", v, title="T", desc="D", lower=-1.0, centre=0.0, upper=1.0, base=2),
    "control without limits": lambda v: charts.control("p", v, title="T", desc="D", lower=NAN, centre=NAN, upper=INF),
}

EXTREMES: list[list[float]] = [
    [],
    [0.0],
    [NAN],
    [INF, -INF],
    [NAN, 5.0, NAN],
    [-3.0, -4.0],
    [0.0, 0.0, 0.0],
    [1e308, -1e308],
    [1e99, 1e99],
    [5e-324, 1e-320],
    [1e17, 1e17 + 16],
    [1.0, 1.0 + 2e-16],
    [7.0] * 500,
    [10**400],
    [True, None, "x"],  # type: ignore[list-item]
]


def bars_stay_on_their_tracks(svg: str) -> bool:
    lengths = [float(x) for x in re.findall(r'<rect [^>]*width="([^"%]+)%"', svg)]
    heights = [float(x) for x in re.findall(r'<rect [^>]*height="([^"]+)"', svg)]
    return all(0 <= x <= 100 for x in lengths) and all(0 <= x <= 300 for x in heights)


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
@pytest.mark.parametrize("values", EXTREMES, ids=lambda values: repr(values)[:30])
def test_extreme_data_give_a_chart_with_a_title(draw: Draw, values: list[float]) -> None:
    svg = draw(values)

    root = ET.fromstring(svg)
    assert [root[0].text, root[1].text] == ["T", "D"]
    assert "nan" not in svg
    assert "inf" not in svg
    assert bars_stay_on_their_tracks(svg)


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
def test_no_data_give_no_bars_and_no_points(draw: Draw) -> None:
    assert not re.findall(r"<rect data-c=\"[an]\"|<circle|<path", draw([]))


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=12))
def test_any_numbers_give_well_formed_markup(values: list[float]) -> None:
    for draw in DRAWINGS.values():
        svg = draw(values)
        ET.fromstring(svg)
        assert bars_stay_on_their_tracks(svg)


@pytest.mark.parametrize(
    "svg",
    [
        charts.factors(ATTACK, [(ATTACK, [(ATTACK, 1.0)])], title=ATTACK, desc=ATTACK, lang="en"),
        charts.pareto(ATTACK, [(ATTACK, 1.0)], title=ATTACK, desc=ATTACK, lang="en"),
        charts.bars(ATTACK, [(ATTACK, 1.0)], title=ATTACK, desc=ATTACK, lang="en"),
        charts.pairs(ATTACK, [charts.Pair(ATTACK, 1, 2)], title=ATTACK, desc=ATTACK, lang="en"),
        charts.shares(ATTACK, [charts.Share(ATTACK, 1, ATTACK)], title=ATTACK, desc=ATTACK),
        charts.choices(ATTACK, [(ATTACK, 1)], title=ATTACK, desc=ATTACK, lang="en"),
        charts.funnel(ATTACK, [(ATTACK, 1)], title=ATTACK, desc=ATTACK, lang="en"),
        charts.run(ATTACK, [1.0], title=ATTACK, desc=ATTACK, lang="en", unit=ATTACK, point=ATTACK, target=1.0),
        charts.control(ATTACK, [1.0], title=ATTACK, desc=ATTACK, lower=0, centre=1, upper=2, unit=ATTACK, point=ATTACK),
    ],
)
def test_texts_are_escaped_everywhere(svg: str) -> None:
    root = ET.fromstring(svg)

    assert "<script" not in svg
    assert "\x00" not in svg
    svg.encode("utf-8")
    assert root[0].text == "</title><script>alert(1)</script>\"'&"
    assert {element.tag for element in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "text",
        "rect",
        "line",
        "circle",
    }


def test_a_name_of_a_point_is_filled_in_and_never_formatted() -> None:
    svg = charts.run("p", [1.0, 2.0], title="T", desc="D", lang="en", point="{n.__class__} {n}")

    assert "{n.__class__} 2" in svg


def test_two_charts_on_a_page_have_different_ids() -> None:
    one, two = (charts.run(prefix, [1.0], title="T", desc="D", lang="en") for prefix in ("a", "b"))

    assert not set(re.findall(r'id="([^"]+)"', one)) & set(re.findall(r'id="([^"]+)"', two))


def test_the_title_and_description_name_the_chart_even_if_the_prefix_has_spaces() -> None:
    svg = charts.run("block one", [1.0], title="T", desc="D", lang="en")

    names = re.findall(r'aria-labelledby="([^"]+)"', svg)[0].split()
    assert names == re.findall(r' id="([^"]+)"', svg)


def test_a_missing_point_leaves_a_gap_in_the_line() -> None:
    svg = charts.run("p", [1.0, 2.0, NAN, 3.0, 4.0], title="T", desc="D", lang="en")

    assert svg.count('<line data-c="l"') == 2
    assert svg.count("<circle") == 4


def test_a_run_chart_shows_neither_limits_nor_marked_points() -> None:
    svg = charts.run("p", [1.0, 99.0, 1.0], title="T", desc="D", lang="en", target=1.0)

    assert 'data-c="d"' not in svg
    assert 'data-c="x"' not in svg


def test_only_points_beyond_a_limit_are_diamonds() -> None:
    svg = charts.control("p", [0.0, 1.0, 1.01, -1.01], title="T", desc="D", lower=-1, centre=0, upper=1)

    assert svg.count("<path") == 2
    assert svg.count("<circle") == 2


def test_a_factor_above_one_fills_its_track_and_says_its_number() -> None:
    svg = charts.factors("p", [("L1", [("P", 1.073)])], title="T", desc="D", lang="en")

    assert 'width="72.0%"' in svg
    assert "107.3%" in svg


def test_nobody_chose_yet() -> None:
    svg = charts.choices("p", [("a", 0), ("b", 0)], title="T", desc="D", lang="en")

    assert svg.count("0 people · 0%") == 2


def test_one_person_is_not_people() -> None:
    assert "1 person · 100%" in charts.choices("p", [("a", 1)], title="T", desc="D", lang="en")


def test_many_columns_put_every_other_name_on_a_second_line() -> None:
    svg = charts.pareto("p", [(f"loss {n}", 10.0 - n) for n in range(6)], title="T", desc="D", lang="en")

    assert svg.count('y="242"') == 3
    assert svg.count('y="258"') == 3
    assert 'height="266"' in svg


def test_a_long_text_leaves_itself_room_beside_the_bars() -> None:
    short, long = (
        charts.pairs("p", [charts.Pair("Cash", 60, 42, fmt)], title="T", desc="D", lang="en") for fmt in ("int", "wan")
    )

    def longest_bar(svg: str) -> float:
        return max(float(x) for x in re.findall(r'<rect [^>]*width="([^"%]+)%"', svg))

    assert longest_bar(short) == 78
    assert longest_bar(long) < 60
