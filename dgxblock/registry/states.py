"""The words of the sender: states of an operation, phases of a delivery, what a trainee is told."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db import models


class Mode(models.TextChoices):
    """Of a scheme. A paused scheme keeps what was earned and sends nothing."""

    LIVE = "live"
    PAUSED = "paused"


class Kind(models.TextChoices):
    """Of a requirement."""

    CASE = "case"
    EXERCISE = "exercise"
    ASSESSMENT = "assessment"
    GRADE = "course-grade"
    HOURS = "hours"


BLOCKS: Final = (Kind.CASE, Kind.EXERCISE, Kind.ASSESSMENT)
"""Kinds of requirement that are about one block of a course."""


class SchemeKind(models.TextChoices):
    """Of a scheme: what its requirements say is earned, or what a reviewer approves of a dossier of evidence."""

    RESULTS = "results"
    DOSSIER = "dossier"


class Cycle(models.TextChoices):
    """Of a scheme: when one person may earn the same credential again."""

    NONE = "none"
    RUN = "run"
    RENEWAL = "renewal"


class DossierState(models.TextChoices):
    """Of a dossier. RETURNED: its trainee completes it and submits it again."""

    SUBMITTED = "submitted"
    UNDER_REVIEW = "under-review"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"


class Phase(models.TextChoices):
    """Why a request went out; or came in, or would have gone out."""

    SEND = "send"
    LOOKUP = "lookup"
    POLL = "poll"
    PROBE = "probe"
    SHADOW = "shadow"
    CALLBACK = "callback"
    IMPORT = "import"


class OpKind(models.TextChoices):
    """What an operation changes at the registry."""

    ISSUE = "ISSUE"
    CORRECT = "CORRECT"
    REVOKE = "REVOKE"
    REINSTATE = "REINSTATE"


UNGATED: Final = (OpKind.REVOKE, OpKind.REINSTATE)
"""Kinds that carry nothing about a person, so neither papers nor a consent are asked for."""


class Policy(models.TextChoices):
    """What becomes of a certificate whose result is no longer earned: revoked at once, decided by people, or kept."""

    AUTO = "auto"
    REVIEW = "review"
    NEVER = "never"


class Verdict(models.TextChoices):
    """What staff decided about a certificate whose result is no longer earned; empty until they have."""

    KEEP = "keep"
    REVOKE = "revoke"


class Source(models.TextChoices):
    """Who decides about an achievement: what the ledger says, or people. What people decided no machine takes back."""

    COURSE = "course"
    MANUAL = "manual"


class ItemKind(models.TextChoices):
    """Of a work item: what is to be done once people agree."""

    REVOKE = "revoke"
    IDENTITY = "identity"
    REISSUE = "reissue"


class ItemState(models.TextChoices):
    """Of a work item. VOID: what it was about is no longer so."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    VOID = "void"


class Approval(models.TextChoices):
    """What came of an approval. SECOND: noted, and somebody else has to approve too. OWN: nobody decides about their
    own result. CHANGED: it is not what was looked at."""

    APPROVED = "approved"
    SECOND = "second"
    SAME_PERSON = "same-person"
    BUSY = "busy"
    OWN = "own"
    CHANGED = "changed"
    TAKEN = "taken"
    GONE = "gone"


class Held(models.TextChoices):
    """What the registry has of a learner's result, in one word."""

    NOTHING = "nothing"
    UNDER_WAY = "under-way"
    ISSUED = "issued"
    REVOKED = "revoked"


class RunState(models.TextChoices):
    """Of a reconciliation. STOPPED: too much differs, so nothing healed by itself. FAULT: the registry's answers do not
    add up, or it did not answer."""

    RUNNING = "running"
    CLEAN = "clean"
    DIFFERS = "differs"
    STOPPED = "stopped"
    FAULT = "fault"


class Difference(models.TextChoices):
    """How a result differs between both sides."""

    MISSING_REMOTE = "missing_remote"
    MISSING_LOCAL = "missing_local"
    FIELD_MISMATCH = "field_mismatch"
    STATUS_MISMATCH = "status_mismatch"
    DUPLICATE_REMOTE = "duplicate_remote"
    LATE_RECEIPT = "late_receipt"


class FileState(models.TextChoices):
    """Of an official file: it waits for a second person, counts, or was put aside."""

    STAGED = "staged"
    APPROVED = "approved"
    DISCARDED = "discarded"


class Match(models.TextChoices):
    """How a line of an official file fits what was handed over. Only EXACT is taken over without being chosen."""

    EXACT = "exact"
    FUZZY = "fuzzy"
    UNMATCHED = "unmatched"
    CONFLICTING = "conflicting"
    DUPLICATE = "duplicate"


class RemoteState(models.TextChoices):
    """What the registry is known to hold for an achievement."""

    ABSENT = "absent"
    PENDING = "pending"
    ISSUED = "issued"
    REVOKED = "revoked"
    REFUSED = "refused"


class Ruled(models.TextChoices):
    """What staff decided about the person whom an achievement had claimed, after they had compared documents."""

    RELEASED = "released"
    READMITTED = "readmitted"


class OpState(models.TextChoices):
    """Of an operation. docs/registry.md draws how they follow each other.

    READY means *known not to have arrived*: only a READY operation may be sent. SENDING is committed before the first
    byte, so a sender that dies leaves SENDING behind, which is read as UNKNOWN once its lease is over. SHADOWED was
    never sent either: its registry is only rehearsed.
    """

    HELD = "HELD"
    READY = "READY"
    SENDING = "SENDING"
    UNKNOWN = "UNKNOWN"
    PENDING = "PENDING"
    DONE = "DONE"
    REJECTED = "REJECTED"
    HUMAN = "HUMAN"
    DEAD = "DEAD"
    SUPERSEDED = "SUPERSEDED"
    SHADOWED = "SHADOWED"


WORKABLE: Final = (OpState.READY, OpState.SENDING, OpState.UNKNOWN, OpState.PENDING)
"""States in which a pump takes the row; exactly these have a `next_at`."""

SETTLED: Final = (OpState.DONE, OpState.REJECTED, OpState.SUPERSEDED)
"""States that free the achievement for a further operation."""


class Owner(StrEnum):
    """Who acts next."""

    TRAINEE = "trainee"
    STAFF = "staff"
    OPERATOR = "operator"


class Stage(StrEnum):
    """The six states of a certificate that a trainee is told, and no more."""

    NOT_YET = "not-yet"
    CHECKING = "checking"
    DETAILS = "details"
    SENT = "sent"
    ISSUED = "issued"
    STAFF = "staff"
