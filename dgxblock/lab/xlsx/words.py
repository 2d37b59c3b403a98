"""What a trainee reads when their workbook was not read: what happened, what is kept, what to do."""

from __future__ import annotations

from typing import Final

from dgxblock.i18n import gettext as _

_MOST_NAME: Final = 40


def refusal(code: str, file: str, /, *, where: str = "", kept: str = "", language: str | None = None) -> str:
    """The sentences for a `WorkbookError`: `file` is what was sent, `kept` the earlier upload that still counts."""
    happened, todo = _sentences(code, {"file": shown(file), "where": shown(where)}, language)
    still = (
        _("Your earlier “%(kept)s” is still there.", language=language, kept=shown(kept))
        if kept
        else _("Your other answers are still there.", language=language)
    )
    # Chinese sentences follow each other without a space
    return ("" if happened.endswith("。") else " ").join((happened, still, todo))


def shown(name: str, /) -> str:
    """A file's name without its folder and without marks that turn or hide what follows, short enough for a line."""
    plain = "".join(letter for letter in name[-400:].replace("\\", "/").rpartition("/")[2] if letter.isprintable())
    return plain if len(plain) <= _MOST_NAME else f"{plain[: _MOST_NAME - 12]}……{plain[-10:]}"


def _sentences(code: str, names: dict[str, str], language: str | None, /) -> tuple[str, str]:
    """What happened, and what to do."""
    again = _("Please save it as XLSX and upload it again.", language=language)
    match code:
        case "macro":
            return _("“%(file)s” contains macros and was not read.", language=language, **names), again
        case "activex":
            return (
                _("“%(file)s” contains ActiveX controls and was not read.", language=language, **names),
                _("Please delete the controls, save and upload it again.", language=language),
            )
        case "ole":
            return (
                _("“%(file)s” contains an embedded object or file and was not read.", language=language, **names),
                _("Please delete the object, save and upload it again.", language=language),
            )
        case "external-links":
            return (
                _("“%(file)s” is linked to other files and was not read.", language=language, **names),
                _("Please copy the data into this workbook, break the links and upload it again.", language=language),
            )
        case "connections":
            return (
                _("“%(file)s” fetches data from elsewhere and was not read.", language=language, **names),
                _("Please delete the data connections, save and upload it again.", language=language),
            )
        case "encrypted":
            return (
                _("“%(file)s” is protected by a password and was not read.", language=language, **names),
                _("Please remove the password, save and upload it again.", language=language),
            )
        case "xls-old" | "xlsb" | "ods" | "csv" | "pdf" | "html" | "empty" | "not-xlsx":
            return _what_it_is(code, names, language), _other_than_xlsx(code, language)
        case "doctype" | "encoding":
            return (
                _(
                    "“%(file)s” is written as no spreadsheet program writes, and was not read.",
                    language=language,
                    **names,
                ),
                _("Please copy your cells into the template, save and upload that.", language=language),
            )
        case "sheet-missing":
            return (
                _("“%(file)s” has no sheet “%(where)s” and was not read.", language=language, **names),
                _("Please rename the sheet as it was in the template, and upload it again.", language=language),
            )
        case "name-missing":
            return (
                _("“%(file)s” has no cell named “%(where)s” and was not read.", language=language, **names),
                _("Please copy your results into a fresh template and upload that.", language=language),
            )
        case "cell-outside" | "request":
            return (
                _("This exercise asks for a cell that cannot be read, so nothing was.", language=language),
                _("Please tell the staff: it has to be mended in the exercise.", language=language),
            )
        case _:
            return _too_much(code, names, language)


def _what_it_is(code: str, names: dict[str, str], language: str | None, /) -> str:
    match code:
        case "xls-old":
            return _("“%(file)s” is in the old XLS format and was not read.", language=language, **names)
        case "xlsb":
            return _("“%(file)s” is in the XLSB format and was not read.", language=language, **names)
        case "ods":
            return _("“%(file)s” is in the ODS format and was not read.", language=language, **names)
        case "csv":
            return _("“%(file)s” is plain text such as CSV, and was not read.", language=language, **names)
        case "pdf":
            return _("“%(file)s” is a PDF and was not read.", language=language, **names)
        case "html":
            return _("“%(file)s” is a web page and was not read.", language=language, **names)
        case "empty":
            return _("“%(file)s” is empty.", language=language, **names)
        case _:
            return _("“%(file)s” is not an XLSX workbook and was not read.", language=language, **names)


def _other_than_xlsx(code: str, language: str | None, /) -> str:
    if code in ("xls-old", "xlsb", "ods"):
        return _("Please open it, choose Save as, XLSX, and upload that.", language=language)
    if code == "csv":
        return _("Please copy the numbers into the template, keep the formulas, and upload that.", language=language)
    if code == "empty":
        return _("Please check that it was saved, and upload it again.", language=language)
    return _("Please fill in the template, save it as XLSX and upload that.", language=language)


def _too_much(code: str, names: dict[str, str], language: str | None, /) -> tuple[str, str]:
    fresh = _("Please copy your cells into a fresh template, save and upload that.", language=language)
    match code:
        case "too-large":
            return _("“%(file)s” is too large (2 MB at most) and was not read.", language=language, **names), _(
                "Please delete pictures, spare sheets and empty rows, save and upload it again.", language=language
            )
        case "too-many-cells":
            return _("“%(file)s” has too many rows and cells and was not read.", language=language, **names), _(
                "Please delete the empty rows and columns beside your data, save and upload it again.",
                language=language,
            )
        case "too-many-sheets":
            return _("“%(file)s” has more than 60 sheets and was not read.", language=language, **names), _(
                "Please delete the sheets that you do not need, save and upload it again.", language=language
            )
        case "too-many-names":
            return _("“%(file)s” has too many defined names and was not read.", language=language, **names), fresh
        case "too-many-styles":
            return _("“%(file)s” has too many cell styles and was not read.", language=language, **names), fresh
        case "too-many-strings":
            return _("“%(file)s” has too many texts and was not read.", language=language, **names), fresh
        case "too-many-parts":
            return _(
                "“%(file)s” has too many pictures and other parts and was not read.", language=language, **names
            ), fresh
        case "deadline":
            return _("“%(file)s” took too long and was not read.", language=language, **names), fresh
        case _:
            return _("“%(file)s” is damaged or incomplete and was not read.", language=language, **names), _(
                "Please open it, save it once more and upload it again.", language=language
            )
