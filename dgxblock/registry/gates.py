"""What must be there before a result may leave the house: papers, consent, and a person not certified already."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from dgxblock.registry import consent as consents
from dgxblock.registry.clock import now
from dgxblock.registry.identity import store
from dgxblock.registry.models import Achievement, Consent, Identity, Operation
from dgxblock.registry.states import OpState, Owner


@dataclass(frozen=True, slots=True)
class Passage:
    """Open when `reason` is empty; then both `identity` and `consent` are there."""

    identity: Identity | None
    consent: Consent | None
    reason: str = ""

    @property
    def owner(self) -> str:
        """Who opens the gate."""
        if not self.reason:
            return ""
        return Owner.STAFF if self.reason == "duplicate-person" else Owner.TRAINEE


def look(achievement: Achievement, /) -> Passage:
    """What the gates say now; when all are open, the person is claimed for this achievement.

    The caller holds the transaction.
    """
    identity = store.current(achievement.learner_id)
    consent = consents.live(achievement.learner_id, achievement.scheme)
    if identity is None:
        return Passage(None, consent, "identity")
    if consent is None:
        return Passage(identity, None, "consent")
    if not _claim(achievement, identity):
        if achievement.person_key and not achievement.remote_seq:
            release(achievement)  # they gave another number first; its owner must not wait for them
        return Passage(identity, consent, "duplicate-person")
    return Passage(identity, consent)


def _claim(achievement: Achievement, identity: Identity, /) -> bool:
    """Make this achievement the only one of its person. A unique column decides a race, not a look beforehand."""
    text = f"{achievement.scheme_id}|{achievement.credential_code}|{achievement.cycle}|{identity.id_bidx}"
    key = hashlib.sha256(text.encode()).hexdigest()
    if achievement.person_key == key:
        return True
    try:
        with transaction.atomic():
            Achievement.objects.filter(pk=achievement.pk).update(person_key=key)
    except IntegrityError:
        return False
    achievement.person_key = key
    return True


def release(achievement: Achievement, /) -> None:
    """Give the person free again, as long as nothing was ever sent. The caller holds the transaction."""
    Achievement.objects.filter(pk=achievement.pk).update(person_key=None)
    achievement.person_key = None


def recheck(operation: Operation, /) -> None:
    """Bring an operation that was never sent in line with the gates. The caller holds the transaction.

    Compare-and-swap: a pump that marked the row as sent in between has won, and nothing changes.
    """
    passage = look(operation.achievement)
    moment = now()
    unsent = Operation.objects.filter(pk=operation.pk, state__in=(OpState.HELD, OpState.READY), sends=0)
    if passage.reason:
        unsent.update(
            state=OpState.HELD, reason=passage.reason, owner=passage.owner, next_at=None, changed_at=moment,
            identity=passage.identity, consent=passage.consent, lease_token="", lease_until=None,
        )  # fmt: skip
        return
    unsent.filter(state=OpState.HELD).update(
        state=OpState.READY, reason="", owner="", next_at=moment, changed_at=moment,
        identity=passage.identity, consent=passage.consent,
    )  # fmt: skip
    unsent.filter(state=OpState.READY).exclude(identity=passage.identity, consent=passage.consent).update(
        identity=passage.identity, consent=passage.consent, changed_at=moment
    )
