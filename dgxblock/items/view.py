"""One question as a page shows it: controls filled in, the verdict and what to say, the solution once it is open."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from dgxblock import formats
from dgxblock.content.model import Item, Text
from dgxblock.grading import Mark, Verdict, words
from dgxblock.i18n import gettext as _
from dgxblock.items.hints import cost_of
from dgxblock.items.kinds import kind_of
from dgxblock.lab import Sheet

__all__ = ["ItemView", "view"]

_TONES = {
    Verdict.RIGHT: "dgx-ok",
    Verdict.PARTLY: "dgx-part",
    Verdict.AGAIN: "dgx-part",
    Verdict.UNIT: "dgx-part",
    Verdict.CARRIED: "dgx-part",
    Verdict.UNREAD: "",
    Verdict.BLANK: "",
    Verdict.WAITING: "",
}


@dataclass(frozen=True, slots=True)
class ItemView:
    """`number` is 1.2 or 5; `control` is what `template` shows the answer with. Without a mark, `tag`, `feedback` and
    `error` are empty; `own` and `reference` are what the learner answered and a right answer in words, `reference`
    only where the solution is open. `hints` are those taken on demand and `hints_cost` what they cost together, in per
    cent; `next_hint` numbers the one that may be asked for (0: none) and `next_cost` is its price. `finished`:
    nothing can be answered any more, whether or not the solution may be told."""

    number: str
    item: Item
    template: str
    control: Any
    tone: str
    tag: str
    error: str
    hint: str
    feedback: tuple[Text, ...]
    givens: tuple[tuple[Text, str], ...]
    own: str
    reference: str
    hints: tuple[Text, ...]
    hints_cost: int
    next_hint: int
    next_cost: int
    solved: bool
    finished: bool
    flagged: bool

    @property
    def worth(self) -> int:
        """What the question is still worth after the hints taken, in per cent."""
        return 100 - self.hints_cost

    @property
    def ask(self) -> str:
        """The request for the next hint, as JSON."""
        return json.dumps({"item": self.item.id, "step": self.next_hint})

    @property
    def said(self) -> bool:
        """Whether there is something to say under the answer."""
        return bool(self.hint or self.feedback)


def view(
    item: Item, number: str, answer: Any, sheet: Sheet, lang: str, /, *,
    mark: Mark | None = None, solved: bool = False, flagged: bool = False, hints: int = 0, finished: bool = False,
    own: bool = False, shuffle: bool = False,
) -> ItemView:  # fmt: skip
    """The view of one item. Before `mark` is given nothing about right or wrong goes in, before `solved` no solution;
    `own` puts in what was answered, in words. With `shuffle`, options stand in this learner's own order, unless the
    question is fixed.

    Raises:
        LabError: a key that is to be shown cannot be computed.
    """
    kind = kind_of(item)
    if shuffle and not item.fixed:
        item = kind.mixed(item, sheet)
    more = not (solved or finished) and hints < len(item.demand_hints)
    return ItemView(
        number=number,
        item=item,
        template=kind.template,
        control=kind.control(item, answer, sheet, lang, mark, solved=solved),
        tone=_TONES[mark.verdict] if mark else "",
        tag=kind.tag(item, mark, lang) if mark else "",
        error=next(iter(kind.unread(item, answer, mark, lang).values()), "") if mark else "",
        hint=words.hint(mark, language=lang) if mark else "",
        feedback=kind.feedback(item, answer, mark) if mark else (),
        givens=tuple(
            (given.label, formats.format_value(sheet.values[given.ref], given.format, lang)) for given in item.givens
        ),
        own=(kind.own(item, answer, sheet, lang) or _("not answered", language=lang)) if solved or own else "",
        reference=kind.reference(item, sheet, lang) if solved else "",
        hints=tuple(hint.text for hint in item.demand_hints[:hints]),
        hints_cost=cost_of(item, hints),
        next_hint=hints + 1 if more else 0,
        next_cost=item.demand_hints[hints].cost if more else 0,
        solved=solved,
        finished=finished or solved,
        flagged=flagged,
    )
