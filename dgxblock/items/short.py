"""A word or two; what counts is listed, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, ClassVar

from dgxblock.content.model import Accepted, ShortItem, ShortMisconception, Text
from dgxblock.grading import Mark, Verdict, short, words
from dgxblock.items import shape
from dgxblock.items.kind import Fault, Kind, Situation
from dgxblock.lab import Sheet

__all__ = ["ShortControl", "ShortKind"]


@dataclass(frozen=True, slots=True)
class ShortControl:
    """What stands in the field, and how wide it is in characters."""

    value: str
    size: int


class ShortKind(Kind[ShortItem]):
    """The answer is the text."""

    template: ClassVar[str] = "dgxblock/item_short.html"

    def accept(self, item: ShortItem, raw: object, /) -> str:
        return shape.text(raw, most=item.longest)

    def grade(self, item: ShortItem, answer: Any, at: Situation, /) -> Mark:
        del at
        return short.grade(answer, _spec(item))

    def control(
        self, item: ShortItem, answer: Any, sheet: Sheet, lang: str, mark: Mark | None, /, *, solved: bool
    ) -> ShortControl:
        del sheet, lang, mark, solved
        return ShortControl(answer if isinstance(answer, str) else "", min(item.longest, 30))

    def unread(self, item: ShortItem, answer: Any, mark: Mark, lang: str, /) -> dict[str, str]:
        if mark.verdict is not Verdict.UNREAD:
            return {}
        return {item.id: words.unread_sentence(mark, answer, language=lang)}

    def own(self, item: ShortItem, answer: Any, sheet: Sheet, lang: str, /) -> str:
        del item, sheet, lang
        return answer if isinstance(answer, str) else ""

    def reference(self, item: ShortItem, sheet: Sheet, lang: str, /) -> str:
        del sheet
        by_language = sorted(item.accepted, key=lambda each: (each.lang != lang, bool(each.lang)))
        return by_language[0].text

    def key(self, item: ShortItem, sheet: Sheet, /) -> object:
        del sheet
        return [each.text for each in item.accepted]

    def faults(self, item: ShortItem, sheet: Sheet, /) -> Iterator[Fault]:
        """The same for every learner: folded, texts may meet that look different in the document."""
        del sheet
        right: set[str] = set()
        for place, each in enumerate(item.accepted):
            yield from _folded(each, right, (f"accept:{place}",))
            right.add(short.fold(each.text))
        said: dict[str, Text] = {}
        for road, misconception in enumerate(item.misconceptions):
            if not isinstance(misconception, ShortMisconception):
                continue
            for place, each in enumerate(misconception.texts):
                steps = (f"misconception:{road}", f"accept:{place}")
                yield from _folded(each, right, steps)
                if said.setdefault(short.fold(each.text), misconception.feedback) != misconception.feedback:
                    yield Fault(steps, "accept-twice", (("text", each.text),))


def _folded(accepted: Accepted, right: AbstractSet[str], steps: tuple[str, ...]) -> Iterator[Fault]:
    folded = short.fold(accepted.text)
    if not folded:
        yield Fault(steps, "accept-empty", (("text", accepted.text),))
    elif folded in right:
        yield Fault(steps, "accept-both", (("text", accepted.text),))


def _spec(item: ShortItem) -> short.ShortSpec:
    return short.ShortSpec(
        accepted=tuple(each.text for each in item.accepted),
        longest=item.longest,
        typos=item.typos > 0,
        misconceptions=tuple(
            (each.note, tuple(text.text for text in each.texts))
            for each in item.misconceptions
            if isinstance(each, ShortMisconception)
        ),
    )
