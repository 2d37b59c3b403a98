"""What an answer means: only a right one is a success, and every doubt is unknown."""

from __future__ import annotations

from typing import Any

import pytest

from dgxblock.registry import contract as c
from tests.builders.contract import RESULT_ID, answer, example, receipt, sent

CONTENT = b"frozen bytes"
SENT = sent(CONTENT)
OTHER_ID = "018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e60"


def problem(code: str, **members: Any) -> dict[str, Any]:
    """A valid problem about our result."""
    extra: dict[str, Any] = {"result_id": RESULT_ID}
    if code in {"invalid", "refused"}:
        extra["errors"] = [{"pointer": "/person/name", "code": "bad-value"}]
    if code == "clock":
        extra["server_time"] = "2026-11-21T00:00:00Z"
    return {**c.problem(code, **extra), **members}


def pending(**members: Any) -> dict[str, Any]:
    document = receipt(of=CONTENT, outcome="pending", **members)
    del document["certificate"]
    return document


@pytest.mark.parametrize("status", [200, 201, 202])
def test_the_receipt_decides_not_the_status(status: int) -> None:
    assert c.classify(SENT, answer(receipt(of=CONTENT), status)).verdict is c.Verdict.DONE
    assert c.classify(SENT, answer(pending(), status)).verdict is c.Verdict.PENDING


def test_a_receipt_that_refuses_is_a_refusal() -> None:
    refused = {**example("receipt.good.refused.json"), "payload_sha256": c.payload_sha256(CONTENT)}
    outcome = c.classify(SENT, answer(refused, 200))
    assert (outcome.verdict, outcome.problem_class, outcome.owner) == (
        c.Verdict.NO,
        c.ProblemClass.DATA,
        c.Owner.TRAINEE,
    )
    assert outcome.error_codes == ("identity-mismatch",)


TABLE = [
    ("throttled", 429, "throttle", "registry", None), ("unavailable", 503, "throttle", "registry", None),
    ("busy", 409, "throttle", "result", None), ("digest", 400, "transient", "operation", None),
    ("signature", 401, "endpoint", "registry", "operator"), ("clock", 401, "endpoint", "registry", "operator"),
    ("forbidden", 403, "endpoint", "scheme", "operator"), ("gone", 410, "endpoint", "scheme", "operator"),
    ("malformed", 400, "ours", "operation", "programmer"), ("malformed", 415, "ours", "operation", "programmer"),
    ("too-large", 413, "ours", "operation", "programmer"), ("invalid", 422, "ours", "operation", "programmer"),
    ("refused", 422, "data", "operation", "staff"), ("conflict", 409, "look-up", "result", None),
    ("state", 409, "look-up", "result", None), ("stale", 412, "look-up", "result", None),
]  # fmt: skip


@pytest.mark.parametrize(("code", "status", "kind", "scope", "owner"), TABLE)
def test_each_problem_has_its_class(code: str, status: int, kind: str, scope: str, owner: str | None) -> None:
    outcome = c.classify(SENT, answer(problem(code, status=status), status, Retry_After="7"))
    assert (outcome.verdict, outcome.code) == (c.Verdict.NO, code)
    assert (outcome.problem_class, outcome.scope, outcome.owner) == (kind, scope, owner)
    assert outcome.retry_after == "7"
    assert not outcome.suspect_endpoint


def test_every_listed_problem_is_in_the_table() -> None:
    assert {row[0] for row in TABLE} | {"not-found", "internal"} == set(c.PROBLEMS)
    listed = {kind.urn for kind in c.PROBLEMS.values()}
    for kind in c.PROBLEMS.values():
        assert c.validate("problem", problem(kind.code)) == []
    assert len(listed) == 17


def test_internal_is_unknown() -> None:
    outcome = c.classify(SENT, answer(problem("internal"), 500))
    assert (outcome.verdict, outcome.code) == (c.Verdict.UNKNOWN, "internal")


def test_nothing_to_revoke_is_looked_up_but_nothing_to_issue_means_a_wrong_address() -> None:
    not_found = answer(problem("not-found"), 404)
    revoke = c.classify(sent(CONTENT, kind="revoke", seq=2, previous_seq=1), not_found)
    assert (revoke.verdict, revoke.problem_class) == (c.Verdict.NO, c.ProblemClass.LOOK_UP)
    issue = c.classify(SENT, not_found)
    assert (issue.verdict, issue.suspect_endpoint) == (c.Verdict.UNKNOWN, True)


GOOD = receipt(of=CONTENT)


@pytest.mark.parametrize(
    ("given", "code", "suspect"),
    [
        (answer(receipt(of=b"other"), 200), "reference", False),
        (answer(receipt(OTHER_ID, of=CONTENT), 200), "reference", False),
        (answer(receipt(of=CONTENT, seq=2), 200), "reference", False),
        (answer(b"", 200), "json", False),
        (answer(b"", 204), "status", False),
        (answer(GOOD, 203), "status", False),
        (answer(GOOD, 100), "status", False),
        (answer(GOOD, 600), "status", False),
        (answer(GOOD, 301, Location="https://elsewhere.example/"), "redirect", True),
        (answer(GOOD, 302), "redirect", True),
        (answer({"code": 200, "msg": "成功", "data": GOOD}, 200), "schema", False),
        (answer({"code": 500, "msg": "系统繁忙"}, 200), "schema", False),
        (answer({**GOOD, "name": "张测试"}, 200), "schema", False),
        (answer(b"<!DOCTYPE html><title>login</title>", 200), "json", True),
        (answer(b"<html>", 200, Content_Type="text/html; charset=utf-8"), "media-type", True),
        (answer(GOOD, 200, Content_Type="text/plain"), "media-type", False),
        (answer(GOOD, 200, Content_Type="application/problem+json"), "media-type", False),
        (answer(GOOD, 200, Content_Encoding="gzip"), "coding", False),
        (answer(GOOD, 200, Content_Length="9999"), "incomplete", False),
        (answer(GOOD, 200, Content_Length="1"), "incomplete", False),
        (c.Answer(200, answer(GOOD).headers, answer(GOOD).body, complete=False), "incomplete", False),
        (answer(b" " * (c.MAX_ANSWER_BYTES + 1), 200), "too-long", False),
        (answer(b'{"a":1,"a":2}', 200), "json", False),
        (answer(b"[" * 100_000, 200), "json", False),
        (answer(b"null", 200), "schema", False),
        (answer(b"[]", 200), "schema", False),
        (answer(b"Bad Gateway", 502), "media-type", False),
        (answer(b"<html>404</html>", 404, Content_Type="text/html"), "media-type", True),
        (answer({"type": "about:blank", "title": "x", "status": 503}, 503, Content_Type=c.MEDIA_TYPE), "schema", False),
        (answer({"error": "nope"}, 503), "media-type", False),
        (answer(c.problem("unavailable"), 503), "reference", False),
        (answer(problem("refused", result_id=OTHER_ID), 422), "reference", False),
        (answer(problem("throttled"), 503), "status", False),
        (answer(problem("throttled", status=409), 409), "status", False),
        (answer(problem("refused"), 500), "status", False),
        (answer(problem("refused"), 200), "media-type", False),
        (answer(GOOD, 422, Content_Type=c.MEDIA_TYPE), "schema", False),
        (answer(problem("refused", errors=[]), 422), "schema", False),
        (answer(problem("not-found"), 404), "not-found", True),
    ],
    ids=repr,
)
def test_everything_else_is_unknown(given: c.Answer, code: str, suspect: bool) -> None:
    outcome = c.classify(SENT, given)
    assert (outcome.verdict, outcome.problem_class) == (c.Verdict.UNKNOWN, c.ProblemClass.UNKNOWN)
    assert (outcome.code, outcome.suspect_endpoint) == (code, suspect)
    assert outcome.receipt is None


def test_header_names_come_in_any_case_and_media_types_with_parameters() -> None:
    given = answer(GOOD, 201)
    headers = {name.lower(): value for name, value in given.headers.items()}
    headers["content-type"] = "Application/JSON; charset=UTF-8"
    assert c.classify(SENT, c.Answer(201, headers, given.body)).verdict is c.Verdict.DONE


def test_a_request_that_was_never_written_is_known_not_to_have_arrived() -> None:
    outcome = c.not_sent()
    assert (outcome.verdict, outcome.problem_class) == (c.Verdict.NO, c.ProblemClass.TRANSIENT)
    assert c.unknown("timeout").verdict is c.Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("codes", "owner"),
    [
        (["identity-mismatch"], "trainee"),
        (["identity-mismatch", "underage"], "trainee"),
        (["identity-mismatch", "bad-value"], "staff"),
        (["identity-mismatch", "unknown-credential"], "operator"),
        (["something-new"], "staff"),
        ([], "staff"),
    ],
)
def test_the_trainee_is_asked_only_if_the_trainee_alone_can_mend_it(codes: list[str], owner: str) -> None:
    assert c.owner_of(codes) == owner


def test_a_batch_is_matched_by_reference_not_by_place() -> None:
    name = "batch-answer.good.out-of-order-is-valid-but-matched-by-reference.json"
    lines = [as_sent(item) for item in example("batch-answer.good.mixed.json")["items"]]
    outcomes, strangers = c.classify_batch(lines, answer(example(name)))
    assert strangers == ()
    assert [outcomes[line.result_id].verdict for line in lines] == ["done", "done", "no", "pending"]
    assert outcomes[lines[2].result_id].owner == "trainee"


def test_a_line_without_an_item_is_unknown_and_a_stranger_is_told() -> None:
    mixed = example("batch-answer.good.mixed.json")["items"]
    outcomes, strangers = c.classify_batch(
        [as_sent(item) for item in mixed], answer(example("batch-answer.good.item-missing-is-valid-but-unknown.json"))
    )
    assert [str(outcome.verdict) for outcome in outcomes.values()].count("unknown") == 1
    assert strangers == ()
    _, strangers = c.classify_batch([as_sent(mixed[0])], answer(example("batch-answer.good.mixed.json")))
    assert [item["result_id"] for item in strangers] == [item["result_id"] for item in mixed[1:]]


def test_a_line_answered_twice_is_unknown() -> None:
    mixed = example("batch-answer.good.mixed.json")
    mixed["items"].append(mixed["items"][0])
    outcomes, _ = c.classify_batch([as_sent(mixed["items"][0])], answer(mixed))
    assert [outcome.code for outcome in outcomes.values()] == ["answered-twice"]


def test_a_batch_that_was_not_looked_at_answers_for_every_line() -> None:
    line = as_sent(example("batch-answer.good.mixed.json")["items"][0])
    outcomes, _ = c.classify_batch([line], answer(c.problem("unavailable"), 503, Retry_After="30"))
    assert (outcomes[line.result_id].problem_class, outcomes[line.result_id].retry_after) == ("throttle", "30")
    outcomes, _ = c.classify_batch([line], answer(c.problem("internal"), 500))
    assert outcomes[line.result_id].verdict == "unknown"


def as_sent(item: dict[str, Any]) -> c.Sent:
    digest = item["receipt"]["payload_sha256"] if "receipt" in item else c.payload_sha256(b"")
    return sent(result_id=item["result_id"], seq=item["seq"], payload_sha256=digest)
