"""The rules of an assessment in plain words: no rule is told that does not apply."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from dgxblock import formats
from dgxblock.block.sittings import Rulebook
from dgxblock.i18n import gettext as _
from dgxblock.papers.review import MOMENTS

__all__ = ["before", "tries", "when_shown"]


def tries(book: Rulebook, /) -> str:
    """How many tries there are and which counts, in a few words."""
    if book.practice:
        return _("As many as you like")
    if book.limit == 1:
        return _("One")
    return {
        "best": _("%(n)s, the best counts", n=book.limit),
        "last": _("%(n)s, the last counts", n=book.limit),
        "average": _("%(n)s, the average counts", n=book.limit),
    }[book.rules.counts]


def before(book: Rulebook, lang: str, /) -> Iterator[str]:
    """What to know before one begins, a sentence each."""
    rules = book.rules
    if book.minutes:
        yield _("The clock starts when you press Begin. It goes on when you close the page.")
        yield _("When time is up, what you have saved by then is handed in for you.")
    elif rules.minutes:
        yield _("Most people need about %(n)s minutes. No clock is running.", n=rules.minutes)
    else:
        yield _("No clock is running. Take the time you need.")
    yield _("The numbers in the questions are your own. Have a calculator or a spreadsheet at hand.")
    yield _("Your answers are saved as you go. Without a network they stay on this device and are sent later.")
    if book.practice:
        yield _("This is practice: each try brings other numbers, and nothing counts towards the certificate.")
    else:
        yield _("A try counts once you begin it, and ends when you hand it in. You can leave and come back in between.")
    if rules.cooldown_hours and book.limit > 1:
        yield _("Between two tries lie at least %(n)s hours.", n=rules.cooldown_hours)
    if len(rules.shares) > 1 and book.limit > 1:
        listed = formats.join_list([f"{share}%" for share in rules.shares[: book.limit]], lang)
        yield _("Of its points the first try can earn all, later ones less: %(list)s.", list=listed)
    yield from _days(book, lang)
    yield from when_shown(book, lang)


def _days(book: Rulebook, lang: str) -> Iterator[str]:
    """What being early or late is worth."""
    credit, window = book.rules.credit, book.window
    if window.due is None:
        return
    if credit.early_days and credit.early_percent > 100:
        yield _(
            "Handed in %(days)s days before the due date or earlier, it counts %(percent)s%%, but never more than all "
            "points.", days=credit.early_days, percent=credit.early_percent,
        )  # fmt: skip
    if credit.late_days:
        yield _(
            "Handed in after %(moment)s it counts %(percent)s%%.", moment=moment(window.due, lang),
            percent=credit.late_percent,
        )  # fmt: skip


def when_shown(book: Rulebook, lang: str, /) -> Iterator[str]:
    """What of the result is shown from when on: parts with the same moment in one sentence."""
    review = book.rules.review
    parts: dict[str, list[str]] = {}
    rule: str
    for rule, words in (
        (review.marks, _("your score")),
        (review.correctness, _("right and wrong")),
        (review.rationale, _("the reasons")),
        (review.solution, _("the right answers")),
    ):
        parts.setdefault(rule, []).append(words)
    for rule in sorted(parts, key=lambda each: MOMENTS.get(each, 9)):
        what = formats.join_list(parts[rule], lang)
        if rule in ("during", "try"):
            yield _("You see at once after handing in: %(what)s.", what=what)
        elif rule == "never":
            yield _("Not shown: %(what)s.", what=what)
        elif rule == "close" and book.window.closes is not None:
            yield _("You see after %(moment)s: %(what)s.", moment=moment(book.window.closes, lang), what=what)
        else:
            yield _("You see after your last try: %(what)s.", what=what)


def moment(when: datetime | None, lang: str, /) -> str:
    """A moment in the site's time zone; empty for none."""
    return formats.format_datetime(timezone.localtime(when), lang) if when else ""
