"""What the checker says of questions that ask for a workbook; see `messages`."""

from __future__ import annotations

from typing import Final, Literal

N_: Final = str
"""Marks a text for the catalogue."""

WORKBOOK: Final[dict[str, tuple[Literal["error", "warning"], str]]] = {
    "workbook-many": ("error", N_("A workbook has at most %(limit)s cells to fill in. Divide it into two questions.")),
    "workbook-place": (
        "error",
        N_("“%(name)s” cannot be an answer. Write sheet!cell, from column B and row 3 on, such as OEE!B5."),
    ),
    "workbook-sheet": (
        "error",
        N_("No sheet can be called “%(name)s”. Choose 31 characters at most, no slash or []:*?, not History or _dgx."),
    ),
    "workbook-case": (
        "error",
        N_("Spreadsheets take “%(name)s” and “%(other)s” for one name. Write the sheet the same way in both places."),
    ),
    "workbook-apart": (
        "error",
        N_("“%(name)s” is in the way of another answer: choose one column of a sheet, or columns four or more apart."),
    ),
    "workbook-cell": ("error", N_("This workbook has no cell “%(name)s”. Add it, or correct the name.")),
}
