"""Dossiers of evidence, for credentials that a reviewer grants, and everything that was done with them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from dgxblock.registry.fields import UUIDField
from dgxblock.registry.models import Achievement, AppendOnly, Scheme
from dgxblock.registry.states import DossierState

_ID, _KEY, _SHA = 64, 191, 64  # a user id or an anonymous id; a key of a course; a digest in hexadecimal


class Dossier(models.Model):
    """Where a trainee's dossier stands; how it came there is in the `DossierEvent` rows.

    .. pii: ``learner_id`` and ``reviewer``, internal identifiers
    .. pii_types: id
    .. pii_retirement: retained
    """

    uuid = UUIDField(unique=True, default=uuid.uuid4, editable=False)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="dossiers")
    learner_id = models.CharField(max_length=_ID)
    course_key = models.CharField(max_length=_KEY)
    cycle = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=16, choices=DossierState.choices, default=DossierState.SUBMITTED)
    reviewer = models.CharField(max_length=_ID, blank=True)
    achievement = models.ForeignKey(Achievement, models.PROTECT, null=True, related_name="dossiers")
    submitted_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "dgx_reg_dossier"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "learner_id", "cycle"], name="dgx_reg_dossier_once")
        ]
        indexes: ClassVar = [models.Index(fields=["course_key", "state"], name="dgx_reg_dossier_queue")]


class DossierEvent(AppendOnly):
    """One thing that was done with a dossier. `evidence` is the whole list as it was submitted then.

    .. pii: what the trainee handed in, gone with the account; what the reviewer wrote; ``actor``, an internal id
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="events")
    what = models.CharField(max_length=16)
    actor = models.CharField(max_length=_ID)
    reason = models.CharField(max_length=500, blank=True)
    evidence = models.JSONField(default=list)
    sha256 = models.CharField(max_length=_SHA, blank=True, help_text="Of the evidence, as canonical JSON.")
    at = models.DateTimeField()

    class Meta:
        db_table = "dgx_reg_dossier_event"
