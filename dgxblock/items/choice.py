"""One choice, or several; the key is marked by hand or selected from the learner's data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from dgxblock.content.model import ChoiceItem, Text
from dgxblock.grading import Mark, Verdict, choice
from dgxblock.items import shape
from dgxblock.items.kind import Fault, Kind, Situation
from dgxblock.items.shuffle import shuffled
from dgxblock.items.text import chosen_in, joined
from dgxblock.items.ties import tied
from dgxblock.lab import Sheet

__all__ = ["ChoiceControl", "ChoiceKind", "correct_ids"]

_MANY: Final = 8
_SHORT: Final = 24
"""So many choices stand in columns, if no label is longer than so many characters."""


@dataclass(frozen=True, slots=True)
class ChoiceControl:
    """Ids of what is ticked, and whether the choices are `short` enough to stand in columns."""

    chosen: tuple[str, ...]
    short: bool


class ChoiceKind(Kind[ChoiceItem]):
    """The answer is a list of ids of choices, also where only one may be chosen."""

    template: ClassVar[str] = "dgxblock/item_choice.html"

    def accept(self, item: ChoiceItem, raw: object, /) -> list[str]:
        return shape.names(raw if item.multiple else [raw], [each.id for each in item.choices])

    def grade(self, item: ChoiceItem, answer: Any, at: Situation, /) -> Mark:
        return choice.grade(answer, _spec(item, at.sheet))

    def mixed(self, item: ChoiceItem, sheet: Sheet, /) -> ChoiceItem:
        return replace(item, choices=shuffled(item.choices, item.id, sheet))

    def control(
        self, item: ChoiceItem, answer: Any, sheet: Sheet, lang: str, mark: Mark | None, /, *, solved: bool
    ) -> ChoiceControl:
        del mark, solved
        labels = [each.label.plain(lang, sheet.values) for each in item.choices]
        short = len(labels) >= _MANY and all(len(label) <= _SHORT for label in labels)
        return ChoiceControl(chosen_in(answer), short)

    def feedback(self, item: ChoiceItem, answer: Any, mark: Mark, /) -> tuple[Text, ...]:
        if mark.verdict not in (Verdict.PARTLY, Verdict.AGAIN):
            return ()
        chosen = chosen_in(answer)
        return tuple(each.feedback for each in item.choices if each.id in chosen and each.feedback)

    def own(self, item: ChoiceItem, answer: Any, sheet: Sheet, lang: str, /) -> str:
        return joined(item.choices, chosen_in(answer), sheet, lang)

    def reference(self, item: ChoiceItem, sheet: Sheet, lang: str, /) -> str:
        right = correct_ids(item, sheet)
        return joined(item.choices, tuple(each.id for each in item.choices if each.id in right), sheet, lang)

    def key(self, item: ChoiceItem, sheet: Sheet, /) -> object:
        return sorted(correct_ids(item, sheet))

    def faults(self, item: ChoiceItem, sheet: Sheet, /) -> Iterator[Fault]:
        spec = _spec(item, sheet)
        place = ("key",)
        if unknown := sorted(spec.correct - set(spec.choices)):
            yield Fault(place, "key-choice", (("name", ", ".join(unknown)[:60]),))
        elif not item.multiple and len(spec.correct) != 1:
            yield Fault(place, "key-single")
        elif item.multiple and not 1 <= len(spec.correct) < len(spec.choices):
            yield Fault(place, "key-many")
        elif choice.grade([each for each in spec.choices if each in spec.correct], spec).verdict is not Verdict.RIGHT:
            yield Fault(place, "key-refused")
        if item.key and tied(item.key, sheet, as_set=True):
            yield Fault(place, "key-tie")


def correct_ids(item: ChoiceItem, sheet: Sheet, /) -> frozenset[str]:
    """Ids of the right choices.

    Raises:
        LabError: the key's query cannot run.
    """
    if item.key:
        return frozenset(str(row[0]) for row in sheet.query(item.key).rows)
    return frozenset(each.id for each in item.choices if each.correct)


def _spec(item: ChoiceItem, sheet: Sheet) -> choice.ChoiceSpec:
    return choice.ChoiceSpec(
        choices=tuple(each.id for each in item.choices),
        correct=correct_ids(item, sheet),
        multiple=item.multiple,
        notes={each.id: each.note for each in item.choices if each.note},
    )
