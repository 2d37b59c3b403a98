"""What the sandbox registry holds. Of a person only the masked name: it needs no more to be looked at."""

from __future__ import annotations

from typing import Any

from django.db import models

__all__ = ["Behaviour", "Callback", "Certificate", "Entry", "Exchange", "Mode"]


class Entry(models.Model):
    """One result: what its receipt says, and what its certificate would say."""

    result_id = models.CharField(max_length=36, unique=True)
    scheme = models.CharField(max_length=32)
    seq = models.PositiveIntegerField()
    payload_sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=10)  # of the last operation: issue, revoke or reinstate
    outcome = models.CharField(max_length=7)  # pending, done or refused
    rev = models.PositiveIntegerField(default=1)
    accepted_on = models.DateField(db_index=True)
    updated_at = models.DateTimeField(unique=True)  # strictly later than any before: the feed's order
    problem: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True)
    waiting: models.JSONField[dict[str, str] | None, dict[str, str] | None] = models.JSONField(null=True)
    repeats = models.PositiveIntegerField(default=0)  # how often something came that was held already
    holder = models.CharField(max_length=8, default="")  # masked
    credential_code = models.CharField(max_length=40, default="")
    credential_name = models.CharField(max_length=128, default="")
    level = models.CharField(max_length=16, default="")

    def __str__(self) -> str:
        return f"{self.result_id} seq {self.seq} {self.outcome}"

    @property
    def shown(self) -> dict[str, str]:
        """What the register shows of it: what holds, or for a first issue that is pending, what it will be."""
        waiting = self.waiting or {}
        names = ("holder", "credential_name", "level")
        return {name: getattr(self, name) or waiting.get(name, "") for name in names}


class Certificate(models.Model):
    """The one certificate of a result. The database itself allows no second."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="certificate")
    number = models.CharField(max_length=64, unique=True)
    year = models.PositiveIntegerField()
    serial = models.PositiveIntegerField()
    issued_on = models.DateField()
    revoked_on = models.DateField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["year", "serial"], name="dgx_sandbox_serial_once"),)

    def __str__(self) -> str:
        return self.number

    @property
    def masked(self) -> str:
        """The number without the code that opens its page."""
        public, dash, code = self.number.rpartition("-")
        return public + dash + "*" * len(code)

    @property
    def status(self) -> str:
        """As in receipts."""
        return "live" if self.revoked_on is None else "revoked"


class Mode(models.TextChoices):
    """How the registry behaves."""

    NORMAL = "normal"
    SLOW = "slow"
    REFUSE = "refuse-identity"
    LOSE = "lose-answer"
    FAIL = "fail-after-commit"
    LATER = "decide-later"
    UNAVAILABLE = "unavailable"
    # From here on: against the contract.
    UNSIGNED = "no-signature"
    TIMELESS = "no-clock"
    CARELESS = "no-digest"
    LENIENT = "no-schema"
    UNORDERED = "no-order"
    FORGETS = "forgets"
    HIDES = "hides"
    ECHOES = "echoes"
    REDIRECTS = "redirects"
    HTML = "html"
    ENVELOPE = "envelope"
    GZIP = "gzip"
    CACHES = "caches"
    LOOPS = "loops"
    MISCOUNTS = "miscounts"
    DROPS = "drops"
    RENUMBERS = "renumbers"
    FORGES = "forges"


class Behaviour(models.Model):
    """One row: the switch."""

    mode = models.CharField(max_length=20, choices=Mode.choices, default=Mode.NORMAL)

    def __str__(self) -> str:
        return self.mode

    @classmethod
    def current(cls) -> Mode:
        """The mode set now."""
        row = cls.objects.filter(pk=1).first()
        return Mode(row.mode) if row else Mode.NORMAL

    @classmethod
    def set(cls, mode: Mode, /) -> None:
        """Set the mode; it stays over restarts."""
        cls.objects.update_or_create(pk=1, defaults={"mode": mode})


class Callback(models.Model):
    """A change to be told to the sender. Kept after it was heard: its id is never used twice."""

    message_id = models.CharField(max_length=80, unique=True)
    body = models.TextField()  # a receipt, which names nobody
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    tries = models.PositiveIntegerField(default=0)
    heard_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.message_id} after {self.tries} tries"


class Exchange(models.Model):
    """One request as the log shows it: never a name, never a query, never an unknown path."""

    at = models.DateTimeField()
    method = models.CharField(max_length=8)
    place = models.CharField(max_length=12)  # result, revocation, batch, feed, manifest, callback or other
    result_id = models.CharField(max_length=36, default="")
    seq = models.PositiveIntegerField(null=True)
    status = models.PositiveIntegerField()  # 0: no answer was given
    outcome = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.method} {self.place} {self.status} {self.outcome}"
