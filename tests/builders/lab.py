"""Small data sets for the tests of the laboratory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from dgxblock.content.model import Category, Column, Dataset, Span, TableDef, Text, ValueDef

Type = Literal["integer", "decimal", "text"]


def text(zh: str, en: str | None = None) -> Text:
    return Text((Span("text", zh),), (Span("text", zh if en is None else en),))


def column(name: str, type: Type = "decimal", *, unit: str = "", label: str | None = None) -> Column:
    return Column(name, text(label or name), type, unit)


def table(select: str, columns: Sequence[Column], *, name: str = "log", label: str = "log") -> TableDef:
    return TableDef(name, text(label), tuple(columns), select, True)


def dataset(
    tables: Sequence[TableDef] = (),
    values: Mapping[str, str] | None = None,
    categories: Sequence[Category] = (),
) -> Dataset:
    made = tuple(ValueDef(name, select) for name, select in (values or {}).items())
    return Dataset("test", "teaching", "CC0-1.0", tuple(categories), tuple(tables), made, (text("rule"),))


def shifts(rows: int = 180) -> Dataset:
    """A log of `rows` shifts with a draw of most kinds in each, and values that build on one another."""
    columns = (
        column("i", "integer", label="序号"),
        column("shift", "text", label="班次"),
        column("run", label="运行", unit="min"),
        column("changeovers", "integer", label="换线"),
        column("boards", "integer", label="产出"),
        column("good", "integer", label="合格"),
    )
    select = f"""
        WITH drawn AS (
          SELECT i, round(600 - exponential('stop', i, 24), 1) AS run, integer('change', i, 5, 8) AS changeovers
          FROM n WHERE i <= {rows}
        )
        SELECT i, choice('shift', i, 'D', 'N') AS shift, run, changeovers,
          CAST(run * 60 / 18 * normal('speed', i, 0.9, 0.03) AS INTEGER) AS boards,
          binomial('good', i, CAST(run * 60 / 18 * normal('speed', i, 0.9, 0.03) AS INTEGER), 0.97) AS good
        FROM drawn"""
    values = {
        "planned": f"SELECT 660.0 * {rows}",
        "run": "SELECT sum(run) FROM log",
        "a": "SELECT :run / :planned",
        "p": "SELECT sum(boards) * 18 / 60.0 / :run FROM log",
        "q": "SELECT 1.0 * sum(good) / sum(boards) FROM log",
        "oee": "SELECT :a * :p * :q",
    }
    return dataset([table(select, columns, label="班次记录")], values, [Category("D", text("白", "Day"))])
