"""What the sender remembers. Nothing here is ever deleted; what may change is said at each table.

Three rules hold for every table. Keys are ASCII identifiers or digests, because some MySQL collations hold two Chinese
names equal. What names a person is encrypted by field (`vault`), beside a mask that screens may show. Uniqueness among
*some* rows ("one operation under way") is a nullable unique column, because MySQL has no conditional unique index.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models

from dgxblock.registry.fields import UUIDField
from dgxblock.registry.states import (
    Cycle,
    Mode,
    OpKind,
    OpState,
    Phase,
    Policy,
    RemoteState,
    SchemeKind,
    Source,
    Verdict,
)

_ID = 64  # a user id or an anonymous id
_KEY = 191  # the longest indexable utf8mb4 text on the oldest supported MySQL row format
_SLUG, _SHA = 32, 64  # the contract's limit for a scheme; a digest in hexadecimal


class AppendOnly(models.Model):
    """A row that is written once. Corrections are further rows."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a second save is a programmer's error."""
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} rows are append-only")
        super().save(*args, **kwargs)


class Scheme(models.Model):
    """What a course leads to: a credential of a registry. Configuration; staff may edit it.

    .. no_pii:
    """

    slug = models.CharField(max_length=_SLUG, unique=True, help_text="Agreed with the registry: a–z, 0–9 and hyphens.")
    title_zh = models.CharField(max_length=128)
    title_en = models.CharField(max_length=128)
    course_key = models.CharField(max_length=_KEY, db_index=True)
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.LIVE)
    registry = models.CharField(max_length=_SLUG, help_text='A name in DGXBLOCK["REGISTRIES"].')
    credential_code = models.CharField(max_length=40)
    credential_name_zh = models.CharField(max_length=128, help_text="Sent as the credential's name.")
    credential_name_en = models.CharField(max_length=128)
    level_zh = models.CharField(max_length=16, help_text="Sent as the credential's level.")
    level_en = models.CharField(max_length=32, blank=True)
    assessor = models.CharField(max_length=128, help_text="The organisation that examined; sent.")
    recipient_zh = models.CharField(max_length=128, help_text="The registry's name, as the consent names it.")
    recipient_en = models.CharField(max_length=128)
    consent_version = models.CharField(max_length=32, default="1")
    zone = models.CharField(max_length=40, default="Asia/Shanghai", help_text="In which the registry counts days.")
    send_members = models.JSONField(default=list, help_text='Optional members to send: "phone", "enterprise".')
    hold_seconds = models.PositiveIntegerField(
        default=0,
        help_text="From a result to its send; 86400 is recommended. What is taken back meanwhile never leaves.",
    )
    revoke_policy = models.CharField(
        max_length=8, choices=Policy.choices, default=Policy.REVIEW,
        help_text="When a certified result is no longer earned: revoke at once, let people decide, or keep it.",
    )  # fmt: skip
    correct_scores = models.BooleanField(default=False, help_text="Send a correction when only the score has changed.")
    kind = models.CharField(max_length=8, choices=SchemeKind.choices, default=SchemeKind.RESULTS)
    cycle = models.CharField(
        max_length=8, choices=Cycle.choices, default=Cycle.NONE,
        help_text="Whether one person may earn it again: never, in each further course run, or after some months.",
    )  # fmt: skip
    renewal_months = models.PositiveSmallIntegerField(default=0, help_text="From an assessment to when it is renewed.")

    run_number = 1  # of the run that `schemes.for_course` was asked about; no column

    class Meta:
        db_table = "dgx_reg_scheme"

    def __str__(self) -> str:
        return self.slug


class Identity(AppendOnly):
    """Who a learner is by their papers: append-only versions, the highest counts.

    .. pii: name, identity number, phone number and employer, each encrypted; masks of them in clear
    .. pii_types: name, id, phone_number, employer
    .. pii_retirement: local_api
    """

    uuid = UUIDField(unique=True, default=uuid.uuid4, editable=False)
    learner_id = models.CharField(max_length=_ID)
    version = models.PositiveIntegerField()
    name_enc = models.TextField()
    name_mask = models.CharField(max_length=16)
    id_type = models.CharField(max_length=15)
    id_enc = models.TextField()
    id_mask = models.CharField(max_length=24)
    id_bidx = models.CharField(max_length=_SHA, db_index=True)
    phone_enc = models.TextField(blank=True)
    phone_mask = models.CharField(max_length=24, blank=True)
    enterprise_enc = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "dgx_reg_identity"
        permissions: ClassVar = [("reveal_numbers", "Can look at full numbers, on record")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner_id", "version"], name="dgx_reg_identity_version")
        ]


class Consent(models.Model):
    """A learner's consent to hand their data to one recipient. Only `withdrawn_at` ever changes, once.

    .. pii: ``learner_id`` only, an internal identifier
    .. pii_types: id
    .. pii_retirement: retained
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT)
    learner_id = models.CharField(max_length=_ID)
    version = models.CharField(max_length=32)
    text_sha256 = models.CharField(max_length=_SHA, help_text="Of the words, in both languages, that were shown.")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dgx_reg_consent"
        indexes: ClassVar = [models.Index(fields=["learner_id", "scheme"], name="dgx_reg_consent_learner")]


class Achievement(models.Model):
    """A learner earned a credential. `uuid` is the contract's ``result_id``: one certificate for it, for ever.

    .. pii: ``learner_id``, an internal identifier; the certificate's number, encrypted
    .. pii_types: id
    .. pii_retirement: retained
    """

    uuid = UUIDField(unique=True, editable=False)
    scheme = models.ForeignKey(Scheme, models.PROTECT)
    learner_id = models.CharField(max_length=_ID)
    course_key = models.CharField(max_length=_KEY)
    credential_code = models.CharField(max_length=40)
    cycle = models.PositiveSmallIntegerField(default=1)
    rule_sha256 = models.CharField(max_length=_SHA, blank=True, help_text="Names the `RuleVersion` it is judged by.")
    score = models.DecimalField(max_digits=5, decimal_places=2)
    assessed_on = models.DateField(help_text="A day in the scheme's zone.")
    earned_at = models.DateTimeField()
    withdrawn = models.BooleanField(default=False, help_text="A later change of results has taken it back.")
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True, help_text="Of staff, if withdrawn.")
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.COURSE)
    revoke_code = models.CharField(max_length=16, default="regraded", help_text="The contract's reason, if withdrawn.")
    person_key = models.CharField(max_length=_SHA, null=True, unique=True, help_text="Whom it claims; see `gates`.")
    remote_state = models.CharField(max_length=8, choices=RemoteState.choices, default=RemoteState.ABSENT)
    remote_seq = models.PositiveIntegerField(default=0, help_text="The last seq that the registry accepted.")
    remote_rev = models.PositiveIntegerField(default=0)
    certificate_enc = models.TextField(blank=True)
    certificate_bidx = models.CharField(max_length=_SHA, null=True, unique=True)
    issued_on = models.DateField(null=True)

    class Meta:
        db_table = "dgx_reg_achievement"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scheme", "learner_id", "credential_code", "cycle"], name="dgx_reg_achievement_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["course_key", "learner_id"], name="dgx_reg_achievement_course")]


class Operation(models.Model):
    """The outbox: one change that the registry is to make. Every transition is a compare-and-swap (`outbox`).

    `next_at` is when a pump may take the row, empty where none may: a claim costs the same among a million rows.

    .. pii: the frozen document, encrypted
    .. pii_types: name, id, phone_number
    .. pii_retirement: local_api
    """

    uuid = UUIDField(unique=True, default=uuid.uuid4, editable=False)
    achievement = models.ForeignKey(Achievement, models.PROTECT, related_name="operations")
    scheme = models.ForeignKey(Scheme, models.PROTECT)
    registry = models.CharField(max_length=_SLUG)
    kind = models.CharField(max_length=10, choices=OpKind.choices, default=OpKind.ISSUE)
    seq = models.PositiveIntegerField()
    op_key = models.CharField(max_length=80, unique=True)
    active_for = models.PositiveBigIntegerField(null=True, unique=True, help_text="The achievement, until settled.")
    state = models.CharField(max_length=10, choices=OpState.choices)
    reason = models.CharField(max_length=40, blank=True, help_text="A code; who reads it finds words in `words`.")
    owner = models.CharField(max_length=10, blank=True, help_text="Who acts next, if somebody must.")
    identity = models.ForeignKey(Identity, models.PROTECT, null=True)
    consent = models.ForeignKey(Consent, models.PROTECT, null=True)
    previous_seq = models.PositiveIntegerField(default=0)
    payload_enc = models.TextField(blank=True)
    payload_sha256 = models.CharField(max_length=_SHA, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, help_text="As it was sent.")
    assessed_on = models.DateField(null=True, help_text="As it was sent.")
    reason_code = models.CharField(max_length=16, blank=True, help_text="Of a revocation, by the contract's list.")
    created_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, help_text="The end of the hold.")
    next_at = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0, help_text="Failures in a row that were this operation's own.")
    sends = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, help_text='Written before the first byte: "about to send".')
    accepted_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "dgx_reg_operation"
        constraints: ClassVar = [models.UniqueConstraint(fields=["achievement", "seq"], name="dgx_reg_operation_seq")]
        indexes: ClassVar = [
            models.Index(fields=["registry", "next_at"], name="dgx_reg_operation_due"),
            models.Index(fields=["scheme", "state"], name="dgx_reg_operation_state"),
        ]


class Attempt(AppendOnly):
    """One exchange with a registry, redacted: no body, no header, only what kind of answer it was.

    .. no_pii:
    """

    operation = models.ForeignKey(Operation, models.PROTECT, related_name="attempts")
    phase = models.CharField(max_length=8, choices=Phase.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    http_status = models.PositiveSmallIntegerField(null=True)
    verdict = models.CharField(max_length=10)
    code = models.CharField(max_length=40, blank=True)
    error_codes = models.CharField(max_length=200, blank=True, help_text="The registry's codes, comma separated.")
    request_sha256 = models.CharField(max_length=_SHA)
    response_sha256 = models.CharField(max_length=_SHA, blank=True)
    latency_ms = models.PositiveIntegerField()
    recorded = models.BooleanField(default=True, help_text="No: the lease was lost, and the answer changed nothing.")

    class Meta:
        db_table = "dgx_reg_attempt"


# The tables of the way to a registry and back, of what people decide, of comparing both sides, and of rosters.
from dgxblock.registry.models_channel import Channel, Inbox, Receipt  # noqa: E402
from dgxblock.registry.models_claims import ClaimLine, ClaimRound  # noqa: E402
from dgxblock.registry.models_decisions import Decision, Ruling, WorkItem  # noqa: E402
from dgxblock.registry.models_dossiers import Dossier, DossierEvent  # noqa: E402
from dgxblock.registry.models_files import OfficialFile, OfficialRow  # noqa: E402
from dgxblock.registry.models_recon import ReconItem, ReconRun  # noqa: E402
from dgxblock.registry.models_retirement import Retirement  # noqa: E402
from dgxblock.registry.models_roster import RosterEntry, RosterUpload  # noqa: E402
from dgxblock.registry.models_schemes import AttestedHours, CourseRun, Requirement, RuleVersion  # noqa: E402

__all__ = [
    "Achievement", "AppendOnly", "Attempt", "AttestedHours", "Channel", "ClaimLine", "ClaimRound", "Consent",
    "CourseRun", "Decision", "Dossier", "DossierEvent", "Identity", "Inbox", "OfficialFile", "OfficialRow",
    "Operation", "Receipt", "ReconItem", "ReconRun", "Requirement", "Retirement", "RosterEntry", "RosterUpload",
    "RuleVersion", "Ruling", "Scheme", "WorkItem",
]  # fmt: skip
