"""Draws: golden values, shape of the distributions, refusals."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

import pytest

from dgxblock.lab.draws import Draws

GOLDEN: list[tuple[str, tuple[Any, ...], Any]] = [
    ("unit", ("x", 1), 0.5392982651154358),
    ("unit", ("x", "1"), 0.37749943085418114),
    ("unit", ("换线", "L1/3/D"), 0.9688444816807474),
    ("uniform", ("u", 1, 20, 34), 29.5444038514),
    ("normal", ("speed", 7, 0.9, 0.03), 0.967205016928),
    ("normal", ("speed", 8, 100, 6), 106.100476463),
    ("exponential", ("e", 1, 24), 28.3499868689),
    ("integer", ("i", 1, 5, 8), 5),
    ("integer", ("i", 2, 5, 8), 7),
    ("choice", ("c", 1, "a", "b", "c"), "c"),
    ("bernoulli", ("b", 1, 0.5), 0),
    ("poisson", ("p", 1, 4.5), 5),
    ("poisson", ("p", 1, 500), 504),
    ("binomial", ("k", 1, 1300, 0.97), 1261),
    ("binomial", ("k", 1, 40, 0.1), 4),
    ("shuffle_rank", ("s", 1, 12), 10),
    ("shuffle_rank", ("s", 2, 12), 2),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), GOLDEN)
def test_a_draw_is_what_it_has_always_been(name: str, arguments: tuple[Any, ...], expected: object) -> None:
    # a changed value here would change the data of every learner who has begun
    assert getattr(Draws("golden"), name)(*arguments) == expected


def test_a_draw_depends_on_seed_name_row_and_the_type_of_the_row() -> None:
    draws = Draws("a")
    units = [
        draws.unit("x", 1),
        draws.unit("x", 2),
        draws.unit("y", 1),
        draws.unit("x", "1"),
        Draws("b").unit("x", 1),
    ]
    assert len(set(units)) == 5
    assert draws.unit("x", 1) == units[0]


def test_names_and_rows_do_not_run_into_each_other() -> None:
    assert Draws("a").unit("x1", 1) != Draws("a").unit("x", 11)


MOMENTS: list[tuple[Callable[[Draws, int], float], float, float]] = [
    (lambda d, i: d.unit("u", i), 0.5, 1 / 12),
    (lambda d, i: d.uniform("u", i, 20, 34), 27, 14**2 / 12),
    (lambda d, i: d.normal("n", i, 100, 6), 100, 36),
    (lambda d, i: d.exponential("e", i, 24), 24, 24**2),
    (lambda d, i: d.integer("i", i, 5, 8), 6.5, 15 / 12),
    (lambda d, i: d.bernoulli("b", i, 0.3), 0.3, 0.21),
    (lambda d, i: d.poisson("p", i, 4.5), 4.5, 4.5),
    (lambda d, i: d.poisson("p", i, 500), 500, 500),
    (lambda d, i: d.binomial("k", i, 1300, 0.97), 1261, 37.83),
    (lambda d, i: d.binomial("k", i, 40, 0.1), 4, 3.6),
]


@pytest.mark.parametrize(("draw", "mean", "variance"), MOMENTS)
def test_a_distribution_has_its_mean_and_variance(
    draw: Callable[[Draws, int], float], mean: float, variance: float
) -> None:
    drawn = [draw(Draws("moments"), i) for i in range(4000)]
    # four standard errors of the mean; the variance of these is known to within a tenth at 4,000 draws
    assert statistics.fmean(drawn) == pytest.approx(mean, abs=4 * (variance / 4000) ** 0.5)
    assert statistics.variance(drawn) == pytest.approx(variance, rel=0.12)


def test_integers_reach_both_ends_and_nothing_else() -> None:
    assert {Draws("ends").integer("i", i, -1, 2) for i in range(200)} == {-1, 0, 1, 2}


def test_a_choice_reaches_every_argument() -> None:
    assert {Draws("c").choice("c", i, "a", "b", 3) for i in range(200)} == {"a", "b", 3}


def test_shuffle_ranks_are_a_permutation_that_the_seed_decides() -> None:
    ranks = [Draws("s").shuffle_rank("order", row, 12) for row in range(1, 13)]
    assert sorted(ranks) == list(range(1, 13))
    assert ranks != sorted(ranks)
    assert ranks != [Draws("t").shuffle_rank("order", row, 12) for row in range(1, 13)]


def test_certain_and_impossible_events() -> None:
    draws = Draws("edge")
    for row in range(100):
        assert draws.bernoulli("b", row, 1) == 1 and draws.bernoulli("b", row, 0) == 0
        assert draws.binomial("k", row, 50, 1) == 50 and draws.binomial("k", row, 50, 0) == 0
        assert draws.poisson("p", row, 0) == 0
        assert draws.normal("n", row, 7, 0) == 7


REFUSED: list[tuple[str, tuple[Any, ...]]] = [
    ("uniform", ("x", 1, 3, 2)),
    ("uniform", ("x", 1, None, 2)),
    ("uniform", ("x", None, 1, 2)),
    ("uniform", (None, 1, 1, 2)),
    ("uniform", ("x", 1.5, 1, 2)),
    ("uniform", ("x", True, 1, 2)),
    ("uniform", ("x", b"1", 1, 2)),
    ("uniform", ("x", 1, "1", 2)),
    ("uniform", ("x", 1, 1, float("inf"))),
    ("normal", ("x", 1, 0, -1)),
    ("normal", ("x", 1, float("nan"), 1)),
    ("exponential", ("x", 1, -1)),
    ("integer", ("x", 1, 3, 2)),
    ("integer", ("x", 1, 0.5, 2)),
    ("integer", ("x", 1, 0, 1e300)),
    ("choice", ("x", 1)),
    ("bernoulli", ("x", 1, 1.1)),
    ("poisson", ("x", 1, -1)),
    ("poisson", ("x", 1, 1e9)),
    ("binomial", ("x", 1, -1, 0.5)),
    ("binomial", ("x", 1, 10**9, 0.5)),
    ("binomial", ("x", 1, 10, 2)),
    ("shuffle_rank", ("x", 0, 5)),
    ("shuffle_rank", ("x", 6, 5)),
    ("shuffle_rank", ("x", 1, 10**9)),
]


@pytest.mark.parametrize(("name", "arguments"), REFUSED)
def test_arguments_that_make_no_sense_are_refused(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        getattr(Draws("refuse"), name)(*arguments)
