"""The ledger's public API. Blocks write through it, the registry and the staff pages read through it.

Every function that writes says whether it opens a transaction of its own. `submit_attempt` and `decide` do not: the
caller wraps them together with whatever must succeed or fail with them.
"""

from __future__ import annotations

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from dgxblock.ledger import models
from dgxblock.ledger.actions import ActionView, act, actions, cleared
from dgxblock.ledger.attempts import (
    Rolled,
    Submitted,
    Terms,
    attempts,
    best_result,
    digest,
    open_attempt,
    overdue,
    renew,
    roll,
    state,
    submissions,
    submit_attempt,
    submitted,
    take_hint,
)
from dgxblock.ledger.changes import Changed, Revised, changes, override, revise
from dgxblock.ledger.deadlocks import undeadlocked
from dgxblock.ledger.decisions import case_finished, class_choices, decide, decisions
from dgxblock.ledger.documents import document, keep_document
from dgxblock.ledger.drafts import clear_draft, draft, save_draft
from dgxblock.ledger.extensions import Granted, allowed, grant, granted, most_allowed, withdraw
from dgxblock.ledger.progress import course_progress
from dgxblock.ledger.shapes import AttemptView, Conflict, DecisionView, DraftView, Place, Progress, Result
from dgxblock.ledger.texts import SharedView, Waiting, hide, review, share, shared, text_digest, unshare, waiting
from dgxblock.ledger.uploads import (
    OWNER,
    StoredFile,
    Suspect,
    UploadView,
    add_upload,
    latest_upload,
    suspects,
    upload_count,
    upload_file,
    uploads,
)

__all__ = [
    "OWNER", "ActionView", "AttemptView", "Changed", "Conflict", "DecisionView", "DraftView", "Granted", "Place",
    "Progress", "Result", "Revised", "Rolled", "SharedView", "StoredFile", "Submitted", "Suspect", "Terms",
    "UploadView", "Waiting", "act", "actions", "add_upload", "allowed", "attempts", "best_result", "case_finished",
    "changes", "class_choices", "clear_draft", "cleared", "course_progress", "decide", "decisions", "digest",
    "document", "draft", "forget", "grant", "granted", "hide", "keep_document", "latest_upload", "most_allowed",
    "open_attempt", "overdue", "override", "renew", "reset", "review", "revise", "roll", "save_draft", "share",
    "shared", "state", "submissions", "submit_attempt", "submitted", "suspects", "take_hint", "text_digest",
    "undeadlocked", "unshare", "upload_count", "upload_file", "uploads", "waiting", "withdraw",
]  # fmt: skip


def reset(place: Place, /, *, actor_id: str, reason: str) -> int:
    """Let a learner begin anew here: their attempts and draft go into the record of the action, and are gone from where
    they count. Opens a transaction of its own. The number of attempts taken away."""
    with transaction.atomic():
        found = models.Attempt.objects.select_for_update().filter(**place.where()).order_by("number")
        rows = [{name: each for name, each in row.items() if name != "id"} for row in found.values()]
        kept = draft(place)
        detail = json.loads(json.dumps(
            {"attempts": rows, "draft": kept.answers if kept else None}, cls=DjangoJSONEncoder, ensure_ascii=False
        ))  # fmt: skip
        act(
            "reset", place.course_key, place.usage_key, learner_id=place.learner_id, actor_id=actor_id, reason=reason,
            detail=detail,
        )  # fmt: skip
        models.Attempt.objects.filter(**place.where()).delete()
        models.Draft.objects.filter(**place.where()).delete()
    return len(rows)


def forget(place: Place, /, *, actor_id: str = "") -> None:
    """Delete what this learner did here: the platform's *delete state*. Opens a transaction of its own.

    That it was done stays on record, without what was deleted: whoever begins again gets other data than before.
    """
    with transaction.atomic():
        gone = 0
        for model in (
            models.Attempt, models.Draft, models.Decision, models.Review, models.SharedText, models.Upload,
            models.Change,
        ):  # fmt: skip
            gone += model._default_manager.filter(**place.where()).delete()[0]
        if gone:
            act("cleared", place.course_key, place.usage_key, learner_id=place.learner_id, actor_id=actor_id, reason="")
