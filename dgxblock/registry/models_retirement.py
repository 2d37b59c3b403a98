"""Accounts whose personal data are to go, and whether they are gone."""

from __future__ import annotations

from django.db import models

_ID = 64  # a user id or an anonymous id


class Retirement(models.Model):
    """One for each account that was retired. What must first be settled with a registry keeps it open.

    .. pii: ``learner_id`` and ``actor``, internal identifiers
    .. pii_types: id
    .. pii_retirement: retained
    """

    learner_id = models.CharField(max_length=_ID, unique=True)
    actor = models.CharField(max_length=_ID, blank=True, help_text="Empty: the platform.")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dgx_reg_retirement"
