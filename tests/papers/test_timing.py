"""The clock: windows, deadlines, grants, early and late, always by the moments that the server gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dgxblock.content.model import Credit
from dgxblock.papers.timing import Allowed, credit, deadline, next_beginning, window

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
NONE, PLAIN = Allowed(), Credit()
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("minutes", "allowed", "closes", "end"),
    [
        (None, NONE, None, None),
        (30, NONE, None, NOON + HOUR / 2),
        (30, Allowed(minutes=15), None, NOON + HOUR * 3 / 4),
        (30, NONE, NOON + HOUR / 6, NOON + HOUR / 6),
        (None, NONE, NOON + HOUR, NOON + HOUR),
        (None, Allowed(minutes=15), NOON + HOUR, NOON + HOUR),
        (90, Allowed(minutes=600), NOON + HOUR, NOON + HOUR),
    ],
)
def test_a_try_ends_with_its_minutes_or_when_all_is_closed(
    minutes: int | None, allowed: Allowed, closes: datetime | None, end: datetime | None
) -> None:
    assert deadline(NOON, minutes, allowed, closes) == end


@pytest.mark.parametrize(
    ("due", "grace", "rules", "allowed", "in_time", "closes"),
    [
        (None, None, PLAIN, NONE, None, None),
        (NOON, None, PLAIN, NONE, NOON, NOON),
        (NOON, HOUR, PLAIN, NONE, NOON + HOUR, NOON + HOUR),
        (NOON, HOUR, Credit(late_days=2, late_percent=80), NONE, NOON + HOUR, NOON + 49 * HOUR),
        (NOON, None, PLAIN, Allowed(closes_at=NOON + 3 * HOUR), NOON + 3 * HOUR, NOON + 3 * HOUR),
        (NOON, None, PLAIN, Allowed(closes_at=NOON - 3 * HOUR), NOON, NOON),
        (NOON, None, Credit(late_days=1), Allowed(closes_at=NOON + HOUR), NOON + HOUR, NOON + 24 * HOUR),
        (None, HOUR, PLAIN, Allowed(closes_at=NOON), None, None),
    ],
)
def test_grace_lateness_and_grants_move_the_end(
    due: datetime | None, grace: timedelta | None, rules: Credit, allowed: Allowed, in_time: datetime | None,
    closes: datetime | None,
) -> None:  # fmt: skip
    found = window(None, due, grace, rules, allowed)
    assert (found.due, found.closes) == (in_time, closes)
    if closes is not None:
        assert not found.over(closes) and found.over(closes + timedelta(seconds=1))


def test_before_the_opening_it_is_early() -> None:
    found = window(NOON, None, None, PLAIN, NONE)
    assert found.early(NOON - timedelta(microseconds=1)) and not found.early(NOON)
    assert not window(None, None, None, PLAIN, NONE).early(NOON)


RULES = Credit(early_days=7, early_percent=105, late_days=3, late_percent=80)


@pytest.mark.parametrize(
    ("at", "percent"),
    [
        (NOON - 8 * 24 * HOUR, 105),
        (NOON - 7 * 24 * HOUR, 105),
        (NOON - 7 * 24 * HOUR + timedelta(seconds=1), 100),
        (NOON, 100),
        (NOON + HOUR, 100),  # within the grace period
        (NOON + HOUR + timedelta(seconds=1), 80),
    ],
)
def test_early_and_late_are_worth_what_the_rules_say(at: datetime, percent: int) -> None:
    assert credit(at, NOON, NOON + HOUR, RULES) == percent
    assert credit(at, None, None, RULES) == 100


def test_the_best_of_two_grants_holds_each_for_itself() -> None:
    one, other = Allowed(10, 2, None), Allowed(30, 1, NOON)
    assert one.most(other) == other.most(one) == Allowed(30, 2, NOON)
    assert NONE.most(NONE) == NONE


@pytest.mark.parametrize(("hours", "moment"), [(0, None), (24, NOON + 24 * HOUR)])
def test_between_two_tries_lies_what_the_rules_ask_for(hours: int, moment: datetime | None) -> None:
    assert next_beginning(NOON, hours) == moment
    assert next_beginning(None, hours) is None
