"""The rule for unknown outcomes: what a look-up settles, and what it never allows."""

from __future__ import annotations

from typing import Any

import pytest

from dgxblock.registry import contract as c
from tests.builders.contract import RESULT_ID, answer, receipt, sent

CONTENT = b"frozen bytes"
FIRST = sent(CONTENT)
THIRD = sent(CONTENT, seq=3, previous_seq=1)
NOT_FOUND = answer(c.problem("not-found", result_id=RESULT_ID), 404)


def held(**members: Any) -> c.Answer:
    return answer(receipt(of=CONTENT, **members))


def other(**members: Any) -> c.Answer:
    return answer(receipt(of=b"other", **members))


@pytest.mark.parametrize(
    ("operation", "given", "step", "code"),
    [
        (FIRST, held(), "answer", ""),
        (THIRD, held(seq=3), "answer", ""),
        (FIRST, other(), "reconcile", "other-digest"),
        (FIRST, other(seq=2), "reconcile", "greater-seq"),
        (FIRST, NOT_FOUND, "send", ""),
        (THIRD, other(seq=1), "send", ""),
        (THIRD, other(seq=2), "reconcile", "other-seq"),
        (THIRD, NOT_FOUND, "reconcile", "lost"),
    ],
)
def test_a_look_up_after_the_quiet_period_settles_it(operation: c.Sent, given: c.Answer, step: str, code: str) -> None:
    settled = c.settle(operation, given)
    assert (settled.next, settled.code) == (step, code)


def test_the_answer_found_is_the_answer_of_the_operation() -> None:
    settled = c.settle(FIRST, held())
    assert settled.outcome is not None
    assert settled.outcome.verdict is c.Verdict.DONE
    assert settled.outcome.receipt == receipt(of=CONTENT)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (answer(b"<html>not found</html>", 404, Content_Type="text/html"), "media-type"),
        (answer({"error": "not found"}, 404), "media-type"),
        (answer(c.problem("not-found", result_id="018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e60"), 404), "reference"),
        (answer(b"[]", 200), "schema"),
        (answer(b"", 204), "status"),
        (answer(receipt("018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e60", of=CONTENT)), "reference"),
        (answer(receipt(of=CONTENT), 302), "redirect"),
        (answer(c.problem("internal", result_id=RESULT_ID), 500), "internal"),
        (answer(c.problem("stale", result_id=RESULT_ID), 412), "stale"),
        (answer(c.problem("malformed", result_id=RESULT_ID), 400), "malformed"),
    ],
    ids=repr,
)
def test_on_anything_else_nothing_is_ever_sent(given: c.Answer, code: str) -> None:
    settled = c.settle(FIRST, given)
    assert (settled.next, settled.code) == (c.Next.WAIT, code)
    assert settled.outcome is not None
    assert settled.outcome.verdict is c.Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [("unavailable", 503, "throttle"), ("throttled", 429, "throttle"), ("forbidden", 403, "endpoint")],
)
def test_a_look_up_that_is_throttled_or_blocked_waits_and_says_so(code: str, status: int, kind: str) -> None:
    settled = c.settle(FIRST, answer(c.problem(code, result_id=RESULT_ID), status))
    assert settled.next is c.Next.WAIT
    assert settled.outcome is not None
    assert settled.outcome.problem_class == kind


def test_after_a_no_only_the_very_same_operation_is_a_success() -> None:
    assert c.settle(FIRST, held(), after_no=True).next is c.Next.ANSWER
    for given in (NOT_FOUND, other(), other(seq=2)):
        assert c.settle(FIRST, given, after_no=True).next is c.Next.RECONCILE
    assert c.settle(THIRD, other(seq=1), after_no=True).next is c.Next.RECONCILE


def test_a_look_up_may_lag_for_a_while_but_not_for_ever() -> None:
    for given, code in ((NOT_FOUND, "lost"), (held(rev=1), "older-rev")):
        assert c.settle(FIRST, given, known_rev=2, lagging=True).next is c.Next.WAIT
        settled = c.settle(FIRST, given, known_rev=2)
        assert (settled.next, settled.code) == (c.Next.RECONCILE, code)
    assert c.settle(FIRST, held(rev=2), known_rev=2).next is c.Next.ANSWER


def test_a_receipt_of_somebody_else_settles_nothing() -> None:
    stranger = receipt("018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e60", of=CONTENT)
    assert c.compare(FIRST, stranger).next is c.Next.RECONCILE
