"""Is a question for a query fit for a learner's data: a key that can be written, wrong roads apart?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from dgxblock.content.model import SqlItem
from dgxblock.content.rules import LANGUAGES
from dgxblock.grading import Verdict, ladder
from dgxblock.items import engine
from dgxblock.items.engine import MOST_ROWS
from dgxblock.items.kind import Fault
from dgxblock.items.number import alike
from dgxblock.items.ties import ordered, tied
from dgxblock.lab import LabError, Rows, Sheet

__all__ = ["faults"]

_KEY = ("key",)


def faults(item: SqlItem, sheet: Sheet, /) -> Iterator[Fault]:
    """What is wrong with it for the learner who has this sheet.

    Raises:
        LabError: the key or a misconception cannot run.
    """
    found = sheet.query(item.key)
    unfit = [*_columns(item, found), *_rows(found)]
    yield from unfit
    if unfit:
        return
    try:
        written = engine.as_learner(item, sheet, item.key)
    except LabError as error:
        yield Fault(_KEY, "sql-closed", (("detail", error.detail or error.code),))
        return
    key = engine.result(found)
    hidden = [(each, engine.result(each.query(item.key))) for each in engine.drafted_hidden(item, sheet.dataset)]
    elsewhere = [(engine.result(engine.as_learner(item, each, item.key)), wanted) for each, wanted in hidden]
    spec = ladder.LadderSpec(key, item.order)
    if ladder.grade(engine.result(written), spec, elsewhere).verdict is not Verdict.RIGHT:
        yield Fault(_KEY, "key-refused")
    yield from _chance(item, sheet)
    if hidden and all(ladder.same(wanted, key, item.order) for _sheet, wanted in hidden):
        yield Fault(_KEY, "sql-hidden")
    yield from _wrong_roads(item, sheet, spec)


def _columns(item: SqlItem, found: Rows) -> Iterator[Fault]:
    names = [each.lower() for each in found.columns]
    twice = [name for name, count in Counter(names).items() if count > 1 or not re.fullmatch(r"[^\W\d]\w*", name)]
    if twice:
        yield Fault(_KEY, "sql-columns", (("names", ", ".join(twice)[:60]),))
    for name in item.order:
        if name.lower() not in names:
            yield Fault((), "sql-order", (("name", name),))
    for lang in LANGUAGES:
        words = {each.lower() for each in re.findall(r"[A-Za-z_][A-Za-z0-9_]*", item.prompt.plain(lang))}
        for name in names:
            if name not in words and not twice and name.isascii():
                yield Fault(("prompt",), "sql-column-unsaid", (("name", name), ("lang", lang)))


def _rows(found: Rows) -> Iterator[Fault]:
    if not found.rows:
        yield Fault(_KEY, "sql-empty")
    elif len(found.rows) > MOST_ROWS:
        yield Fault(_KEY, "sql-rows", (("limit", f"{MOST_ROWS:,}"),))


def _chance(item: SqlItem, sheet: Sheet) -> Iterator[Fault]:
    """Equal rows may come in any order, but must not decide which rows LIMIT leaves."""
    query = ordered(item.key)
    if query is not None and query.limit is not None and tied(item.key, sheet, as_set=True):
        yield Fault(_KEY, "key-tie")


def _wrong_roads(item: SqlItem, sheet: Sheet, spec: ladder.LadderSpec) -> Iterator[Fault]:
    notes = [each.note for each in item.misconceptions]
    roads = [(each, engine.result(sheet.query(each.key))) for each in item.misconceptions if each.key]
    for place, (each, wrong) in enumerate(roads):
        if ladder.same(wrong, spec.key, spec.order):
            yield Fault((f"misconception:{place}",), "misconception-right", (("note", each.note),))
    for (one, first), (two, second) in combinations(roads, 2):
        if ladder.same(first, second, spec.order) and one.feedback != two.feedback:
            yield alike(notes, one.note, two.note)
