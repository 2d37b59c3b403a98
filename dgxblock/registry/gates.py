"""What must be there before a result may leave the house: papers, consent, and a person not certified already.

A person is *claimed* by `Achievement.person_key`, a unique column: a database decides a race, not a look beforehand.
Whoever claims, releases or begins to send locks the achievement's row first (`lock`), so that a claim always stands for
the papers that go out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from dgxblock.registry import consent as consents
from dgxblock.registry.clock import now
from dgxblock.registry.identity import store
from dgxblock.registry.models import Achievement, Consent, Identity, Operation, Ruling
from dgxblock.registry.states import UNGATED, OpKind, OpState, Owner, RemoteState, Ruled

DUPLICATE: Final = "duplicate-person"
RELEASED: Final = "person-released"
NOT_EARNED: Final = "not-earned"
BY_STAFF: Final = "by-staff"
"""Staff hold it back, and only they let it go (`holding`)."""
_READ: Final = (
    "person_key", "remote_state", "remote_seq", "remote_rev", "withdrawn", "verdict", "source", "revoke_code", "score",
    "assessed_on",
)  # fmt: skip
_UNDER_WAY: Final = (OpState.SENDING, OpState.UNKNOWN, OpState.PENDING)
_JUDGED: Final = (OpState.DONE, OpState.HUMAN, OpState.DEAD)  # only a person may say that nothing came of these


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
        return Owner.STAFF if self.reason in (DUPLICATE, RELEASED) else Owner.TRAINEE


def lock(achievement: Achievement, /) -> None:
    """Keep all others from this achievement until the transaction ends, and read what it says now.

    A locking read, because under REPEATABLE READ a plain one shows an older state. SQLite has one writer at a time.
    """
    row = Achievement.objects.select_for_update().values(*_READ).get(pk=achievement.pk)
    for name, value in row.items():
        setattr(achievement, name, value)


def lock_all(achievements: Sequence[Achievement], /) -> None:
    """`lock` many, always in the same order, so that two who do it never wait for each other."""
    by_pk = {each.pk: each for each in achievements}
    for row in Achievement.objects.select_for_update().filter(pk__in=by_pk).order_by("pk").values("pk", *_READ):
        achievement = by_pk[row.pop("pk")]
        for name, value in row.items():
            setattr(achievement, name, value)


def person_key(achievement: Achievement, identity: Identity, /) -> str:
    """Digest of registry, credential, cycle and person: two schemes of one credential certify nobody twice."""
    text = f"{achievement.scheme.registry}|{achievement.credential_code}|{achievement.cycle}|{identity.id_bidx}"
    return hashlib.sha256(text.encode()).hexdigest()


def holds(achievement: Achievement, identity: Identity | None, /) -> bool:
    """Whether the achievement's claim, as it was read last, is for exactly these papers."""
    return identity is not None and achievement.person_key == person_key(achievement, identity)


def papers(achievement: Achievement, /) -> Passage:
    """What the gates say about papers and consent, and whether there is still something to certify. Claims nobody."""
    identity = store.current(achievement.learner_id)
    consent = consents.live(achievement.learner_id, achievement.scheme)
    reason = "identity" if identity is None else "consent" if consent is None else ""
    if achievement.withdrawn:
        reason = NOT_EARNED
    return Passage(identity, consent, reason)


def look(achievement: Achievement, /) -> Passage:
    """What the gates say now; when all are open, the person is claimed for this achievement.

    The caller holds the transaction and, unless it made the achievement just now, the lock.
    """
    return _decide(achievement, papers(achievement))


def _decide(achievement: Achievement, passage: Passage, /) -> Passage:
    """Claim the person, or give free who must not be claimed any longer."""
    reason = passage.reason
    if not reason and passage.identity is not None:
        reason = _claim(achievement, passage.identity)
    if reason:
        release(achievement)  # nobody waits for whoever cannot go on
    return Passage(passage.identity, passage.consent, reason)


def _claim(achievement: Achievement, identity: Identity, /) -> str:
    """Make this achievement the only one of its person; empty, or the reason why not."""
    before, key = achievement.person_key, person_key(achievement, identity)
    if before == key:
        return ""
    ruling = Ruling.objects.filter(achievement=achievement, person_key=key).order_by("-pk").first()
    if ruling is not None and ruling.verdict == Ruled.RELEASED:
        return RELEASED
    if before is not None and outstanding(achievement):
        return DUPLICATE  # somebody is, or may be, certified under the other number
    if _certified_elsewhere(achievement, identity):
        return DUPLICATE
    try:
        with transaction.atomic():
            Achievement.objects.filter(pk=achievement.pk).update(person_key=key)
    except IntegrityError:
        return DUPLICATE
    achievement.person_key = key
    if before is not None:
        transaction.on_commit(partial(admit, before), robust=True)
    return ""


def _certified_elsewhere(achievement: Achievement, identity: Identity, /) -> bool:
    """Whether another live certificate still names this person: corrected details moved its claim, and its registry has
    not taken the correction yet, or never will. The sweep looks again."""
    told = Operation.objects.filter(kind__in=(OpKind.ISSUE, OpKind.CORRECT), state=OpState.DONE, identity__isnull=False)
    later = told.filter(achievement=OuterRef("achievement"), seq__gt=OuterRef("seq"))
    named = told.filter(
        registry=achievement.scheme.registry, identity__id_bidx=identity.id_bidx,
        achievement__credential_code=achievement.credential_code, achievement__cycle=achievement.cycle,
        achievement__remote_state=RemoteState.ISSUED,
    )  # fmt: skip
    return named.exclude(achievement=achievement).exclude(Exists(later)).exists()


def claim_again(achievement: Achievement, key: str, /) -> bool:
    """Claim the person for what a registry holds, though the claim was given free. False if another account has the
    person meanwhile. The caller holds the transaction and the lock."""
    try:
        with transaction.atomic():
            Achievement.objects.filter(pk=achievement.pk).update(person_key=key)
    except IntegrityError:
        return False
    achievement.person_key = key
    return True


def outstanding(achievement: Achievement, /, *, judged: bool = False) -> bool:
    """Whether the registry holds, or may hold, something of this achievement that a certificate is or can become.

    Args:
        achievement: locked.
        judged: a person has compared, so what only a person can settle does not count.
    """
    remote = {RemoteState.PENDING, RemoteState.ISSUED} | (set() if judged else {RemoteState.REVOKED})
    if achievement.remote_state in remote:
        return True
    states = _UNDER_WAY if judged else _UNDER_WAY + _JUDGED
    sent = Operation.objects.select_for_update().filter(achievement=achievement, sends__gt=0)
    return any(state in states for state in sent.values_list("state", flat=True))


def release(achievement: Achievement, /, *, judged: bool = False) -> bool:
    """Give the person free, unless something is outstanding; whoever was held because of it may go on.

    The caller holds the transaction and the lock. Returns whether nobody is claimed any longer.
    """
    key = achievement.person_key
    if key is None:
        return True
    if outstanding(achievement, judged=judged):
        return False
    Achievement.objects.filter(pk=achievement.pk).update(person_key=None)
    achievement.person_key = None
    # Afterwards and in transactions of their own: two trainees' rows are never locked together. `sweep` finds whom
    # a process that died here forgot.
    transaction.on_commit(partial(admit, key), robust=True)
    return True


def admit(key: str, /) -> None:
    """Look again at every operation that is held because somebody else had claimed this person."""
    held = Operation.objects.filter(state=OpState.HELD, reason=DUPLICATE).order_by("pk")
    for operation in held.select_related("achievement__scheme", "identity"):
        if operation.identity is not None and person_key(operation.achievement, operation.identity) == key:
            with transaction.atomic():
                recheck(operation)


def recheck(operation: Operation, /) -> None:
    """Bring an operation that was never sent in line with the gates. The caller holds the transaction.

    The swap comes before the claim: where a pump has marked the row as sent in between, nothing changes, and the claim
    stays with the papers that went out.
    """
    if operation.kind in UNGATED:
        return
    achievement = operation.achievement
    lock(achievement)
    unsent = Operation.objects.filter(pk=operation.pk, state__in=(OpState.HELD, OpState.READY), sends=0)
    passage = papers(achievement)
    if unsent.update(identity=passage.identity, consent=passage.consent) != 1:
        return
    unsent = unsent.exclude(state=OpState.HELD, reason=BY_STAFF)
    _settle(unsent, _decide(achievement, passage), now(), operation.not_before)


def _settle(unsent: QuerySet[Operation], passage: Passage, moment: datetime, held_until: datetime | None, /) -> None:
    if passage.reason:
        unsent.exclude(state=OpState.HELD, reason=passage.reason).update(
            state=OpState.HELD, reason=passage.reason, owner=passage.owner, next_at=None, changed_at=moment,
            lease_token="", lease_until=None,
        )  # fmt: skip
    else:
        unsent.filter(state=OpState.HELD).update(
            state=OpState.READY, reason="", owner="", next_at=max(moment, held_until or moment), changed_at=moment
        )
