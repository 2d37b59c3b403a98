"""The switch: every way to misbehave ends, for a sender that keeps the contract, with one certificate or none."""

from __future__ import annotations

import time

import pytest
import requests

from dgxblock.registry import contract as c
from tests.builders.contract import result, signed
from tests.demo.sandbox.registry import (
    LATER_SECONDS,
    SLOW_SECONDS,
    Registry,
    as_answer,
    new_id,
    op_key,
    problem_of,
    sent,
)


def test_a_lost_answer_leaves_one_certificate_that_a_look_up_finds(registry: Registry) -> None:
    document = result(new_id())
    registry.misbehave("lose-answer")
    with pytest.raises(requests.ConnectionError):
        registry.put(document)
    assert registry.certificates_of(document["result_id"]) == 1
    settled = c.settle(sent(document), as_answer(registry.look_up(document["result_id"])))
    assert settled.next is c.Next.ANSWER
    with pytest.raises(requests.ConnectionError):
        registry.put(document)
    assert registry.certificates_of(document["result_id"]) == 1


def test_a_failure_after_the_fact_is_unknown_and_a_look_up_finds_the_certificate(registry: Registry) -> None:
    document = result(new_id())
    registry.misbehave("fail-after-commit")
    answer = registry.put(document)
    assert (answer.status_code, problem_of(answer)) == (500, "internal")
    assert c.classify(sent(document), as_answer(answer)).verdict is c.Verdict.UNKNOWN
    assert c.settle(sent(document), as_answer(registry.look_up(document["result_id"]))).next is c.Next.ANSWER
    registry.misbehave("normal")
    assert registry.put(document).status_code == 200
    assert registry.certificates_of(document["result_id"]) == 1


def test_a_refusal_stays_a_refusal_while_the_answers_are_lost(registry: Registry) -> None:
    # Only what has taken effect can be lost: else a lost refusal would look like a lost certificate.
    registry.misbehave("lose-answer")
    assert problem_of(registry.issue(id_no="110105194912310021")) == "refused"


def test_a_refused_identity_stores_nothing_and_may_be_corrected(registry: Registry) -> None:
    document = result(new_id())
    registry.misbehave("refuse-identity")
    outcome = c.classify(sent(document), as_answer(registry.put(document)))
    assert (outcome.code, outcome.owner, outcome.error_codes) == ("refused", "trainee", ("identity-mismatch",))
    assert registry.certificates_of(document["result_id"]) == 0
    registry.misbehave("normal")
    assert registry.put(result(document["result_id"], seq=2, name="张试")).status_code == 201


def test_a_repeat_is_answered_even_while_identities_are_refused(registry: Registry) -> None:
    document = result(new_id())
    first = registry.put(document)
    registry.misbehave("refuse-identity")
    assert registry.put(document).content == first.content


def test_a_decision_comes_later_and_no_look_up_hurries_it(registry: Registry) -> None:
    document = result(new_id())
    registry.misbehave("decide-later")
    answer = registry.put(document)
    assert answer.status_code == 202
    outcome = c.classify(sent(document), as_answer(answer))
    assert outcome.verdict is c.Verdict.PENDING
    assert registry.certificates_of(document["result_id"]) == 0
    assert registry.put(document).status_code == 202
    busy = registry.put(result(document["result_id"], seq=2, previous_seq=1, name="李测试"))
    assert (problem_of(busy), busy.headers["Retry-After"]) == ("busy", "5")
    waiting = registry.look_up(document["result_id"])
    assert (waiting.status_code, waiting.json()["outcome"]) == (200, "pending")
    assert registry.certificates_of(document["result_id"]) == 0
    time.sleep(LATER_SECONDS)
    settled = c.settle(
        sent(document), as_answer(registry.look_up(document["result_id"])), known_rev=answer.json()["rev"]
    )
    assert settled.outcome is not None
    assert settled.outcome.verdict is c.Verdict.DONE
    assert settled.receipt is not None
    assert settled.receipt["rev"] == answer.json()["rev"] + 1
    assert registry.certificates_of(document["result_id"]) == 1


def test_a_revocation_decided_later_leaves_the_certificate_alive_until_then(registry: Registry) -> None:
    result_id = new_id()
    registry.issue(result_id)
    registry.misbehave("decide-later")
    waiting = registry.revoke(result_id)
    assert (waiting.status_code, waiting.json()["certificate"]["status"]) == (202, "live")
    time.sleep(LATER_SECONDS)
    assert registry.look_up(result_id).json()["certificate"]["status"] == "revoked"
    waiting = registry.reinstate(result_id, seq=3, previous_seq=2)
    assert (waiting.status_code, waiting.json()["certificate"]["status"]) == (202, "revoked")
    time.sleep(LATER_SECONDS)
    assert registry.look_up(result_id).json()["certificate"]["status"] == "live"


def test_a_decision_can_turn_out_to_be_a_refusal_and_be_followed_by_a_correction(registry: Registry) -> None:
    document = result(new_id())
    registry.misbehave("decide-later")
    registry.put(document)
    registry.misbehave("refuse-identity")
    time.sleep(LATER_SECONDS)
    answer = as_answer(registry.look_up(document["result_id"]))
    settled = c.settle(sent(document), answer)
    assert settled.outcome is not None
    assert (settled.outcome.code, settled.outcome.owner) == ("refused", "trainee")
    assert registry.certificates_of(document["result_id"]) == 0
    registry.misbehave("normal")
    assert registry.put(result(document["result_id"], seq=2, previous_seq=1)).status_code == 201


def test_a_slow_answer_is_slow_but_right(registry: Registry) -> None:
    document = result(new_id())
    registry.misbehave("slow")
    began = time.monotonic()
    assert registry.put(document).status_code == 201
    assert time.monotonic() - began >= SLOW_SECONDS
    registry.misbehave("normal")
    began = time.monotonic()
    registry.put(document)
    assert time.monotonic() - began < SLOW_SECONDS


def test_a_sender_that_gives_up_on_a_slow_answer_finds_it_by_look_up(registry: Registry) -> None:
    document = result(new_id())
    registry.misbehave("slow")
    body = c.canonical(document)
    target = c.result_target(document["result_id"])
    headers = signed("PUT", target, body, msg_id=op_key(document), previous_seq=0)
    with pytest.raises(requests.Timeout):
        requests.put(registry.base + target, data=body, headers=headers, timeout=SLOW_SECONDS / 2)
    registry.misbehave("normal")
    assert c.settle(sent(document), as_answer(registry.look_up(document["result_id"]))).next is c.Next.ANSWER
    assert registry.certificates_of(document["result_id"]) == 1


def test_while_it_is_closed_nothing_is_stored_and_look_ups_are_closed_too(registry: Registry) -> None:
    document = result(new_id())
    registry.misbehave("unavailable")
    answer = registry.put(document)
    outcome = c.classify(sent(document), as_answer(answer))
    assert (answer.status_code, outcome.problem_class, outcome.retry_after) == (503, "throttle", "15")
    assert c.settle(sent(document), as_answer(registry.look_up(document["result_id"]))).next is c.Next.WAIT
    assert registry.certificates_of(document["result_id"]) == 0
    assert registry.http.get(f"{registry.base}/healthz", timeout=10).status_code == 200
    registry.misbehave("normal")
    assert registry.put(document).status_code == 201


def test_the_log_shows_that_a_retry_made_no_second_certificate(registry: Registry) -> None:
    document = result(new_id())
    registry.misbehave("lose-answer")
    with pytest.raises(requests.ConnectionError):
        registry.put(document)
    registry.misbehave("normal")
    registry.look_up(document["result_id"])
    registry.put(document)
    sql = "SELECT method, place, status, outcome, seq FROM dgx_sandbox_exchange WHERE result_id=? ORDER BY id"
    assert registry.rows(sql, document["result_id"]) == [
        ("PUT", "result", 0, "issued", 1), ("GET", "result", 200, "looked-up", 1),
        ("PUT", "result", 200, "repeated", 1),
    ]  # fmt: skip


def test_the_log_keeps_nothing_of_an_unknown_path_or_method(registry: Registry) -> None:
    registry.send("BREW", "/v1/zhang-ceshi")
    sql = "SELECT method, place, result_id, outcome FROM dgx_sandbox_exchange ORDER BY id DESC LIMIT 1"
    assert registry.rows(sql) == [("?", "other", "", "malformed")]
