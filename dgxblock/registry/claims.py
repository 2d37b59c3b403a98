"""Claims for a subsidy: the certificates of a period that nobody has claimed yet, each person once."""

from __future__ import annotations

import calendar
import csv
import io
import logging
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Min, Q
from openpyxl import Workbook

from dgxblock.lab.export import harmless
from dgxblock.registry import conf, schemes, vault, workitems
from dgxblock.registry.clock import now
from dgxblock.registry.delivery import record
from dgxblock.registry.identity import store
from dgxblock.registry.models import Achievement, Operation, Scheme, WorkItem
from dgxblock.registry.models_claims import ClaimLine, ClaimRound
from dgxblock.registry.states import ItemKind, ItemState, OpKind, OpState, Policy, RemoteState, Verdict

__all__ = ["ClaimRoundView", "Open", "claim_file", "claim_rounds", "make_claim", "open_claims"]

_log = logging.getLogger("dgxblock.registry")
_HEAD: Final = (
    "certificate", "name", "id_type", "id_no", "phone", "enterprise", "credential", "level", "issued_on", "deadline",
    "status",
)  # fmt: skip
VALID, RECOVER, UNREADABLE = "valid", "recover", "unreadable"


@dataclass(frozen=True, slots=True)
class Open:
    """What could be claimed now: `count` persons; `late` of them are past their deadline, the next is at `deadline`."""

    count: int
    late: int
    deadline: date | None


@dataclass(frozen=True, slots=True)
class ClaimRoundView:
    """A round. `recover` of its `count` certificates were revoked since, and have to be told to whoever paid."""

    id: str
    since: date
    until: date
    made_at: datetime
    actor: str
    reason: str
    count: int
    recover: int
    deadline: date | None


def due(issued_on: date, months: int | None, /) -> date | None:
    """The day `months` after `issued_on`, or the last of its month; None without a rule."""
    if months is None:
        return None
    year, month = divmod(issued_on.month - 1 + months, 12)
    year, month = issued_on.year + year, month + 1
    return date(year, month, min(issued_on.day, calendar.monthrange(year, month)[1]))


def _in_doubt(scheme: Scheme, /) -> Q:
    """Certificates that people or a rule are about to take back: nobody is paid for those before it is decided."""
    asked = WorkItem.objects.filter(kind=ItemKind.REVOKE, state=ItemState.OPEN)
    settled = (Verdict.KEEP, "") if scheme.revoke_policy == Policy.NEVER else (Verdict.KEEP,)
    return (Q(withdrawn=True) & ~Q(verdict__in=settled)) | Q(pk__in=asked.values("achievement"))


def _lines(scheme: Scheme, course_key: str, since: date, until: date, /) -> list[ClaimLine]:
    """A line, not saved, for each person with a live certificate of the period and no claim yet."""
    rows = Achievement.objects.filter(scheme=scheme, remote_state=RemoteState.ISSUED, claim=None)
    rows = rows.filter(course_key=course_key, issued_on__range=(since, until)).exclude(_in_doubt(scheme))
    told = Operation.objects.filter(
        achievement__in=rows, state=OpState.DONE, kind__in=(OpKind.ISSUE, OpKind.CORRECT), identity__isnull=False
    ).order_by("seq")
    papers = {one.achievement_id: one.identity for one in told.select_related("identity")}
    claimed = set(
        ClaimLine.objects.filter(credential_code=scheme.credential_code, level=scheme.level_zh)
        .values_list("person", flat=True)
    )  # fmt: skip
    months, found = conf.claim_months(scheme.slug), []
    for one in rows.order_by("issued_on", "pk"):
        who = papers.get(one.pk)
        if who is None or not who.id_enc or one.issued_on is None or who.id_bidx in claimed:
            continue
        claimed.add(who.id_bidx)
        found.append(
            ClaimLine(
                achievement=one, identity=who, person=who.id_bidx, credential_code=scheme.credential_code,
                level=scheme.level_zh, issued_on=one.issued_on, deadline=due(one.issued_on, months),
            )
        )  # fmt: skip
    return found


def open_claims(course_key: str, since: date, until: date, /) -> Open | None:
    """What a round over these days of issue would hold; None without a scheme (four queries)."""
    scheme = schemes.for_course(course_key)
    if scheme is None:
        return None
    today = now().astimezone(ZoneInfo(scheme.zone)).date()
    lines = _lines(scheme, course_key, since, until)
    ends = [one.deadline for one in lines if one.deadline]
    return Open(len(lines), sum(end < today for end in ends), min((end for end in ends if end >= today), default=None))


def make_claim(course_key: str, since: date, until: date, /, *, actor: str, reason: str) -> str:
    """Put everybody who can be claimed, and is not late, into a round; its id. One transaction of its own.

    Returns:
        Empty without a scheme, actor or reason, or when there is nobody.
    """
    why, scheme = workitems.clean(reason), schemes.for_course(course_key)
    if scheme is None or not why or not actor:
        return ""
    with transaction.atomic():
        moment = now()
        today = moment.astimezone(ZoneInfo(scheme.zone)).date()
        lines = [
            one for one in _lines(scheme, course_key, since, until) if one.deadline is None or one.deadline >= today
        ]
        if not lines:
            return ""
        made = ClaimRound.objects.create(
            scheme=scheme, course_key=course_key, since=since, until=until, actor=actor, reason=why, made_at=moment
        )
        for one in lines:
            one.round = made
        # Whom another round took just now stays there.
        ClaimLine.objects.bulk_create(lines, ignore_conflicts=True, batch_size=500)
        if not made.lines.exists():
            transaction.set_rollback(True)
            return ""
        kept = made.lines.select_related("achievement")
        workitems.note_all("claimed", [one.achievement for one in kept], actor=actor, reason=why)
    _log.info("dgx_registry: claim %s is made by %s", made.uuid, actor)
    return str(made.uuid)


def claim_rounds(course_key: str, /) -> list[ClaimRoundView]:
    """The rounds of a course, latest first (one query)."""
    revoked = Q(lines__achievement__remote_state=RemoteState.REVOKED)
    rows = ClaimRound.objects.filter(course_key=course_key).annotate(
        n=Count("lines"), back=Count("lines", filter=revoked), first=Min("lines__deadline")
    )
    return [
        ClaimRoundView(
            str(one.uuid), one.since, one.until, one.made_at, one.actor, one.reason, one.n, one.back, one.first
        )
        for one in rows.order_by("-pk")
    ]


def claim_file(course_key: str, round_id: str, kind: str, /, *, actor: str, reason: str) -> bytes | None:
    """A round with full names and numbers, ``csv`` or ``xlsx``, for whoever may see them (the caller has looked). Each
    person's record says that, why and by whom they were looked at, before the file is out.

    Returns:
        None without actor or reason, or if there is no such round or kind. One transaction of its own.
    """
    why = workitems.clean(reason)
    try:
        found = ClaimRound.objects.filter(uuid=UUID(round_id), course_key=course_key).first()
    except ValueError:
        return None
    if found is None or not why or not actor or kind not in ("csv", "xlsx"):
        return None
    lines = list(found.lines.select_related("achievement__scheme", "identity").order_by("pk"))
    with transaction.atomic():
        workitems.note_all("claim-read", [one.achievement for one in lines], actor=actor, reason=why)
    rows = [list(_HEAD), *(_row(one) for one in lines)]
    return _csv(rows) if kind == "csv" else _xlsx(rows)


def _row(one: ClaimLine, /) -> list[str]:
    # Details that are gone, as those of a retired account, leave what was claimed: the certificate and its state.
    status = RECOVER if one.achievement.remote_state == RemoteState.REVOKED else VALID
    try:
        who, number = store.details(one.identity), record.certificate_number(one.achievement)
        person = [number, who.name, who.id_type, who.id_no, who.phone, who.enterprise]
    except (vault.Closed, conf.Unset):
        person = ["", one.identity.name_mask, one.identity.id_type, one.identity.id_mask, "", ""]
        status = RECOVER if status == RECOVER else UNREADABLE
    ends = one.deadline.isoformat() if one.deadline else ""
    return [*person, one.achievement.scheme.credential_name_zh, one.level, one.issued_on.isoformat(), ends, status]


def _csv(rows: list[list[str]], /) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def _xlsx(rows: list[list[str]], /) -> bytes:
    book = Workbook(write_only=True)
    book.properties.creator = "dgxblock"
    sheet = book.create_sheet("claim")
    for row in rows:
        sheet.append([harmless(cell) for cell in row])  # numbers of documents stay text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
