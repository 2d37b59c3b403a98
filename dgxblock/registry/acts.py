"""What staff do from the console, each with a reason on record, and only in the course that they are staff of."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from dgxblock.registry import conf, corrections, holding, staff, vault, words, workitems
from dgxblock.registry.delivery import record
from dgxblock.registry.identity import store
from dgxblock.registry.models import Operation
from dgxblock.registry.states import Ruled

__all__ = ["ACTIONS", "MOST", "Done", "act", "reveal", "revocation_reasons"]

MOST: Final = 200
"""Results that one action may be about."""
_log = logging.getLogger("dgxblock.registry")


@dataclass(frozen=True, slots=True)
class Done:
    """How many results an action was about: `done`, and `left` as they were."""

    done: int
    left: int


def _replay(one: Operation, actor: str, reason: str, /) -> bool:
    del reason
    return staff.replay(str(one.uuid), actor=actor)


def _hold(one: Operation, actor: str, reason: str, /) -> bool:
    del actor, reason
    return holding.hold(str(one.uuid))


def _let_go(one: Operation, actor: str, reason: str, /) -> bool:
    del actor, reason
    return holding.let_go(str(one.uuid))


def _release(one: Operation, actor: str, reason: str, /) -> bool:
    return staff.rule(str(one.uuid), Ruled.RELEASED, actor=actor, reason=reason)


def _readmit(one: Operation, actor: str, reason: str, /) -> bool:
    return staff.rule(str(one.uuid), Ruled.READMITTED, actor=actor, reason=reason)


# What is written down afterwards; a ruling is its own record.
ACTIONS: Final[dict[str, tuple[Callable[[Operation, str, str], bool], str]]] = {
    "replay": (_replay, "replayed"),
    "hold": (_hold, "held"),
    "let-go": (_let_go, "let-go"),
    "release": (_release, ""),
    "readmit": (_readmit, ""),
}


def act(course_key: str, operation_ids: Sequence[str], action: str, /, *, actor: str, reason: str) -> Done | None:
    """Do `action`, one of `ACTIONS`, to results of a course; each in a transaction of its own, in which the reason is
    written down too. What is not of this course, is the actor's own, or cannot be done now, is left.

    Returns:
        None, and nothing is done, without actor, a reason of 1 to 500 characters or a known action, or with more than
        `MOST` results.
    """
    why, found = workitems.clean(reason), ACTIONS.get(action)
    if found is None or not why or not actor or len(operation_ids) > MOST:
        return None
    do, what = found
    done = 0
    wanted = list(dict.fromkeys(operation_ids))
    for each in wanted:
        one = staff.of_course(each, course_key)
        if one is None or one.achievement.learner_id == actor:
            continue  # nobody decides about their own result
        with transaction.atomic():
            if do(one, actor, why):
                done += 1
                if what:
                    workitems.note(what, actor=actor, reason=why, achievement=one.achievement)
    return Done(done, len(wanted) - done)


def reveal(operation_id: str, course_key: str, which: str, /, *, actor: str, reason: str) -> str:
    """A full number of a result, ``id`` or ``certificate``, for whoever may see it (the caller has looked). The reason
    is on record before the number is out. One transaction of its own.

    Returns:
        Empty without actor or reason, if there is no such result in this course, or if it does not open.
    """
    why, one = workitems.clean(reason), staff.of_course(operation_id, course_key)
    if one is None or not why or not actor or which not in ("id", "certificate"):
        return ""
    try:
        if which == "certificate":
            number = record.certificate_number(one.achievement)
        else:
            who = store.current(one.achievement.learner_id)
            number = store.details(who).id_no if who else ""
    except (vault.Closed, conf.Unset):
        return ""
    if number:
        workitems.note("revealed", actor=actor, reason=why, achievement=one.achievement)
        _log.info("dgx_registry: a full number (%s) of operation %s was looked at by %s", which, one.uuid, actor)
    return number


def revocation_reasons() -> list[tuple[str, str]]:
    """The contract's reasons of a revocation, with words."""
    return [(code, words.ground(code)) for code in corrections.REASONS]
