"""One trainee's paper: fair to the blueprint, fair to the questions, and the same whenever it is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import ceil, floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dgxblock.content.model import Assessment, Item, Pool
from dgxblock.papers.draw import draw
from tests.builders.paper import assessment, dependent, item, paper

OBJECTIVES = ("O1", "O2", "O3")
DIFFICULTIES = ("", "easy", "hard")
SEEDS = 2000


@st.composite
def pools(make: st.DrawFn, name: str = "p") -> Pool:
    """A pool of up to twelve questions in up to nine strata."""
    strata = make(st.lists(st.tuples(*map(st.sampled_from, (OBJECTIVES, DIFFICULTIES))), min_size=1, max_size=12))
    items = tuple(item(f"{name}-{place}", *stratum) for place, stratum in enumerate(strata))
    return Pool(name, make(st.integers(1, len(items))), items)


@st.composite
def assessments(make: st.DrawFn) -> Assessment:
    """Up to three sections of anchors and pools."""
    parts: list[tuple[Item | Pool, ...]] = []
    for section in range(make(st.integers(1, 3))):
        here: list[Item | Pool] = [item(f"a{section}-{place}") for place in range(make(st.integers(0, 2)))]
        here += [make(pools(f"p{section}-{place}")) for place in range(make(st.integers(0, 2)))]
        parts.append(tuple(make(st.permutations(here or [item(f"only{section}")]))))
    return assessment(*parts, shuffle=make(st.booleans()))


def stratum(each: Item) -> tuple[tuple[str, ...], str]:
    return each.objectives, each.difficulty


def of(pool: Pool, ids: Sequence[str]) -> list[Item]:
    """The questions of a pool that are in a paper."""
    return [each for each in pool.items if each.id in ids]


def all_pools(document: Assessment) -> list[Pool]:
    return [part for section in document.sections for part in section.parts if isinstance(part, Pool)]


@given(assessments(), st.text(max_size=20))
def test_a_paper_has_all_anchors_and_the_right_number_from_each_pool_each_once(document: Assessment, seed: str) -> None:
    ids = draw(document, seed)
    assert len(set(ids)) == len(ids)
    assert set(ids) <= {each.id for each in document.items}
    drawn = {each.id for pool in all_pools(document) for each in pool.items}
    assert {each for each in ids if each not in drawn} == {each.id for each in document.items} - drawn
    for pool in all_pools(document):
        assert len(of(pool, ids)) == pool.draw


@given(assessments(), st.text(max_size=20), st.integers(0, 4))
def test_each_stratum_has_a_whole_number_next_to_its_share_at_every_try(
    document: Assessment, seed: str, earlier: int
) -> None:
    seen: list[tuple[str, ...]] = []
    for attempt in range(earlier + 1):
        seen.append(draw(document, f"{seed}{attempt}", seen))
    for pool in all_pools(document):
        sizes, got = Counter(map(stratum, pool.items)), Counter(map(stratum, of(pool, seen[-1])))
        for key, size in sizes.items():
            share = pool.draw * size / len(pool.items)
            assert floor(share) <= got[key] <= ceil(share)


@given(pools(), st.lists(st.text(max_size=5), min_size=2, max_size=8))
def test_nothing_is_repeated_while_its_stratum_has_something_new(pool: Pool, seeds: list[str]) -> None:
    document, seen = assessment((pool,)), list[tuple[str, ...]]()
    for seed in seeds:
        ids = draw(document, seed, seen)
        known = {each for earlier in seen for each in earlier}
        for each in of(pool, ids):
            if each.id in known:
                alike = {other.id for other in pool.items if stratum(other) == stratum(each)}
                assert alike <= known | set(ids), "something new was left in the pool"
        seen.append(ids)


@given(st.integers(1, 12), st.data())
def test_a_pool_of_like_questions_is_gone_through_before_anything_comes_again(count: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, count))
    document = assessment((Pool("p", number, tuple(item(f"i{place}") for place in range(count))),))
    seen: list[tuple[str, ...]] = []
    for attempt in range(count // number):
        seen.append(draw(document, f"s{attempt}", seen))
    assert len({each for ids in seen for each in ids}) == number * (count // number)


@given(st.integers(2, 9))
def test_single_questions_of_all_kinds_take_turns_too(count: int) -> None:
    """Each is a stratum of its own, and no remainder is larger than another: who was not seen yet comes first."""
    kinds = [(objective, difficulty) for objective in OBJECTIVES for difficulty in DIFFICULTIES][:count]
    document = assessment((Pool("p", 1, tuple(item(f"i{n}", *kind) for n, kind in enumerate(kinds))),))
    seen: list[tuple[str, ...]] = []
    for attempt in range(2 * count):
        seen.append(draw(document, f"s{attempt}", seen))
    assert len(set(seen[:count])) == count
    assert seen[count:] == seen[:count], "then what was seen longest ago"


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([("b", "c", "d")], "a"),
        ([("b",), ("a",), ("c",), ("d",)], "b"),
        ([("a",), ("b",), ("c",), ("d",), ("a",)], "b"),
        ([("a", "b"), ("c", "d"), ("b",)], "a"),
        ([("x", "y")] * 3 + [("a", "b", "c")], "d"),
        ([(), {"a"}, ["c"], frozenset({"b"})], "d"),
    ],
)
def test_what_was_seen_longest_ago_comes_first(seen: Sequence[Sequence[str]], expected: str) -> None:
    document = assessment((Pool("p", 1, tuple(map(item, "abcd"))),))
    assert {draw(document, str(seed), seen) for seed in range(30)} == {(expected,)}


@given(assessments(), st.text(max_size=20))
def test_the_same_seed_draws_the_same_paper(document: Assessment, seed: str) -> None:
    assert draw(document, seed) == draw(document, seed, [])


def test_the_papers_of_some_seeds_are_these_on_every_python() -> None:
    """Whoever changes them changes the papers of attempts that are under way."""
    document = assessment(
        (item("a"), Pool("p", 3, tuple(item(f"p{n}", OBJECTIVES[n % 3], "easy") for n in range(7)))),
        (Pool("q", 1, tuple(item(f"q{n}") for n in range(3))), item("z")),
        shuffle=True,
    )
    assert [" ".join(draw(document, seed)) for seed in ("", "one", "二")] == GOLDEN


GOLDEN = ["p0 p4 p2 a z q0", "a p3 p2 p1 z q0", "p5 a p1 p3 z q1"]


@given(assessments(), st.text(max_size=20))
def test_sections_stay_in_their_order_and_questions_too_unless_shuffled(document: Assessment, seed: str) -> None:
    ids = draw(document, seed)
    section_of = {each.id: place for place, section in enumerate(document.sections) for each in section.items}
    assert [section_of[each] for each in ids] == sorted(section_of[each] for each in ids)
    if not document.rules.shuffle:
        assert list(ids) == [each.id for each in document.items if each.id in ids]


@settings(max_examples=50)
@given(st.permutations(["one", "two", "three", "four", "five"]), st.text(max_size=5), st.data())
def test_a_question_comes_after_those_that_carry_forward_to_it(
    order: list[str], seed: str, data: st.DataObject
) -> None:
    before = {
        name: tuple(data.draw(st.sets(st.sampled_from(order[:place])))) if place else ()
        for place, name in enumerate(order)
    }
    ids = draw(assessment(tuple(dependent(name, *before[name]) for name in order), shuffle=True), seed)
    assert sorted(ids) == sorted(order)
    for name, sources in before.items():
        assert all(ids.index(each) < ids.index(name) for each in sources)


def test_questions_whose_answers_carry_forward_in_a_circle_are_all_there() -> None:
    """No document that was checked has one."""
    document = assessment((dependent("a", "b"), dependent("b", "a"), dependent("c", "c", "nowhere")), shuffle=True)
    assert sorted(draw(document, "s")) == ["a", "b", "c"]


# Upper bounds that a fair draw passes in 999 of 1,000 cases, by degrees of freedom; the draws are the same each time.
CHI_SQUARE = {2: 13.816, 5: 20.515, 7: 24.322, 23: 49.728}


def chi_square(counts: Sequence[int]) -> float:
    expected = sum(counts) / len(counts)
    return sum((each - expected) ** 2 / expected for each in counts)


@pytest.mark.parametrize(("size", "number"), [(3, 1), (6, 2), (8, 4)])
def test_each_question_of_a_stratum_is_drawn_as_often_as_another(size: int, number: int) -> None:
    names = [f"i{place}" for place in range(size)]
    document = assessment((Pool("p", number, tuple(map(item, names))),))
    drawn = Counter(name for seed in range(SEEDS) for name in draw(document, f"seed {seed}"))
    assert sum(drawn.values()) == SEEDS * number
    # Without replacement the counts vary less than those of a multinomial; the statistic is scaled to make up for it.
    scale = (size - 1) / (size - number)
    assert chi_square([drawn[name] for name in names]) * scale < CHI_SQUARE[size - 1]


def test_strata_that_are_equal_get_the_spare_seats_equally_often() -> None:
    kinds = [(objective, "") for objective in OBJECTIVES]
    document = assessment((Pool("p", 1, tuple(item(f"i{n}", *kind) for n, kind in enumerate(kinds))),))
    drawn = Counter(draw(document, f"seed {seed}") for seed in range(SEEDS))
    assert chi_square([drawn[(f"i{n}",)] for n in range(3)]) < CHI_SQUARE[2]


def test_each_order_is_as_frequent_as_another() -> None:
    document = assessment(tuple(map(item, "abcd")), shuffle=True)
    orders = Counter(draw(document, f"seed {seed}") for seed in range(SEEDS))
    assert len(orders) == 24
    assert chi_square(list(orders.values())) < CHI_SQUARE[23]


def test_every_draw_is_worth_the_same() -> None:
    document = paper()
    points = {each.id: each.points for each in document.items}
    assert len({sum(points[each] for each in draw(document, str(seed))) for seed in range(200)}) == 1
