"""A query to write. The key is a query too: its result counts, on this learner's data and on data that nobody sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from dgxblock.content.model import SqlItem
from dgxblock.grading import Mark, Verdict, ladder
from dgxblock.grading.verdict import blank
from dgxblock.items import engine, shape, sql_faults, sql_view
from dgxblock.items.kind import Fault, Kind, Situation
from dgxblock.items.sql_view import SqlControl
from dgxblock.lab import LabError, Sheet
from dgxblock.lab.statement import MOST_CHARACTERS

__all__ = ["SqlControl", "SqlKind", "refused"]


class SqlKind(Kind[SqlItem]):
    """The answer is the statement as it was written; what stands in the editor at first is none."""

    template: ClassVar[str] = "dgxblock/item_sql.html"

    def accept(self, item: SqlItem, raw: object, /) -> str:
        del item
        return shape.text(raw, most=MOST_CHARACTERS)

    def grade(self, item: SqlItem, answer: Any, at: Situation, /) -> Mark:
        """As `Kind.grade`. One check counts once towards a learner's rate, however many queries it holds.

        Raises:
            LabError: a key cannot be computed, or one of `engine.NOT_NOW`.
        """
        if not isinstance(answer, str) or not _begun(item, answer):
            return blank()
        first = not any(isinstance(other, SqlItem) and mark.verdict is not Verdict.BLANK
                        for other, mark in at.earlier.values())  # fmt: skip
        hidden = engine.hidden(item, at.sheet.dataset)
        try:
            found = engine.learner_query_each(item, [at.sheet, *hidden], answer, at.who if first else "")
        except LabError as error:
            if error.code in engine.NOT_NOW:
                raise
            return refused(error)
        # where all of them together take too long, nothing is known about any
        late = [each for each in found if isinstance(each, LabError) and each.code == "deadline"]
        own = late[0] if late else found[0]
        if isinstance(own, LabError):
            return refused(own)
        elsewhere = [
            (None if isinstance(rows, LabError) else engine.result(rows), engine.result(sheet.query(item.key)))
            for sheet, rows in zip(hidden, found[1:], strict=True)
        ]
        return ladder.grade(engine.result(own), spec_of(item, at.sheet), elsewhere)

    def control(
        self, item: SqlItem, answer: Any, sheet: Sheet, lang: str, mark: Mark | None, /, *, solved: bool
    ) -> SqlControl:
        written = answer if isinstance(answer, str) and answer else item.starter
        return sql_view.control(item, written, sheet, lang, mark, solved=solved)

    def unread(self, item: SqlItem, answer: Any, mark: Mark, lang: str, /) -> dict[str, str]:
        del answer
        if mark.verdict is not Verdict.UNREAD:
            return {}
        return {item.id: engine.said(LabError.of(dict(mark.figures)), lang)}

    def own(self, item: SqlItem, answer: Any, sheet: Sheet, lang: str, /) -> str:
        del sheet, lang
        return answer if isinstance(answer, str) and _begun(item, answer) else ""

    def reference(self, item: SqlItem, sheet: Sheet, lang: str, /) -> str:
        del sheet, lang
        return item.key

    def key(self, item: SqlItem, sheet: Sheet, /) -> object:
        return sheet.query(item.key).rows

    def faults(self, item: SqlItem, sheet: Sheet, /) -> Iterator[Fault]:
        yield from sql_faults.faults(item, sheet)


def _begun(item: SqlItem, answer: str) -> bool:
    return "".join(answer.split()) not in ("", "".join(item.starter.split()))


def refused(error: LabError, /) -> Mark:
    """The mark of a statement that did not run, which is the learner's to mend."""
    told = {name: value for name, value in error.as_json().items() if name not in ("detail", "where")}
    return Mark(0.0, Verdict.UNREAD, f"unread:sql-{error.reason or error.code}", figures=tuple(told.items()))


def spec_of(item: SqlItem, sheet: Sheet, /) -> ladder.LadderSpec:
    """The wanted result and those of known wrong queries, on this learner's data.

    Raises:
        LabError: one of the queries cannot run.
    """
    return ladder.LadderSpec(
        key=engine.result(sheet.query(item.key)),
        order=item.order,
        misconceptions=tuple(
            (each.note, engine.result(sheet.query(each.key))) for each in item.misconceptions if each.key
        ),
    )
