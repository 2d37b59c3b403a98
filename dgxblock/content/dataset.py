"""The data set of a case: tables and scalars, each made by one ``SELECT``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dgxblock.content.text import Text


@dataclass(frozen=True)
class Category:
    """A code in the data and what readers see for it: ``L1`` is 一号线, Line 1."""

    code: str
    label: Text


@dataclass(frozen=True)
class Column:
    """A column of a table, or of the rows behind a chart. `format` is one of `dgxblock.formats`."""

    name: str
    label: Text
    type: Literal["integer", "decimal", "text"] = "text"
    unit: str = ""
    format: str = "text"


@dataclass(frozen=True)
class TableDef:
    """A table made by one ``SELECT``; learners may take it home when `download`."""

    name: str
    label: Text
    columns: tuple[Column, ...]
    select: str
    download: bool = False


@dataclass(frozen=True)
class ValueDef:
    """A scalar made by one ``SELECT``, which may use earlier values as ``:name``.

    `low` and `high` are what its author promises for every learner, as the data set holds it (a ratio for per cent).
    """

    name: str
    select: str
    unit: str = ""
    format: str = "text"
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Dataset:
    """What `dgxblock.lab` needs. `seed` is the teaching variant, which the text of a case quotes."""

    id: str
    seed: str
    spdx: str
    categories: tuple[Category, ...]
    tables: tuple[TableDef, ...]
    values: tuple[ValueDef, ...]
    rules: tuple[Text, ...]

    def __hash__(self) -> int:
        """Sheets are remembered by data set; walking through every column and text for it took longer than the rest."""
        return hash((self.id, self.seed))

    def table(self, name: str, /) -> TableDef:
        """The table of that name; KeyError if there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def value(self, name: str, /) -> ValueDef:
        """The value of that name; KeyError if there is none."""
        for value in self.values:
            if value.name == name:
                return value
        raise KeyError(name)

    def category(self, code: str, lang: str, /) -> str:
        """What readers see for `code`; the code itself where no category is declared."""
        return next((each.label.plain(lang) for each in self.categories if each.code == code), code)
