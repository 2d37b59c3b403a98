"""Manifest and feed: how a sender finds out whether both sides hold the same."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from dgxblock.demo.sandbox.gate import Reject
from dgxblock.demo.sandbox.models import Entry
from dgxblock.demo.sandbox.receipts import instant, receipt
from dgxblock.registry import contract

__all__ = ["feed", "manifest"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR: Final = re.compile(r"(-?[0-9]{1,17})\.([0-9]{1,17})")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_LIMIT: Final = re.compile(r"[1-9][0-9]{0,2}")
_MAX_LIMIT: Final = 500
_DEFAULT_LIMIT: Final = 200


# Both take the write lock: what is under way is over then, so nothing older than `complete_until` can still appear.
@transaction.atomic
def manifest(day: str, /) -> dict[str, Any]:
    """The manifest of one day (``YYYY-MM-DD`` in the registry's zone).

    Raises:
        Reject: ``malformed``, a day that no calendar has.
    """
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise Reject("malformed", detail="There is no such day.") from None
    made = contract.manifest(receipt(entry) for entry in Entry.objects.filter(accepted_on=wanted))
    return {
        "contract": "dgx-v1/manifest",
        "date": day,
        "zone": settings.TIME_ZONE,
        "count": made.count,
        "sha256": made.sha256,
        "complete_until": instant(timezone.now()),
    }


@transaction.atomic
def feed(query: QueryDict, /) -> dict[str, Any]:
    """A page of what changed since, oldest change first.

    Raises:
        Reject: ``malformed``, a parameter that is missing, twice there or not of its form.
    """
    if set(query) - {"updated_since", "cursor", "limit"} or any(len(values) > 1 for _, values in query.lists()):
        raise Reject("malformed", detail="A parameter is unknown or comes twice.")
    since = _since(query.get("updated_since", ""))
    limit = _limit(query.get("limit", str(_DEFAULT_LIMIT)))
    changed = Entry.objects.filter(updated_at__gte=since)
    if "cursor" in query:
        changed = changed.filter(updated_at__gt=_after(query.get("cursor", ""), since))
    page = list(changed.order_by("updated_at")[: limit + 1])
    more = len(page) > limit
    return {
        "contract": "dgx-v1/feed",
        "items": [receipt(entry) for entry in page[:limit]],
        "next_cursor": f"{_micros(since)}.{_micros(page[limit - 1].updated_at)}" if more else None,
        "complete_until": instant(timezone.now()),
    }


def _since(text: str) -> datetime:
    try:
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Reject("malformed", detail="updated_since is not an instant with an offset.")


def _limit(text: str) -> int:
    if not _LIMIT.fullmatch(text) or int(text) > _MAX_LIMIT:
        raise Reject("malformed", detail="limit is not a number from 1 to 500.")
    return int(text)


def _after(cursor: str, since: datetime) -> datetime:
    match = _CURSOR.fullmatch(cursor)
    if match is None or int(match[1]) != _micros(since):
        raise Reject("malformed", detail="This cursor is not of this run.")
    try:
        return _EPOCH + timedelta(microseconds=int(match[2]))
    except OverflowError:
        raise Reject("malformed", detail="This cursor is not of this run.") from None


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
