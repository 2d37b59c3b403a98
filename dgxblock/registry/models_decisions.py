"""What people decide about results and persons: work items that may need two of them, and the record of decisions."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from dgxblock.registry.fields import UUIDField
from dgxblock.registry.models import Achievement, AppendOnly, Identity
from dgxblock.registry.states import ItemKind, ItemState, Ruled

_ID, _SHA = 64, 64  # a user id or an anonymous id; a digest in hexadecimal


class Ruling(AppendOnly):
    """Staff decided whether a person may be this achievement's. The latest about a person counts; none is ever changed.

    .. pii: what staff wrote as their reason; ``actor``, an internal identifier
    .. pii_types: other
    .. pii_retirement: retained
    """

    achievement = models.ForeignKey(Achievement, models.PROTECT, related_name="rulings")
    person_key = models.CharField(max_length=_SHA, help_text="As in the achievement's column of this name.")
    verdict = models.CharField(max_length=10, choices=Ruled.choices)
    actor = models.CharField(max_length=_ID)
    reason = models.CharField(max_length=500)
    ruled_at = models.DateTimeField()

    class Meta:
        db_table = "dgx_reg_ruling"
        indexes: ClassVar = [models.Index(fields=["achievement", "person_key"], name="dgx_reg_ruling_person")]


class WorkItem(models.Model):
    """Something about an achievement that waits for people. One of a kind is open at a time; how it came to its state
    is in the `Decision` rows.

    .. pii: what was written as a reason; ``requester`` and ``approver``, internal identifiers; corrected details,
        encrypted, gone once they were decided
    .. pii_types: name, id, phone_number, employer, other
    .. pii_retirement: local_api
    """

    uuid = UUIDField(unique=True, default=uuid.uuid4, editable=False)
    achievement = models.ForeignKey(Achievement, models.PROTECT, related_name="items")
    kind = models.CharField(max_length=10, choices=ItemKind.choices)
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.OPEN)
    open_for = models.CharField(max_length=32, null=True, unique=True, help_text="Kind and achievement, while open.")
    code = models.CharField(max_length=16, blank=True, help_text="Of a revocation: the contract's reason.")
    identity = models.ForeignKey(Identity, models.PROTECT, null=True, help_text="The version that approval made.")
    requester = models.CharField(max_length=_ID, blank=True, help_text="Empty: nobody but the machine.")
    approver = models.CharField(max_length=_ID, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    details_enc = models.TextField(blank=True)
    details_mask = models.CharField(max_length=48, blank=True)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dgx_reg_work_item"
        indexes: ClassVar = [models.Index(fields=["state", "achievement"], name="dgx_reg_work_item_state")]


class Decision(AppendOnly):
    """Who decided what, when and why. Never changed. `actor` is empty where a rule decided.

    .. pii: what was written as a reason; ``actor``, an internal identifier
    .. pii_types: other
    .. pii_retirement: retained
    """

    achievement = models.ForeignKey(Achievement, models.PROTECT, null=True, related_name="decisions")
    item = models.ForeignKey(WorkItem, models.PROTECT, null=True, related_name="decisions")
    recon_item = models.ForeignKey("ReconItem", models.PROTECT, null=True, related_name="decisions")
    recon_run = models.ForeignKey("ReconRun", models.PROTECT, null=True, related_name="decisions")
    what = models.CharField(max_length=24)
    actor = models.CharField(max_length=_ID, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=_SHA, blank=True, help_text="Of what was signed.")
    decided_at = models.DateTimeField()

    class Meta:
        db_table = "dgx_reg_decision"
