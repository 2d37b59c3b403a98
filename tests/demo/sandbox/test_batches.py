"""Batches at the sandbox: every line its own decision, and nothing looked at when the whole cannot be read."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from dgxblock.registry import contract as c
from tests.builders.contract import key, result
from tests.demo.sandbox.registry import Registry, changed, new_id, problem_of


def post(registry: Registry, body: bytes, /, **changes: str | None) -> requests.Response:
    headers = c.signed_headers(
        [key()], "POST", c.BATCH_TARGET, msg_id=c.batch_key(body), idempotency_key=c.batch_key(body), body=body,
        timestamp=int(time.time()), content_type="application/x-ndjson",
    )  # fmt: skip
    return registry.send("POST", c.BATCH_TARGET, body, changed(headers, changes))


def lines(*documents: dict[str, Any]) -> bytes:
    return c.batch_body([c.canonical(one) for one in documents])


def test_two_hundred_lines_get_two_hundred_certificates(registry: Registry) -> None:
    documents = [result(new_id()) for _n in range(200)]
    answer = post(registry, lines(*documents))
    assert answer.status_code == 200
    found = c.loads(answer.content)
    assert c.validate("batch-answer", found) == []
    assert [item["result_id"] for item in found["items"]] == [one["result_id"] for one in documents]
    assert len({item["receipt"]["certificate"]["no"] for item in found["items"]}) == 200
    before = registry.state()
    again = c.loads(post(registry, lines(*documents)).content)
    assert {item["status"] for item in again["items"]} == {200}
    assert registry.state() == before


def test_each_line_has_the_answer_of_its_own_put(registry: Registry) -> None:
    issued, wrong, stale, refused = new_id(), new_id(), new_id(), new_id()
    bad = result(wrong)
    bad["result"] = {**bad["result"], "score": "101"}
    answer = post(
        registry,
        lines(result(issued), bad, result(stale, seq=3, previous_seq=2), result(refused, id_no="110105194912310021")),
    )
    items = {item["result_id"]: item for item in c.loads(answer.content)["items"]}
    assert {name: items[name]["status"] for name in items} == {issued: 201, wrong: 422, stale: 412, refused: 422}
    assert (
        c.problem_code(items[wrong]["problem"]) == "invalid" and c.problem_code(items[refused]["problem"]) == "refused"
    )
    assert registry.look_up(issued).status_code == 200
    assert all(registry.look_up(one).status_code == 404 for one in (wrong, stale, refused))
    put = registry.put(result(issued))
    assert (put.status_code, put.json()) == (200, items[issued]["receipt"])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: b"", lambda body: body[:-1], lambda body: body + b"\n", lambda body: body * 2,
        lambda body: body + b"{\n", lambda body: body + b"[]\n", lambda body: body + b"null\n",
        lambda body: body + b'{"scheme":"x","result_id":7,"seq":1}\n', lambda body: body + b'{"scheme":[]}\n',
        lambda body: body + b'{"a":1,"a":2}\n', lambda body: body + b"\xff\n",
    ],
)  # fmt: skip
def test_a_batch_that_cannot_be_read_stores_nothing(registry: Registry, spoil: Any) -> None:
    before = registry.state()
    answer = post(registry, spoil(lines(result(new_id()))))
    assert problem_of(answer) == "malformed"
    assert registry.state() == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Content_Type": "application/json"}, "malformed"), ({"Content_Digest": None}, "malformed"),
        ({"Content_Digest": c.content_digest(b"other")}, "digest"), ({"webhook_signature": None}, "signature"),
        ({"Idempotency_Key": "batch:" + "0" * 64}, "malformed"), ({"Idempotency_Key": None}, "malformed"),
    ],
)  # fmt: skip
def test_what_must_be_right_about_the_request(registry: Registry, changes: dict[str, str | None], code: str) -> None:
    before = registry.state()
    assert problem_of(post(registry, lines(result(new_id())), **changes)) == code
    assert registry.state() == before


def test_sizes_have_their_limits(registry: Registry) -> None:
    assert problem_of(post(registry, b"x" * (c.MAX_BATCH_BYTES + 1))) == "too-large"
    assert problem_of(post(registry, lines(*(result(new_id()) for _n in range(201))))) == "malformed"
    large, small = new_id(), new_id()
    padded = c.canonical(result(large)) + b" " * c.MAX_BODY_BYTES
    answer = post(registry, c.batch_body([padded, c.canonical(result(small))]))
    items = c.loads(answer.content)["items"]
    assert [item["status"] for item in items] == [413, 201]


@pytest.mark.parametrize("mode", ["lose-answer", "fail-after-commit"])
def test_a_batch_whose_answer_is_spoilt_has_taken_effect(registry: Registry, mode: str) -> None:
    registry.misbehave(mode)
    made = new_id()
    try:
        answer = post(registry, lines(result(made)))
        assert mode == "fail-after-commit" and problem_of(answer) == "internal"
    except requests.ConnectionError:
        assert mode == "lose-answer"
    assert registry.certificates_of(made) == 1
