"""What staff see of the comparisons, and how one is signed."""

from __future__ import annotations

import logging
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from dgxblock.i18n import gettext as _
from dgxblock.registry import schemes, words, workitems
from dgxblock.registry.clock import now
from dgxblock.registry.contract import payload_sha256
from dgxblock.registry.models import ReconItem, ReconRun, Scheme
from dgxblock.registry.reconciliation import healing, report, run
from dgxblock.registry.reconciliation.healing import decide_item
from dgxblock.registry.states import RunState
from dgxblock.registry.views import ReconItemView, ReconRunView

__all__ = [
    "decide_item",
    "recon_items",
    "reconcile",
    "reconciliation_report",
    "reconciliation_runs",
    "reconciliation_sentences",
    "registries",
    "sign_off",
    "view",
]  # fmt: skip

_log = logging.getLogger("dgxblock.registry")
_MOST_RUNS = 100


def registries(scheme: str = "", /) -> list[str]:
    """The names of the registries of all schemes, or of one scheme (by its slug)."""
    rows = Scheme.objects.filter(slug=scheme) if scheme else Scheme.objects.all()
    return sorted(set(rows.values_list("registry", flat=True)))


def reconcile(
    registry: str, /, *, since: date | None = None, until: date | None = None
) -> ReconRunView | None:  # fmt: skip
    """Compare what both sides hold, over days that are over; None if this registry cannot be compared with (it lists
    nothing, or its schemes count days in several zones). Talks to the registry; in no transaction and in no request.

    Args:
        registry: a name in the settings.
        since: the first day, in the registry's zone; the first one with a result, if empty.
        until: the last day; yesterday, if empty.

    Raises:
        dgxblock.registry.conf.Unset: a setting is missing.
    """
    try:
        return view(run.reconcile(registry, since=since, until=until))
    except run.NotHere:
        return None


def reconciliation_runs(course_key: str, /) -> list[ReconRunView]:
    """The latest hundred comparisons with the registries of a course's schemes, latest first (one query)."""
    slugs = Scheme.objects.filter(schemes.in_course(course_key)).values("registry")
    rows = ReconRun.objects.filter(registry__in=slugs).annotate(
        found=Count("items"), waiting=Count("items", filter=Q(items__decision=""))
    )
    return [_view(one, one.found, one.waiting) for one in rows.order_by("-pk")[:_MOST_RUNS]]


def view(one: ReconRun, /) -> ReconRunView:
    """One comparison as staff see it."""
    return _view(one, one.items.count(), one.items.filter(decision="").count())


def _view(one: ReconRun, found: int, waiting: int, /) -> ReconRunView:
    return ReconRunView(
        id=str(one.uuid), registry=one.registry, state=one.state, state_label=words.run_state(one.state, one.code),
        code=one.code, since=one.since, until=one.until, days=one.days, days_differing=one.days_differing,
        results=one.results, items=found, open=waiting, started_at=one.started_at, ended_at=one.ended_at,
        signed_by=one.signed_by, signed_sha256=one.signed_sha256,
    )  # fmt: skip


def recon_items(run_id: str, /) -> list[ReconItemView]:
    """The differences that a comparison found, of all courses of that registry (two queries)."""
    one = _run(run_id)
    if one is None:
        return []
    rows = ReconItem.objects.filter(run=one).select_related("achievement").order_by("pk")
    return [
        ReconItemView(
            id=str(one.uuid), learner_id=one.achievement.learner_id if one.achievement else "",
            result_id=one.result_id, kind=one.kind, kind_label=words.difference(one.kind), code=one.code, ours=one.ours,
            theirs=one.theirs, confirmed=one.confirmed, decision=one.decision, actor=one.actor, reason=one.reason,
            decided_at=one.decided_at, may=healing.may(one),
        )
        for one in rows
    ]  # fmt: skip


def reconciliation_report(run_id: str, kind: str, /) -> bytes | None:
    """A comparison as a file, ``csv`` or ``xlsx``; None without such a run."""
    one = _run(run_id)
    if one is None or kind not in ("csv", "xlsx"):
        return None
    return report.csv_bytes(one) if kind == "csv" else report.xlsx_bytes(one)


def sign_off(run_id: str, /, *, actor: str, reason: str) -> str:
    """Sign a comparison, once: the SHA-256 (hex) of its CSV report, which is kept with it and written to the log.

    Returns:
        Empty when it is signed already or still runs, or without actor or reason. One transaction of its own.
    """
    why, one = workitems.clean(reason), _run(run_id)
    if one is None or not actor or not why or one.state == RunState.RUNNING:
        return ""
    digest = payload_sha256(report.csv_bytes(one))
    with transaction.atomic():
        done = ReconRun.objects.filter(pk=one.pk, signed_by="").update(
            signed_by=actor, signed_sha256=digest, signed_at=now()
        )
        if not done:
            return ""
        workitems.note("signed", actor=actor, reason=why, recon_run=one, sha256=digest)
    _log.info("dgx_registry: comparison %s is signed by %s, SHA-256 %s", one.uuid, actor, digest)
    return digest


def reconciliation_sentences() -> list[str]:
    """One sentence for each registry whose last comparison wants somebody's attention."""
    found: list[str] = []
    for slug in sorted(set(Scheme.objects.values_list("registry", flat=True))):
        last = ReconRun.objects.filter(registry=slug).exclude(state=RunState.RUNNING).order_by("-pk").first()
        if last is not None and last.state != RunState.CLEAN and not last.signed_by:
            found.append(
                _("The comparison with %(name)s: %(state)s.", name=slug, state=words.run_state(last.state, last.code))
            )
    return found


def _run(run_id: str, /) -> ReconRun | None:
    try:
        return ReconRun.objects.filter(uuid=UUID(run_id)).first()
    except ValueError:
        return None
