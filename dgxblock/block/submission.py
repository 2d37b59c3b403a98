"""What exercise and assessment share when answers arrive: their shape, their name, their deadline, their record."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from dgxblock.block import answers as reading
from dgxblock.block import host
from dgxblock.block.http import ApiError
from dgxblock.content.model import ChoiceItem, Item, NumberItem
from dgxblock.formats import format_datetime
from dgxblock.i18n import gettext as _

__all__ = [
    "FLAGS", "answers_in", "best_share", "check_open", "closes_at", "explained", "flags_in", "nonce_for", "racing",
    "record",
]  # fmt: skip

FLAGS: Final = ".flags"
"""Where a draft keeps the questions marked for later. No item can be called so."""
MAX_TYPED: Final = 200


def nonce_for(place: Any, number: int, /) -> str:
    """The name of the one submission that closes attempt `number`: nobody else has it, and a page can be sent twice."""
    parts = "\0".join((place.course_key, place.usage_key, place.learner_id, str(number)))
    return hmac.new(host.site_secret(), b"nonce\0" + parts.encode(), hashlib.sha256).hexdigest()[:32]


def answers_in(raw: object, items: Iterable[Item], /) -> dict[str, Any]:
    """Answers by item id, each in the one shape that its kind has.

    Raises:
        ApiError: anything that our page does not send.
    """
    by_id = {item.id: item for item in items}
    return {name: _answer(each, by_id[name]) for name, each in reading.known_keys(raw, by_id).items()}


def _answer(raw: object, item: Item) -> Any:
    if isinstance(item, NumberItem):
        fields = reading.known_keys(raw, ("value", "unit"))
        texts = {name: reading.text(each) for name, each in fields.items()}
        if any(len(each) > MAX_TYPED for each in texts.values()) or texts.get("unit", "") not in (
            "",
            *item.units,
            item.unit,
        ):
            raise reading.malformed()
        return texts
    names = {each.id for each in (item.choices if isinstance(item, ChoiceItem) else item.steps)}
    if isinstance(item, ChoiceItem) and not item.multiple:
        raw = [raw]
    if not isinstance(raw, list) or not all(isinstance(each, str) and each in names for each in raw):
        raise reading.malformed()
    if len(set(raw)) != len(raw):
        raise reading.malformed()
    return raw


def flags_in(raw: object, items: Iterable[Item], /) -> list[str]:
    """Ids of the questions that the learner marked for later.

    Raises:
        ApiError: not an object of item ids and true or false.
    """
    flags = reading.known_keys({} if raw is None else raw, [item.id for item in items])
    if not all(isinstance(each, bool) for each in flags.values()):
        raise reading.malformed()
    return sorted(name for name, each in flags.items() if each)


def closes_at(block: Any, /) -> datetime | None:
    """When the block closes: due date and grace period, where the host declares them as fields."""
    due = block.due if "due" in block.fields else None
    if not isinstance(due, datetime):
        return None
    grace = block.graceperiod if "graceperiod" in block.fields else None
    due = timezone.make_aware(due) if timezone.is_naive(due) else due
    return due + grace if isinstance(grace, timedelta) else due


def check_open(block: Any, /) -> None:
    """The platform does not look at due dates for a handler.

    Raises:
        ApiError: the due date has passed, grace included.
    """
    end = closes_at(block)
    if end is not None and timezone.now() > end:
        moment = format_datetime(timezone.localtime(end), block.language())
        raise ApiError(403, "closed", _("This closed on %(moment)s. What you saved before is kept.", moment=moment))


def explained(block: Any, /) -> bool:
    """Whether solutions may be shown after handing in: as ``show_correctness`` says, where the host has it."""
    rule = block.show_correctness if "show_correctness" in block.fields else "always"
    if rule == "past_due":
        end = closes_at(block)
        return end is None or timezone.now() > end
    return bool(rule != "never")


@contextmanager
def racing(block: Any, place: Any, nonce: str, /) -> Iterator[None]:
    """Around the steps that close an attempt. Of many requests with one nonce, one closes it and the others find it
    closed, which is as good.

    Raises:
        ApiError: the attempt was closed by something else.
    """
    ledger = block.ledger()
    try:
        yield
    except ledger.Conflict as refusal:
        if not any(each.nonce == nonce for each in ledger.attempts(place)):
            raise reading.conflict(refusal.code) from None


def record(
    block: Any, place: Any, number: int, /, *,
    nonce: str, answers: Mapping[str, Any], marks: Mapping[str, Any], earned: float, possible: float, passed: bool,
    best: float,
) -> None:  # fmt: skip
    """Close the attempt and let everything that follows from it succeed or fail with it: one short transaction.

    `best` is the best share (0 to 1) of the attempts before: the gradebook holds the best.

    Raises:
        ledger.Conflict: the attempt is not open any more.
    """
    ledger, registry = block.ledger(), host.registry()
    with transaction.atomic():
        ledger.submit_attempt(
            place, number, nonce=nonce, answers=answers, marks=marks, earned=earned, possible=possible, passed=passed
        )
        ledger.clear_draft(place)
        if registry is not None:
            registry.evaluate(place.learner_id, place.course_key)
        weight = block.max_score()
        share = max(best, earned / possible if possible else 0.0)
        block.runtime.publish(block, "grade", {"value": share * weight, "max_value": weight})
        block.save()


def best_share(done: Iterable[Any], /) -> float:
    """The best share (0 to 1) among submitted attempts; 0 without any."""
    return max(((each.percent or 0.0) / 100 for each in done), default=0.0)
