"""Words of questions that several kinds share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from dgxblock.content.model import Text
from dgxblock.lab import Sheet

__all__ = ["Labelled", "chosen_in", "first_column", "joined"]


class Labelled(Protocol):
    """A part of a question that has an id and a label: a choice, a step."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> Text: ...


def chosen_in(answer: Any, /) -> tuple[str, ...]:
    """The ids in an answer that is a list of them."""
    return tuple(each for each in answer if isinstance(each, str)) if isinstance(answer, list) else ()


def joined(parts: Iterable[Labelled], names: Iterable[str], sheet: Sheet, lang: str, /, *, arrow: bool = False) -> str:
    """The labels of the parts named, in that order."""
    labels = {each.id: each.label.plain(lang, sheet.values) for each in parts}
    between = " → " if arrow else "；" if lang == "zh-CN" else "; "
    return between.join(labels[name] for name in names if name in labels)


def first_column(sql: str, sheet: Sheet, /) -> tuple[str, ...]:
    """What a query selects first, as texts; nothing for an empty query.

    Raises:
        LabError: it cannot run.
    """
    return tuple(str(row[0]) for row in sheet.query(sql).rows) if sql else ()
