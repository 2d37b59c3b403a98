"""Whether chance decides the order of a query's rows."""

from __future__ import annotations

import pytest

from dgxblock.items.ties import ordered, tied
from dgxblock.lab import Sheet
from tests.builders.lab import column, dataset, table

ROWS = "SELECT column1 AS name, column2 AS a, column3 AS b FROM (VALUES ('x', 3, 1), ('y', 2, 1), ('z', 2, 2))"
SHEET = Sheet(dataset([table(ROWS, [column("name", "text"), column("a", "integer"), column("b", "integer")])]), "s")


@pytest.mark.parametrize(
    ("sql", "as_set", "expected"),
    [
        ("SELECT name FROM log ORDER BY a DESC", False, True),
        ("SELECT name FROM log ORDER BY a DESC, b", False, False),
        ("SELECT name FROM log order  by a DESC , b desc", False, False),
        ("SELECT name FROM log ORDER BY a LIMIT 1", True, True),
        ("SELECT name FROM log ORDER BY a DESC LIMIT 1", True, False),
        ("SELECT name FROM log ORDER BY a LIMIT 2", True, False),
        ("SELECT name FROM log ORDER BY a LIMIT 2", False, True),
        ("SELECT name FROM log ORDER BY max(a, b) -- the larger\n DESC, iif(b = 1, 0, 1)", False, False),
        ("SELECT name FROM log ORDER BY 'a, order by b', a", False, True),
        ("SELECT name FROM (SELECT name, a FROM log ORDER BY a) ORDER BY name", False, False),
        ("SELECT name FROM (SELECT name, a FROM log ORDER BY a LIMIT 1)", True, False),
        ("SELECT name FROM log", False, False),
        ("SELECT name FROM log ORDER BY a", True, False),
        ("SELECT 'x' UNION ALL SELECT 'y'", False, False),
    ],
)
def test_a_tie_is_told_from_an_order(sql: str, as_set: bool, expected: bool) -> None:
    assert tied(sql, SHEET, as_set=as_set) is expected


@pytest.mark.parametrize("sql", ["SELECT 1 ORDER BY 1 NULLS LAST", "SELECT 1 ORDER BY 1 LIMIT 1 OFFSET 1", "SELECT 1"])
def test_what_is_not_understood_is_left_alone(sql: str) -> None:
    assert ordered(sql) is None
