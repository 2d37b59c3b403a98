"""What the next step is: every case of what is wanted, what the registry shows and what is under way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock.registry.convergence import Facts, Step, wanted
from dgxblock.registry.states import OpKind, OpState, Policy, RemoteState, Verdict

ISSUED = Facts(withdrawn=False, verdict="", policy="review", remote="issued", kind="ISSUE", state="DONE", sends=1)
LOST = replace(ISSUED, withdrawn=True)
REVOKED = Facts(withdrawn=True, verdict="", policy="auto", remote="revoked", kind="REVOKE", state="DONE", sends=1)


@pytest.mark.parametrize(
    ("at", "step"),
    [
        (ISSUED, Step.NOTHING),
        (replace(ISSUED, differs=True), Step.CORRECT),
        (replace(ISSUED, differs=True, kind="CORRECT", state="READY", sends=0), Step.NOTHING),
        (replace(ISSUED, kind="CORRECT", state="READY", sends=0), Step.CLOSE),
        (replace(LOST, kind="CORRECT", state="HELD", sends=0), Step.CLOSE),
        (LOST, Step.ASK),
        (replace(LOST, policy="auto"), Step.REVOKE),
        (replace(LOST, policy="never"), Step.NOTHING),
        (replace(LOST, verdict="keep"), Step.NOTHING),
        (replace(LOST, policy="auto", verdict="keep"), Step.NOTHING),
        (replace(LOST, policy="never", verdict="revoke"), Step.REVOKE),
        (replace(LOST, verdict="revoke"), Step.REVOKE),
        (replace(LOST, policy="auto", kind="REVOKE", state="REJECTED"), Step.NOTHING),
        (replace(LOST, policy="auto", kind="REVOKE", state="DONE"), Step.NOTHING),
        (replace(LOST, policy="auto", kind="REINSTATE", state="DONE"), Step.REVOKE),
        (replace(LOST, policy="auto", remote="pending"), Step.NOTHING),
        (replace(LOST, remote="absent", state="REJECTED"), Step.NOTHING),
        (replace(LOST, remote="absent", state="HELD", sends=0), Step.GATES),
        (replace(ISSUED, remote="absent", state="READY", sends=0), Step.GATES),
        (replace(ISSUED, kind="REVOKE", state="READY", sends=0), Step.CLOSE),
        (replace(ISSUED, kind="REVOKE", state="HUMAN", sends=0), Step.CLOSE),
        (replace(ISSUED, kind="REVOKE", state="HUMAN", sends=1), Step.NOTHING),
        (replace(LOST, kind="REVOKE", state="READY", sends=0), Step.NOTHING),
        (replace(LOST, kind="REVOKE", state="READY", verdict="keep", sends=0), Step.CLOSE),
        (REVOKED, Step.NOTHING),
        (replace(REVOKED, withdrawn=False), Step.REINSTATE),
        (replace(REVOKED, withdrawn=False, kind="REINSTATE", state="READY", sends=0), Step.NOTHING),
        (replace(REVOKED, kind="REINSTATE", state="READY", sends=0), Step.CLOSE),
        (replace(REVOKED, withdrawn=False, kind="REINSTATE", state="REJECTED"), Step.NOTHING),
        (replace(REVOKED, withdrawn=False, kind="ISSUE"), Step.NOTHING),  # revoked by the registry's own people
    ],
)
def test_the_next_step(at: Facts, step: Step) -> None:
    assert wanted(at) is step


FACTS = st.builds(
    Facts, withdrawn=st.booleans(), verdict=st.sampled_from(["", *Verdict.values]),
    policy=st.sampled_from(Policy.values), remote=st.sampled_from(RemoteState.values),
    kind=st.sampled_from(OpKind.values), state=st.sampled_from(OpState.values), sends=st.integers(0, 3),
    differs=st.booleans(),
)  # fmt: skip


@given(FACTS)
def test_nothing_is_opened_or_closed_while_something_is_under_way(at: Facts) -> None:
    if at.state in ("SENDING", "UNKNOWN", "PENDING") or (at.state in ("HUMAN", "DEAD") and at.sends):
        assert wanted(at) is Step.NOTHING


@given(FACTS)
def test_nobody_is_revoked_who_has_earned_it_or_may_keep_it(at: Facts) -> None:
    step = wanted(at)
    if not at.withdrawn or at.verdict == "keep":
        assert step not in (Step.REVOKE, Step.ASK)
    if step is Step.REVOKE:
        assert at.remote == "issued" and (at.policy == "auto" or at.verdict == "revoke")
    if at.withdrawn:
        assert step not in (Step.CORRECT, Step.REINSTATE)
