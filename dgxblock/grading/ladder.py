"""Marking the result of a query against a wanted one, rung by rung: ran, columns, shape, rows, order.

Names of columns are compared whatever their case, their order does not count; rows are a multiset, numbers agree to one
part in a million. The order of rows counts by the columns that the question names: equal ones may come in any order.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dgxblock.grading.verdict import Mark, Verdict

__all__ = ["ONLY_HERE", "RUNGS", "LadderSpec", "Result", "grade", "same"]

RUNGS: Final = ("ran", "columns", "shape", "rows", "order")
_WEIGHTS: Final = {"ran": 0.1, "columns": 0.2, "shape": 0.2, "rows": 0.4, "order": 0.1}
ONLY_HERE: Final = "sql:only-this-data"
_NEAR: Final = 1e-6
_ZERO: Final = 1e-9

Cell = int | float | str | bytes | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a query gave."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class LadderSpec:
    """`key` is the wanted result, `order` the names of its columns whose order counts, `misconceptions` are the results
    of known wrong queries by note."""

    key: Result
    order: tuple[str, ...] = ()
    misconceptions: tuple[tuple[str, Result], ...] = ()


def grade(own: Result, spec: LadderSpec, elsewhere: Sequence[tuple[Result | None, Result]] = (), /) -> Mark:
    """The mark of a query that ran, never blank.

    `elsewhere` are its results (None: it failed there) beside the wanted ones on data that the learner has not seen: a
    rung counts as it does on the worst of the data sets. The parts of the mark are the rungs on the learner's own data,
    its figures count rows and columns, and its note is that of a misconception, of the first rung that fails
    (``sql:shape``), or ``sql:only-this-data``.
    """
    here = _climb(own, spec.key, spec.order)
    there = [_climb(found, key, spec.order) for found, key in elsewhere]
    whole = sum(_WEIGHTS[name] for name in here)
    fraction = sum(_WEIGHTS[name] * min(each[name] for each in (here, *there)) for name in here) / whole
    parts = tuple((name, Mark(share, _verdict(share), name)) for name, share in here.items())
    figures = (
        ("columns", len(own.columns)), ("wanted_columns", len(spec.key.columns)),
        ("rows", len(own.rows)), ("wanted_rows", len(spec.key.rows)), ("hidden", len(elsewhere)),
    )  # fmt: skip
    failed = next((name for name, share in here.items() if share < 1.0), "")
    if failed:
        note = next((note for note, wrong in spec.misconceptions if _took(own, wrong, spec)), f"sql:{failed}")
        verdict = Verdict.PARTLY if here["rows"] else Verdict.AGAIN
        return Mark(round(fraction, 9), verdict, note, parts=parts, figures=figures)
    if fraction < 1.0 - _ZERO:
        return Mark(round(fraction, 9), Verdict.PARTLY, ONLY_HERE, parts=parts, figures=figures)
    return Mark(1.0, Verdict.RIGHT, "ok", parts=parts, figures=figures)


def same(one: Result, two: Result, order: tuple[str, ...], /) -> bool:
    """Whether two results would be marked alike, names of columns apart."""
    climbed = _climb(one, two, order)
    return climbed["shape"] == climbed["rows"] == climbed.get("order", 1.0) == 1.0


def _took(own: Result, wrong: Result, spec: LadderSpec) -> bool:
    """Whether a learner went this wrong road. The order of rows matters only where the road differs by nothing else."""
    return same(own, wrong, spec.order if same(wrong, spec.key, ()) else ())


def _verdict(share: float) -> Verdict:
    return Verdict.RIGHT if share == 1.0 else Verdict.PARTLY if share else Verdict.AGAIN


def _climb(own: Result | None, key: Result, order: tuple[str, ...]) -> dict[str, float]:
    """The share of each rung, 0 to 1; without `order` there is no such rung."""
    rungs = dict.fromkeys(RUNGS if order else RUNGS[:-1], 0.0)
    if own is None:
        return rungs
    rungs["ran"] = 1.0
    places = _places(own.columns, key.columns)
    known = [each.lower() for each in own.columns]
    named = sum(each.lower() in known for each in key.columns)
    rungs["columns"] = named / max(len(own.columns), len(key.columns), 1)
    rungs["shape"] = float(len(own.rows) == len(key.rows))
    if places is None:
        return rungs
    rows = [tuple(row[place] for place in places) for row in own.rows]
    total = len(rows) + len(key.rows)
    rungs["rows"] = 2 * _pairs(rows, key.rows) / total if total else 1.0
    if order and rungs["rows"] == 1.0:
        names = [each.lower() for each in key.columns]
        by = [names.index(each.lower()) for each in order if each.lower() in names]
        rungs["order"] = float(all(
            _alike([mine[place] for place in by], [right[place] for place in by])
            for mine, right in zip(rows, key.rows, strict=True)
        ))  # fmt: skip
    return rungs


def _places(own: Sequence[str], wanted: Sequence[str]) -> list[int] | None:
    """Where each wanted column is: by its name, or among as many columns those left over in their order; else None."""
    names = [each.lower() for each in own]
    found: list[int] = []
    for name in wanted:
        free = [place for place, each in enumerate(names) if each == name.lower() and place not in found]
        found.append(free[0] if free else -1)
    if -1 in found:
        if len(own) != len(wanted):
            return None
        left = iter([place for place in range(len(own)) if place not in found])
        found = [next(left) if place < 0 else place for place in found]
    return found


def _number(cell: Cell) -> bool:
    return isinstance(cell, int | float)


def _alike(one: Sequence[Cell], two: Sequence[Cell]) -> bool:
    return all(
        math.isclose(a, b, rel_tol=_NEAR, abs_tol=_ZERO)
        if isinstance(a, int | float) and isinstance(b, int | float)
        else a == b
        for a, b in zip(one, two, strict=True)
    )


def _pairs(own: Sequence[Row], wanted: Sequence[Row]) -> int:
    """How many rows have a partner in the other result, each once.

    The column that tells most rows apart comes first, so that a look-up leaves few to compare.
    """
    turned = sorted(range(len(wanted[0]) if wanted else 0), key=lambda at: -len({row[at] for row in wanted}))
    own, wanted = ([tuple(row[at] for at in turned) for row in rows] for rows in (own, wanted))
    waiting: dict[tuple[object, ...], list[list[float]]] = {}
    for row in own:
        waiting.setdefault(_texts(row), []).append(_numbers(row))
    for each in waiting.values():
        each.sort()
    pairs = 0
    for row in wanted:
        numbers, among = _numbers(row), waiting.get(_texts(row), [])
        low = numbers[0] - max(_NEAR * abs(numbers[0]), _ZERO) * 1.01 if numbers else 0.0
        for place in range(bisect_left(among, [low]) if numbers else 0, len(among)):
            if _alike(among[place], numbers):
                del among[place]
                pairs += 1
                break
            if among[place][0] > 2 * numbers[0] - low:
                break
    return pairs


def _texts(row: Row) -> tuple[object, ...]:
    """What must be the same to the letter: all cells but numbers, and where those are."""
    return tuple(... if _number(cell) else cell for cell in row)


def _numbers(row: Row) -> list[float]:
    return [cell for cell in row if isinstance(cell, int | float)]
