"""What the platform would keep for the blocks: a gradebook and completion."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class DemoGrade(models.Model):
    """The last score and completion that a block published for a learner."""

    learner_id = models.CharField(max_length=64)
    usage_key = models.CharField(max_length=191)
    value = models.FloatField(null=True)
    max_value = models.FloatField(null=True)
    completion = models.FloatField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner_id", "usage_key"], name="dgx_demo_grade_once")
        ]
