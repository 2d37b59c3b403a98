"""Dossiers as pages see them: the trainee's own, the reviewers' queue, and what the certificate page says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dgxblock.i18n import gettext as _
from dgxblock.registry import dossiers, schemes
from dgxblock.registry.corrections import masks
from dgxblock.registry.models import Dossier, DossierEvent, Scheme
from dgxblock.registry.states import DossierState, Owner, SchemeKind, Stage
from dgxblock.registry.views import Bilingual, ProblemView, RequirementView

__all__ = ["DossierEventView", "DossierView", "dossier", "dossier_queue", "requirement", "stage"]

_ORDER = {state: place for place, state in enumerate((DossierState.SUBMITTED, DossierState.UNDER_REVIEW))}


@dataclass(frozen=True, slots=True)
class DossierEventView:
    """One line of a dossier's history. `what`: submit, take, return, approve, reject."""

    what: str
    label: str
    actor: str
    reason: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class DossierView:
    """A dossier. `person` is masked; `evidence` is what was submitted last: pairs of name and value in each piece."""

    id: str
    learner_id: str
    person: str
    state: str
    state_label: str
    reviewer: str
    submitted_at: datetime
    changed_at: datetime
    evidence: tuple[dict[str, str], ...] = field(repr=False)
    evidence_sha256: str
    history: tuple[DossierEventView, ...]


def dossier_queue(course_key: str, /) -> list[DossierView]:
    """All dossiers of a course: those that wait, the oldest first, then those under review, then the others (three
    queries)."""
    rows = list(Dossier.objects.filter(course_key=course_key))
    rows.sort(key=lambda one: (_ORDER.get(DossierState(one.state), len(_ORDER)), one.submitted_at, one.pk))
    return _views(rows)


def dossier(learner_id: str, course_key: str, /) -> DossierView | None:
    """The learner's own dossier with its history; None without one."""
    scheme = schemes.for_course(course_key)
    row = dossiers.latest(learner_id, scheme) if scheme else None
    return _views([row])[0] if row else None


def _views(rows: Sequence[Dossier], /) -> list[DossierView]:
    events: dict[int, list[DossierEvent]] = {}
    for event in DossierEvent.objects.filter(dossier__in=[one.pk for one in rows]).order_by("pk"):
        events.setdefault(event.dossier_id, []).append(event)
    people = masks([one.learner_id for one in rows])
    return [_view(one, events.get(one.pk, []), people.get(one.learner_id, "")) for one in rows]


def _view(one: Dossier, events: Sequence[DossierEvent], person: str, /) -> DossierView:
    given = [event for event in events if event.what == dossiers.Act.SUBMIT]
    return DossierView(
        id=str(one.uuid), learner_id=one.learner_id, person=person, state=one.state, state_label=state(one.state),
        reviewer=one.reviewer, submitted_at=one.submitted_at, changed_at=one.changed_at,
        evidence=tuple(given[-1].evidence) if given else (), evidence_sha256=given[-1].sha256 if given else "",
        history=tuple(
            DossierEventView(event.what, _act(event.what), event.actor, event.reason, event.at) for event in events
        ),
    )  # fmt: skip


def state(code: str, /) -> str:
    """A dossier's state in words."""
    return {
        "submitted": _("waits for a reviewer"),
        "under-review": _("is being reviewed"),
        "returned": _("returned, to be completed"),
        "approved": _("approved by the reviewer"),
        "rejected": _("not approved by the reviewer"),
    }[code]


def _act(code: str, /) -> str:
    return {
        "submit": _("Dossier handed in"),
        "take": _("Taken for review"),
        "return": _("Returned"),
        "approve": _("Approved"),
        "reject": _("Not approved"),
    }[code]


def stage(learner_id: str, scheme: Scheme, /) -> tuple[Stage, RequirementView, ProblemView | None] | None:
    """What a trainee is told before there is an achievement; None for a scheme that takes no dossiers (one query)."""
    if scheme.kind != SchemeKind.DOSSIER:
        return None
    row = dossiers.latest(learner_id, scheme)
    asked = requirement(row)
    if row is None or row.state == DossierState.APPROVED:
        return Stage.NOT_YET, asked, None
    if row.state in (DossierState.SUBMITTED, DossierState.UNDER_REVIEW):
        says = _("Your dossier is with the reviewers; there is nothing for you to do.")
        return Stage.STAFF, asked, ProblemView(f"dossier-{row.state}", Owner.STAFF, says, "")
    last = row.events.order_by("-pk").first()
    why = last.reason if last else ""
    if row.state == DossierState.RETURNED:
        says = _("Your dossier came back. Complete it and hand it in again.")
        return Stage.NOT_YET, asked, ProblemView("dossier-returned", Owner.TRAINEE, says, why)
    return Stage.NOT_YET, asked, ProblemView("dossier-rejected", Owner.STAFF, _("Your dossier was not approved."), why)


def requirement(row: Dossier | None, /) -> RequirementView:
    """The one thing that such a scheme asks for."""
    title = _("A dossier of evidence, approved by a reviewer")
    if row is not None:
        title = _("Dossier of evidence: %(state)s", state=state(row.state))
    met = row is not None and row.state == DossierState.APPROVED
    return RequirementView(
        code="dossier", kind="dossier", usage_key="", title=Bilingual(title, title), met=met, percent=None,
        min_percent=None, at=row.changed_at if row else None,
    )  # fmt: skip
