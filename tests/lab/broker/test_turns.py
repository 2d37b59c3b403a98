"""Whose turn it is, and how often."""

from __future__ import annotations

import pytest

from dgxblock.lab.broker.turns import BURST, PER_MINUTE, Rates, Turns


def order(*arrivals: str) -> list[str]:
    """Who is served in which order, of those who arrive together; ``a2`` is a's second thing."""
    turns: Turns[str] = Turns()
    for thing in arrivals:
        turns.add(thing, thing[0].strip("-"))
    return [turns.next() for _ in arrivals]


def test_who_came_first_is_served_first() -> None:
    assert order("a1", "b1", "c1") == ["a1", "b1", "c1"]


def test_nobody_is_served_twice_while_others_wait() -> None:
    assert order("a1", "a2", "a3", "b1", "b2", "c1") == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_things_of_nobody_come_as_they_arrived() -> None:
    assert order("-1", "-2", "a1", "-3") == ["-1", "-2", "a1", "-3"]


def test_who_has_been_served_does_not_wait_for_what_others_had_before() -> None:
    turns: Turns[str] = Turns()
    for number in range(5):
        turns.add(f"a{number}", "a")
    assert [turns.next() for _ in range(3)] == ["a0", "a1", "a2"]
    turns.add("b0", "b")
    assert [turns.next() for _ in range(3)] == ["b0", "a3", "a4"]
    turns.add("a5", "a")  # nobody waited: rounds begin anew
    turns.add("b1", "b")
    assert [turns.next(), turns.next()] == ["a5", "b1"]
    with pytest.raises(IndexError):
        turns.next()


def test_a_place_is_how_many_come_before() -> None:
    turns: Turns[str] = Turns()
    for thing in ("a1", "a2", "b1"):
        turns.add(thing, thing[0])
    assert [turns.place(thing) for thing in ("a1", "b1", "a2")] == [0, 1, 2]
    turns.remove("a1")
    turns.remove("never there")
    assert turns.place("a2") == 1 and len(turns) == 2


def test_five_at_once_then_one_a_second() -> None:
    rates = Rates()
    assert [rates.wait("a", 0.0) for _ in range(BURST)] == [0] * BURST
    assert rates.wait("a", 0.1) == 1
    assert rates.wait("b", 0.1) == 0
    assert rates.wait("a", 1.0) == 0
    assert rates.wait("a", 1.0) == 1


def test_twenty_a_minute() -> None:
    rates = Rates()
    assert [rates.wait("a", float(second)) for second in range(PER_MINUTE)] == [0] * PER_MINUTE
    assert rates.wait("a", 20.0) == 40
    assert rates.wait("a", 60.0) == 0
    assert rates.wait("a", 60.0) == 1


def test_nobody_has_no_rate() -> None:
    rates = Rates()
    assert {rates.wait("", 0.0) for _ in range(100)} == {0}


def test_a_refusal_costs_nothing_and_ten_thousand_are_remembered_no_longer() -> None:
    rates = Rates()
    for _ in range(50):
        rates.wait("a", 0.0)
    assert rates.wait("a", 1.0) == 0
    for number in range(10_001):
        rates.wait(f"u{number}", 1.0)
    assert len(rates._known) == 10_000
