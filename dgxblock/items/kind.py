"""What one kind of question can do. Each kind has a module of its own beside this one, and a line in `kinds`.

A key exists only while a question is being graded or explained: it is computed from the learner's sheet and never
stored, so a wrong key is repaired by computing again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from dgxblock.content.model import Item, Text
from dgxblock.grading import Mark, Verdict, words
from dgxblock.lab import Sheet

__all__ = ["Fault", "Kind", "Situation"]

I = TypeVar("I", bound=Item)  # noqa: E741  one letter, as type variables are

_SILENT = (Verdict.RIGHT, Verdict.CARRIED, Verdict.UNREAD, Verdict.BLANK, Verdict.WAITING)


class Fault(NamedTuple):
    """What makes a question unfit for the learner who has a sheet.

    `steps` lead from the element of the question to the one to blame (``("misconception:1",)``), `code` is one of
    `dgxblock.content.messages`. Nothing in `params` differs between seeds, so that equal faults meet.
    """

    steps: tuple[str, ...]
    code: str
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Situation:
    """What a grader may look at: the learner's data, and the questions before this one with their marks.

    `who` names the learner to engines that take turns; it says nothing about who they are.
    """

    sheet: Sheet
    earlier: Mapping[str, tuple[Item, Mark]] = field(default_factory=dict)
    who: str = ""


class Kind(ABC, Generic[I]):
    """One kind of question: from what the browser sent to a mark, and from a mark to what the page says."""

    template: ClassVar[str]
    """The template of its controls; it finds what `control` gives as ``q.control``."""

    # -- answers ---------------------------------------------------------------------------------------------------

    @abstractmethod
    def accept(self, item: I, raw: object, /) -> Any:
        """The answer in the one shape in which it is stored.

        Raises:
            Malformed: anything that our page does not send.
        """

    @abstractmethod
    def grade(self, item: I, answer: Any, at: Situation, /) -> Mark:
        """The mark of an answer; garbage is marked unread or blank.

        Raises:
            LabError: a key cannot be computed.
        """

    def restore(self, item: I, answer: Any, kept: Mapping[str, Any], /) -> Mark:
        """The mark that `dgxblock.items.stored` kept. What it says decides, whatever the document says by now."""
        del item, answer
        return from_stored(kept)

    # -- the page --------------------------------------------------------------------------------------------------

    def mixed(self, item: I, sheet: Sheet, /) -> I:
        """The question with its options in this learner's own order, where their order has no meaning."""
        del sheet
        return item

    @abstractmethod
    def control(self, item: I, answer: Any, sheet: Sheet, lang: str, mark: Mark | None, /, *, solved: bool) -> Any:
        """What the template of the controls needs. Without a mark nothing in it depends on the key."""

    def tag(self, item: I, mark: Mark, lang: str, /) -> str:
        """The verdict in a word or two."""
        del item
        return words.verdict_label(mark.verdict, language=lang)

    def feedback(self, item: I, answer: Any, mark: Mark, /) -> tuple[Text, ...]:
        """What the author says to this answer."""
        del answer
        if mark.verdict in _SILENT:
            return ()
        return tuple(each.feedback for each in item.misconceptions if each.note == mark.note)

    def unread(self, item: I, answer: Any, mark: Mark, lang: str, /) -> dict[str, str]:
        """Why something could not be read, by the name of its control: ``{"q1.value": "…"}``; empty if all was."""
        del item, answer, mark, lang
        return {}

    def readings(self, item: I, answer: Any, lang: str, /) -> dict[str, str]:
        """“We read 67.4%”, by what the page calls the place where it stands."""
        del item, answer, lang
        return {}

    @abstractmethod
    def own(self, item: I, answer: Any, sheet: Sheet, lang: str, /) -> str:
        """What the learner answered, in words; empty if nothing."""

    @abstractmethod
    def reference(self, item: I, sheet: Sheet, lang: str, /) -> str:
        """A right answer in words. Shown only where the solution is open.

        Raises:
            LabError: the key cannot be computed.
        """

    # -- the author's desk -----------------------------------------------------------------------------------------

    @abstractmethod
    def key(self, item: I, sheet: Sheet, /) -> object:
        """The key as something whose `repr` tells two keys apart.

        Raises:
            LabError: it cannot be computed.
        """

    @abstractmethod
    def faults(self, item: I, sheet: Sheet, /) -> Iterator[Fault]:
        """What is wrong with the question for the learner who has this sheet.

        Raises:
            LabError: a key cannot be computed.
        """


def to_store(mark: Mark, /) -> dict[str, Any]:
    """A mark as JSON: the verdict and the note, never a key."""
    kept: dict[str, Any] = {
        "fraction": round(mark.fraction, 6),
        "verdict": str(mark.verdict),
        "note": mark.note,
        "value": mark.reading and mark.reading.number,
        "unit": mark.unit,
        "displaced": list(mark.displaced),
    }
    if mark.parts:
        kept["parts"] = {name: to_store(part) for name, part in mark.parts}
    if mark.figures:
        kept["figures"] = dict(mark.figures)
    return kept


def from_stored(kept: Mapping[str, Any], /) -> Mark:
    """The mark that `to_store` made; what was read of a number has to be read again from the answer."""
    return Mark(
        float(kept["fraction"]),
        Verdict(kept["verdict"]),
        str(kept["note"]),
        displaced=tuple(kept.get("displaced", ())),
        parts=tuple((name, from_stored(part)) for name, part in kept.get("parts", {}).items()),
        figures=tuple(kept.get("figures", {}).items()),
    )
