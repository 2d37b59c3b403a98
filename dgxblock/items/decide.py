"""A decision of a case: options with graded shares, and the reason for the one chosen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from dgxblock.content.model import DecideItem, Text
from dgxblock.grading import Mark, Verdict, decide
from dgxblock.items import parts, shape
from dgxblock.items.kind import Fault, Kind, Situation
from dgxblock.items.shuffle import shuffled
from dgxblock.items.ties import tied
from dgxblock.lab import Rows, Sheet

__all__ = ["MOST_REASON", "DecideControl", "DecideKind", "credits_of"]

MOST_REASON: Final = 1000
"""Characters: a reason is a few sentences."""


@dataclass(frozen=True, slots=True)
class DecideControl:
    """The option chosen, the reason as written, and how long that may be."""

    chosen: str
    reason: str
    most: int = MOST_REASON


class DecideKind(Kind[DecideItem]):
    """The answer is ``{"option": id, "reason": text}``, without what was left open."""

    template: ClassVar[str] = "dgxblock/item_decide.html"

    def accept(self, item: DecideItem, raw: object, /) -> dict[str, str]:
        fields = shape.fields(raw, ("option", "reason") if item.reason else ("option",))
        found = {name: shape.text(each, most=MOST_REASON) for name, each in fields.items()}
        if found.get("option", "") not in ("", *(each.id for each in item.options)):
            raise shape.Malformed
        return {name: text for name, text in found.items() if text.strip()}

    def grade(self, item: DecideItem, answer: Any, at: Situation, /) -> Mark:
        return decide.grade(answer, _spec(item, at.sheet))

    def mixed(self, item: DecideItem, sheet: Sheet, /) -> DecideItem:
        return replace(item, options=shuffled(item.options, item.id, sheet))

    def control(
        self, item: DecideItem, answer: Any, sheet: Sheet, lang: str, mark: Mark | None, /, *, solved: bool
    ) -> DecideControl:
        del item, sheet, lang, mark, solved
        return DecideControl(_field(answer, "option"), _field(answer, "reason"))

    def feedback(self, item: DecideItem, answer: Any, mark: Mark, /) -> tuple[Text, ...]:
        if mark.verdict in (Verdict.BLANK, Verdict.UNREAD):
            return ()
        chosen = _field(answer, "option")
        return tuple(text for each in item.options if each.id == chosen for text in each.consequence)

    def own(self, item: DecideItem, answer: Any, sheet: Sheet, lang: str, /) -> str:
        said = [_label(item, _field(answer, "option"), sheet, lang), " ".join(_field(answer, "reason").split())]
        return parts.colon(lang).join(each for each in said if each)

    def reference(self, item: DecideItem, sheet: Sheet, lang: str, /) -> str:
        shares = credits_of(item, sheet)
        best = max(item.options, key=lambda each: shares.get(each.id, 0.0))
        return _label(item, best.id, sheet, lang)

    def key(self, item: DecideItem, sheet: Sheet, /) -> object:
        return sorted(credits_of(item, sheet).items())

    def faults(self, item: DecideItem, sheet: Sheet, /) -> Iterator[Fault]:
        if not item.key:
            return  # the rules have seen all that there is to see
        if not _sound(item, sheet.query(item.key)):
            yield Fault(("key",), "key-credit")
        elif tied(item.key, sheet, as_set=True):
            yield Fault(("key",), "key-tie")


def credits_of(item: DecideItem, sheet: Sheet, /) -> dict[str, float]:
    """The share that each option earns; an option that the key leaves out earns nothing.

    Raises:
        LabError: the key's query cannot run.
    """
    if not item.key:
        return {each.id: each.credit for each in item.options}
    rows = sheet.query(item.key).rows
    return {str(row[0]): float(row[1]) for row in rows if len(row) > 1 and isinstance(row[1], int | float)}


def _sound(item: DecideItem, found: Rows) -> bool:
    if len(found.columns) < 2:
        return False
    names = [str(row[0]) for row in found.rows]
    shares = [row[1] for row in found.rows]
    if len(set(names)) < len(names) or not set(names) <= {each.id for each in item.options}:
        return False
    if not all(isinstance(each, int | float) and math.isfinite(each) and 0 <= each <= 1 for each in shares):
        return False
    return shares.count(1) == 1


def _spec(item: DecideItem, sheet: Sheet) -> decide.DecideSpec:
    return decide.DecideSpec(
        options=tuple(each.id for each in item.options),
        credits=credits_of(item, sheet),
        notes={each.id: each.note for each in item.options if each.note},
    )


def _field(answer: Any, name: str) -> str:
    value = answer.get(name, "") if isinstance(answer, Mapping) else ""
    return value if isinstance(value, str) else ""


def _label(item: DecideItem, name: str, sheet: Sheet, lang: str) -> str:
    return next((each.label.plain(lang, sheet.values) for each in item.options if each.id == name), "")
