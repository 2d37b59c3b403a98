"""What the public functions hand out: frozen, typed, and silent about people in ``repr``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from dgxblock.i18n import current_language
from dgxblock.registry.states import Stage

__all__ = [
    "AttemptView", "Bilingual", "CertificateStatus", "CertificateView", "ConsentView", "IdentityForm", "IdentityView",
    "LearnerView", "OperationRow", "ProblemView", "RequirementView", "SchemeView", "StepView",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A configured text in both languages; ``str()`` gives the one of the page."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh if current_language() == "zh-CN" else self.en


@dataclass(frozen=True, slots=True)
class SchemeView:
    """What a course leads to. `needed` holds (kind, usage_key, min_percent or None); `dossier`: it asks for a dossier
    of evidence instead."""

    slug: str
    title: Bilingual
    credential: Bilingual
    level: Bilingual
    recipient: Bilingual
    needed: tuple[tuple[str, str, float | None], ...]
    dossier: bool = False


@dataclass(frozen=True, slots=True)
class RequirementView:
    """One requirement. `kind`: case, exercise, assessment, course-grade, hours. Percents are 0–100; None where nothing
    was handed in, or nothing is counted in per cent. `usage_key` is empty where no block is meant."""

    code: str
    kind: str
    usage_key: str
    title: Bilingual
    met: bool
    percent: float | None
    min_percent: float | None
    at: datetime | None
    hours: float | None = None
    min_hours: float | None = None


@dataclass(frozen=True, slots=True)
class IdentityView:
    """The details on record, masked."""

    name_mask: str
    id_type: str
    id_mask: str
    phone_mask: str
    version: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class IdentityForm:
    """What the form is filled with. Number and phone are masks; sent back unchanged they mean *unchanged*.

    `id_types`: pairs of value and label; `consent`: whether it stands; `from_roster`: staff wrote these
    details, and the trainee has not confirmed them yet.
    """

    name: str = field(default="", repr=False)
    id_type: str = "CN-RIC"
    id_no: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    enterprise: str = field(default="", repr=False)
    consent: bool = False
    id_types: tuple[tuple[str, str], ...] = ()
    from_roster: bool = False


@dataclass(frozen=True, slots=True)
class ConsentView:
    """The latest consent. `stands`: to the present text, and not withdrawn."""

    given_at: datetime
    withdrawn_at: datetime | None
    stands: bool


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of the way. `state`: ``done``, ``now``, ``stop`` (somebody must act) or ``todo``."""

    code: str
    title: str
    state: str
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CertificateView:
    """The certificate, for its owner's eyes. `verify_url` is the registry's page, empty where it has none; `code`
    leads to ours, which shows nothing of a person (`verify`); `badge_url` is empty where it issues no badges."""

    name: str = field(repr=False)
    number: str = field(repr=False)
    tail: str
    issued_on: date
    verify_url: str = field(repr=False)
    revoked: bool
    badge_url: str = ""
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ProblemView:
    """What stands in the way. `owner`: trainee, staff or operator; `says` what happened, `advice` what to do.

    `certificate`: it is about a certificate that there is, or was, whose result may no longer stand.
    """

    code: str
    owner: str
    says: str
    advice: str
    certificate: bool = False


@dataclass(frozen=True, slots=True)
class CertificateStatus:
    """The trainee's page. `stage` is one of the six states; `missing` counts the requirements that are open.

    `editable`: whether the details may be changed now. `changed_at`: when the stage was reached.
    """

    stage: Stage
    scheme: SchemeView
    requirements: tuple[RequirementView, ...]
    missing: int
    identity: IdentityView | None
    consent: ConsentView | None
    consent_terms: tuple[tuple[str, str], ...]
    steps: tuple[StepView, ...]
    certificate: CertificateView | None
    problem: ProblemView | None
    editable: bool
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One exchange, redacted. `verdict` and `code` are the contract's; `http_status` None without an answer."""

    phase: str
    started_at: datetime
    http_status: int | None
    verdict: str
    code: str
    error_codes: tuple[str, ...]
    latency_ms: int


@dataclass(frozen=True, slots=True)
class OperationRow:
    """An operation for staff: labels are in the reader's language, codes stay beside them.

    `tone` is a state class without its prefix (ok, part, bad, now, or empty); `person` is masked; `last` is the latest
    exchange.
    """

    id: str
    learner_id: str
    person: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    tone: str
    reason: str
    reason_label: str
    owner: str
    owner_label: str
    next_step: str
    next_at: datetime | None
    sends: int
    created_at: datetime
    sent_at: datetime | None
    changed_at: datetime
    payload_sha256: str
    replayable: bool
    last: AttemptView | None


@dataclass(frozen=True, slots=True)
class LearnerView:
    """How far a learner is, for staff. `person` is masked, and empty without details."""

    learner_id: str
    stage: Stage
    identity: bool
    sent: bool
    certified: bool
    person: str


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One line of a record: what was decided by whom, and why. `actor` is empty where a rule decided."""

    what: str
    label: str
    actor: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WorkItemView:
    """Something that waits for people, or did. `person` and `corrected` (the details that a correction asks for) are
    masked; `requester` is empty where nobody asked but the machine; `issued_on` None without a certificate; `seen`
    names what would be approved."""

    id: str
    learner_id: str
    person: str
    corrected: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    requester: str
    reason: str
    code: str
    made_at: datetime
    decided_at: datetime | None
    approver: str
    issued_on: date | None
    history: tuple[DecisionView, ...]
    seen: str = ""


@dataclass(frozen=True, slots=True)
class ReconRunView:
    """One comparison with a registry. `open` differences wait for somebody; `signed_by` is empty until it is signed."""

    id: str
    registry: str
    state: str
    state_label: str
    code: str
    since: date
    until: date
    days: int
    days_differing: int
    results: int
    items: int
    open: int
    started_at: datetime
    ended_at: datetime | None
    signed_by: str
    signed_sha256: str


@dataclass(frozen=True, slots=True)
class ReconItemView:
    """One difference. `ours` and `theirs` are lines of the manifest (reference, seq, digest, outcome, status), empty
    where there is none; `may` are the decisions that can be taken."""

    id: str
    learner_id: str
    result_id: str
    kind: str
    kind_label: str
    code: str
    ours: str
    theirs: str
    confirmed: bool
    decision: str
    actor: str
    reason: str
    decided_at: datetime | None
    may: tuple[str, ...]
