"""Official files: what a registry without an API says, line by line, until two people have agreed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from dgxblock.registry.fields import UUIDField
from dgxblock.registry.models import Achievement, AppendOnly
from dgxblock.registry.states import FileState, Match

_SLUG, _SHA, _ID = 32, 64, 64  # the contract's limit for a scheme; a digest in hexadecimal; a user id


class OfficialFile(models.Model):
    """A file that somebody uploaded. The original is kept, encrypted.

    .. pii: names, identity numbers and certificates' numbers, encrypted; what staff wrote as their reason;
        ``uploader`` and ``decider``, internal identifiers
    .. pii_types: name, id, other
    .. pii_retirement: retained
    """

    uuid = UUIDField(unique=True, default=uuid.uuid4, editable=False)
    registry = models.CharField(max_length=_SLUG)
    sha256 = models.CharField(max_length=_SHA)
    live_for = models.CharField(
        max_length=97, null=True, unique=True, help_text="Registry and digest, unless discarded."
    )
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=FileState.choices, default=FileState.STAGED)
    rows_total = models.PositiveIntegerField(default=0)
    body_enc = models.TextField(help_text="Compressed.")
    uploader = models.CharField(max_length=_ID)
    uploaded_at = models.DateTimeField()
    decider = models.CharField(max_length=_ID, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dgx_reg_official_file"
        indexes: ClassVar = [models.Index(fields=["registry", "uploaded_at"], name="dgx_reg_official_when")]


class OfficialRow(AppendOnly):
    """A line of an official file. Only `chosen` and what came of it (`result`) are written later.

    .. pii: the line, encrypted; masks of name and number
    .. pii_types: name, id
    .. pii_retirement: retained
    """

    uuid = UUIDField(unique=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(OfficialFile, models.PROTECT, related_name="rows")
    row_no = models.PositiveIntegerField(help_text="As a spreadsheet counts.")
    match = models.CharField(max_length=12, choices=Match.choices)
    code = models.CharField(max_length=40, blank=True, help_text="Why it is not exact.")
    achievement = models.ForeignKey(Achievement, models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=8, blank=True)
    name_mask = models.CharField(max_length=16, blank=True)
    id_mask = models.CharField(max_length=24, blank=True)
    line_enc = models.TextField()
    chosen = models.BooleanField(default=False)
    result = models.CharField(max_length=40, blank=True, help_text="What came of it, once approved.")

    class Meta:
        db_table = "dgx_reg_official_row"
        constraints: ClassVar = [models.UniqueConstraint(fields=["file", "row_no"], name="dgx_reg_official_row_once")]
