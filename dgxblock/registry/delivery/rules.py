"""What follows from an outcome: pure, so that every row of the contract's table can be tested without a network.

`after_send` and `after_lookup` turn what the contract package made of an answer into one transition of the operation
and one effect on the channel. Nothing here reads a clock or a database.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from dgxblock.registry.contract import Next, Outcome, ProblemClass, Scope, Settlement, Verdict, retry_after
from dgxblock.registry.contract import Owner as Mender
from dgxblock.registry.states import OpKind, OpState, Owner

__all__ = ["Effect", "Move", "Situation", "after_internal", "after_lookup", "after_send", "back_off"]

CAP_SECONDS: Final = 6 * 3600.0  # the contract's longest pause
POLL_CAP_SECONDS: Final = 3600.0
PROBE_SECONDS: Final = 600.0  # how often a blocked registry is asked whether it is well again
MAX_TRIES: Final = 24  # with the cap above, more than 72 hours
MAX_INTERNAL: Final = 3


@dataclass(frozen=True, slots=True)
class Effect:
    """What an outcome says about the registry or the scheme.

    `kind`: ``ok`` (it spoke the contract), ``fail`` (it did not answer properly), ``pause`` or ``block`` for `seconds`.
    """

    kind: str
    scope: Scope = Scope.REGISTRY
    seconds: float = 0.0
    reason: str = ""
    suspect: bool = False


OK: Final = Effect("ok")


@dataclass(frozen=True, slots=True)
class Move:
    """One transition. `delay` in seconds, None where no pump may go on; `tries` is the new count."""

    to: OpState
    delay: float | None
    tries: int
    reason: str = ""
    owner: str = ""
    effect: Effect = OK
    outcome: Outcome | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules need to know about an operation before the exchange. Times in seconds."""

    state: OpState
    reason: str
    tries: int
    quiet: float
    base: float
    moment: datetime  # aware; what a Retry-After date counts from
    jitter: Callable[[], float] = random.random
    kind: str = OpKind.ISSUE


def back_off(tries: int, base: float, jitter: Callable[[], float], /, *, cap: float = CAP_SECONDS) -> float:
    """Full jitter: a random part of ``min(cap, base * 2**tries)``, never less than `base`."""
    return max(base, jitter() * min(cap, base * 2.0 ** min(tries, 40)))


def after_send(outcome: Outcome, at: Situation, /) -> Move:
    """What follows from the answer to a PUT."""
    if outcome.verdict is Verdict.DONE:
        return Move(OpState.DONE, None, 0, outcome=outcome)
    if outcome.verdict is Verdict.PENDING:
        return Move(OpState.PENDING, at.quiet, 0, outcome=outcome)
    if outcome.verdict is Verdict.UNKNOWN:
        return _unknown(outcome, at, OpState.UNKNOWN, at.quiet)
    match outcome.problem_class:
        case ProblemClass.THROTTLE:
            return _throttled(outcome, at, OpState.READY)
        case ProblemClass.ENDPOINT:
            return _blocked(outcome, at, OpState.READY)
        case ProblemClass.TRANSIENT if outcome.problem is None:
            # Nobody was reached: the fault is not this operation's, so it never dies of it.
            delay = back_off(0, at.base, at.jitter)
            return Move(OpState.READY, delay, at.tries, outcome.code, effect=Effect("fail", reason=outcome.code))
        case ProblemClass.TRANSIENT:
            return _counted(OpState.READY, back_off(at.tries, at.base, at.jitter), outcome.code, at)
        case ProblemClass.LOOK_UP:
            return _counted(OpState.UNKNOWN, at.quiet, outcome.code, at)
        case ProblemClass.DATA:
            reason = outcome.error_codes[0] if outcome.error_codes else outcome.code
            whose = _owner(outcome.owner)
            if at.kind != OpKind.ISSUE and whose == Owner.TRAINEE:
                whose = Owner.STAFF  # a trainee can change nothing while there is a certificate
            return Move(OpState.REJECTED, None, 0, reason, whose, outcome=outcome)
        case _:
            return Move(OpState.REJECTED, None, 0, outcome.code, Owner.OPERATOR, outcome=outcome)


def after_lookup(found: Settlement, at: Situation, /) -> Move:
    """What follows from a look-up (the contract's rule for unknown outcomes, and the polling of pending results)."""
    staying = OpState.PENDING if at.state is OpState.PENDING else OpState.UNKNOWN
    if found.next is Next.RECONCILE:
        return Move(OpState.HUMAN, None, at.tries, found.code, Owner.STAFF)
    if found.next is Next.SEND:
        return Move(OpState.READY, 0.0, at.tries)
    outcome = found.outcome
    if found.next is Next.ANSWER and outcome is not None:
        if outcome.verdict is Verdict.PENDING:
            tries = at.tries + 1
            delay = max(at.quiet, back_off(tries, at.base, at.jitter, cap=POLL_CAP_SECONDS))
            return Move(OpState.PENDING, delay, tries, outcome=outcome)
        return after_send(outcome, at)
    if outcome is None:  # the look-up lags behind what we know
        return Move(staying, max(at.quiet, at.base), at.tries, at.reason)
    match outcome.problem_class:
        case ProblemClass.THROTTLE:
            return replace(_throttled(outcome, at, staying), reason=at.reason)
        case ProblemClass.ENDPOINT:
            return replace(_blocked(outcome, at, staying), reason=at.reason)
        case ProblemClass.TRANSIENT:
            delay = back_off(0, at.base, at.jitter)
            return Move(staying, delay, at.tries, at.reason, effect=Effect("fail", reason=outcome.code))
        case _:
            move = _unknown(outcome, at, staying, back_off(at.tries, at.base, at.jitter))
            # What the first answer said decides how the next look-up is read.
            return move if move.to is OpState.DEAD else replace(move, reason=at.reason or outcome.code)


def after_internal(at: Situation, /) -> Move:
    """What follows when our own code failed on a row: others must go on, and this one must not for ever."""
    tries = at.tries + 1
    if tries >= MAX_INTERNAL:
        return Move(OpState.DEAD, None, tries, "internal", Owner.OPERATOR)
    to = OpState.READY if at.state is OpState.READY else OpState.UNKNOWN
    return Move(to, max(at.quiet, back_off(tries, at.base, at.jitter)), tries, "internal")


def _counted(to: OpState, delay: float, reason: str, at: Situation, /, *, effect: Effect = OK) -> Move:
    tries = at.tries + 1
    if tries >= MAX_TRIES and to is not OpState.PENDING:
        return Move(OpState.DEAD, None, tries, reason, Owner.OPERATOR, effect)
    return Move(to, delay, tries, reason, effect=effect)


def _unknown(outcome: Outcome, at: Situation, to: OpState, delay: float, /) -> Move:
    # "internal" is a proper answer: the registry is there, and says that it does not know.
    well = outcome.code == "internal"
    effect = OK if well else Effect("fail", reason=outcome.code, suspect=outcome.suspect_endpoint)
    return _counted(to, delay, outcome.code, at, effect=effect)


def _throttled(outcome: Outcome, at: Situation, to: OpState, /) -> Move:
    wait: float | None = retry_after(outcome.retry_after, at.moment, max(1, int(at.base)))
    if wait is None:
        wait = back_off(at.tries, at.base, at.jitter)
    if outcome.scope is Scope.REGISTRY:
        return Move(to, wait, at.tries, outcome.code, effect=Effect("pause", seconds=wait, reason=outcome.code))
    if at.reason == outcome.code:  # asked again in vain
        return _counted(OpState.UNKNOWN, at.quiet, "", at)
    return Move(to, wait, at.tries, outcome.code)


def _blocked(outcome: Outcome, at: Situation, to: OpState, /) -> Move:
    effect = Effect("block", outcome.scope, PROBE_SECONDS, outcome.code)
    return Move(to, 0.0, at.tries, outcome.code, Owner.OPERATOR, effect)


def _owner(mender: Mender | None, /) -> str:
    if mender is Mender.TRAINEE:
        return Owner.TRAINEE
    return Owner.OPERATOR if mender in (Mender.OPERATOR, Mender.PROGRAMMER) else Owner.STAFF
