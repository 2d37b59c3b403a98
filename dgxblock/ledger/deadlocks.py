"""Transactions that the database ends to let another one through. Whoever opened one does it once more."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from django.db import OperationalError, connection

__all__ = ["undeadlocked"]

_P = ParamSpec("_P")
_T = TypeVar("_T")
_TURNS: Final = 5
_PATIENCE: Final = 5.0
"""Seconds. Who has waited for a lock for most of a minute has somebody waiting, too."""
_CODES: Final = frozenset({"1020", "1205", "1213", "40P01", "40001"})
"""MySQL and MariaDB: a row changed since it was read (from MariaDB 11.6 on, ``innodb_snapshot_isolation``), waited too
long, a deadlock. PostgreSQL: a deadlock, not serialisable."""


def undeadlocked(act: Callable[_P, _T], /) -> Callable[_P, _T]:
    """`act`, which opens a short transaction and changes nothing outside of it, done again where the database has ended
    that for the sake of another one.

    Within a transaction of the caller's nothing is repeated: all of that is gone, and it is the caller's to do again.
    """

    @functools.wraps(act)
    def again(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        begun = time.monotonic()
        for turn in range(1, _TURNS):
            try:
                return act(*args, **kwargs)
            except OperationalError as error:
                late = time.monotonic() - begun > _PATIENCE
                if late or connection.in_atomic_block or not _ended(error):
                    raise
                time.sleep(random.random() * 0.05 * turn)  # noqa: S311  so that the two do not meet again
        return act(*args, **kwargs)

    return again


def _ended(error: OperationalError) -> bool:
    codes = {str(error.args[0]) if error.args else "", str(getattr(error.__cause__, "sqlstate", ""))}
    return not codes.isdisjoint(_CODES)
