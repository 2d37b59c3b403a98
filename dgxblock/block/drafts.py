"""Two windows, one draft: what a page that comes too late is told, so that the learner can choose and loses neither."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from dgxblock import formats
from dgxblock.block import answers
from dgxblock.block.http import ApiError
from dgxblock.content.model import Item
from dgxblock.i18n import gettext as _
from dgxblock.items import kind_of
from dgxblock.items.workbook import upload_of
from dgxblock.lab import Sheet
from dgxblock.pages.render import render

__all__ = ["Kept", "Pair", "different", "kept", "pairs", "save", "stale", "unseen"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was saved last: `answers` by id, the draft's `version` (0 if they were handed in since), and when."""

    answers: Mapping[str, Any]
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Pair:
    """One answer in both versions, in words. `name` is that of its controls on the page: ``a.q1``."""

    name: str
    label: str
    here: str
    there: str


def kept(draft: Any, done: Iterable[Any], /) -> Kept | None:
    """What counts as saved: the answers handed in last, with the draft upon them."""
    last: Any = max(done, key=lambda attempt: attempt.number, default=None)
    if draft is None and last is None:
        return None
    merged = {**(last.answers if last else {}), **(draft.answers if draft else {})}
    return Kept(merged, draft.version if draft else 0, draft.updated_at if draft else last.submitted_at)


def blank(answer: Any, /) -> bool:
    """Whether an answer says nothing: a box with nothing in it, nothing ticked."""
    if isinstance(answer, Mapping):
        return all(blank(part) for name, part in answer.items() if name != "unit")
    return answer is None or answer == [] or (isinstance(answer, str) and not answer.strip())


def different(here: Mapping[str, Any], there: Mapping[str, Any], names: Collection[str], /) -> list[str]:
    """Of `names`, those that the two sets of answers answer differently. What only one of them leaves out it has not
    answered."""
    return [
        name
        for name in names
        if here.get(name) != there.get(name) and not (blank(here.get(name)) and blank(there.get(name)))
    ]


def pairs(
    items: Mapping[str, Item], here: Mapping[str, Any], there: Mapping[str, Any], sheet: Sheet, lang: str, /
) -> list[Pair]:
    """The answers that differ, in words. `items` by the number that the page gives them.

    Raises:
        LabError: the data set cannot say what an answer means.
    """

    def words(item: Item, answer: Any) -> str:
        return kind_of(item).own(item, answer, sheet, lang) or _("not answered", language=lang)

    by_id = {item.id: (number, item) for number, item in items.items()}
    return [
        Pair(
            f"a.{name}",
            f"{number} {formats.one_line(item.prompt.plain(lang, sheet.values), lang)}",
            words(item, here.get(name)),
            words(item, there.get(name)),
        )
        for name, (number, item) in by_id.items()
        if name in different(here, there, by_id)
    ]


def save(
    ledger: Any, place: Any, given: Mapping[str, Any], version: int | None,
    refuse: Callable[[Kept | None], ApiError | None], /, *, done: Iterable[Any] = (),
) -> Any:  # fmt: skip
    """Save a draft over the `version` that the page has seen. Where another one is stored, `refuse` says what is to be
    chosen between, or None if the answers are the same: then there is nothing to lose.

    Raises:
        ApiError: the refusal.
    """
    for _turn in range(3):
        try:
            return ledger.save_draft(place, given, version=version)
        except ledger.Conflict:
            now = kept(ledger.draft(place), done)
            refusal = refuse(now)
            if refusal is not None:
                raise refusal from None
            version = now.version if now else 0
    raise answers.conflict("not-open")  # somebody else saves without end


def unseen(draft: Any, version: int | None, /) -> bool:
    """Whether there is a draft that the page has not seen; a page that does not say is believed."""
    return draft is not None and version is not None and draft.version != version


def _sent(answer: Any, /) -> Any:
    """An answer as a page sends it: of a workbook that is its number alone."""
    number = upload_of(answer)
    return answer if number is None else {"upload": str(number)}


def stale(
    block: Any, kept: Kept | None, differing: Iterable[Pair], /, *, group: str = "a", nonce: str = ""
) -> ApiError:
    """The refusal to a page that has not seen the newest version: both versions, what to take along, and the script
    that lets the learner choose.

    `group` is the form's name for the answers, `nonce` that of the attempt which is open now.
    """
    lang = block.language()
    moment = timezone.localtime(kept.updated_at if kept else None)
    shown = (
        formats.format_time(moment, lang)
        if moment.date() == timezone.localdate()
        else formats.format_datetime(moment, lang, today=timezone.localdate())
    )
    message = _(
        "This is open in another window too. It was saved there at %(moment)s, and what is changed here has not "
        "replaced it.", language=lang, moment=shown,
    )  # fmt: skip
    html = render("draft_conflict.html", {"lang": lang, "moment": shown, "pairs": list(differing)})
    theirs = {
        "version": kept.version if kept else 0, "saved_at": shown, "html": html, "nonce": nonce,
        "module": block.runtime.local_resource_url(block, "public/dgx-choice.js"),
        group: {name: _sent(answer) for name, answer in kept.answers.items()} if kept else {},
    }  # fmt: skip
    return ApiError(409, "stale-draft", message, theirs=theirs)
