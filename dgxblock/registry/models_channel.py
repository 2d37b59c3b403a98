"""What the sender remembers of a registry itself: whether it may be spoken to now, and what it told by itself."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from dgxblock.registry.fields import UUIDField
from dgxblock.registry.models import Achievement, AppendOnly, Operation

_SLUG, _SHA = 32, 64  # the contract's limit for a scheme; a digest in hexadecimal


class Channel(models.Model):
    """Whether a registry, or one scheme at it, may be spoken to now: shared by all pumps.

    .. no_pii:
    """

    key = models.CharField(max_length=48, unique=True, help_text='"registry:" or "scheme:" and the slug.')
    blocked = models.BooleanField(default=False, help_text="Only a probe may go out, at `until`.")
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")
    last_ok_at = models.DateTimeField(null=True)
    rate = models.FloatField(null=True, help_text="Requests per second for now; empty: as configured.")
    tokens = models.FloatField(default=0.0)
    refilled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dgx_reg_channel"


class Inbox(models.Model):
    """What a registry told us by itself: stored before it is believed, once for each message, kept for good.

    `result` is empty until it was worked. What nobody can act on (an unknown reference, another certificate) stays here
    for the reconciliation.

    .. pii: the certificate's number, encrypted
    .. pii_types: id
    .. pii_retirement: retained
    """

    uuid = UUIDField(unique=True, default=uuid.uuid4, editable=False)
    registry = models.CharField(max_length=_SLUG)
    message_id = models.CharField(max_length=80)
    result_id = models.CharField(max_length=36, blank=True, db_index=True)
    seq = models.PositiveIntegerField(null=True)
    rev = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=_SHA)
    body_enc = models.TextField(blank=True)
    received_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=40, blank=True, db_index=True)

    class Meta:
        db_table = "dgx_reg_inbox"
        constraints: ClassVar = [models.UniqueConstraint(fields=["registry", "message_id"], name="dgx_reg_inbox_once")]


class Receipt(AppendOnly):
    """A receipt as the registry gave it, encrypted; one row for each revision.

    .. pii: the certificate's number, encrypted
    .. pii_types: id
    .. pii_retirement: retained
    """

    uuid = UUIDField(unique=True, default=uuid.uuid4, editable=False)
    achievement = models.ForeignKey(Achievement, models.PROTECT, related_name="receipts")
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="receipts")
    seq = models.PositiveIntegerField()
    rev = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8)
    payload_sha256 = models.CharField(max_length=_SHA)
    accepted_on = models.DateField()
    certificate_status = models.CharField(max_length=8, default="none")
    body_enc = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        db_table = "dgx_reg_receipt"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["achievement", "seq", "rev"], name="dgx_reg_receipt_rev")
        ]
