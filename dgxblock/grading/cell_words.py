"""The words beside a cell of an uploaded workbook."""

from __future__ import annotations

from collections.abc import Mapping

from dgxblock.grading.cells import computes
from dgxblock.grading.number import echo
from dgxblock.grading.verdict import Mark
from dgxblock.grading.words import hint, unread_sentence
from dgxblock.i18n import gettext as _
from dgxblock.i18n import normalise


def cell_echo(mark: Mark, cell: Mapping[str, object], lang: str, /) -> str:
    """What was read and how it came about: ``67.4%，是公式``; empty if nothing was read."""
    number = echo(mark, lang)
    if not number:
        return ""
    way = _("a formula", language=lang) if computes(cell.get("formula")) else _("typed in", language=lang)
    return ("，" if normalise(lang) == "zh-CN" else ", ").join((number, way))


def cell_sentence(mark: Mark, cell: Mapping[str, object], /, *, language: str | None = None) -> str:
    """What to do about a cell, where no feedback of the author speaks; empty where there is nothing to say."""
    at = str(cell.get("at", ""))[:60]
    match mark.note:
        case "hard-coded":
            return _(
                "The number is right but typed in, which earns 70% of its points. Please use a formula, so that the "
                "result follows when the data change.",
                language=language,
            )
        case "unread:error":
            return _(
                "%(at)s shows %(error)s. Please mend the formula.",
                language=language,
                at=at,
                error=str(cell.get("value", ""))[:12],
            )
        case "unread:not-calculated":
            return _(
                "The formula in %(at)s was saved without its result. Please open the file in Excel or WPS, let it "
                "calculate, and save it once more.",
                language=language,
                at=at,
            )
        case "unread:date":
            return _("%(at)s holds a date, not a number. Please set its format to a number.", language=language, at=at)
        case "unread:bool":
            return _("%(at)s holds TRUE or FALSE, not a number.", language=language, at=at)
        case "blank":
            return _("%(at)s is empty.", language=language, at=at)
        case note if note.startswith("unread:"):
            return unread_sentence(mark, cell.get("value"), language=language)
        case _:
            return hint(mark, language=language)
