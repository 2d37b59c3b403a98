"""What belongs to a scheme: what it asks for, further course runs, versions of its rules, and hours attested."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from dgxblock.registry.fields import UUIDField
from dgxblock.registry.models import AppendOnly, Scheme
from dgxblock.registry.states import Kind

_ID, _KEY, _SHA = 64, 191, 64  # a user id or an anonymous id; a key of a course or block; a digest in hexadecimal


class Requirement(models.Model):
    """One thing that a scheme asks for. Configuration.

    .. no_pii:
    """

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="requirements")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    usage_key = models.CharField(max_length=_KEY, blank=True, help_text="Of the block; in the first course run.")
    min_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    min_hours = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    title_zh = models.CharField(max_length=128)
    title_en = models.CharField(max_length=128)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "dgx_reg_requirement"
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["scheme", "code"], name="dgx_reg_requirement_once")]


class CourseRun(models.Model):
    """A further run of a scheme's course. `Scheme.course_key` is run 1. `number` never changes: cycles count by it.

    .. no_pii:
    """

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="runs")
    course_key = models.CharField(max_length=_KEY, db_index=True)
    number = models.PositiveSmallIntegerField()
    blocks = models.JSONField(default=dict, help_text="Usage keys by requirement, where they cannot be told.")

    class Meta:
        db_table = "dgx_reg_course_run"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "course_key"], name="dgx_reg_course_run_once"),
            models.UniqueConstraint(fields=["scheme", "number"], name="dgx_reg_course_run_number"),
        ]


class RuleVersion(AppendOnly):
    """What a scheme asked for when somebody earned under it. `body` is what `rules.digest` is taken of.

    .. no_pii:
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="versions")
    sha256 = models.CharField(max_length=_SHA)
    body = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "dgx_reg_rule_version"
        constraints: ClassVar = [models.UniqueConstraint(fields=["scheme", "sha256"], name="dgx_reg_rule_version_once")]


class AttestedHours(AppendOnly):
    """Learning hours that somebody attests; what was too much is taken back by a further row with a negative number.

    .. pii: ``learner_id`` and ``actor``, internal identifiers; what was written as a reason
    .. pii_types: id, other
    .. pii_retirement: retained
    """

    uuid = UUIDField(unique=True, default=uuid.uuid4, editable=False)
    learner_id = models.CharField(max_length=_ID)
    course_key = models.CharField(max_length=_KEY)
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    actor = models.CharField(max_length=_ID)
    reason = models.CharField(max_length=500)
    reference = models.CharField(
        max_length=_SHA, null=True, unique=True, help_text="Digest of course, learner and the importer's own reference."
    )
    attested_at = models.DateTimeField()

    class Meta:
        db_table = "dgx_reg_attested_hours"
        indexes: ClassVar = [models.Index(fields=["course_key", "learner_id"], name="dgx_reg_hours_course")]
