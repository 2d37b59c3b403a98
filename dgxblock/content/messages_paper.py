"""What the checker says of the blueprint and the rules of an assessment; see `messages`."""

from __future__ import annotations

from typing import Final, Literal

N_: Final = str
"""Marks a text for the catalogue."""

PAPER: Final[dict[str, tuple[Literal["error", "warning"], str]]] = {
    # pools
    "pool-draw": (
        "error",
        N_("The pool “%(name)s” has %(count)s questions, but draw says %(draw)s. Add questions, or lower draw."),
    ),
    "pool-whole": (
        "warning",
        N_("Everybody gets all questions of the pool “%(name)s”. Add questions, lower draw, or take the pool away."),
    ),
    "pool-points": (
        "error",
        N_(
            "This question earns %(points)s points, another of its pool %(other)s, so that the total would depend on"
            " the draw. Make all questions of a pool earn the same."
        ),
    ),
    "pool-difficulty": (
        "warning",
        N_("Draws are spread over objective and difficulty. Give “%(name)s” a difficulty, as others of its pool have."),
    ),
    "pool-stratum": (
        "warning",
        N_(
            "Nobody gets “%(name)s” at a first try: its pool has too few questions of this objective and difficulty."
            " Add some, raise draw, or move it into a pool of its own."
        ),
    ),
    "pool-depends": (
        "error",
        N_(
            "“%(name)s” is in a pool, so not everybody gets it, and nothing can carry forward from it."
            " Move it out of the pool, or take depends away."
        ),
    ),
    "objective-chance": (
        "warning",
        N_(
            "Some draws leave out the objective “%(name)s”. Let a question outside the pools assess it,"
            " or raise the draw of a pool."
        ),
    ),
    # rules
    "timed-minutes": ("error", N_("A time limit needs its minutes. Add minutes, or take timed away.")),
    "shares-range": ("error", N_("Each of the shares must be from 1 to 100 per cent. Correct them.")),
    "shares-rising": ("error", N_("A later try may not earn more than an earlier one. Let the shares fall, or stay.")),
    "shares-many": (
        "error",
        N_("There are %(count)s shares for %(attempts)s tries. Take some away, or raise attempts."),
    ),
    "credit-early": ("error", N_("earlyPercent must be from 100 to %(limit)s. Correct it.")),
    "credit-late": ("error", N_("latePercent must be from 0 to 100. Correct it.")),
    "credit-days": ("error", N_("%(name)s changes nothing without days. Add %(days)s, or take %(name)s away.")),
    "review-during": (
        "error",
        N_("Only practice shows anything while trainees answer. Let %(name)s wait for the hand-in (try), or longer."),
    ),
    "review-order": (
        "error",
        N_(
            "%(name)s (%(moment)s) would tell which questions are right before correctness (%(other)s) does."
            " Let it be shown no earlier."
        ),
    ),
    "review-exam": (
        "warning",
        N_("Between the tries of this exam all see what was right. Let correctness wait for the last try (last)."),
    ),
    # the folder
    "again-unknown": (
        "error",
        N_("The case has no section or exhibit “%(name)s”, only: %(known)s. Correct the name, or leave out ref."),
    ),
}
