"""From questions of ours to a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from dgxblock.bank import csv_format, own, package
from dgxblock.bank.question import KINDS, question
from dgxblock.bank.shape import Place, Question, Refusal, Untakable, Written, bounded
from dgxblock.content.model import Item, ValueDef

_WRITERS: Final = {"csv": csv_format.write, "qti": package.write}
_ENDINGS: Final = {"csv": "csv", "qti": "zip"}


def can_go(items: Iterable[Item], values: Iterable[ValueDef], /) -> int:
    """How many of these questions other systems could have: of a kind that they know, the same for everybody."""
    constant = own.constants_of(values)
    return sum(item.element in KINDS and own.is_fixed(item, constant) for item in items)


def write(
    format: str, items: Iterable[Item], values: Iterable[ValueDef], /, *, lang: str = "zh-CN", name: str = "questions"
) -> Written:
    """A file, ``csv`` or ``qti``, of those questions whose keys are the same for everybody; `values` are those of the
    data set. Its words are in `lang`; reading it gives the same questions, in both languages and with all that they
    say."""
    values = tuple(values)
    constant = own.constants_of(values)
    given: list[Question] = []
    refused: list[Refusal] = []
    for item in items:
        place = Place(item=item.id)
        if item.element not in KINDS:
            refused.append(Refusal.of(place, "kind", kind=item.element))
            continue
        if not own.is_fixed(item, constant):
            refused.append(Refusal.of(place, "computed", name=item.id))
            continue
        quoted = own.quoted(item)
        packed = own.pack(item, [each for each in values if each.name in quoted], lang)
        try:
            given.append(bounded(question(item, lang, constant, packed)))
        except Untakable as reason:
            refused.append(reason.refusal)
    data = _WRITERS[format](given, lang)
    return Written(data, f"{name}.{_ENDINGS[format]}", len(given), tuple(refused))
