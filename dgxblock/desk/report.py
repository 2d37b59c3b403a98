"""What a library holds: how much, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dgxblock.content.findings import Finding
from dgxblock.content.folder import Folder, Located
from dgxblock.content.lengths import characters, words
from dgxblock.content.model import Assessment, Case, Dataset, Exercise, texts
from dgxblock.desk.opened import Opened
from dgxblock.desk.teaching import teaching
from dgxblock.i18n import gettext as _

__all__ = ["Counts", "count", "findings"]


def findings(looked: Iterable[Folder], /) -> set[Located]:
    """Everything that is wrong with these folders, with the data of the teaching variant."""
    looked = list(looked)
    return {located for folder in looked for located in (*folder.found, *teaching(folder))} | set(_twice(looked))


def _twice(looked: Iterable[Folder]) -> Iterable[Located]:
    """Cases with an id and version that another folder has already."""
    seen: set[tuple[str, str]] = set()
    for folder in looked:
        for path, tree in folder.of_kind("case"):
            key = (str(tree.root.get("id")), str(tree.root.get("version")))
            if key in seen:
                yield Located(path, Finding.of("case-twice", *tree.positions[tree.root], name="@".join(key)))
            seen.add(key)


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
