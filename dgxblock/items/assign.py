"""Matching and classifying: things, each assigned to one of the targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeVar

from dgxblock.content.model import ClassifyItem, MatchItem, Target, Text, Thing
from dgxblock.grading import Mark, Verdict, assign, words
from dgxblock.items import parts, shape
from dgxblock.items.kind import Fault, Kind, Situation
from dgxblock.items.shuffle import shuffled
from dgxblock.items.ties import tied
from dgxblock.lab import Sheet

__all__ = ["AssignControl", "ClassifyKind", "MatchKind", "ThingView", "key_of"]

A = TypeVar("A", bound=MatchItem | ClassifyItem)


@dataclass(frozen=True, slots=True)
class ThingView:
    """A thing and the target chosen for it; without a mark `tone` and `tag` are empty."""

    id: str
    label: Text
    chosen: str
    tone: str
    tag: str


@dataclass(frozen=True, slots=True)
class AssignControl:
    """The things, and the targets in the order in which they are offered."""

    things: tuple[ThingView, ...]
    targets: tuple[Target, ...]


class _AssignKind(Kind[A]):
    """The answer is ``{thing: target}``, without what was left open."""

    def accept(self, item: A, raw: object, /) -> dict[str, str]:
        known = {each.id for each in item.targets}
        chosen = {
            thing: shape.text(each) for thing, each in shape.fields(raw, [each.id for each in item.things]).items()
        }
        if not set(chosen.values()) <= {*known, ""}:
            raise shape.Malformed
        return {thing: target for thing, target in chosen.items() if target}

    def grade(self, item: A, answer: Any, at: Situation, /) -> Mark:
        return assign.grade(answer, _spec(item, at.sheet))

    def mixed(self, item: A, sheet: Sheet, /) -> A:
        """What is assigned, not what it is assigned to: classes may be steps, and a match has its own way."""
        # by a name of its own: a thing and its target may have one id, and must not stand in one place for it
        return replace(item, things=shuffled(item.things, f"{item.id}\0things", sheet))

    def control(
        self, item: A, answer: Any, sheet: Sheet, lang: str, mark: Mark | None, /, *, solved: bool
    ) -> AssignControl:
        del solved
        chosen, marks = _chosen(answer), dict(mark.parts) if mark else {}
        return AssignControl(
            tuple(_view(each, chosen.get(each.id, ""), marks.get(each.id), lang) for each in item.things),
            self.offered(item, sheet),
        )

    def offered(self, item: A, sheet: Sheet, /) -> tuple[Target, ...]:
        """The targets in the order in which this learner sees them."""
        del sheet
        return item.targets

    def tag(self, item: A, mark: Mark, lang: str, /) -> str:
        return parts.count(mark, lang) or super().tag(item, mark, lang)

    def feedback(self, item: A, answer: Any, mark: Mark, /) -> tuple[Text, ...]:
        marks, chosen = dict(mark.parts), _chosen(answer)
        said: list[Text] = []
        for thing in item.things:
            part = marks.get(thing.id)
            if part is not None and part.verdict in (Verdict.AGAIN, Verdict.PARTLY):
                texts = (_said(thing, chosen.get(thing.id, "")), parts.hint(part))
                said += [parts.named(thing.label, each) for each in texts if each]
        return tuple(said)

    def own(self, item: A, answer: Any, sheet: Sheet, lang: str, /) -> str:
        return _in_words(item, _chosen(answer), sheet, lang)

    def reference(self, item: A, sheet: Sheet, lang: str, /) -> str:
        return _in_words(item, key_of(item, sheet), sheet, lang)

    def key(self, item: A, sheet: Sheet, /) -> object:
        return sorted(key_of(item, sheet).items())

    def faults(self, item: A, sheet: Sheet, /) -> Iterator[Fault]:
        if not item.key:
            return  # the rules have seen all that there is to see
        place = ("key",)
        rows = sheet.query(item.key).rows
        known = {each.id for each in item.targets}
        if sorted(str(row[0]) for row in rows) != sorted(each.id for each in item.things) or not all(
            len(row) > 1 and str(row[1]) in known for row in rows
        ):
            yield Fault(place, "key-things")
            return
        if isinstance(item, MatchItem) and not item.reuse and len({row[1] for row in rows}) < len(rows):
            yield Fault(place, "key-reuse")
        if assign.grade(key_of(item, sheet), _spec(item, sheet)).verdict is not Verdict.RIGHT:
            yield Fault(place, "key-refused")
        if tied(item.key, sheet, as_set=True):
            yield Fault(place, "key-tie")


class MatchKind(_AssignKind[MatchItem]):
    """Pairs, each with a list of the options."""

    template: ClassVar[str] = "dgxblock/item_match.html"

    def offered(self, item: MatchItem, sheet: Sheet, /) -> tuple[Target, ...]:
        """Shuffled unless fixed, always the same for one learner: authors write options in the order of their pairs."""
        return item.targets if item.fixed else shuffled(item.targets, item.id, sheet)


class ClassifyKind(_AssignKind[ClassifyItem]):
    """Things, each with a group of buttons for the classes."""

    template: ClassVar[str] = "dgxblock/item_classify.html"


def key_of(item: MatchItem | ClassifyItem, sheet: Sheet, /) -> dict[str, str]:
    """The right target of each thing.

    Raises:
        LabError: the key's query cannot run.
    """
    if item.key:
        return {str(row[0]): str(row[1]) for row in sheet.query(item.key).rows if len(row) > 1}
    return {each.id: each.target for each in item.things}


def _view(thing: Thing, chosen: str, mark: Mark | None, lang: str) -> ThingView:
    tag = words.verdict_label(mark.verdict, language=lang) if mark else ""
    return ThingView(thing.id, thing.label, chosen, parts.tone(mark), tag)


def _spec(item: MatchItem | ClassifyItem, sheet: Sheet) -> assign.AssignSpec:
    return assign.AssignSpec(
        things=tuple(each.id for each in item.things),
        targets=tuple(each.id for each in item.targets),
        key=key_of(item, sheet),
        ordinal=isinstance(item, ClassifyItem) and item.ordinal,
        notes={(each.id, wrong.target): wrong.note for each in item.things for wrong in each.wrong},
    )


def _chosen(answer: Any) -> dict[str, str]:
    if not isinstance(answer, Mapping):
        return {}
    return {str(thing): target for thing, target in answer.items() if isinstance(target, str)}


def _said(thing: Thing, target: str) -> Text | None:
    """What the author says to this wrong target."""
    return next((each.feedback for each in thing.wrong if each.target == target), None) or thing.feedback


def _in_words(item: MatchItem | ClassifyItem, chosen: Mapping[str, str], sheet: Sheet, lang: str) -> str:
    labels = {each.id: each.label.plain(lang, sheet.values) for each in item.targets}
    pairs = [
        f"{each.label.plain(lang, sheet.values)} → {labels[chosen[each.id]]}"
        for each in item.things
        if chosen.get(each.id) in labels
    ]
    return ("；" if lang == "zh-CN" else "; ").join(pairs)
