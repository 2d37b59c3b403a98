"""What comparing both sides found, night by night."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from dgxblock.registry.fields import UUIDField
from dgxblock.registry.models import Achievement
from dgxblock.registry.states import Difference, RunState

_SLUG, _SHA, _ID = 32, 64, 64  # the contract's limit for a scheme; a digest in hexadecimal; a user id


class ReconRun(models.Model):
    """One comparison with a registry. `code` says why it stopped.

    .. no_pii:
    """

    uuid = UUIDField(unique=True, default=uuid.uuid4, editable=False)
    registry = models.CharField(max_length=_SLUG)
    since = models.DateField()
    until = models.DateField(help_text="The last finished day.")
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.RUNNING)
    code = models.CharField(max_length=40, blank=True)
    days = models.PositiveIntegerField(default=0, help_text="Manifests compared.")
    days_differing = models.PositiveIntegerField(default=0)
    results = models.PositiveIntegerField(default=0, help_text="Results of ours in these days.")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=_ID, blank=True)
    signed_sha256 = models.CharField(max_length=_SHA, blank=True, help_text="Of the report that was signed.")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dgx_reg_recon_run"
        indexes: ClassVar = [models.Index(fields=["registry", "started_at"], name="dgx_reg_recon_run_when")]


class ReconItem(models.Model):
    """One difference. `ours` and `theirs` are lines of the manifest; empty where there is none.

    .. pii: the certificate's number, encrypted; what staff wrote as their reason; ``actor``, an internal identifier
    .. pii_types: id, other
    .. pii_retirement: retained
    """

    uuid = UUIDField(unique=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(ReconRun, models.PROTECT, related_name="items")
    achievement = models.ForeignKey(Achievement, models.PROTECT, null=True, related_name="+")
    result_id = models.CharField(max_length=36, db_index=True)
    kind = models.CharField(max_length=20, choices=Difference.choices)
    code = models.CharField(max_length=40, blank=True)
    ours = models.CharField(max_length=160, blank=True)
    theirs = models.CharField(max_length=160, blank=True)
    receipt_enc = models.TextField(blank=True)
    confirmed = models.BooleanField(default=False, help_text="A look-up said the same as the feed.")
    decision = models.CharField(max_length=16, blank=True)
    actor = models.CharField(max_length=_ID, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dgx_reg_recon_item"
