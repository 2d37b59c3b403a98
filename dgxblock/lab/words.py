"""What a learner is told about a statement of theirs that did not run: what it is, where, and what to do."""

from __future__ import annotations

from typing import Final

from dgxblock.i18n import N_, gettext, ngettext
from dgxblock.lab.errors import LabError

_REASONS: Final = {
    "column": N_("There is no column called “%(name)s”."),
    "table": N_("There is no table called “%(name)s”."),
    "function": N_("There is no function called “%(name)s” here."),
    "syntax": N_("The statement cannot be read at “%(name)s”. Look at what stands just before it."),
    "ambiguous": N_("Several tables have a column “%(name)s”. Write the table before it, with a point."),
    "arguments": N_("The function “%(name)s” does not fit what is in its brackets."),
    "width": N_("“%(name)s” is a full-width sign. Type it again with the Chinese input method off."),
    "aggregate": N_("“%(name)s” sums up many rows and cannot stand here. Conditions on it go into HAVING."),
}
_NEAREST: Final = {
    "column": N_("There is no column called “%(name)s”. The nearest is “%(nearest)s”."),
    "table": N_("There is no table called “%(name)s”. The nearest is “%(nearest)s”."),
    "function": N_("There is no function called “%(name)s” here. The nearest is “%(nearest)s”."),
}
_CODES: Final = {
    "statement": N_("Write one statement that begins with SELECT or WITH."),
    "forbidden": N_("The statement does something other than reading your tables. Only SELECT is possible here."),
    "deadline": N_("The statement took longer than one second and was stopped. Does a join lack its condition?"),
    "rows": N_("The result has too many rows. Sum up, or add a LIMIT."),
    "size": N_("The statement or its result needs too much memory. Ask for less at once."),
    "sql": N_("The database cannot run this statement."),
    "parameter": N_("Write the number itself: names with a colon mean nothing here."),
    "draw": N_("A function got something that it cannot work with."),
    "number": N_("The result holds an infinite number. Is something divided by zero?"),
    "binary": N_("The result holds bytes. Select numbers and text."),
    "killed": N_("The statement was ended: it took too much memory or time. Ask for less at once."),
    "down": N_("Statements cannot be run at the moment. What you wrote is kept; try again in a few minutes."),
}
_UNFINISHED: Final = N_("The statement ends too early. A bracket or a quotation mark may be missing.")


def said(error: LabError, lang: str, /) -> str:
    """The sentences, in the language `lang`; nothing in them but words of the statement and names of its tables."""
    if error.code == "busy":
        return ngettext(
            "The laboratory is busy: 1 statement is before yours. Try again in a few seconds.",
            "The laboratory is busy: %(n)s statements are before yours. Try again in a few seconds.",
            error.place, language=lang,
        )  # fmt: skip
    if error.code == "rate":
        return ngettext(
            "That was quick. Try again in 1 second.", "That was quick. Try again in %(n)s seconds.",
            error.seconds, language=lang,
        )  # fmt: skip
    if error.reason == "syntax" and not error.name:
        return gettext(_UNFINISHED, language=lang)
    known = _NEAREST if error.nearest and error.reason in _NEAREST else _REASONS
    if error.name and error.reason in known:
        names = {"name": error.name, "nearest": error.nearest} if known is _NEAREST else {"name": error.name}
        text = gettext(known[error.reason], language=lang, **names)
    else:
        text = gettext(_CODES.get(error.code, _CODES["sql"]), language=lang)
    return gettext("Line %(line)s: %(text)s", language=lang, line=error.line, text=text) if error.line else text
