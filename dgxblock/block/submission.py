"""What exercise and assessment share when answers arrive: their shape, their name, their deadline, their record."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from dgxblock.block import answers as reading
from dgxblock.block import host
from dgxblock.block.http import ApiError
from dgxblock.content.model import Item
from dgxblock.formats import format_datetime, format_time
from dgxblock.grading import Mark, Score, Verdict
from dgxblock.i18n import gettext as _
from dgxblock.i18n import ngettext
from dgxblock.items import Malformed, accept, grade, readings, stored, unread
from dgxblock.items.engine import NOT_NOW
from dgxblock.lab import LabError, Sheet
from dgxblock.papers.counting import counted

__all__ = [
    "FLAGS", "answers_in", "catch_up", "check_now", "check_open", "close", "closed", "closes_at", "explained",
    "flags_in", "grace", "graded", "moment_of", "nonce_for", "publish", "saved", "who",
]  # fmt: skip

log = logging.getLogger(__name__)
_HAIR: Final = 1e-9
FLAGS: Final = ".flags"
"""Where a draft keeps the questions marked for later. No item can be called so."""


def who(place: Any, /) -> str:
    """Stands for the learner where engines take turns: always the same, and telling nothing about them."""
    return hmac.new(host.site_secret(), b"who\0" + place.learner_id.encode(), hashlib.sha256).hexdigest()[:16]


def check_now(error: LabError, /) -> None:
    """Whether it is nobody's mistake that something could not be run just now.

    Raises:
        ApiError: yes; nothing was used up.
    """
    if error.code not in NOT_NOW:
        return
    if error.code == "rate":
        sentence = ngettext(
            "That was many queries in a short time. What is written here is kept and no try was used; please go on "
            "in one second.",
            "That was many queries in a short time. What is written here is kept and no try was used; please go on "
            "in %(n)s seconds.",
            error.seconds or 1,
        )
        raise ApiError(429, "rate", sentence)
    if error.code == "busy":
        sentence = _(
            "Many people are running queries just now. What is written here is kept and no try was used; please try "
            "again in a moment."
        )
        raise ApiError(503, "busy", sentence)
    log.error("dgxblock: the laboratory does not answer: %s", error)
    sentence = _(
        "Queries cannot be run just now. What is written here is kept and no try was used. Try again in a minute; if "
        "it stays so, tell the staff."
    )
    raise ApiError(503, "down", sentence)


def graded(items: Iterable[Item], answers: Mapping[str, Any], sheet: Sheet, place: Any, /) -> dict[str, Mark]:
    """The marks of what arrived.

    Raises:
        ApiError: something could not be run just now.
        LabError: a key cannot be computed.
    """
    try:
        return grade(items, answers, sheet, who=who(place))
    except LabError as error:
        check_now(error)
        raise


def nonce_for(place: Any, number: int, seed: str, /) -> str:
    """The name of the one submission that closes attempt `number` on the data of `seed`: nobody else has it, and a page
    can be sent twice. An attempt may get other data before it is closed; a page of those before does not know its name
    any more."""
    parts = "\0".join((place.course_key, place.usage_key, place.learner_id, str(number), seed))
    return hmac.new(host.site_secret(), b"nonce\0" + parts.encode(), hashlib.sha256).hexdigest()[:32]


def answers_in(raw: object, items: Iterable[Item], /) -> dict[str, Any]:
    """Answers by item id, each in the one shape that its kind has.

    Raises:
        ApiError: anything that our page does not send.
    """
    try:
        return accept(raw, items)
    except Malformed:
        raise reading.malformed() from None


def flags_in(raw: object, items: Iterable[Item], /) -> list[str]:
    """Ids of the questions that the learner marked for later.

    Raises:
        ApiError: not an object of item ids and true or false.
    """
    flags = reading.known_keys({} if raw is None else raw, [item.id for item in items])
    if not all(isinstance(each, bool) for each in flags.values()):
        raise reading.malformed()
    return sorted(name for name, each in flags.items() if each)


def saved(draft: Any, items: Iterable[Item], lang: str, /) -> dict[str, Any]:
    """What a page learns after its draft was saved: version, time, and how each number was read."""
    return {
        "version": draft.version,
        "saved_at": format_time(timezone.localtime(draft.updated_at), lang),
        "readings": readings(items, draft.answers, lang),
    }


def moment_of(block: Any, name: str, /) -> datetime | None:
    """A date that the host declares as a field, such as ``start`` or ``due``."""
    written = getattr(block, name) if name in block.fields else None
    if not isinstance(written, datetime):
        return None
    return timezone.make_aware(written) if timezone.is_naive(written) else written


def grace(block: Any, /) -> timedelta | None:
    """For how long after the due date something is still in time, where the host declares it."""
    written = block.graceperiod if "graceperiod" in block.fields else None
    return written if isinstance(written, timedelta) else None


def closes_at(block: Any, /) -> datetime | None:
    """When the block closes: due date and grace period."""
    due = moment_of(block, "due")
    return due and due + (grace(block) or timedelta())


def check_open(block: Any, /) -> None:
    """The platform does not look at due dates for a handler.

    Raises:
        ApiError: the due date has passed, grace included.
    """
    end = closes_at(block)
    if end is not None and timezone.now() > end:
        raise closed(end, block.language())


def closed(end: datetime, lang: str, /) -> ApiError:
    """The refusal after the end."""
    moment = format_datetime(timezone.localtime(end), lang)
    return ApiError(403, "closed", _("This closed on %(moment)s. What you saved before is kept.", moment=moment))


def explained(block: Any, /) -> bool:
    """Whether solutions may be shown after handing in: as ``show_correctness`` says, where the host has it."""
    rule = block.show_correctness if "show_correctness" in block.fields else "always"
    if rule == "past_due":
        end = closes_at(block)
        return end is None or timezone.now() > end
    return rule not in ("never", "never_but_include_grade")


def check_answered(items: Iterable[Item], given: Mapping[str, Any], marks: Mapping[str, Mark], lang: str, /) -> None:
    """What cannot be judged costs no try.

    Raises:
        ApiError: nothing is answered, or something cannot be read; the latter with a sentence beside its field.
    """
    if all(mark.verdict is Verdict.BLANK for mark in marks.values()):
        raise ApiError(400, "nothing", _("Nothing is filled in yet. This did not count as a check."))
    fields = {f"a.{name}": sentence for name, sentence in unread(items, given, marks, lang).items()}
    if fields:
        sentence = _(
            "Something could not be read or run. This did not count as a check; please mend it and check again."
        )
        raise ApiError(400, "unread", sentence, fields=fields)


def close(
    block: Any, place: Any, attempts: Sequence[Any], opening: Callable[[], Any], /, *,
    nonce: str, seed: str, answers: Mapping[str, Any], marks: Mapping[str, Mark], score: Score, passed: bool,
    values: Mapping[str, Any] | None = None, credit: float = 100.0, at: datetime | None = None,
    ended_by: str = "learner",
) -> list[Any]:  # fmt: skip
    """Close the attempt that `opening` gives, and let everything that follows from it succeed or fail with it, in one
    short transaction. Answers with all attempts as they are then; `attempts` are those read before, `seed` is that of
    the data on which the answers were marked.

    Of many requests with one nonce, one closes the attempt and the others find it closed, which is as good.

    Raises:
        ApiError: the attempt was closed by something else, or there are none left.
    """
    ledger, registry = block.ledger(), host.registry()
    earlier = [each for each in attempts if each.submitted_at]

    @ledger.undeadlocked
    def all_or_nothing() -> list[Any]:
        opened = opening()
        if opened.seed != seed:  # it got other data meanwhile
            raise ledger.Conflict("not-open")
        with transaction.atomic():
            closed = ledger.submit_attempt(
                place, opened.number, nonce=nonce, answers=answers, marks=stored(marks),
                earned=score.earned, possible=score.possible, passed=passed, opened=opened,
                sequence=1 + max((each.sequence or 0 for each in attempts), default=0),
                values=values, credit=credit, at=at, ended_by=ended_by,
            )  # fmt: skip
            ledger.clear_draft(place)
            if registry is not None:
                judge = registry.evaluate if closed.counts == "best" else registry.reconsider
                judge(place.learner_id, place.course_key)
            now = [*earlier, closed]
            block.attempts = block.counted = len(now)
            publish(block, _counted_share(now))
        return now

    try:
        return list(all_or_nothing())
    except (ledger.Conflict, IntegrityError) as refusal:  # the other request won
        now = ledger.attempts(place)
        if not any(each.nonce == nonce for each in now):
            raise reading.conflict(getattr(refusal, "code", "not-open")) from None
    return list(now)


def catch_up(block: Any, attempts: Iterable[Any], /) -> None:
    """Tell the gradebook what it does not know yet: a text judged since, or a score that it missed. Never raises."""
    share = None if host.masquerading(block) else _counted_share(attempts)
    if share is None or (block.published is not None and abs(share - block.published) < _HAIR):
        return
    try:
        with transaction.atomic():
            publish(block, share)
    except Exception:
        log.exception("dgxblock: the gradebook did not take the score of %s", block.scope_ids.usage_id)


def _counted_share(attempts: Iterable[Any]) -> float | None:
    """The share of the points that counts, which is what the gradebook holds; None if nothing was handed in."""
    found = counted(list(attempts))
    return None if found is None else found[0] / 100


def publish(block: Any, share: float | None, only_if_higher: bool | None = None, /) -> None:
    """Tell the gradebook the share of the points that counts."""
    weight = block.max_score()
    event: dict[str, Any] = {"value": (share or 0.0) * weight, "max_value": weight}
    if only_if_higher is not None:
        event["only_if_higher"] = only_if_higher
    block.runtime.publish(block, "grade", event)
    block.published = share
    block.save()
