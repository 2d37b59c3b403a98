"""What the registry says of its days: read page by page, and believed only if it adds up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from datetime import time as clock_time
from typing import Any, Final, TypeVar, cast
from zoneinfo import ZoneInfo

from dgxblock.registry.adapters import Page, Registry, RegistryAdapter
from dgxblock.registry.contract import Outcome, ProblemClass, Scope, canonical, manifest, payload_sha256
from dgxblock.registry.delivery import channel

__all__ = ["Fault", "Remote", "adds_up"]

_MOST_PAGES: Final = 10_000
_TRIES: Final = 3
_PATIENCE: Final = 30.0  # seconds that a token is waited for
_PASSING: Final = (ProblemClass.UNKNOWN, ProblemClass.TRANSIENT, ProblemClass.THROTTLE)
Receipt = Mapping[str, Any]
_T = TypeVar("_T")


class Fault(Exception):
    """The registry's answers do not add up, or there are none. `code` says why."""

    def __init__(self, code: str, /) -> None:
        super().__init__(code)
        self.code = code


class Remote:
    """One registry, asked politely: every request takes a token, and passing faults are tried again."""

    def __init__(self, registry: Registry, adapter: RegistryAdapter, zone: ZoneInfo, /) -> None:
        self._registry, self.adapter, self._zone = registry, adapter, zone
        self._channel = channel.key(Scope.REGISTRY, registry.slug)

    def token(self) -> None:
        """Wait until one more request may go out.

        Raises:
            Fault: not soon.
        """
        until = time.monotonic() + _PATIENCE
        while (wait := channel.take(self._channel, self._registry)) > 0:
            if time.monotonic() + wait > until:
                raise Fault("throttled")
            time.sleep(wait)

    def manifest(self, day: date, /) -> tuple[int, str]:
        """Count and digest of a day, by the registry.

        Raises:
            Fault: it does not say, counts days in another zone, or the day is not over there.
        """
        found = self._ask(lambda: self.adapter.manifest(day.isoformat()))
        last = datetime.combine(day, clock_time.max, self._zone)
        try:
            theirs = ZoneInfo(found["zone"])
        except (KeyError, ValueError, OSError):
            raise Fault("zone") from None
        if last.replace(tzinfo=theirs).utcoffset() != last.utcoffset():
            raise Fault("zone")
        if datetime.fromisoformat(found["complete_until"]) < last:
            raise Fault("not-complete")
        return found["count"], found["sha256"]

    def changed_since(self, day: date, /) -> dict[str, Receipt]:
        """The receipts of everything that changed since a day's first instant, the latest of each.

        Raises:
            Fault: it does not say; the cursor or a page comes again, the pages do not end, or what they hold is out of
                order, too old, or of two minds about one result.
        """
        first = datetime.combine(day, clock_time.min, self._zone)
        found: dict[str, Receipt] = {}
        cursors: set[str | None] = {None}
        pages: set[str] = set()
        cursor, latest = None, first
        for _page in range(_MOST_PAGES):
            page = self._page(first.isoformat(), cursor)
            latest = _take(page, found, latest)
            name = payload_sha256(canonical(list(page.receipts)))
            if page.receipts and name in pages:
                raise Fault("page-again")
            pages.add(name)
            if page.next_cursor is None:
                return found
            if page.next_cursor in cursors:
                raise Fault("cursor-again")
            cursors.add(page.next_cursor)
            cursor = page.next_cursor
        raise Fault("endless")

    def _page(self, since: str, cursor: str | None, /) -> Page:
        return self._ask(lambda: self.adapter.list_since(since, cursor))

    def _ask(self, question: Callable[[], _T | Outcome], /) -> _T:
        for turn in range(_TRIES):
            self.token()
            answer: Any = question()
            if not isinstance(answer, Outcome):
                return cast("_T", answer)
            if answer.problem_class not in _PASSING or turn == _TRIES - 1:
                break
            time.sleep(self._registry.base_seconds)
        raise Fault(answer.code or "no-answer")


def _take(page: Page, found: dict[str, Receipt], latest: datetime, /) -> datetime:
    """Add a page's receipts; when the last of them changed."""
    for receipt in page.receipts:
        changed = datetime.fromisoformat(receipt["updated_at"])
        if changed < latest:
            raise Fault("order")
        latest = changed
        before = found.get(receipt["result_id"])
        if before is not None and (
            receipt["rev"] < before["rev"] or (receipt["rev"] == before["rev"] and receipt != before)
        ):
            raise Fault("two-minds")
        found[receipt["result_id"]] = receipt
    return latest


def adds_up(day: date, told: Iterable[tuple[int, str]], receipts: Iterable[Receipt], /) -> bool:
    """Whether the feed's receipts of a day are those that one of the manifests counts."""
    made = manifest(one for one in receipts if one["accepted_on"] == day.isoformat())
    return (made.count, made.sha256) in set(told)
