"""Free text: a person judges it by the author's rubric, and until then it waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from dgxblock.content.lengths import written
from dgxblock.content.model import EssayItem, Text
from dgxblock.grading import Mark, Verdict, rubric
from dgxblock.grading.verdict import blank, unread
from dgxblock.i18n import gettext as _
from dgxblock.i18n import ngettext
from dgxblock.items import shape
from dgxblock.items.kind import Fault, Kind, Situation
from dgxblock.lab import Sheet

__all__ = ["CriterionView", "EssayControl", "EssayKind", "control_of", "judged"]


@dataclass(frozen=True, slots=True)
class CriterionView:
    """A criterion with its levels, best first, as (id, words, what it is worth, chosen)."""

    id: str
    label: Text
    levels: tuple[tuple[str, Text, str, bool], ...]


@dataclass(frozen=True, slots=True)
class EssayControl:
    """The text, the limits in words, the rubric with what was chosen once it was judged, and the reader's comment."""

    text: str
    limits: str
    longest: int
    criteria: tuple[CriterionView, ...]
    judged: bool
    comment: str


class EssayKind(Kind[EssayItem]):
    """The answer is the text itself."""

    template: ClassVar[str] = "dgxblock/item_essay.html"

    def accept(self, item: EssayItem, raw: object, /) -> str:
        # a little more than allowed, so that who writes too much is told and keeps it
        return shape.text(raw, most=2 * item.longest + 1000)

    def grade(self, item: EssayItem, answer: Any, at: Situation, /) -> Mark:
        del at
        if not isinstance(answer, str) or not written(answer):
            return blank()
        if code := _length_code(item, answer):
            return unread(code)
        return Mark(0.0, Verdict.WAITING, "waiting")

    def control(
        self, item: EssayItem, answer: Any, sheet: Sheet, lang: str, mark: Mark | None, /, *, solved: bool
    ) -> EssayControl:
        del sheet, solved
        return control_of(item, answer, lang, mark)

    def unread(self, item: EssayItem, answer: Any, mark: Mark, lang: str, /) -> dict[str, str]:
        if mark.verdict is not Verdict.UNREAD or not isinstance(answer, str):
            return {}
        count = written(answer)
        if mark.note.endswith("short"):
            sentence = _(
                "This has %(count)s characters; write at least %(shortest)s. Your text is kept.",
                language=lang, count=count, shortest=item.shortest,
            )  # fmt: skip
        else:
            sentence = _(
                "This has %(count)s characters; at most %(longest)s are read. Your text is kept; please shorten it.",
                language=lang, count=count, longest=item.longest,
            )  # fmt: skip
        return {item.id: sentence}

    def own(self, item: EssayItem, answer: Any, sheet: Sheet, lang: str, /) -> str:
        del item, sheet, lang
        return answer if isinstance(answer, str) else ""

    def reference(self, item: EssayItem, sheet: Sheet, lang: str, /) -> str:
        """None: what a good text holds is in the rationale."""
        del item, sheet, lang
        return ""

    def key(self, item: EssayItem, sheet: Sheet, /) -> object:
        del item, sheet
        return None

    def faults(self, item: EssayItem, sheet: Sheet, /) -> Iterator[Fault]:
        del item, sheet
        yield from ()


def control_of(item: EssayItem, answer: Any, lang: str, mark: Mark | None, /) -> EssayControl:
    """The controls of a text, for its author and for its reader."""
    chosen = {name: part.note for name, part in mark.parts} if mark else {}
    return EssayControl(
        text=answer if isinstance(answer, str) else "",
        limits=_limits(item, lang),
        longest=item.longest,
        criteria=tuple(
            CriterionView(
                each.id,
                each.label,
                tuple(
                    (level.id, level.label, _worth(level.points, lang), chosen.get(each.id) == level.id)
                    for level in sorted(each.levels, key=lambda level: -level.points)
                ),
            )
            for each in item.criteria
        ),
        judged=bool(chosen),
        comment=str(dict(mark.figures).get("comment", "")) if mark else "",
    )


def judged(item: EssayItem, chosen: Mapping[str, str], comment: str, /) -> Mark:
    """The mark that a reader's choice of levels makes.

    Raises:
        ValueError: not one level of each criterion.
    """
    points = {each.id: {level.id: level.points for level in each.levels} for each in item.criteria}
    return rubric.grade(chosen, points, comment)


def _worth(points: float, lang: str) -> str:
    if points == int(points):
        return ngettext("worth 1 point", "worth %(n)s points", int(points), language=lang)
    return _("worth %(points)s points", language=lang, points=f"{points:g}")


def _length_code(item: EssayItem, answer: str) -> str:
    count = written(answer)
    return "short" if count < item.shortest else "over" if count > item.longest else ""


def _limits(item: EssayItem, lang: str) -> str:
    if item.shortest > 1:
        return _(
            "%(shortest)s to %(longest)s characters, read by a person.",
            language=lang, shortest=item.shortest, longest=item.longest,
        )  # fmt: skip
    return _("At most %(longest)s characters, read by a person.", language=lang, longest=item.longest)
