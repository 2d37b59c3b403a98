"""What the checker says once the queries of a document have run: of the data, and of the keys; see `messages`."""

from __future__ import annotations

from typing import Final, Literal

N_: Final = str
"""Marks a text for the catalogue."""

DATA: Final[dict[str, tuple[Literal["error", "warning"], str]]] = {
    # what the laboratory finds, for the teaching variant or for others; `seeds` name them
    "value-text": (
        "error",
        N_(
            "Seed %(seeds)s: “%(name)s” comes out as a text, but its format %(format)s shows numbers. "
            "Select the bare number, without a unit or sign; if a text is meant, write the format text."
        ),
    ),
    "query-fails": (
        "error",
        N_("Seed %(seeds)s: the query of “%(name)s” cannot be used (%(detail)s). %(reason)s"),
    ),
    "dataset-slow": (
        "warning",
        N_("The data set takes %(seconds)s s to build, and trainees wait for it. Simplify it."),
    ),
    "chart-empty": ("error", N_("The query of this chart finds nothing to draw. Correct its conditions.")),
    "chart-columns": (
        "error",
        N_("The query selects %(count)s columns, <column> describes %(columns)s. Describe each column once."),
    ),
    "chart-text": ("error", N_("A chart draws numbers, but “%(name)s” holds “%(value)s”. Select a number there.")),
    "figure-text": ("error", N_("“%(name)s” is the text “%(value)s”, not a number: it needs the format text.")),
    "state-range": (
        "error",
        N_("Choosing this may bring “%(name)s” to %(value)s, outside %(range)s. Mend the effect or the range."),
    ),
    "depends-idle": (
        "error",
        N_(
            "The key does not change with the answer to “%(name)s”, so nothing can be carried forward."
            " Take back depends, or let the value use the other as :name."
        ),
    ),
    # the variants
    "key-range": ("error", N_("Seed %(seeds)s: “%(name)s” leaves its range, %(range)s. Mend the query or the range.")),
    "key-text": ("error", N_("Seed %(seeds)s: “%(name)s” is a text; a number is asked for. Select a number.")),
    "key-zero": (
        "error",
        N_("Seed %(seeds)s: the key is 0 or the tolerance is, so nobody can come near enough. Give an amount."),
    ),
    "key-refused": ("error", N_("Seed %(seeds)s: the key itself is not graded right. Widen the tolerance.")),
    "key-shown": (
        "error",
        N_("Seed %(seeds)s: the solution as shown (%(format)s) is not near enough to the key. Widen the tolerance."),
    ),
    "key-choice": (
        "error",
        N_(
            "Seed %(seeds)s: the key selects “%(name)s”, which is no choice of this question."
            " Select ids of its choices."
        ),
    ),
    "key-single": ("error", N_("Seed %(seeds)s: the key must select exactly one choice. Mend the query.")),
    "key-many": ("error", N_("Seed %(seeds)s: the key must select at least one choice, and not all. Mend the query.")),
    "key-steps": ("error", N_("Seed %(seeds)s: the query must select each step of the question once. Mend the query.")),
    "key-tie": (
        "error",
        N_("Seed %(seeds)s: two rows are equal, so chance decides the key. Change the data or add a term to ORDER BY."),
    ),
    "misconception-right": (
        "error",
        N_("Seed %(seeds)s: who takes the wrong road “%(note)s” is marked right. Move the data apart."),
    ),
    "misconception-alike": (
        "error",
        N_(
            "Seed %(seeds)s: “%(note)s” and “%(other)s” lead to the same answer but say different things."
            " Move the data apart, or say the same."
        ),
    ),
    # queries to write
    "sql-tables": ("error", N_('No table may be read: name some in tables, or mark one download="true".')),
    "sql-starter": ("error", N_("The starter is the key itself. Leave something to write.")),
    "sql-parameter": (
        "error",
        N_("Trainees cannot write :%(name)s, so neither can this key. Compute it in the query."),
    ),
    "sql-columns": (
        "error",
        N_("Seed %(seeds)s: two columns of the key have the same name, or one has none (%(names)s)."),
    ),
    "sql-column-unsaid": (
        "error",
        N_("The prompt does not name the column “%(name)s” in %(lang)s, so trainees cannot know what to call it."),
    ),
    "sql-order": ("error", N_("The key has no column “%(name)s” to order by.")),
    "sql-empty": ("error", N_("Seed %(seeds)s: the key gives no row. Change the data or the question.")),
    "sql-rows": (
        "error",
        N_(
            "Seed %(seeds)s: the key gives more than %(limit)s rows, more than a query of trainees may."
            " Narrow it down, or sum up."
        ),
    ),
    "sql-closed": (
        "error",
        N_(
            "Seed %(seeds)s: who writes the key itself is refused (%(detail)s). It must do with the tables of the "
            "question."
        ),
    ),
    "sql-hidden": (
        "warning",
        N_(
            "Seed %(seeds)s: the key gives the same on the hidden data, so who types that result is not found out."
            " Let the data vary."
        ),
    ),
    # points to mark
    "points-limits": ("error", N_("Give all three of lower, centre and upper, or none of them.")),
    "points-query": (
        "error",
        N_("Seed %(seeds)s: the query must select two columns, a label and a number, for 3 to %(limit)s points."),
    ),
    "points-labels": ("error", N_("Seed %(seeds)s: two points have the label “%(name)s”.")),
    "points-key": ("error", N_("Seed %(seeds)s: the key selects “%(name)s”, which is no label of a point.")),
    "points-many": ("error", N_("Seed %(seeds)s: the key must select at least one point, and not all.")),
    "points-limit-text": ("error", N_("Seed %(seeds)s: the limit “%(name)s” is no number.")),
    "unit-unknown": ("error", N_("No grader knows the unit “%(unit)s”. There are: %(known)s.")),
    "tolerance-points": (
        "error",
        N_(
            "Points (pp) are for percentages; the unit here is %(unit)s."
            " Give the tolerance in per cent or as an amount."
        ),
    ),
}
