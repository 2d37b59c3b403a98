"""One question as a page shows it: controls filled in, the verdict and what to say, the solution once it is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dgxblock import formats
from dgxblock.block import questions
from dgxblock.content.model import ChoiceItem, Item, NumberItem, OrderItem, Text
from dgxblock.grading import Mark, Verdict, number, words
from dgxblock.i18n import gettext as _
from dgxblock.lab import Sheet

__all__ = ["ItemView", "StepView", "reading", "view"]

_MANY, _SHORT = 8, 24
"""So many choices stand in columns, if no label is longer than so many characters."""
_TONES = {
    Verdict.RIGHT: "dgx-ok",
    Verdict.PARTLY: "dgx-part",
    Verdict.AGAIN: "dgx-part",
    Verdict.UNIT: "dgx-part",
    Verdict.CARRIED: "dgx-part",
    Verdict.UNREAD: "",
    Verdict.BLANK: "",
}


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of an ordering, where the learner put it. `feedback` is set when it stands in the wrong place."""

    id: str
    label: Text
    wrong: bool
    feedback: Text | None


@dataclass(frozen=True, slots=True)
class ItemView:
    """`number` is 1.2 or 5. Without a mark, `tag`, `feedback` and `error` are empty; `own` and `reference` are what
    the learner answered and a right answer in words, `reference` only where the solution is open.
    `short` choices stand in columns."""

    number: str
    item: Item
    tone: str
    tag: str
    error: str
    hint: str
    feedback: tuple[Text, ...]
    value: str
    unit: str
    units: tuple[tuple[str, str], ...]
    reading: str
    chosen: tuple[str, ...]
    steps: tuple[StepView, ...]
    givens: tuple[tuple[Text, str], ...]
    own: str
    reference: str
    solved: bool
    flagged: bool
    short: bool

    @property
    def said(self) -> bool:
        """Whether there is something to say under the answer."""
        return bool(self.hint or self.feedback)


def view(
    item: Item, number_: str, answer: Any, sheet: Sheet, lang: str, /, *,
    mark: Mark | None = None, solved: bool = False, flagged: bool = False,
) -> ItemView:  # fmt: skip
    """The view of one item. Before `mark` is given nothing about right or wrong goes in, before `solved` no solution.

    Raises:
        LabError: a key that is to be shown cannot be computed.
    """
    typed: Mapping[str, Any] = answer if isinstance(answer, dict) else {}
    chosen = tuple(each for each in answer if isinstance(each, str)) if isinstance(answer, list) else ()
    units = (item.units or (item.unit,)) if isinstance(item, NumberItem) else ()
    return ItemView(
        number=number_,
        item=item,
        tone=_TONES[mark.verdict] if mark else "",
        tag=_tag(item, mark, lang) if mark else "",
        error=words.unread_sentence(mark, typed.get("value", ""), language=lang)
        if mark and mark.verdict is Verdict.UNREAD
        else "",
        hint=words.hint(mark, language=lang) if mark else "",
        feedback=_feedback(item, mark, chosen) if mark else (),
        value=str(typed.get("value", "")),
        unit=str(typed.get("unit", "") or units[0]) if units else "",
        units=tuple((code, formats.unit_label(code, lang)) for code in units),
        reading=reading(item, answer, sheet, lang),
        chosen=chosen,
        steps=_steps(item, chosen, sheet, mark) if isinstance(item, OrderItem) else (),
        givens=tuple(
            (given.label, formats.format_value(sheet.values[given.ref], given.format, lang)) for given in item.givens
        ),
        own=_own(item, answer, chosen, sheet, lang) if solved else "",
        reference=_reference(item, sheet, lang) if solved else "",
        solved=solved,
        flagged=flagged,
        short=isinstance(item, ChoiceItem) and _is_short(item, sheet, lang),
    )


def _is_short(item: ChoiceItem, sheet: Sheet, lang: str) -> bool:
    labels = [each.label.plain(lang, sheet.values) for each in item.choices]
    return len(labels) >= _MANY and all(len(label) <= _SHORT for label in labels)


def reading(item: Item, answer: Any, sheet: Sheet, lang: str, /) -> str:
    """“We read 67.4%”, or how else to write what could not be read; empty for an empty box and other kinds of items."""
    if not isinstance(item, NumberItem):
        return ""
    mark = number.grade(answer, questions.number_spec(item, sheet))
    if mark.verdict is Verdict.UNREAD:
        return words.unread_sentence(mark, (answer or {}).get("value", ""), language=lang)
    shown = number.echo(mark, lang)
    return _("We read %(value)s", language=lang, value=shown) if shown else ""


def _tag(item: Item, mark: Mark, lang: str) -> str:
    if isinstance(item, OrderItem) and mark.verdict in (Verdict.PARTLY, Verdict.AGAIN):
        total = len(item.steps)
        return _("%(right)s of %(total)s in place", language=lang, right=total - len(mark.displaced), total=total)
    return words.verdict_label(mark.verdict, language=lang)


def _feedback(item: Item, mark: Mark, chosen: tuple[str, ...]) -> tuple[Text, ...]:
    """What the author says to this answer: about the known wrong road, or about each wrong tick."""
    if mark.verdict in (Verdict.RIGHT, Verdict.CARRIED, Verdict.UNREAD, Verdict.BLANK):
        return ()
    if isinstance(item, ChoiceItem):
        return tuple(each.feedback for each in item.choices if each.id in chosen and each.feedback)
    return tuple(each.feedback for each in item.misconceptions if each.note == mark.note)


def _steps(item: OrderItem, chosen: tuple[str, ...], sheet: Sheet, mark: Mark | None) -> tuple[StepView, ...]:
    by_id = {each.id: each for each in item.steps}
    names = chosen if set(chosen) == set(by_id) and len(chosen) == len(by_id) else questions.shuffled(item, sheet)
    out = set(mark.displaced) if mark else set()
    return tuple(
        StepView(name, by_id[name].label, name in out, by_id[name].feedback if name in out else None) for name in names
    )


def _own(item: Item, answer: Any, chosen: tuple[str, ...], sheet: Sheet, lang: str) -> str:
    if isinstance(item, NumberItem):
        mark = number.grade(answer, questions.number_spec(item, sheet))
        shown = number.echo(mark, lang) or str((answer or {}).get("value", "") if isinstance(answer, dict) else "")
    else:
        shown = _labels(item, chosen, sheet, lang)
    return shown or _("not answered", language=lang)


def _reference(item: Item, sheet: Sheet, lang: str) -> str:
    if isinstance(item, NumberItem):
        definition = sheet.dataset.value(item.ref)
        value = sheet.values[item.ref]
        if definition.format != "text":
            shown = formats.format_value(value, definition.format, lang)
            # formats of ratios and of quantities bring their unit along
            bare = definition.format in ("int", "dec1", "dec2", "dec3")
            return formats.format_quantity(shown, item.unit, lang) if bare else shown
        return formats.format_quantity(formats.format_plain(Decimal(repr(float(value))), places=3), item.unit, lang)
    if isinstance(item, ChoiceItem):
        right = questions.correct_ids(item, sheet)
        return _labels(item, tuple(each.id for each in item.choices if each.id in right), sheet, lang)
    return _labels(item, questions.order_key(item, sheet), sheet, lang)


def _labels(item: ChoiceItem | OrderItem, names: tuple[str, ...], sheet: Sheet, lang: str) -> str:
    parts = item.choices if isinstance(item, ChoiceItem) else item.steps
    labels = {each.id: each.label.plain(lang, sheet.values) for each in parts}
    shown = [labels[name] for name in names if name in labels]
    return (" → " if isinstance(item, OrderItem) else ("；" if lang == "zh-CN" else "; ")).join(shown)
