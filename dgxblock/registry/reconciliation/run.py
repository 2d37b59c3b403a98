"""One comparison with a registry: digests of days first, then the feed where they differ, then a look-up of each
difference. Only a late receipt heals by itself; everything else waits for people."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import F, Min
from django.utils import timezone

from dgxblock.registry import conf, vault
from dgxblock.registry.adapters import Item, Known
from dgxblock.registry.clock import now
from dgxblock.registry.contract import Next, Sent, blind_index, canonical, manifest
from dgxblock.registry.models import Achievement, Operation, Receipt, ReconItem, ReconRun, Scheme
from dgxblock.registry.reconciliation import compare, healing
from dgxblock.registry.reconciliation.remote import Fault, Remote, adds_up
from dgxblock.registry.states import Difference, OpState, RunState

__all__ = ["NotHere", "reconcile"]

_log = logging.getLogger("dgxblock.registry")
_TABLE: Final = ReconItem._meta.db_table
_FIRST_DAYS: Final = 7  # looked at where nothing of ours is: a registry may hold what nobody sent
_STALE: Final = timedelta(hours=6)  # after which a run that never ended was killed
_WAITING: Final = (OpState.SENDING, OpState.UNKNOWN, OpState.PENDING, OpState.HUMAN, OpState.DEAD)


class NotHere(Exception):
    """This registry cannot be compared with; ``str()`` is a code."""


def reconcile(slug: str, /, *, since: date | None = None, until: date | None = None) -> ReconRun:
    """Compare both sides over the days from `since` to `until`, both included, in the registry's zone.

    Without `since` from the first day on, without `until` to yesterday. Talks to the registry; call it in no
    transaction and in no request.

    Raises:
        dgxblock.registry.conf.Unset: a setting is missing.
        NotHere: the registry lists nothing, or its schemes count days in several zones.
    """
    conf.field_keys(), conf.blind_index_key()
    registry = conf.registry(slug)
    adapter = conf.adapter(registry)
    if not adapter.capabilities().list_since:
        raise NotHere("no-list")
    zones = set(Scheme.objects.filter(registry=slug).values_list("zone", flat=True))
    if len(zones) != 1:
        raise NotHere("zones")
    zone = ZoneInfo(zones.pop())
    ReconRun.objects.filter(registry=slug, state=RunState.RUNNING, started_at__lt=now() - _STALE).update(
        state=RunState.FAULT, code="interrupted", ended_at=now()
    )
    first, last = since or _first_day(slug, zone), until or _today(zone) - timedelta(days=1)
    run = ReconRun.objects.create(registry=slug, since=first, until=last, started_at=now())
    try:
        _Comparison(run, Remote(registry, adapter, zone)).all_days()
    except Fault as fault:
        run.state, run.code = RunState.FAULT, fault.code[:40]
    run.ended_at = now()
    run.save()
    if run.state in (RunState.STOPPED, RunState.FAULT):
        _log.error(
            "dgx_registry: the comparison with %s ended as %s (%s); nothing was changed", slug, run.state, run.code
        )
    return run


def _today(zone: ZoneInfo, /) -> date:
    moment = now()
    return (moment if timezone.is_aware(moment) else timezone.make_aware(moment)).astimezone(zone).date()


def _first_day(slug: str, zone: ZoneInfo, /) -> date:
    early = _today(zone) - timedelta(days=_FIRST_DAYS)
    first: date | None = Receipt.objects.filter(operation__registry=slug).aggregate(first=Min("accepted_on"))["first"]
    return min(first or early, early)


class _Comparison:
    """The steps of one run."""

    def __init__(self, run: ReconRun, remote: Remote, /) -> None:
        self._run, self._remote, self._slug = run, remote, run.registry
        self._index = partial(blind_index, conf.blind_index_key(), "certificate")

    def all_days(self) -> None:
        """Everything; what came of it stands in the run.

        Raises:
            Fault: the registry's answers do not add up.
        """
        run = self._run
        days = [run.since + timedelta(days=n) for n in range((run.until - run.since).days + 1)]
        told = {day: self._remote.manifest(day) for day in days}
        ours = _by_day(self._slug, days)
        mine = {day: manifest(ours.get(day, {}).values()) for day in days}
        differing = [day for day in days if (mine[day].count, mine[day].sha256) != told[day]]
        run.days, run.days_differing = len(days), len(differing)
        run.results = sum(len(each) for each in ours.values())
        if run.results and not sum(count for count, _sha in told.values()):
            run.state, run.code = RunState.STOPPED, "empty"
            return
        if not differing:
            run.state = RunState.CLEAN
            return
        self._drill(differing, told)

    def _drill(self, differing: Sequence[date], told: Mapping[date, tuple[int, str]], /) -> None:
        run = self._run
        feed = self._remote.changed_since(differing[0])
        for day in differing:
            # Changed since its manifest was made, or never true: the manifest of now must be the feed's.
            if not adds_up(day, [told[day]], feed.values()):
                again = self._remote.manifest(day)
                if not adds_up(day, [again], feed.values()):
                    raise Fault("page-lies")
        wanted = {day.isoformat() for day in differing}
        theirs = {name: one for name, one in feed.items() if one["accepted_on"] in wanted}
        here = {name for each in _by_day(self._slug, differing).values() for name in each}
        found = self._findings(sorted(here | set(theirs)), theirs)
        most = max(run.results, sum(count for count, _sha in told.values()))
        stopped = compare.too_many(len(found), most)
        for name, finding in found.items():
            self._item(name, finding, theirs.get(name), settle=not stopped)
        open_ones = run.items.filter(decision="").exists()
        run.state = RunState.STOPPED if stopped else RunState.DIFFERS if open_ones else RunState.CLEAN
        run.code = "too-many" if stopped else ""

    def _findings(self, names: Sequence[str], theirs: Mapping[str, Any], /) -> dict[str, compare.Finding]:
        twice = compare.numbers_twice(theirs.values())
        found: dict[str, compare.Finding] = {}
        for name in names:
            finding = compare.classify(_ours(self._slug, name), theirs.get(name), self._index)
            if name in twice:
                finding = compare.Finding(Difference.DUPLICATE_REMOTE, "number-twice")
            if finding is not None:
                found[name] = finding
        return found

    def _item(self, name: str, finding: compare.Finding, receipt: Any, /, *, settle: bool) -> None:
        """Look the difference up, keep what is left of it, and heal what heals by itself."""
        ours = _ours(self._slug, name)
        confirmed = False
        if settle and finding.code != "number-twice":
            confirmed, receipt = self._look_up(name, ours, receipt)
            if confirmed:
                again = compare.classify(ours, receipt, self._index)
                if again is None:
                    return  # settled meanwhile
                finding = again
        row = ReconItem(
            uuid=uuid.uuid4(), run=self._run, result_id=name, kind=finding.kind, code=finding.code,
            achievement=Achievement.objects.filter(uuid=name, scheme__registry=self._slug).first(),
            ours=compare.line(ours.receipt if ours else None), theirs=compare.line(receipt), confirmed=confirmed,
        )  # fmt: skip
        if receipt is not None:
            row.receipt_enc = vault.seal(_TABLE, "receipt_enc", row.uuid, canonical(receipt))
        row.save()
        if settle:
            healing.at_night(row, receipt)

    def _look_up(self, name: str, ours: compare.Ours | None, receipt: Any, /) -> tuple[bool, Any]:
        """What the registry says of one result now: whether it said it, and the receipt or None."""
        self._remote.token()
        known = receipt or (ours.receipt if ours else None) or {"seq": 1, "payload_sha256": "0" * 64, "rev": 0}
        sent = Sent(name, known["seq"], known["payload_sha256"], 0)
        said = self._remote.adapter.lookup(Item(sent, "", b""), Known()).settlement
        if said.receipt is not None:
            return True, said.receipt
        absent = said.next in (Next.SEND, Next.RECONCILE)
        return absent, None if absent else receipt


def _by_day(slug: str, days: Sequence[date], /) -> dict[date, dict[str, dict[str, Any]]]:
    """The latest receipts of all results of these days, as the manifest counts them."""
    rows = Receipt.objects.filter(
        operation__registry=slug, accepted_on__gte=min(days), accepted_on__lte=max(days),
        rev=F("achievement__remote_rev"), seq=F("achievement__remote_seq"),
    )  # fmt: skip
    found: dict[date, dict[str, dict[str, Any]]] = {}
    wanted = set(days)
    for row in rows.select_related("achievement").only(
        "seq", "rev", "payload_sha256", "outcome", "certificate_status", "accepted_on", "achievement__uuid",
        "achievement__issued_on",
    ).iterator(chunk_size=2000):  # fmt: skip
        if row.accepted_on in wanted:
            found.setdefault(row.accepted_on, {})[str(row.achievement.uuid)] = _counted(row)
    return found


def _counted(row: Receipt, /) -> dict[str, Any]:
    said: dict[str, Any] = {
        "result_id": str(row.achievement.uuid), "seq": row.seq, "rev": row.rev, "payload_sha256": row.payload_sha256,
        "outcome": row.outcome, "issued_on": row.achievement.issued_on.isoformat() if row.achievement.issued_on else "",
    }  # fmt: skip
    if row.certificate_status != "none":
        said["certificate"] = {"status": row.certificate_status}
    return said


def _ours(slug: str, name: str, /) -> compare.Ours | None:
    """What we know of one result now; None if it is not ours."""
    achievement = Achievement.objects.filter(uuid=name, scheme__registry=slug).first()
    if achievement is None:
        return None
    row = Receipt.objects.filter(
        achievement=achievement, rev=achievement.remote_rev, seq=achievement.remote_seq
    ).select_related("achievement").first()  # fmt: skip
    last = Operation.objects.filter(achievement=achievement, sends__gt=0, state__in=_WAITING).order_by("-seq").first()
    moment: datetime = now()
    return compare.Ours(
        receipt=_counted(row) if row else None,
        number=achievement.certificate_bidx or "",
        waiting=(last.seq, last.payload_sha256) if last and _open(last, row) else None,
        busy=last is not None and last.lease_until is not None and last.lease_until > moment,
    )


def _open(last: Operation, row: Receipt | None, /) -> bool:
    """Whether nothing is known of this operation: of one that is pending a receipt is."""
    return row is None or row.seq != last.seq
