"""A transaction that the database ended to let another one through is done once more, and nothing else is."""

from __future__ import annotations

import pytest
from django.db import OperationalError, transaction

from dgxblock.ledger.api import undeadlocked

DEADLOCK = OperationalError(1213, "Deadlock found when trying to get lock; try restarting transaction")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("failures", "tried"), [(0, 1), (1, 2), (4, 5)])
def test_it_is_tried_again_until_it_goes_through(failures: int, tried: int) -> None:
    turns: list[int] = []

    def act() -> str:
        turns.append(1)
        if len(turns) <= failures:
            raise DEADLOCK
        return "done"

    assert (undeadlocked(act)(), len(turns)) == ("done", tried)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("error", "tried"),
    [(DEADLOCK, 5), (OperationalError(2006, "gone away"), 1), (OperationalError(), 1), (OperationalError("x"), 1)],
)
def test_what_does_not_go_through_is_told(error: OperationalError, tried: int) -> None:
    turns: list[int] = []

    def act() -> None:
        turns.append(1)
        raise error

    with pytest.raises(OperationalError):
        undeadlocked(act)()
    assert len(turns) == tried


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_of_the_hosts_nothing_is_repeated() -> None:
    turns: list[int] = []

    def act() -> None:
        turns.append(1)
        raise DEADLOCK

    with pytest.raises(OperationalError), transaction.atomic():
        undeadlocked(act)()
    assert len(turns) == 1
