"""The record of what learners did: the truth behind every score, where user state is only a cache.

Open edX keeps learner state in an unlocked JSON blob that is saved after the handler returns, so a counter in it can be
overrun by a double click. What counts for a certificate lives here, in rows with unique keys (docs/decisions/0003).

Key columns hold ASCII identifiers only: some MySQL collations hold two different Chinese names equal.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

_ID = 64  # a user id or an anonymous id
_KEY = 191  # the longest indexable utf8mb4 text on the oldest supported MySQL row format


class Placed(models.Model):
    """A row that belongs to one learner at one block of one course run.

    .. pii: ``learner_id`` only, an internal identifier
    .. pii_types: id
    .. pii_retirement: local_api
    """

    learner_id = models.CharField(max_length=_ID)
    course_key = models.CharField(max_length=_KEY)
    usage_key = models.CharField(max_length=_KEY)

    class Meta:
        abstract = True


class Attempt(Placed):
    """One try at an exercise or an assessment: opened, then submitted once."""

    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=[(each, each) for each in ("exercise", "assessment", "practice")])
    seed = models.CharField(max_length=64)
    revision = models.CharField(max_length=32, help_text="Of the content that was shown and graded.")
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    nonce = models.CharField(max_length=64, null=True, help_text="Of the submission; the same nonce counts once.")
    answers = models.JSONField(default=dict)
    marks = models.JSONField(default=dict)
    hints = models.JSONField(default=dict, help_text="How many hints on demand were taken meanwhile, by item.")
    earned = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    possible = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    passed = models.BooleanField(default=False)
    waiting = models.BooleanField(default=False, help_text="A person has yet to judge something in it.")
    paper = models.JSONField(default=list, help_text="Ids of its questions in the order shown; none: all there are.")
    deadline = models.DateTimeField(null=True, help_text="When its clock runs out, without what was granted.")
    ended_by = models.CharField(max_length=8, blank=True, help_text="learner, or time.")
    sequence = models.PositiveIntegerField(
        null=True, help_text="Grows with all that changes this learner's result here: hand-ins and later changes."
    )
    values = models.JSONField(default=dict, help_text="The learner's figures that it was marked on, by name.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was handed in, and on what.")
    credit = models.DecimalField(
        max_digits=5, decimal_places=2, default=100, help_text="Per cent of its points that it could earn."
    )
    counts = models.CharField(max_length=8, default="best", help_text="Which try counts: best, last or average.")
    pass_mark = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["learner_id", "usage_key", "course_key", "number"], name="dgx_attempt_once"
            ),
            models.UniqueConstraint(
                fields=["learner_id", "usage_key", "course_key", "sequence"], name="dgx_attempt_sequence"
            ),
            models.UniqueConstraint(fields=["learner_id", "nonce"], name="dgx_attempt_nonce"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["course_key", "kind"], name="dgx_attempt_course"),
            models.Index(fields=["usage_key", "waiting"], name="dgx_attempt_waiting"),
            models.Index(fields=["submitted_at", "deadline"], name="dgx_attempt_overdue"),
        ]


class Draft(Placed):
    """Unsubmitted work: answers of an exercise or assessment, reflections on a case. Never graded by itself."""

    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner_id", "usage_key", "course_key"], name="dgx_draft_once"),
        ]


class Decision(Placed):
    """One decision in a case, taken once."""

    decision_id = models.CharField(max_length=64)
    option_id = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    revision = models.CharField(max_length=32)
    final = models.BooleanField(default=False, help_text="The last one on its path: the case is finished.")
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["learner_id", "usage_key", "course_key", "decision_id"], name="dgx_decision_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["course_key", "final"], name="dgx_decision_course")]


class Review(Placed):
    """What a reader said of a text. Rows are only added: the latest for a text counts, the others are the history."""

    number = models.PositiveIntegerField(help_text="Of the attempt.")
    item_id = models.CharField(max_length=64)
    text_digest = models.CharField(max_length=64, help_text="SHA-256 of the text that was judged.")
    mark = models.JSONField()
    reviewer_id = models.CharField(max_length=_ID)
    reviewed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["usage_key", "learner_id"], name="dgx_review_place")]


class SharedText(Placed):
    """A text that its author shows to the others of the course. It is read from the attempt, so there is one."""

    number = models.PositiveIntegerField(help_text="Of the attempt.")
    item_id = models.CharField(max_length=64)
    named = models.BooleanField(default=False, help_text="The author agreed to be named.")
    shared_at = models.DateTimeField()
    hidden_by = models.CharField(max_length=_ID, blank=True, help_text="Who of the staff hid it; empty: shown.")
    hidden_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["learner_id", "usage_key", "course_key", "item_id"], name="dgx_shared_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["usage_key", "course_key"], name="dgx_shared_block")]


class Upload(Placed):
    """A file that answers a question, and what was read of it. Rows are added and never changed, but for `content`,
    which is dropped when newer files have come and nothing that was handed in refers to it (docs/decisions/0008).

    .. pii: ``name`` and ``content`` are of the learner's own making and may say who they are
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    item_id = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=64, help_text="As it is shown: no folder, no marks that turn or hide letters.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    content = models.BinaryField(null=True)
    reading = models.JSONField(default=dict)
    owner = models.CharField(max_length=64, blank=True, help_text="Whose data the file says that it was made of.")
    owner_mismatch = models.BooleanField(default=False, help_text="It says somebody else's.")
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["usage_key", "learner_id", "item_id"], name="dgx_upload_item"),
            models.Index(fields=["course_key", "sha256"], name="dgx_upload_same"),
            models.Index(fields=["course_key", "owner_mismatch"], name="dgx_upload_flag"),
        ]


class Document(models.Model):
    """The content that attempts were made on, so that each can be judged by what its learner was asked.

    .. no_pii:
    """

    revision = models.CharField(max_length=32, primary_key=True)
    text = models.TextField(help_text="XML.")
    kept_at = models.DateTimeField()


class Action(models.Model):
    """What somebody of the staff did to learners' results, and why. Rows are only added.

    .. pii: ``actor_id`` and ``learner_id`` only, internal identifiers; what staff wrote as their reason
    .. pii_types: id, other
    .. pii_retirement: retained
    """

    kind = models.CharField(max_length=16, help_text="extension, reset, cleared, regrade, override.")
    course_key = models.CharField(max_length=_KEY)
    usage_key = models.CharField(max_length=_KEY)
    learner_id = models.CharField(max_length=_ID, blank=True, help_text="Empty: of several, or of a group.")
    actor_id = models.CharField(max_length=_ID)
    reason = models.CharField(max_length=500)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["course_key", "usage_key", "at"], name="dgx_action_block"),
            models.Index(fields=["usage_key", "learner_id", "kind"], name="dgx_action_learner"),
        ]


class Extension(models.Model):
    """More time, more tries or a later end for a learner or a group. The latest for somebody counts.

    .. pii: ``learner_id`` only, an internal identifier
    .. pii_types: id
    .. pii_retirement: local_api
    """

    course_key = models.CharField(max_length=_KEY)
    usage_key = models.CharField(max_length=_KEY)
    learner_id = models.CharField(max_length=_ID, blank=True)
    group = models.CharField(max_length=64, blank=True, help_text="A digest of its name; that is in the action.")
    minutes = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    closes_at = models.DateTimeField(null=True)
    action = models.ForeignKey(Action, models.PROTECT, related_name="extensions")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["usage_key", "course_key", "learner_id", "group"], name="dgx_extension_once"
            ),
        ]


class Change(Placed):
    """A mark that was changed after the hand-in: what it was before, and which action changed it. Only added."""

    number = models.PositiveIntegerField(help_text="Of the attempt.")
    sequence = models.PositiveIntegerField()
    before = models.JSONField(help_text="marks, earned, possible, passed, revision.")
    action = models.ForeignKey(Action, models.PROTECT, related_name="changes")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["learner_id", "usage_key", "course_key", "sequence"], name="dgx_change_sequence"
            ),
        ]
