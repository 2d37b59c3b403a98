"""The rule for unknown outcomes, step 3: what a look-up says about an operation that may or may not have arrived.

Look up only after ``quiet_seconds`` have passed since the exchange ended: before that, absence means nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dgxblock.registry.contract.answers import Answer, Outcome, Sent, of_problem, of_receipt, read, unknown
from dgxblock.registry.contract.problems import ProblemClass

__all__ = ["Next", "Settlement", "compare", "settle"]


class Next(StrEnum):
    """What to do after a look-up."""

    ANSWER = "answer"  # it arrived: `outcome` is its answer
    SEND = "send"  # it did not arrive: send the same bytes again
    RECONCILE = "reconcile"  # a person decides; never send
    WAIT = "wait"  # still unknown; back off and look up again; `outcome` may say to pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a look-up settles.

    Attributes:
        next: see `Next`.
        code: why, for RECONCILE (``other-digest``, ``greater-seq``, ``other-seq``, ``lost``, ``older-rev``,
            ``not-ours``) and WAIT.
        outcome: with ANSWER, what the operation came to; with WAIT, what the look-up itself met (a throttle, a blocked
            endpoint), by which the sender pauses.
        receipt: what the registry holds, if it said so.
    """

    next: Next
    code: str = ""
    outcome: Outcome | None = None
    receipt: Mapping[str, Any] | None = None


def settle(
    sent: Sent, answer: Answer, /, *, known_rev: int = 0, lagging: bool = False, after_no: bool = False
) -> Settlement:
    """What the answer to ``GET /v1/results/{result_id}`` says about `sent`. Never raises.

    Args:
        sent: the operation whose outcome is unknown, or that is pending.
        answer: to the look-up.
        known_rev: the highest ``rev`` of this result that was ever received; 0 if none.
        lagging: the last accepted answer is less than ``quiet_seconds`` old, so the look-up may lag behind it.
        after_no: the operation was answered ``conflict``, ``state`` or ``stale``: then only the very same seq and
            digest is a success, and nothing is ever sent again.
    """
    document = read(answer, "receipt" if answer.status == 200 else "problem", sent.result_id)
    if isinstance(document, Outcome):
        return Settlement(next=Next.WAIT, code=document.code, outcome=document)
    if answer.status == 200:
        return compare(sent, document, known_rev=known_rev, lagging=lagging, after_no=after_no)
    outcome = of_problem(document, answer)
    if outcome.code == "not-found":
        return compare(sent, None, known_rev=known_rev, lagging=lagging, after_no=after_no)
    if outcome.problem_class not in (ProblemClass.THROTTLE, ProblemClass.ENDPOINT):
        # A look-up can neither conflict nor be refused: the answer tells nothing about the operation.
        outcome = unknown(outcome.code)
    return Settlement(next=Next.WAIT, code=outcome.code, outcome=outcome)


def compare(
    sent: Sent,
    receipt: Mapping[str, Any] | None,
    /,
    *,
    known_rev: int = 0,
    lagging: bool = False,
    after_no: bool = False,
) -> Settlement:
    """The comparison itself, with a valid receipt or with None for ``not-found``.

    Callbacks and feed may settle an operation by it too, but there only ANSWER and RECONCILE count: an old receipt in
    a feed does not say that a request has not arrived.
    """
    if receipt is not None and receipt["result_id"] != sent.result_id:
        return Settlement(next=Next.RECONCILE, code="not-ours")
    held_rev = 0 if receipt is None else receipt["rev"]
    if held_rev < known_rev:
        if lagging:
            return Settlement(next=Next.WAIT, code="lag", receipt=receipt)
        return Settlement(next=Next.RECONCILE, code="lost" if receipt is None else "older-rev", receipt=receipt)
    held_seq = 0 if receipt is None else receipt["seq"]
    if receipt is not None and held_seq == sent.seq:
        if receipt["payload_sha256"] == sent.payload_sha256:
            return Settlement(next=Next.ANSWER, outcome=of_receipt(receipt), receipt=receipt)
        return Settlement(next=Next.RECONCILE, code="other-digest", receipt=receipt)
    if held_seq > sent.seq:
        return Settlement(next=Next.RECONCILE, code="greater-seq", receipt=receipt)
    if held_seq == sent.previous_seq and not after_no:
        return Settlement(next=Next.SEND, receipt=receipt)
    return Settlement(next=Next.RECONCILE, code="lost" if receipt is None else "other-seq", receipt=receipt)
