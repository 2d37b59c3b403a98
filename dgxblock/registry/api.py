"""The registry's public API. Blocks, staff pages and commands use these functions and nothing else of the app.

A learner is an id, a course a key; both are ASCII text. Every text that comes back is in the language of the page. The
functions say whether they write in the caller's transaction or in one of their own.
"""

from __future__ import annotations

from collections.abc import Mapping

from dgxblock.registry import (
    badges,
    convergence,
    doorbell,
    eligibility,
    people,
    pump,
    retirement,
    schemes,
    staff,
    sweeping,
)
from dgxblock.registry import status as _status
from dgxblock.registry.acts import Done, act, reveal, revocation_reasons
from dgxblock.registry.claims import ClaimRoundView, Open, claim_file, claim_rounds, make_claim, open_claims
from dgxblock.registry.console import PAGE, QUEUES, ageing, result, search
from dgxblock.registry.console import counts as queue_counts
from dgxblock.registry.console import rows as queue_rows
from dgxblock.registry.corrections import (
    approve,
    award,
    refuse,
    request_correction,
    request_revocation,
    standing_of,
    work_items,
)
from dgxblock.registry.dossier_views import DossierEventView, DossierView, dossier, dossier_queue
from dgxblock.registry.dossiers import (
    Came,
    approve_dossier,
    reject_dossier,
    return_dossier,
    submit_dossier,
    take_dossier,
)
from dgxblock.registry.hours import attest_hours
from dgxblock.registry.models import Achievement, Operation
from dgxblock.registry.official import applying
from dgxblock.registry.official.desk import (
    approve_import,
    discard_import,
    import_rows,
    imports,
    original,
    stage_import,
)
from dgxblock.registry.official.views import ImportRowView, ImportView
from dgxblock.registry.pump import Report
from dgxblock.registry.reconciliation.desk import (
    decide_item,
    recon_items,
    reconcile,
    reconciliation_report,
    reconciliation_runs,
    reconciliation_sentences,
    registries,
    sign_off,
)
from dgxblock.registry.roster.columns import template as roster_template
from dgxblock.registry.roster.desk import FaultView, RosterView, RowView, preview_roster, save_roster
from dgxblock.registry.roster.reading import MOST_BYTES as MOST_ROSTER_BYTES
from dgxblock.registry.staff import queue, release_shadowed
from dgxblock.registry.states import Approval, Held, OpState, Owner, Policy, RemoteState, Ruled, Stage
from dgxblock.registry.verification import verify
from dgxblock.registry.views import (
    AttemptView,
    Bilingual,
    CertificateStatus,
    CertificateView,
    ConsentView,
    DecisionView,
    IdentityForm,
    IdentityView,
    LearnerView,
    OperationRow,
    ProblemView,
    ReconItemView,
    ReconRunView,
    RequirementView,
    SchemeView,
    StepView,
    WorkItemView,
)
from dgxblock.registry.views_console import EventView, ResultView, WhyView
from dgxblock.registry.words import decision as decision_name

__all__ = [
    "MOST_ROSTER_BYTES", "PAGE", "QUEUES", "Approval", "AttemptView", "Bilingual", "Came", "CertificateStatus",
    "CertificateView", "ClaimRoundView", "ConsentView", "DecisionView", "Done", "DossierEventView", "DossierView",
    "EventView", "FaultView", "Held", "IdentityForm", "IdentityView", "ImportRowView", "ImportView", "LearnerView",
    "OpState", "Open", "OperationRow", "Owner", "ProblemView", "ReconItemView", "ReconRunView", "Report",
    "RequirementView", "ResultView", "RosterView", "RowView", "SchemeView", "Stage", "StepView", "WhyView",
    "WorkItemView", "act", "ageing", "approve", "approve_dossier", "approve_import", "attest_hours", "award", "badge",
    "channel_sentences", "claim_file", "claim_rounds", "decide_item", "decision_name", "discard_import", "dossier",
    "dossier_queue", "evaluate", "identity_form", "import_rows", "imports", "learners", "make_claim",
    "missing_settings", "no_longer_earned", "open_claims", "operations", "original", "preview_roster", "pump_once",
    "queue", "queue_counts", "queue_rows", "readmit_person", "recon_items", "reconcile", "reconciliation_report",
    "reconciliation_runs", "reconciliation_sentences", "reconsider", "refuse", "registries", "reject_dossier",
    "release_person", "release_shadowed", "replay", "request_correction", "request_revocation", "result",
    "return_dossier", "reveal", "revocation_reasons", "roster_template", "save_identity", "save_roster", "scheme",
    "search", "sign_off", "stage_import", "standing_of", "status", "submit_dossier", "sweep", "take_dossier", "verify",
    "withdraw_consent", "work_items",
]  # fmt: skip


def evaluate(learner_id: str, course_key: str, /, *, reason: str = "", actor: str = "") -> None:
    """Record what the learner has earned, or no longer has, inside the caller's transaction.

    Call it after everything that a requirement could depend on, as often as you like. It creates, once, an achievement
    and the operation that will issue the certificate. What is no longer earned and was never sent is held back until it
    is earned again; what the registry has is corrected, revoked or reinstated by the scheme's policy, or becomes a work
    item. What people awarded or took back by hand is left alone. It never raises for missing settings, and sends
    nothing.

    Args:
        learner_id: whose.
        course_key: where.
        reason: why results were changed, for the work item and the record; empty for the learner's own work.
        actor: the id of whoever changed them. They cannot approve what follows from it.
    """
    eligibility.evaluate(learner_id, course_key, reason=reason, actor=actor)


reconsider = evaluate
"""An earlier name."""


def no_longer_earned(course_key: str, /) -> int:
    """How many results the registry has that a later change has taken back, and about which nothing is decided (one
    query)."""
    held = (RemoteState.PENDING, RemoteState.ISSUED)
    rows = Achievement.objects.filter(course_key=course_key, withdrawn=True, remote_state__in=held, verdict="")
    return rows.exclude(scheme__revoke_policy=Policy.NEVER).count()


def sweep() -> int:
    """Evaluate everybody whose submission was not followed by `evaluate`; how many achievements were missing.

    Opens transactions of its own. Also opens gates that two simultaneous requests left shut, and brings certificates in
    line with what is earned, and ends retirements that had to wait.
    line with what is earned, and takes over what is left of official files that were approved.
    """
    missing = sweeping.sweep()
    convergence.sweep()
    retirement.finish()
    applying.work()
    held = Operation.objects.filter(state=OpState.HELD).values_list("achievement__learner_id", flat=True)
    for learner_id in sorted(set(held)):
        people.recheck_now(learner_id)
    return missing


def scheme(course_key: str, /) -> SchemeView | None:
    """What the course leads to, with its requirements; None without a scheme (two queries)."""
    found = schemes.for_course(course_key)
    return _status.scheme_view(found) if found else None


def status(learner_id: str, course_key: str, /) -> CertificateStatus | None:
    """Everything that the trainee's page shows; None if the course leads to no certificate."""
    found = schemes.for_course(course_key)
    return _status.build(learner_id, found) if found else None


def identity_form(learner_id: str, course_key: str, /) -> IdentityForm | None:
    """What the identity form is filled with, for the learner's own eyes; None without a scheme."""
    found = schemes.for_course(course_key)
    return _status.form(learner_id, found) if found else None


def save_identity(learner_id: str, course_key: str, form: Mapping[str, object], /) -> dict[str, str]:
    """Save details, and the consent if it is ticked; start or repeat the delivery if something waited for them.

    One transaction of its own. Never raises for what the form holds.

    Args:
        learner_id: whose.
        course_key: the course whose scheme's registry is to receive them.
        form: ``name``, ``id_type``, ``id_no``, ``phone``, ``enterprise``, ``consent`` and ``action`` (``submit``, or
            ``later`` to save without a consent, ``again``
            to insist that details which the registry refused are right). Number and phone may be the masks of
            `identity_form`: unchanged.

    Returns:
        A sentence for each field at fault (``form`` for none in particular); empty when saved.
    """
    found = schemes.for_course(course_key)
    if found is None:
        return {"form": people.unavailable()}
    errors = people.save_identity(learner_id, found, form)
    if not errors:
        doorbell.ring(found.registry)
    return errors


def withdraw_consent(learner_id: str, course_key: str, /) -> bool:
    """Withdraw the consent: nothing new is sent; what was sent stays sent. False if there was none.

    One transaction of its own.
    """
    found = schemes.for_course(course_key)
    return found is not None and people.withdraw_consent(learner_id, found)


def badge(learner_id: str, course_key: str, /) -> tuple[bytes, str] | None:
    """The learner's digital badge as it was signed, and a name for its file; None without a live one (four queries).

    It holds no identity number. Whoever calls has made sure that it is the learner who asks.
    """
    return badges.badge(learner_id, course_key)


def operations(course_key: str, /) -> list[OperationRow]:
    """The operations of a course for staff, masked, latest change first (two queries)."""
    return staff.operations(course_key)


def learners(course_key: str, /) -> dict[str, LearnerView]:
    """Every learner who has given details or earned the credential, by learner id (three queries)."""
    return staff.learners(course_key)


def replay(operation_id: str, /, *, actor: str) -> bool:
    """Try an operation again that stopped; what was ever sent is looked up first. False if it did not stop.

    Args:
        operation_id: `OperationRow.id`.
        actor: the id of the person who decided it; goes to the log.
    """
    return staff.replay(operation_id, actor=actor)


def release_person(operation_id: str, /, *, actor: str, reason: str) -> bool:
    """Give free the person whom an operation's achievement has claimed, because the account is not that person's.

    Whoever was held because of it goes on. The account can claim this person no more, until it gives other details or
    is readmitted. The decision is kept for good.

    Args:
        operation_id: `OperationRow.id`.
        actor: the id of whoever decided it, having compared documents.
        reason: in 1 to 500 characters; stored, never shown to a trainee.

    Returns:
        False when nobody is claimed, when the registry holds a live certificate or may be about to (revoke or settle it
        first), or without actor or reason. One transaction of its own.
    """
    return staff.rule(operation_id, Ruled.RELEASED, actor=actor, reason=reason)


def readmit_person(operation_id: str, /, *, actor: str, reason: str) -> bool:
    """Take back `release_person`: the account may claim the person again, if nobody else has. False if not released."""
    return staff.rule(operation_id, Ruled.READMITTED, actor=actor, reason=reason)


def missing_settings() -> list[str]:
    """One sentence for each setting that delivery needs and lacks, for operators; empty when it can run."""
    return staff.missing_settings()


def channel_sentences() -> list[str]:
    """One sentence for each registry that is stopped or rests, for staff."""
    return staff.channel_sentences()


def pump_once(*, limit: int = 1000, registry: str | None = None) -> Report:
    """Give every due operation its turn. Talks to registries; call it in no transaction and in no request.

    Args:
        limit: turns.
        registry: only what is due there; None for all.
    """
    return pump.run(limit=limit, only=registry)
