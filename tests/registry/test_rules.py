"""What follows from an outcome, without network, clock or database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock.registry.contract import (
    PROBLEMS,
    Next,
    Outcome,
    ProblemClass,
    Scope,
    Settlement,
    Verdict,
    not_sent,
    problem,
    unknown,
)
from dgxblock.registry.delivery import rules
from dgxblock.registry.states import SETTLED, WORKABLE, OpState

NOW = datetime(2026, 11, 23, tzinfo=UTC)
READY = rules.Situation(OpState.READY, "", 0, quiet=60, base=5, moment=NOW, jitter=lambda: 1.0)


def no(code: str, /, **members: Any) -> Outcome:
    kind = PROBLEMS[code]
    return Outcome(
        verdict=Verdict.NO, code=code, problem_class=kind.problem_class, scope=kind.scope, owner=kind.owner,
        problem=problem(code, result_id="x", errors=[{"pointer": "", "code": "c"}], server_time="t"), **members,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "to", "effect"),
    [
        ("throttled", "READY", "pause"), ("unavailable", "READY", "pause"), ("busy", "READY", "ok"),
        ("digest", "READY", "ok"), ("signature", "READY", "block"), ("clock", "READY", "block"),
        ("forbidden", "READY", "block"), ("gone", "READY", "block"), ("malformed", "REJECTED", "ok"),
        ("too-large", "REJECTED", "ok"), ("invalid", "REJECTED", "ok"), ("refused", "REJECTED", "ok"),
        ("conflict", "UNKNOWN", "ok"), ("state", "UNKNOWN", "ok"), ("stale", "UNKNOWN", "ok"),
    ],
)  # fmt: skip
def test_every_row_of_the_contracts_table(code: str, to: str, effect: str) -> None:
    move = rules.after_send(no(code), READY)
    assert (move.to, move.effect.kind) == (to, effect)
    assert (move.to in WORKABLE) == (move.delay is not None)


@pytest.mark.parametrize(
    ("code", "scope"), [("forbidden", Scope.SCHEME), ("gone", Scope.SCHEME), ("clock", Scope.REGISTRY)]
)
def test_a_block_is_as_wide_as_the_contract_says(code: str, scope: Scope) -> None:
    assert rules.after_send(no(code), READY).effect.scope is scope


@pytest.mark.parametrize("code", ["throttled", "unavailable", "busy", "signature", "clock", "forbidden", "gone"])
def test_what_is_not_the_operations_fault_is_not_counted(code: str) -> None:
    assert rules.after_send(no(code), replace(READY, tries=7)).tries == 7


def test_nobody_reached_is_not_counted_either() -> None:
    move = rules.after_send(not_sent("connection"), replace(READY, tries=7))
    assert (move.to, move.tries, move.effect.kind) == (OpState.READY, 7, "fail")


def test_busy_twice_is_looked_up() -> None:
    first = rules.after_send(no("busy"), READY)
    second = rules.after_send(no("busy"), replace(READY, reason=first.reason))
    assert (first.to, second.to, second.delay) == (OpState.READY, OpState.UNKNOWN, 60)


def test_an_unknown_outcome_rests_for_the_quiet_period() -> None:
    move = rules.after_send(unknown("deadline"), READY)
    assert (move.to, move.delay, move.tries) == (OpState.UNKNOWN, 60, 1)


@pytest.mark.parametrize("state", [OpState.UNKNOWN, OpState.PENDING])
@pytest.mark.parametrize("outcome", [unknown("json"), not_sent(), no("throttled"), no("clock")])
def test_a_look_up_that_says_nothing_changes_nothing(state: OpState, outcome: Outcome) -> None:
    at = replace(READY, state=state, reason="conflict")
    move = rules.after_lookup(Settlement(next=Next.WAIT, code=outcome.code, outcome=outcome), at)
    assert (move.to, move.reason) == (state, "conflict")


def test_reconciliation_is_never_sent() -> None:
    move = rules.after_lookup(Settlement(next=Next.RECONCILE, code="lost"), READY)
    assert (move.to, move.delay, move.owner) == (OpState.HUMAN, None, "staff")


def test_patience_lasts_more_than_three_days() -> None:
    waits = [rules.back_off(tries, 5, lambda: 0.5) for tries in range(rules.MAX_TRIES)]
    assert sum(waits) > 24 * 3600 and max(waits) <= rules.CAP_SECONDS
    assert sum(rules.back_off(tries, 5, lambda: 1.0) for tries in range(rules.MAX_TRIES)) > 72 * 3600


@given(st.integers(0, 10_000), st.floats(0, 3600), st.floats(0, 1))
def test_back_off_stays_between_base_and_cap(tries: int, base: float, part: float) -> None:
    assert base <= rules.back_off(tries, base, lambda: part) <= max(base, rules.CAP_SECONDS)


@given(st.sampled_from(sorted(PROBLEMS)), st.sampled_from(list(OpState)), st.integers(0, 100), st.text(max_size=5))
def test_no_answer_leads_out_of_the_states(code: str, state: OpState, tries: int, header: str) -> None:
    if PROBLEMS[code].problem_class is ProblemClass.UNKNOWN or code == "not-found":
        return
    move = rules.after_send(no(code, retry_after=header), replace(READY, state=state, tries=tries))
    assert (move.delay is None) == (move.to not in WORKABLE)
    assert move.to is not OpState.DONE and (move.to not in SETTLED or move.owner)
