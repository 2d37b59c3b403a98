"""What staff read about a roster."""

from __future__ import annotations

from dgxblock.formats import join_list
from dgxblock.i18n import current_language
from dgxblock.i18n import gettext as _
from dgxblock.lab.xlsx.references import letters
from dgxblock.registry.roster.columns import heading, id_type_words

__all__ = ["fault", "state", "unreadable"]


def state(code: str, /) -> str:
    """What becomes of a row."""
    return {
        "new": _("Will be saved"),
        "changed": _("Replaces the earlier roster"),
        "same": _("Nothing to change"),
        "conflict": _("The trainee's own details differ and stay as they are"),
        "error": _("Not saved: to be corrected"),
    }[code]


def fault(name: str, code: str, row: int, column: int, /) -> tuple[str, str, str]:
    """Where a fault is, the heading of its column, and a sentence. Nothing of the cell's content is in it."""
    at = f"{letters(column)}{row}" if column else str(row)
    return at, heading(name, current_language()) if name else "", _sentence(name, code)


def _sentence(name: str, code: str, /) -> str:
    of_all = {
        "formula": _("Here stands a formula or an error of the spreadsheet. Please write the value itself."),
        "digits": _(
            "The spreadsheet took this for a number and lost its last digits. Please format the column as text and "
            "write it afresh."
        ),
        "control": _("This holds an invisible control character. Please type it afresh."),
        "long": _("This is too long."),
        "missing": _("This is empty."),
        "taken": _("An earlier roster has this number for another trainee, whom this file does not correct."),
        "twice": _("This stands in several rows. Please keep one of them."),
        "beyond": _("Something stands here in a column without a heading; perhaps the row has slipped."),
        "nobody": _("No trainee of this course has this user name or address."),
        "letters": _("There is no letter in the name."),
        "phone": _("This does not read as a phone number: 11 digits, or + and the country code."),
        "code": _("This is no unified social credit code: 18 characters, of which the last one does not fit."),
        "type": _("This type of document is not known. Please write one of: %(types)s.", types=_types()),
    }
    of_numbers = {
        "length": _("This does not have the form of such a number. Please compare it, and the type of document too."),
        "old": _("This is a number of the first generation with 15 digits. Please write the 18 of the present card."),
        "check": _("The last character does not fit the first 17. Please compare it with the document."),
        "birth": _("The date of birth inside the number does not exist. Please compare digits 7 to 14."),
        "age": _("By this number the holder is not between 16 and 80 years old."),
        "kind": _("This number belongs to another type of document."),
    }
    return of_numbers[code] if name == "id_no" and code in of_numbers else of_all[code]


def _types() -> str:
    lang = current_language()
    return join_list(id_type_words(lang), lang)


def unreadable(code: str, /, **params: object) -> str:
    """Why nothing of a file was taken, and what to do."""
    if code in ("missing", "twice"):
        column = heading(str(params["field"]), current_language())
        if code == "missing":
            return _("The column “%(column)s” is missing. Nothing was saved.", column=column)
        return _("The column “%(column)s” is there twice. Nothing was saved; please keep one.", column=column)
    if code == "rows":
        return _("The file has more than %(n)s rows. Nothing was saved; please divide it.", n=params["limit"])
    if code == "columns":
        return _("The file has more than %(n)s columns. Nothing was saved; please keep ours.", n=params["limit"])
    known = {
        "empty": _("The file is empty. Nothing was saved."),
        "nobody": _("There is no trainee below the headings. Nothing was saved."),
        "head": _("No row of headings was found. Nothing was saved; please begin with the template."),
        "encoding": _("The text is neither UTF-8 nor GB18030. Nothing was saved; please save it as CSV UTF-8 or XLSX."),
        "too-large": _("The file is larger than 2 MB. Nothing was saved; please divide it, and keep text only."),
        "busy": _("The file could not be looked at just now. Nothing was saved; please try again in a minute."),
        "encrypted": _("The file is protected by a password. Nothing was saved; please take it off."),
        "macro": _("The file contains macros. Nothing was saved; please save it as XLSX without them."),
        "external-links": _("The file is linked to other files. Nothing was saved; please keep the values only."),
    }
    return known.get(code) or _("The file was not read. Nothing was saved; please save it as a simple XLSX or CSV.")
