"""The words about a query that ran: what each rung of the ladder says, and what to try next.

Nothing here tells a row that is wanted, only how many there are.
"""

from __future__ import annotations

from dgxblock.grading.verdict import Mark
from dgxblock.i18n import gettext as _
from dgxblock.i18n import ngettext

__all__ = ["hint", "rung", "rung_label"]


def rung_label(name: str, lang: str, /) -> str:
    """What a rung is called; ``hidden`` is the last one, the other data sets."""
    return {
        "ran": _("It runs", language=lang),
        "columns": _("Columns and their names", language=lang),
        "shape": _("Number of rows", language=lang),
        "rows": _("Values", language=lang),
        "order": _("Order", language=lang),
        "hidden": _("On other data", language=lang),
    }[name]


def rung(name: str, mark: Mark, lang: str, /, *, good: bool) -> str:
    """The remark beside a rung that was looked at."""
    count = {each: int(value) for each, value in mark.figures if not isinstance(value, str)}
    if name == "columns":
        own, wanted = count["columns"], count["wanted_columns"]
        if own != wanted:
            return _("you have %(own)s, asked for are %(wanted)s", language=lang, own=own, wanted=wanted)
        if not good:
            return _("as many as asked for, but not all names agree", language=lang)
        return ngettext("1 column, agrees", "%(n)s columns, agree", own, language=lang)
    if name == "shape":
        own, wanted = count["rows"], count["wanted_rows"]
        if own != wanted:
            return _("you have %(own)s, it should be %(wanted)s", language=lang, own=_n(own), wanted=_n(wanted))
        return ngettext("1 row, agrees", "%(n)s rows, agree", own, language=lang)
    if name == "hidden":
        if good:
            return ngettext(
                "right on another data set too", "right on %(n)s other data sets too", count["hidden"], language=lang
            )
        return _("not right there", language=lang)
    if name == "ran":
        return ""
    return _("agree", language=lang) if good else _("not all agree", language=lang)


def _n(count: int) -> str:
    return f"{count:,}"


def hint(mark: Mark, lang: str | None, /) -> str:
    """What to try after a query that ran; empty for any other mark, and where a misconception has words of its own."""
    figures = dict(mark.figures)
    match mark.note:
        case "ok" if figures.get("hidden"):
            return ngettext(
                "This query gives the right result on another data set too, which you have not seen: it is no "
                "coincidence.",
                "This query gives the right result on %(n)s other data sets too, which you have not seen: it is no "
                "coincidence.",
                int(figures["hidden"]),
                language=lang,
            )
        case "sql:columns":
            return _("Look at the columns first: how many are asked for, and what are they called?", language=lang)
        case "sql:shape" if figures["rows"] == 0:
            return _("The query runs, but no row meets its conditions. Check the values in WHERE.", language=lang)
        case "sql:shape" if float(figures["rows"]) > float(figures["wanted_rows"]):
            return _(
                "There are too many rows. What should one row stand for? Perhaps rows have yet to be grouped or "
                "filtered, or a join has multiplied them.",
                language=lang,
            )
        case "sql:shape":
            return _(
                "Some rows are missing. Perhaps a condition or a join leaves out what belongs in, or the groups are "
                "too large.",
                language=lang,
            )
        case "sql:rows":
            return _(
                "Columns and number of rows are right, the values not all. Work one row out by hand: which rows of "
                "the table belong in it, and is anything rounded or divided as whole numbers?",
                language=lang,
            )
        case "sql:order":
            return _("All rows are right, only their order is not. Look at ORDER BY.", language=lang)
        case "sql:only-this-data":
            return _(
                "On your data the result is right, on other data it is not. Let the query find the numbers instead "
                "of writing them into it, and look at cases that your data do not have.",
                language=lang,
            )
        case _:
            return ""
