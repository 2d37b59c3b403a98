"""What the checker says of questions that consist of parts, of short answers and of decisions; see `messages`."""

from __future__ import annotations

from typing import Final, Literal

N_: Final = str
"""Marks a text for the catalogue."""

GRID: Final[dict[str, tuple[Literal["error", "warning"], str]]] = {
    # tables of numbers
    "unknown-column": ("error", N_("This table has no column “%(name)s”. Add it, or correct the name.")),
    "unknown-row": ("error", N_("This table has no row “%(name)s”. Add it, or correct the name.")),
    "unknown-cell": ("error", N_("This table asks for no cell “%(name)s”. Write it as row:column.")),
    "cell-later": (
        "error",
        N_("No number item and no cell “%(name)s” comes before this one. Write a cell as row:column."),
    ),
    "cell-twice": ("error", N_("This row has two cells in the column “%(name)s”. Keep one.")),
    "cells-none": (
        "error",
        N_('Every cell of this table is shown. Leave out shown="true" where trainees are to write.'),
    ),
    "column-tolerance": (
        "error",
        N_("Trainees write in the column “%(name)s”: say how near is near enough (tolerance), such as 0.5pp."),
    ),
    "misconception-place": (
        "error",
        N_(
            "A wrong road leads either to one cell (cell and ref) or through a column (column, and ref or <wrong>)."
            " Give one of the two."
        ),
    ),
    # matching and classifying
    "assign-count": ("error", N_("This question needs at least two to assign, and two to choose from.")),
    "unknown-target": ("error", N_("This question has no option or class “%(name)s”. Add it, or correct the name.")),
    "assign-key": ("error", N_("The right answer is missing: say here what belongs to it, or give a <key> for all.")),
    "match-reuse": (
        "error",
        N_('“%(name)s” is right twice. Say reuse="true" if an option may serve several times.'),
    ),
    "class-empty": ("warning", N_("Nothing belongs to the class “%(name)s”. Trainees will look for something.")),
    "wrong-right": ("error", N_("“%(name)s” is right here. Describe a wrong answer, or correct the right one.")),
    "wrong-twice": ("error", N_("“%(name)s” is described twice as a wrong answer. Keep one.")),
    # short answers
    "accept-language": ("error", N_("No accepted answer is in %(lang)s. Add one, or leave out its xml:lang.")),
    "accept-empty": (
        "error",
        N_("“%(text)s” holds no letter and no digit, so that nothing could match it. Write a word or a number."),
    ),
    "accept-long": (
        "error",
        N_("“%(text)s” is longer than the field, which takes %(limit)s characters. Shorten it, or raise maxLength."),
    ),
    "accept-both": ("error", N_("“%(text)s” is accepted as right already. Take it out of one of the two.")),
    "accept-twice": ("error", N_("“%(text)s” belongs to another wrong road too, which says something else.")),
    "short-limit": (
        "error",
        N_("A short answer has at most %(limit)s characters. Longer ones want another kind of question."),
    ),
    # decisions
    "decide-credit": (
        "error",
        N_("Exactly one option earns everything (credit 1); here it is %(count)s. Correct them, or give a <key>."),
    ),
    # the variants
    "key-things": (
        "error",
        N_("Seed %(seeds)s: the key must select each of the things once, and beside it an option or class there is."),
    ),
    "key-reuse": (
        "error",
        N_('Seed %(seeds)s: the key uses an option twice. Say reuse="true" if it may serve several times.'),
    ),
    "key-credit": (
        "error",
        N_("Seed %(seeds)s: the key must select option and credit (0 to 1), each option once, exactly one with 1."),
    ),
    "cell-idle": (
        "error",
        N_("Seed %(seeds)s: the cell does not change with “%(name)s”, so nothing can be carried forward."),
    ),
}
