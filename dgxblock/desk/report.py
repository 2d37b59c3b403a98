"""How much a library holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dgxblock.content.lengths import characters, words
from dgxblock.content.model import Assessment, Case, Dataset, Exercise, texts
from dgxblock.desk.opened import Opened
from dgxblock.i18n import gettext as _

__all__ = ["Counts", "count"]


@dataclass(frozen=True)
class Counts:
    """Numbers of things; Chinese is counted in characters, English in words, both without the data set's labels."""

    cases: int
    exhibits: int
    exercises: int
    items: int
    chinese: int
    english: int

    def sentence(self) -> str:
        return _(
            "Cases: %(cases)s; exhibits: %(exhibits)s; exercises: %(exercises)s; questions: %(items)s; "
            "Chinese characters: %(chinese)s; English words: %(english)s.",
            cases=self.cases,
            exhibits=self.exhibits,
            exercises=self.exercises,
            items=self.items,
            chinese=f"{self.chinese:,}",
            english=f"{self.english:,}",
        )


def count(opened: Iterable[Opened], /) -> Counts:
    """What these documents hold together."""
    documents = [each.document for each in opened if not isinstance(each.document, Dataset)]
    cases = [each for each in documents if isinstance(each, Case)]
    exercises = [each for each in documents if isinstance(each, Exercise)]
    asked = [each for each in documents if isinstance(each, Exercise | Assessment)]
    said = [text for each in documents for text in set(texts(each)) - set(texts(each.dataset))]
    return Counts(
        cases=len(cases),
        exhibits=sum(len(each.exhibits) for each in cases),
        exercises=len(exercises),
        items=sum(len(each.items) for each in asked),
        chinese=sum(characters(text.plain("zh-CN")) for text in said),
        english=sum(words(text.plain("en")) for text in said),
    )
