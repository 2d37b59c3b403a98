"""What was put into claims for a subsidy: rounds, and a person of each credential and level in one of them at most."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from dgxblock.registry.fields import UUIDField
from dgxblock.registry.models import Achievement, AppendOnly, Identity, Scheme

_ID, _SHA = 64, 64  # a user id or an anonymous id; a digest in hexadecimal
_KEY = 191  # as of an achievement


class ClaimRound(AppendOnly):
    """Somebody put the certificates of a period into one claim. Never changed; a mistake is set right outside.

    .. pii: what was written as a reason; ``actor``, an internal identifier
    .. pii_types: other
    .. pii_retirement: retained
    """

    uuid = UUIDField(unique=True, default=uuid.uuid4, editable=False)
    scheme = models.ForeignKey(Scheme, models.PROTECT)
    course_key = models.CharField(max_length=_KEY, db_index=True)
    since = models.DateField(help_text="The first day of issue that counts.")
    until = models.DateField(help_text="The last one.")
    actor = models.CharField(max_length=_ID)
    reason = models.CharField(max_length=500)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "dgx_reg_claim_round"


class ClaimLine(AppendOnly):
    """A certificate in a round. `person` is the blind index of the papers that it was issued for.

    .. pii: ``person``, a keyed digest of the number of a document
    .. pii_types: id
    .. pii_retirement: retained
    """

    round = models.ForeignKey(ClaimRound, models.PROTECT, related_name="lines")
    achievement = models.OneToOneField(Achievement, models.PROTECT, related_name="claim")
    identity = models.ForeignKey(Identity, models.PROTECT)
    person = models.CharField(max_length=_SHA)
    credential_code = models.CharField(max_length=40)
    level = models.CharField(max_length=16)
    issued_on = models.DateField()
    deadline = models.DateField(null=True, help_text="Until when it can be claimed; empty where no rule is set.")

    class Meta:
        db_table = "dgx_reg_claim_line"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "credential_code", "level"], name="dgx_reg_claim_once")
        ]
