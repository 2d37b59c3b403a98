"""What staff uploaded about trainees before these gave their own details."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from dgxblock.registry.fields import UUIDField
from dgxblock.registry.models import AppendOnly

_ID, _KEY, _SHA = 64, 191, 64


class RosterUpload(AppendOnly):
    """A roster that somebody confirmed: who, when, which file, and how much of it was kept. Never the file.

    .. pii: ``actor``, an internal identifier
    .. pii_types: id
    .. pii_retirement: retained
    """

    uuid = UUIDField(unique=True, default=uuid.uuid4, editable=False)
    course_key = models.CharField(max_length=_KEY, db_index=True)
    actor = models.CharField(max_length=_ID)
    sha256 = models.CharField(max_length=_SHA, help_text="Of the file, as it was previewed and confirmed.")
    rows = models.PositiveIntegerField()
    saved = models.PositiveIntegerField()
    conflicts = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "dgx_reg_roster_upload"


class RosterEntry(models.Model):
    """What the latest roster says of a trainee. It fills their form in this course and is sent nowhere. A later roster
    replaces the whole row, and what a trainee confirms makes an `Identity` of its own.

    .. pii: name, identity number, phone number and employer, each encrypted; masks of them in clear
    .. pii_types: name, id, phone_number, employer
    .. pii_retirement: local_api
    """

    uuid = UUIDField(unique=True, default=uuid.uuid4, editable=False)
    upload = models.ForeignKey(RosterUpload, models.PROTECT, related_name="entries")
    course_key = models.CharField(max_length=_KEY)
    learner_id = models.CharField(max_length=_ID, db_index=True)
    name_enc = models.TextField()
    name_mask = models.CharField(max_length=16)
    id_type = models.CharField(max_length=15)
    id_enc = models.TextField()
    id_mask = models.CharField(max_length=24)
    id_bidx = models.CharField(max_length=_SHA, db_index=True)
    phone_enc = models.TextField(blank=True)
    phone_mask = models.CharField(max_length=24, blank=True)
    enterprise_enc = models.TextField(blank=True)
    enterprise_code_enc = models.TextField(blank=True)

    class Meta:
        db_table = "dgx_reg_roster_entry"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course_key", "learner_id"], name="dgx_reg_roster_entry_once")
        ]
