"""From what the registry should show to the next operation that brings it there.

Level-triggered like `eligibility`: however often it is called, and whatever call was lost, it leads to the same rows.
At most one operation of an achievement is open; while one is under way, whatever is wanted newly waits until its
outcome is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from dgxblock.registry import gates, outbox, workitems
from dgxblock.registry.identity import store
from dgxblock.registry.models import Achievement, Operation, WorkItem
from dgxblock.registry.states import (
    ItemKind,
    ItemState,
    Mode,
    OpKind,
    OpState,
    Policy,
    RemoteState,
    Verdict,
)

__all__ = ["Facts", "Step", "converge", "sweep", "unshown", "wanted"]

_UNDER_WAY: Final = (OpState.SENDING, OpState.UNKNOWN, OpState.PENDING)
_STOPPED: Final = (OpState.HUMAN, OpState.DEAD)
_SETTLED: Final = (OpState.DONE, OpState.REJECTED)
_MOST_STEPS: Final = 3  # close one, open another, and one to spare


class Step(StrEnum):
    """What to do next about an achievement."""

    NOTHING = "nothing"
    GATES = "gates"  # an issue that was not sent: the gates hold it back or let it go
    CLOSE = "close"  # an operation that nobody needs any longer, and that has not arrived
    ASK = "ask"  # people decide
    CORRECT = OpKind.CORRECT.value
    REVOKE = OpKind.REVOKE.value
    REINSTATE = OpKind.REINSTATE.value


@dataclass(frozen=True, slots=True)
class Facts:
    """What the next step depends on: what is wanted, what the registry shows, and the latest operation.

    `differs`: the certificate says something else than it should. `sends` counts those of the latest operation.
    """

    withdrawn: bool
    verdict: str
    policy: str
    remote: str
    kind: str
    state: str
    sends: int = 0
    differs: bool = False


def wanted(at: Facts, /) -> Step:
    """The next step: pure, so that every case can be tested without a database."""
    state = OpState(at.state)
    if state in _UNDER_WAY or (state in _STOPPED and at.sends):
        return Step.NOTHING
    if state not in (*_SETTLED, OpState.SUPERSEDED):
        return _unsent(at)
    if at.withdrawn:
        return _taken_back(at)
    if at.remote == RemoteState.REVOKED:
        # Ours only: what the registry revoked by itself is not for us to bring back.
        return Step.REINSTATE if (at.kind, state) == (OpKind.REVOKE, OpState.DONE) else Step.NOTHING
    return Step.CORRECT if at.remote == RemoteState.ISSUED and at.differs else Step.NOTHING


def _unsent(at: Facts, /) -> Step:
    if at.kind == OpKind.ISSUE:
        return Step.GATES
    idle = {
        OpKind.CORRECT: at.withdrawn or not at.differs,
        OpKind.REVOKE: not at.withdrawn or at.verdict == Verdict.KEEP,
        OpKind.REINSTATE: at.withdrawn,
    }
    return Step.CLOSE if idle[OpKind(at.kind)] else Step.NOTHING


def _taken_back(at: Facts, /) -> Step:
    if at.remote != RemoteState.ISSUED or at.verdict == Verdict.KEEP:
        return Step.NOTHING
    if at.kind == OpKind.REVOKE:
        return Step.NOTHING  # refused, or done and then taken back there: staff replay it once they know why
    if at.verdict == Verdict.REVOKE or at.policy == Policy.AUTO:
        return Step.REVOKE
    return Step.ASK if at.policy == Policy.REVIEW else Step.NOTHING


def converge(achievement: Achievement, /, *, actor: str = "", reason: str = "") -> None:
    """Bring the latest operation in line with what is wanted, or open the one that is missing.

    `actor` and `reason` are of whoever changed what is wanted; they stand in the work item, if there is to be one. The
    caller holds the transaction.
    """
    gates.lock(achievement)
    for _turn in range(_MOST_STEPS):
        last = _latest(achievement)
        if last is None or last.state in _UNDER_WAY:
            return
        step = wanted(_facts(achievement, last))
        if step is Step.CLOSE:
            if not outbox.move(last, last.state, OpState.SUPERSEDED, delay=None, leased=False, reason="changed"):
                return
            continue
        _take(achievement, last, step, actor, reason)
        return


def _latest(achievement: Achievement, /) -> Operation | None:
    """The operation that counts: the latest one that was not replaced; a locking read."""
    rows = Operation.objects.select_for_update().filter(achievement=achievement).exclude(state=OpState.SUPERSEDED)
    return rows.order_by("-seq").first()


def _facts(achievement: Achievement, last: Operation, /) -> Facts:
    live = achievement.remote_state == RemoteState.ISSUED and not achievement.withdrawn
    return Facts(
        withdrawn=achievement.withdrawn, verdict=achievement.verdict, policy=achievement.scheme.revoke_policy,
        remote=achievement.remote_state, kind=last.kind, state=last.state, sends=last.sends,
        differs=live and _differs(achievement, last),
    )  # fmt: skip


def _differs(achievement: Achievement, last: Operation, /) -> bool:
    """Whether the certificate should say something else. What the registry refused to say is not asked for again."""
    said = last
    if not (last.kind == OpKind.CORRECT and last.state == OpState.REJECTED):
        shown = Operation.objects.filter(
            achievement=achievement, state=OpState.DONE, kind__in=(OpKind.ISSUE, OpKind.CORRECT)
        )
        found = shown.order_by("-seq").first()
        if found is None:
            return False
        said = found
    wants: tuple[Decimal, date] = (achievement.score, achievement.assessed_on)
    if achievement.scheme.correct_scores and said.score is not None and (said.score, said.assessed_on) != wants:
        return True
    return _another_person(achievement, said)


def _another_person(achievement: Achievement, said: Operation, /) -> bool:
    """Whether staff have confirmed other details than those that the registry was told."""
    now = store.current(achievement.learner_id)
    if now is None or now.pk == said.identity_id:
        return False
    approved = WorkItem.objects.filter(kind=ItemKind.IDENTITY, state=ItemState.APPROVED, identity=now)
    return approved.filter(achievement__learner_id=achievement.learner_id).exists()


def _take(achievement: Achievement, last: Operation, step: Step, actor: str, reason: str, /) -> None:
    hold = float(achievement.scheme.hold_seconds)
    match step:
        case Step.GATES:
            last.achievement = achievement
            gates.recheck(last)
        case Step.ASK:
            workitems.ask(achievement, ItemKind.REVOKE, actor=actor, reason=reason, code=achievement.revoke_code)
        case Step.REVOKE:
            # What two people have agreed on need not wait for a third thought.
            hold = 0.0 if achievement.verdict == Verdict.REVOKE else hold
            outbox.open_operation(achievement, OpKind.REVOKE, hold=hold, reason_code=achievement.revoke_code)
        case Step.CORRECT | Step.REINSTATE:
            outbox.open_operation(achievement, step.value, hold=hold)
        case _:
            pass


def unshown() -> list[Achievement]:
    """Achievements of live schemes whose registry may show something else than it should: for the sweep."""
    rows = Achievement.objects.filter(scheme__mode=Mode.LIVE, operations__isnull=False).select_related("scheme")
    taken = rows.filter(withdrawn=True, remote_state=RemoteState.ISSUED).exclude(verdict=Verdict.KEEP)
    taken = taken.exclude(verdict="", scheme__revoke_policy=Policy.NEVER)
    back = rows.filter(withdrawn=False, remote_state=RemoteState.REVOKED, operations__kind=OpKind.REVOKE)
    return list({one.pk: one for one in [*taken, *back, *_corrected()]}.values())


def _corrected() -> list[Achievement]:
    """Those whose corrected details were confirmed, and of which no operation tells the registry yet."""
    told = Operation.objects.filter(achievement=OuterRef("achievement"), identity=OuterRef("identity"))
    items = WorkItem.objects.filter(kind=ItemKind.IDENTITY, state=ItemState.APPROVED).exclude(Exists(told))
    rows = Achievement.objects.filter(remote_state=RemoteState.ISSUED, pk__in=items.values("achievement"))
    return list(rows.select_related("scheme"))


def sweep() -> None:
    """`converge` whatever a process that died has left; each in a transaction of its own."""
    for achievement in unshown():
        with transaction.atomic():
            converge(achievement)
