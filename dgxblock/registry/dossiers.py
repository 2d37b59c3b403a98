"""Dossiers of evidence: a trainee hands one in, a reviewer who is somebody else decides, approval earns the credential.

What may follow what is `after`, which knows no database. Everything that was done stays in `DossierEvent`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from dgxblock.i18n import gettext as _
from dgxblock.registry import cycles, doorbell, eligibility, schemes, workitems
from dgxblock.registry.clock import now
from dgxblock.registry.models import Achievement, Dossier, DossierEvent, Scheme
from dgxblock.registry.states import DossierState, SchemeKind

__all__ = [
    "Act", "Came", "after", "approve_dossier", "evidence_of", "latest", "reject_dossier", "return_dossier",
    "submit_dossier", "take_dossier",
]  # fmt: skip

_MOST_ITEMS: Final = 20
_LONGEST: Final = {"title": 200, "url": 500, "text": 4000}
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Act(StrEnum):
    """What is done with a dossier."""

    SUBMIT = "submit"
    TAKE = "take"
    RETURN = "return"
    APPROVE = "approve"
    REJECT = "reject"


class Came(StrEnum):
    """What came of it. GONE: there is none, or it is not in a state for this. SAME_PERSON: nobody reviews their own.
    NOT_YOURS: somebody else has taken it. REASON: there is none, or no score."""

    DONE = "done"
    GONE = "gone"
    SAME_PERSON = "same-person"
    NOT_YOURS = "not-yours"
    REASON = "reason"


_FROM: Final[dict[Act, frozenset[DossierState]]] = {
    Act.SUBMIT: frozenset({DossierState.SUBMITTED, DossierState.RETURNED}),
    Act.TAKE: frozenset({DossierState.SUBMITTED, DossierState.UNDER_REVIEW}),
    Act.RETURN: frozenset({DossierState.UNDER_REVIEW}),
    Act.APPROVE: frozenset({DossierState.UNDER_REVIEW}),
    Act.REJECT: frozenset({DossierState.UNDER_REVIEW}),
}
_TO: Final[dict[Act, DossierState]] = {
    Act.SUBMIT: DossierState.SUBMITTED, Act.TAKE: DossierState.UNDER_REVIEW, Act.RETURN: DossierState.RETURNED,
    Act.APPROVE: DossierState.APPROVED, Act.REJECT: DossierState.REJECTED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Step:
    """What follows: a state, or why none does."""

    state: DossierState | None
    came: Came = Came.DONE


def after(act: Act, state: str, /, *, actor: str, learner_id: str, reviewer: str) -> _Step:
    """The state that an act leads to. `reviewer` is who has taken the dossier, empty for nobody."""
    if DossierState(state) not in _FROM[act]:
        return _Step(None, Came.GONE)
    if act is Act.SUBMIT:
        return _Step(_TO[act] if actor == learner_id else None, Came.DONE if actor == learner_id else Came.NOT_YOURS)
    if not actor or actor == learner_id:
        return _Step(None, Came.SAME_PERSON)
    if act is Act.TAKE:
        mine = state == DossierState.UNDER_REVIEW and actor == reviewer
        return _Step(None, Came.GONE) if mine else _Step(_TO[act])
    return _Step(_TO[act]) if actor == reviewer else _Step(None, Came.NOT_YOURS)


def evidence_of(given: object, /) -> tuple[list[dict[str, str]], str]:
    """The evidence as it is kept, or a sentence that says what is wrong with it.

    Each piece has a ``title`` and one or more of ``url`` (http or https), ``sha256`` (of something in the ledger) and
    ``text``; 1 to 20 pieces.
    """
    wrong = _("Each piece of evidence needs a title, and a link, a digest or a text.")
    if not isinstance(given, Sequence) or isinstance(given, str | bytes) or not 1 <= len(given) <= _MOST_ITEMS:
        return [], _("Give 1 to %(n)s pieces of evidence.", n=_MOST_ITEMS)
    kept: list[dict[str, str]] = []
    for each in given:
        if not isinstance(each, Mapping) or not set(each) <= {"title", "url", "sha256", "text"}:
            return [], wrong
        if not all(isinstance(value, str) and not _CONTROL.search(value) for value in each.values()):
            return [], wrong
        piece = {name: value.strip() for name, value in each.items() if value.strip()}
        if "title" not in piece or len(piece) == 1:
            return [], wrong
        if any(len(piece.get(name, "")) > most for name, most in _LONGEST.items()):
            return [], _("A title has at most 200 characters, a link 500 and a text 4000.")
        if "url" in piece and not _links(piece["url"]):
            return [], _("A link begins with https:// or http:// and names a host.")
        if "sha256" in piece and not _DIGEST.fullmatch(piece["sha256"]):
            return [], _("A digest is 64 characters of 0–9 and a–f.")
        kept.append(piece)
    return kept, ""


def _links(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", url)


def latest(learner_id: str, scheme: Scheme, /) -> Dossier | None:
    """The dossier that a page is about: of this run where each run counts, else the latest (one query)."""
    rows = Dossier.objects.filter(scheme=scheme, learner_id=learner_id)
    if scheme.cycle == "run":
        rows = rows.filter(cycle=scheme.run_number)
    return rows.order_by("-cycle").first()


def submit_dossier(learner_id: str, course_key: str, given: object, /) -> dict[str, str]:
    """Hand in a dossier, or hand it in again: until somebody has taken it, and after it came back.

    One transaction of its own. Never raises for what the evidence holds.

    Args:
        learner_id: whose.
        course_key: of a course whose scheme takes dossiers.
        evidence: 1 to 20 pieces, each with a ``title`` and one or more of ``url``, ``sha256`` and ``text``.

    Returns:
        A sentence for ``evidence`` or ``form``; empty when it is handed in.
    """
    scheme = schemes.for_course(course_key)
    if scheme is None or scheme.kind != SchemeKind.DOSSIER or scheme.mode != "live" or not learner_id:
        return {"form": _("This course takes no dossiers.")}
    evidence, wrong = evidence_of(given)
    if wrong:
        return {"evidence": wrong}
    held = {one.cycle: one for one in Achievement.objects.filter(scheme=scheme, learner_id=learner_id)}
    today = datetime.now(ZoneInfo(scheme.zone)).date()
    cycle = cycles.targets(scheme.cycle, scheme.renewal_months, scheme.run_number, held, today)[-1].cycle
    closed = {"form": _("Your dossier is being reviewed, or was decided. It cannot be changed now.")}
    moment = now()
    try:
        with transaction.atomic():
            rows = Dossier.objects.select_for_update().filter(scheme=scheme, learner_id=learner_id, cycle=cycle)
            dossier = rows.first()
            if dossier is None:
                dossier = Dossier.objects.create(
                    scheme=scheme, learner_id=learner_id, course_key=course_key, cycle=cycle, submitted_at=moment,
                    changed_at=moment,
                )  # fmt: skip
            else:
                step = after(
                    Act.SUBMIT, dossier.state, actor=learner_id, learner_id=learner_id, reviewer=dossier.reviewer
                )
                if step.state is None:
                    return closed
                dossier.state, dossier.reviewer = step.state, ""
                dossier.submitted_at = dossier.changed_at = moment
                dossier.save()
            _note(dossier, Act.SUBMIT, learner_id, "", evidence)
    except IntegrityError:
        return closed  # a second window has just submitted one
    return {}


def take_dossier(dossier_id: str, /, *, actor: str) -> Came:
    """Take a dossier for review, from another reviewer too. Nobody takes their own. One transaction of its own.

    Args:
        dossier_id: `DossierView.id`.
        actor: the reviewer's id. That they may review at all is for the caller to know.
    """
    return _act(Act.TAKE, dossier_id, actor=actor)


def return_dossier(dossier_id: str, /, *, actor: str, reason: str) -> Came:
    """Give a dossier back to be completed, with a reason in 1 to 500 characters that the trainee reads. Only who has
    taken it can; one transaction of its own."""
    return _act(Act.RETURN, dossier_id, actor=actor, reason=reason)


def reject_dossier(dossier_id: str, /, *, actor: str, reason: str) -> Came:
    """Decide that a dossier earns nothing, for good; otherwise as `return_dossier`."""
    return _act(Act.REJECT, dossier_id, actor=actor, reason=reason)


def approve_dossier(dossier_id: str, /, *, actor: str, score: str, reason: str = "") -> Came:
    """Approve a dossier: its trainee has earned the credential, and it goes the way of all results. Only who has taken
    it can; one transaction of its own.

    Args:
        dossier_id: `DossierView.id`.
        actor: the reviewer's id.
        score: 0–100, at most two decimals kept; sent, because the contract asks for one.
        reason: what the trainee and the record should say.
    """
    return _act(Act.APPROVE, dossier_id, actor=actor, score=score, reason=reason)


def _act(which: Act, dossier_id: str, /, *, actor: str, reason: str = "", score: str = "") -> Came:
    why, points = workitems.clean(reason), _score(score)
    if (which in (Act.RETURN, Act.REJECT) and not why) or (which is Act.APPROVE and points is None):
        return Came.REASON
    try:
        found = UUID(dossier_id)
    except ValueError:
        return Came.GONE
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update().filter(uuid=found).first()
        if dossier is None:
            return Came.GONE
        step = after(which, dossier.state, actor=actor, learner_id=dossier.learner_id, reviewer=dossier.reviewer)
        if step.state is None:
            return step.came
        dossier.state, dossier.changed_at = step.state, now()
        if which is Act.TAKE:
            dossier.reviewer = actor
        if which is Act.APPROVE and points is not None:
            dossier.achievement = _earn(dossier, points)
        dossier.save()
        _note(dossier, which, actor, why, [])
    if which is Act.APPROVE:
        doorbell.ring(dossier.scheme.registry)
    return Came.DONE


def _score(text: str, /) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value.quantize(Decimal("0.01")) if value.is_finite() and 0 <= value <= 100 else None


def _earn(dossier: Dossier, points: Decimal, /) -> Achievement:
    """The achievement of an approved dossier; the one that is there already, if somebody awarded it by hand."""
    scheme = dossier.scheme
    today = datetime.now(ZoneInfo(scheme.zone)).date()
    made = eligibility.record(scheme, dossier.learner_id, dossier.course_key, dossier.cycle, (points, today), [])
    rows = Achievement.objects.filter(scheme=scheme, learner_id=dossier.learner_id, cycle=dossier.cycle)
    return made or rows.get()


def _note(dossier: Dossier, what: Act, actor: str, reason: str, evidence: list[dict[str, Any]], /) -> None:
    text = json.dumps(evidence, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if evidence else ""
    DossierEvent.objects.create(
        dossier=dossier, what=what.value, actor=actor, reason=reason, evidence=evidence, at=now(),
        sha256=hashlib.sha256(text.encode()).hexdigest() if text else "",
    )  # fmt: skip
