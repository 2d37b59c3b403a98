"""Data sets built, and statements run, in children of the broker. What a child answers is checked before it is used."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from dgxblock.content.model import Value
from dgxblock.lab.broker.client import call
from dgxblock.lab.engine import Cells, Plan
from dgxblock.lab.errors import LabError
from dgxblock.lab.guard import LEARNERS, Guard, Rows
from dgxblock.lab.sheet import Table
from dgxblock.lab.statement import MOST_CHARACTERS

_TYPES: Final[dict[str, frozenset[type]]] = {
    "integer": frozenset({int}), "decimal": frozenset({float}), "text": frozenset({str})
}  # fmt: skip
_MOST_AHEAD: Final = 60
_lock: Final = threading.Lock()
_asked: Final[OrderedDict[Plan, dict[str, None]]] = OrderedDict()
"""What has been asked of the sheets of a plan: the next learner's sheet comes with the answers."""
_images: Final[OrderedDict[tuple[int, ...], tuple[tuple[Table, ...], bytes]]] = OrderedDict()
"""By the ids of tables, which are held here so that the ids stay theirs."""


class Remote:
    """A built data set that is asked through the broker: the backend of the sheets of web workers."""

    def __init__(self, plan: Plan, seed: str, /) -> None:
        """Have it built.

        Raises:
            LabError: as of an `Engine`, and those of the laboratory.
        """
        with _lock:
            queries = list(_asked.setdefault(plan, {}))
            _asked.move_to_end(plan)
            if len(_asked) > 64:
                _asked.popitem(last=False)
        header = {"plan": plan.as_json(), "seed": seed, "queries": queries}
        told, self._image, _ = call("build", header, again=True)
        self._plan, self._seed = plan, seed
        self.asked = 0.0
        try:
            self.tables: dict[str, Cells] = {
                name: _cells(told["tables"][name], [_TYPES[kind] for _, kind in columns])
                for name, _, columns in plan.tables
            }
            self.values: dict[str, Value] = {name: _value(cell) for name, cell in told["values"]}
            self._ahead = {sql: _rows(found) for sql, found in told["answers"].items()}
            if list(self.values) != [name for name, _ in plan.values]:
                raise ValueError
        except (ValueError, TypeError, KeyError, AttributeError):
            raise LabError("killed") from None

    def query(self, sql: str, /, *, seconds: float) -> Rows:
        """As `Engine.query`."""
        if sql in self._ahead:
            return self._ahead.pop(sql)
        if seconds <= 0:
            raise LabError("deadline", detail="the queries of this document take too long together")
        with _lock:
            known = _asked.get(self._plan, {})
            if len(known) < _MOST_AHEAD:
                known[sql] = None
        return _checked(self._ask({"query": sql, "seconds": seconds}))

    def solve(self, name: str, overrides: Mapping[str, float], /) -> Value:
        """As `Engine.solve`."""
        try:
            return _value(self._ask({"solve": [name, dict(overrides)]}).get("value"))
        except ValueError:
            raise LabError("killed") from None

    def _ask(self, what: dict[str, Any], /) -> dict[str, Any]:
        header = {"plan": self._plan.as_json(), "seed": self._seed, "values": list(self.values.items()), **what}
        told, _, took = call("ask", header, self._image, again=True)
        self.asked += took
        return told


def run(sql: str, tables: Iterable[Table], /, *, who: str = "", most_rows: int = LEARNERS.rows) -> Rows:
    """Run a learner's statement on `tables`, which is all that it can see.

    `who` is any text that stands for the learner: each has a rate (one a second, five after a pause, twenty a minute)
    and takes turns with the others. The result has at most `most_rows` rows (1,000) and a million characters.

    Raises:
        LabError: any code of a statement, with what a learner should be told (`reason`, `name`, `nearest`, `line`);
            or ``busy``, ``rate``, ``killed``, ``down``.
    """
    (found,) = run_each(sql, [tables], who=who, most_rows=most_rows)
    if isinstance(found, LabError):
        raise found
    return found


def run_each(
    sql: str, sets: Sequence[Iterable[Table]], /, *, who: str = "", most_rows: int = LEARNERS.rows
) -> list[Rows | LabError]:
    """The same on several sets of tables, such as the learner's own and those of hidden seeds: one turn, one second.

    Raises:
        LabError: ``size``, ``busy``, ``rate``, ``deadline``, ``killed``, ``down``; what the statement does wrong on one
            of the sets is in its place of the list.
    """
    if len(sql) > MOST_CHARACTERS:  # not worth a turn
        raise LabError("size", detail=f"more than {MOST_CHARACTERS} characters")
    held = [tuple(tables) for tables in sets]
    images = [image(tables) for tables in held]
    names = [{table.name: [column.name for column in table.columns] for table in tables} for tables in held]
    sizes = [[columns, len(made)] for columns, made in zip(names, images, strict=True)]
    told, _, _ = call("query", {"sql": sql, "sets": sizes, "rows": most_rows}, b"".join(images), who=who)
    answers = told.get("answers")
    if not isinstance(answers, list) or len(answers) != len(images):
        raise LabError("killed")
    return [LabError.of(each["error"]) if "error" in each else _checked(each) for each in answers]


def image(tables: tuple[Table, ...], /) -> bytes:
    """A SQLite database of these tables, as the bytes of its file; the last 32 are kept."""
    key = tuple(map(id, tables))
    with _lock:
        if key in _images:
            _images.move_to_end(key)
            return _images[key][1]
    guard = Guard(LEARNERS)
    for table in tables:
        guard.fill(table.name, tuple(column.name for column in table.columns), table.rows)
    made = guard.image()
    with _lock:
        _images[key] = (tables, made)
        if len(_images) > 32:
            _images.popitem(last=False)
    return made


def _checked(told: dict[str, Any], /) -> Rows:
    try:
        return _rows(told)
    except (ValueError, TypeError, KeyError):
        raise LabError("killed") from None


def _rows(told: dict[str, Any], /) -> Rows:
    columns = tuple(told["columns"])
    if not all(isinstance(each, str) for each in columns):
        raise ValueError
    return Rows(columns, _cells(told["rows"], [frozenset({int, float, str, type(None)})] * len(columns)))


def _cells(told: list[list[Any]], types: Sequence[frozenset[type]], /) -> tuple[tuple[Any, ...], ...]:
    """Rows as tuples; ValueError or TypeError if a cell has none of the types of its column, or is not finite."""
    rows = tuple(map(tuple, told))
    if not set(map(len, rows)) <= {len(types)}:
        raise ValueError
    for cells, allowed in zip(zip(*rows, strict=True), types, strict=False):
        if not set(map(type, cells)) <= allowed:
            raise ValueError
        if not all(math.isfinite(cell) for cell in cells if type(cell) is float):
            raise ValueError
    return rows


def _value(cell: object, /) -> Value:
    if type(cell) not in {int, float, str} or (type(cell) is float and not math.isfinite(cell)):
        raise ValueError
    return cell  # type: ignore[return-value]
