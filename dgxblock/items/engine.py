"""Where learners' own SQL is run: behind the laboratory's broker, on the tables of a question and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from dgxblock import lab
from dgxblock.content.model import Dataset, SqlItem
from dgxblock.grading.ladder import Result
from dgxblock.i18n import gettext as _
from dgxblock.lab import LabError, Rows, Sheet, Table, words
from dgxblock.lab.guard import LEARNERS, Guard

__all__ = [
    "MOST_ROWS", "NOT_NOW", "as_learner", "drafted_hidden", "hidden", "learner_query", "learner_query_each",
    "result", "said", "tables_of",
]  # fmt: skip

MOST_ROWS: Final = LEARNERS.rows
"""Rows that a learner's query may give."""
NOT_NOW: Final = frozenset({"busy", "rate", "down"})
"""Errors that are nobody's mistake: the same query may run in a moment."""


def tables_of(item: SqlItem, sheet: Sheet, /) -> tuple[Table, ...]:
    """The tables that the learner may read: those that the question names, else the ones to take home."""
    return tuple(each for name, each in sheet.tables.items() if (name in item.tables if item.tables else each.download))


def learner_query(item: SqlItem, sheet: Sheet, sql: str, who: str, /) -> Rows:
    """What a learner's statement gives on their own data.

    Raises:
        LabError: it may not run or cannot, with what the learner should be told; or one of `NOT_NOW`.
    """
    return lab.run(sql, tables_of(item, sheet), who=who, most_rows=MOST_ROWS)


def learner_query_each(item: SqlItem, sheets: Sequence[Sheet], sql: str, who: str, /) -> list[Rows | LabError]:
    """The same on several sheets, in one turn.

    Raises:
        LabError: as `learner_query`, where nothing ran; what goes wrong on one of the sheets is in its place.
    """
    return lab.run_each(sql, [tables_of(item, sheet) for sheet in sheets], who=who, most_rows=MOST_ROWS)


def hidden(item: SqlItem, dataset: Dataset, /) -> list[Sheet]:
    """The other data sets on which an answer must hold: the same for all learners and all questions of a document.

    Raises:
        LabError: one cannot be built.
    """
    return [lab.build(dataset, _seed(number)) for number in range(item.hidden)]


@lru_cache(maxsize=16)
def _drafted(dataset: Dataset, seed: str) -> Sheet:
    return Sheet(dataset, seed)


def drafted_hidden(item: SqlItem, dataset: Dataset, /) -> list[Sheet]:
    """The same for the authors' desk, built in this process.

    Raises:
        LabError: one cannot be built.
    """
    return [_drafted(dataset, _seed(number)) for number in range(item.hidden)]


def _seed(number: int) -> str:
    return f"hidden:{number + 1}"


def as_learner(item: SqlItem, sheet: Sheet, sql: str, /) -> Rows:
    """What an author's statement gives to a learner who writes it, in this process.

    Raises:
        LabError: a learner would be refused.
    """
    guard = Guard(LEARNERS)
    for table in tables_of(item, sheet):
        guard.fill(table.name, tuple(column.name for column in table.columns), table.rows)
    return guard.run(sql, {}, rows=MOST_ROWS)


def said(error: LabError, lang: str, /) -> str:
    """Why a learner's statement did not run, and what to do."""
    tail = _("Your query is still in the box; mend it and run it again.", language=lang)
    return words.said(error, lang) + ("" if lang == "zh-CN" else " ") + tail


def result(rows: Rows, /) -> Result:
    """Rows as grading takes them."""
    return Result(rows.columns, rows.rows)
