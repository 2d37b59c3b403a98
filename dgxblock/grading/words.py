"""The words of verdicts and of the hints that grading itself can give."""

from __future__ import annotations

from dgxblock.grading import ladder_words
from dgxblock.grading.verdict import Mark, Verdict
from dgxblock.i18n import gettext as _

_QUOTED = 24  # characters of an unreadable answer that are shown back


def verdict_label(verdict: Verdict, /, *, language: str | None = None) -> str:
    """The tag beside an item."""
    match verdict:
        case Verdict.RIGHT:
            return _("Right", language=language)
        case Verdict.PARTLY:
            return _("Partly", language=language)
        case Verdict.AGAIN:
            return _("Look again", language=language)
        case Verdict.UNIT:
            return _("Number right, check the unit", language=language)
        case Verdict.CARRIED:
            return _("Method right, carried forward", language=language)
        case Verdict.UNREAD:
            return _("Could not be read", language=language)
        case Verdict.BLANK:
            return _("Not answered", language=language)
        case Verdict.WAITING:
            return _("Being read by the staff", language=language)


def hint(mark: Mark, /, *, language: str | None = None) -> str:
    """The sentence for a mark whose note is grading's own; empty where the author's feedback speaks."""
    match mark.note:
        case "rounding":
            return _(
                "Very close: this earns 80% of the points. It looks as if a step in between was rounded too "
                "early. Keep one decimal more until the end.",
                language=language,
            )
        case "unit":
            return _(
                "The number is right and earns 70% of the points. Look at the unit again.",
                language=language,
            )
        case "carried":
            return _(
                "The method is right. This was checked against your own earlier number, with full credit "
                "for the method. When you have mended that one, mend this one too.",
                language=language,
            )
        case "missed":
            return _("What you ticked is right, but something is still missing.", language=language)
        case "neighbour":
            return _("One step off on the scale: this earns half.", language=language)
        case "typo":
            return _("Right, apart from a slip of the pen.", language=language)
        case "extra":
            return _("All the right ones are there, and something that does not belong.", language=language)
        case _:
            return ladder_words.hint(mark, language)


def unread_sentence(mark: Mark, typed: object, /, *, language: str | None = None) -> str:
    """Why an answer could not be read and how to write it; `typed` is what stood in the box."""
    code = mark.note.partition(":")[2]
    text = " ".join(str(typed)[: _QUOTED * 2].split()) if isinstance(typed, str) else ""
    text = text if len(text) <= _QUOTED else text[: _QUOTED - 2] + "……"
    match code:
        case "ambiguous":
            first, second = mark.either
            return _(
                "“%(text)s” can be read two ways. Please write %(first)s or %(second)s.",
                language=language,
                text=text,
                first=first,
                second=second,
            )
        case "grouping":
            return _(
                "The commas or spaces in “%(text)s” do not fit a number. Please leave them out.",
                language=language,
                text=text,
            )
        case "unit":
            return _("Please write only the number here and choose the unit beside it.", language=language)
        case "range":
            return _(
                "“%(text)s” is too large or too small to be meant. Please check it.",
                language=language,
                text=text,
            )
        case "long":
            return _("This is too long for a number. Please write only the result.", language=language)
        case "text-long":
            return _("This is longer than the field takes. Please write a word or two.", language=language)
        case "text-empty":
            return _(
                "“%(text)s” holds no letter and no digit. Please write the answer in words.",
                language=language,
                text=text,
            )
        case "number" | "characters":
            return _(
                "“%(text)s” is not a number. Please write it in digits, as in 67.4.",
                language=language,
                text=text,
            )
        case _:
            return _("This answer arrived damaged. Please answer once more.", language=language)
