"""What the sandbox refuses: always with a problem document, and never with a change."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from dgxblock.registry import contract as c
from tests.builders.contract import key, result, signed
from tests.demo.sandbox.registry import Registry, new_id, op_key, problem_of


def signed_for(body: bytes, document: dict[str, Any], /, **options: Any) -> dict[str, str]:
    return signed(
        "PUT", c.result_target(document["result_id"]), body, msg_id=op_key(document), previous_seq=0, **options
    )


def put_bytes(registry: Registry, document: dict[str, Any], body: bytes, /) -> Any:
    """Sign and send other bytes as if they were the document."""
    return registry.send("PUT", c.result_target(document["result_id"]), body, signed_for(body, document))


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"webhook_signature": None}, 401, "signature"),
        ({"webhook_signature": ""}, 401, "signature"),
        ({"webhook_signature": "v1,AAAA"}, 401, "signature"),
        ({"webhook_signature": "v1," + "A" * 43 + "="}, 401, "signature"),
        ({"webhook_timestamp": None}, 401, "signature"),
        ({"webhook_timestamp": "1"}, 401, "signature"),
        ({"webhook_id": None}, 401, "signature"),
        ({"webhook_id": "get:1"}, 401, "signature"),
        ({"Content_Digest": None}, 400, "malformed"),
        ({"Content_Digest": "sha-512=:AAAA:"}, 400, "malformed"),
        ({"Content_Digest": "sha-256=:" + "A" * 43 + "=:"}, 400, "digest"),
        ({"Content_Type": None}, 415, "malformed"),
        ({"Content_Type": "text/plain"}, 415, "malformed"),
        ({"Content_Type": "application/xml"}, 415, "malformed"),
        ({"Content_Type": "multipart/form-data; boundary=x"}, 415, "malformed"),
        ({"Content_Type": "application/x-www-form-urlencoded"}, 415, "malformed"),
        ({"Idempotency_Key": None}, 400, "malformed"),
        ({"Idempotency_Key": "x"}, 400, "malformed"),
        ({"Idempotency_Key": "dg-dt-leader:aaaaaaaaabaabaaaaaaaaaaaaa:1"}, 400, "malformed"),
        ({"If_None_Match": None}, 400, "malformed"),
        ({"If_None_Match": '"1"'}, 400, "malformed"),
        ({"If_Match": '"1"'}, 400, "malformed"),
        ({"If_None_Match": None, "If_Match": '"1"'}, 400, "malformed"),
        ({"If_None_Match": None, "If_Match": "*"}, 400, "malformed"),
    ],
    ids=repr,
)
def test_a_request_with_a_wrong_header_changes_nothing(
    registry: Registry, changes: dict[str, str | None], status: int, code: str
) -> None:
    document = result(new_id())
    before = registry.state()
    answer = registry.put(document, **changes)
    assert (answer.status_code, problem_of(answer)) == (status, code)
    assert answer.json()["result_id"] == document["result_id"]
    assert registry.state() == before


@pytest.mark.parametrize("skew", [-301 - 5, 301 + 5, 8 * 3600])
def test_a_clock_that_is_off_is_told_the_time(registry: Registry, skew: int) -> None:
    document = result(new_id())
    body = c.canonical(document)
    before = registry.state()
    answer = registry.send(
        "PUT",
        c.result_target(document["result_id"]),
        body,
        signed_for(body, document, timestamp=int(time.time()) + skew),
    )
    assert (answer.status_code, problem_of(answer)) == (401, "clock")
    assert c.validate("problem", answer.json()) == []
    assert registry.state() == before


@pytest.mark.parametrize("skew", [-290, 290])
def test_a_clock_that_is_a_little_off_is_believed(registry: Registry, skew: int) -> None:
    document = result(new_id())
    body = c.canonical(document)
    headers = signed_for(body, document, timestamp=int(time.time()) + skew)
    assert registry.send("PUT", c.result_target(document["result_id"]), body, headers).status_code == 201


@pytest.mark.parametrize("name", ["sender-hmac-old", "registry-hmac", "registry-ed25519"])
def test_a_key_that_is_not_trusted_forges_nothing(registry: Registry, name: str) -> None:
    document = result(new_id())
    body = c.canonical(document)
    before = registry.state()
    answer = registry.send(
        "PUT", c.result_target(document["result_id"]), body, signed_for(body, document, keys=[key(name)])
    )
    assert (answer.status_code, problem_of(answer)) == (401, "signature")
    assert registry.state() == before


def test_the_public_key_used_as_a_secret_forges_nothing(registry: Registry) -> None:
    document = result(new_id())
    body = c.canonical(document)
    forged = c.Key("whsec", key("sender-ed25519").public().material)
    answer = registry.send(
        "PUT", c.result_target(document["result_id"]), body, signed_for(body, document, keys=[forged])
    )
    assert problem_of(answer) == "signature"
    assert registry.certificates_of(document["result_id"]) == 0


def test_a_signature_of_one_body_does_not_carry_another(registry: Registry) -> None:
    document = result(new_id())
    other = c.canonical({**document, "person": {**document["person"], "name": "李测试"}})
    headers = signed_for(c.canonical(document), document)
    answer = registry.send(
        "PUT", c.result_target(document["result_id"]), other, {**headers, "Content-Digest": c.content_digest(other)}
    )
    assert problem_of(answer) == "signature"
    assert registry.certificates_of(document["result_id"]) == 0


def test_a_signed_document_cannot_be_moved_to_another_path(registry: Registry) -> None:
    document = result(new_id())
    other = new_id()
    before = registry.state()
    answer = registry.put(document, target=c.result_target(other))
    assert (answer.status_code, problem_of(answer)) == (400, "malformed")
    assert answer.json()["result_id"] == other
    answer = registry.put(document, target=c.revocation_target(document["result_id"]))
    assert problem_of(answer) == "invalid"
    assert registry.state() == before


def test_a_look_up_signed_for_one_result_does_not_show_another(registry: Registry) -> None:
    mine, theirs = new_id(), new_id()
    registry.issue(theirs)
    headers = signed("GET", c.result_target(mine))
    assert problem_of(registry.send("GET", c.result_target(theirs), headers=headers)) == "signature"


def test_a_look_up_without_signature_shows_nothing(registry: Registry) -> None:
    result_id = new_id()
    registry.issue(result_id)
    answer = registry.send("GET", c.result_target(result_id))
    assert (answer.status_code, problem_of(answer)) == (401, "signature")
    assert "certificate" not in answer.text


@pytest.mark.parametrize(
    "make",
    [
        lambda good: b"",
        lambda good: b"{",
        lambda good: b"null",
        lambda good: b"[]",
        lambda good: b"\xff\xfe" + good,
        lambda good: b"\xef\xbb\xbf" + good,
        lambda good: good.replace("张".encode(), b"\xff"),
        lambda good: good.decode().encode("gb18030"),
        lambda good: good.replace(b'{"contract"', b'{"seq":1,"contract"', 1),
        lambda good: good.replace(b'"person":{', b'"person":{"name":"\xe6\x9d\x8e",', 1),
        lambda good: good + b"x",
        lambda good: good + good,
        lambda good: b"[" * 20_000,
        lambda good: b'{"a":' * 5_000,
        lambda good: good.replace(b'"seq":1', b'"seq":NaN'),
        lambda good: good.replace(b'"seq":1', b'"seq":1e999'),
        lambda good: good.replace("张测试".encode(), b"\\ud800"),
    ],
    ids=range(17),
)
def test_a_body_that_is_not_one_clean_document_is_malformed(registry: Registry, make: Callable[[bytes], bytes]) -> None:
    document = result(new_id())
    before = registry.state()
    answer = put_bytes(registry, document, make(c.canonical(document)))
    assert answer.status_code in (400, 422)
    assert problem_of(answer) in ("malformed", "invalid")
    assert registry.state() == before


@pytest.mark.parametrize(
    "change",
    [
        {"contract": "dgx-v2/result"},
        {"extra_member": 1},
        {"seq": "1"},
        {"previous_seq": -1},
        {"person": {"name": "\u3000", "id_type": "CN-RIC", "id_no": "11010519491231002X"}},
        {"person": {"name": "a\nb", "id_type": "CN-RIC", "id_no": "11010519491231002X"}},
        {"person": {"name": "a", "id_type": "CN-RIC", "id_no": "1101********002X"}},
        {"credential": None},
        {"result": {"outcome": "fail", "score": "10", "assessed_on": "2026-11-20", "assessor": "x"}},
        {"result": {"outcome": "pass", "score": "86.5", "assessed_on": "2026-02-30", "assessor": "x"}},
    ],
    ids=repr,
)
def test_a_document_against_its_schema_is_invalid_and_nothing_of_it_comes_back(
    registry: Registry, change: dict[str, Any]
) -> None:
    document = result(new_id())
    before = registry.state()
    answer = put_bytes(registry, document, c.canonical({**document, **change}))
    assert (answer.status_code, problem_of(answer)) == (422, "invalid")
    assert "11010519491231002X" not in answer.text
    assert registry.state() == before


def test_a_seq_that_is_not_above_its_predecessor_is_the_senders_own_mistake(registry: Registry) -> None:
    result_id = new_id()
    registry.issue(result_id)
    before = registry.state()
    document = result(result_id, seq=1, previous_seq=1)
    answer = registry.put(document)
    assert (problem_of(answer), answer.json()["errors"]) == (
        "invalid",
        [{"pointer": "/seq", "code": "not-above-previous-seq"}],
    )
    assert registry.state() == before


@pytest.mark.parametrize("size", [c.MAX_BODY_BYTES + 1, 200_000, 3_000_000])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(registry: Registry, size: int) -> None:
    document = result(new_id())
    before = registry.state()
    answer = put_bytes(registry, document, b" " * size)
    assert (answer.status_code, problem_of(answer)) == (413, "too-large")
    assert answer.json()["result_id"] == document["result_id"]
    assert registry.state() == before


def test_the_largest_body_allowed_is_read(registry: Registry) -> None:
    document = result(new_id())
    body = c.canonical(document)
    answer = put_bytes(registry, document, body + b" " * (c.MAX_BODY_BYTES - len(body)))
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "target",
    [
        "/v1", "/v1/", "/v1/nope", "/v1/results/", "/v1/results/x", "/v1/results/../healthz",
        "/v1/results/%2e%2e/%2e%2e/etc/passwd",
        "/v1/results/018F4C2E-7B1A-7C3D-9E5F-0A1B2C3D4E5F", "/v1/results/018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f/",
        "/v1/results/018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f/nope", "/v1/manifest/", "/v1/manifest/2026-02-30",
        "/v1/manifest/today",
        "/v1/manifest/../../etc/passwd", "/v1/results:batch", "/v1/%00",
        "/v1/results/018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f%0a",
        "/v1/results?updated_since=yesterday", "/v1/results", "/v1/results?updated_since=2026-11-21T00:00:00Z&limit=0",
        "/v1/results?updated_since=2026-11-21T00:00:00Z&limit=501", "/v1/results?updated_since=2026-11-21T00:00:00",
        "/v1/results?updated_since=2026-11-21T00:00:00Z&cursor=x",
        "/v1/results?updated_since=2026-11-21T00:00:00Z&cursor=1.2",
        "/v1/results?updated_since=2026-11-21T00:00:00Z&updated_since=2026-11-21T00:00:00Z",
        "/v1/results?updated_since=2026-02-30T00:00:00Z", "/v1/results?updated_since=0001-01-01T00:00:00%2B23:59",
        "/v1/results?updated_since=2026-11-21T00:00:00Z&x=1",
    ],
)  # fmt: skip
def test_an_address_that_the_contract_does_not_know_is_malformed(registry: Registry, target: str) -> None:
    before = registry.state()
    answer = raw(registry, f"GET {target} HTTP/1.1", signed("GET", target))
    assert b" 400 " in answer.split(b"\r\n", 1)[0]
    assert problem_in(answer) == "malformed"
    assert registry.state() == before


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"])
def test_a_method_that_the_contract_does_not_know_is_malformed(registry: Registry, method: str) -> None:
    result_id = new_id()
    registry.issue(result_id)
    before = registry.state()
    answer = registry.send(method, c.result_target(result_id), headers=signed(method, c.result_target(result_id)))
    assert answer.status_code == 400
    assert registry.state() == before


def test_a_look_up_with_a_body_is_malformed(registry: Registry) -> None:
    target = c.result_target(new_id())
    assert problem_of(registry.send("GET", target, b"{}", signed("GET", target))) == "malformed"


def test_a_reinstatement_without_precondition_is_malformed(registry: Registry) -> None:
    result_id = new_id()
    registry.issue(result_id)
    registry.revoke(result_id)
    before = registry.state()
    assert problem_of(registry.reinstate(result_id, seq=3, previous_seq=0)) == "malformed"
    assert registry.state() == before


@pytest.mark.parametrize(
    ("start", "headers", "code"),
    [
        (
            "PUT /v1/results/018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f HTTP/1.1",
            {"Content-Length": "99999999999"},
            "too-large",
        ),
        ("PUT /v1/results/018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f HTTP/1.1", {"Content-Length": "-1"}, "malformed"),
        ("PUT /v1/results/018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f HTTP/1.1", {"Content-Length": "1_0"}, "malformed"),
        ("PUT /v1/results/018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f HTTP/1.1", {"Transfer-Encoding": "gzip"}, "malformed"),
        ("GET /v1/results WHAT", {}, "malformed"),
        ("\x00\x01\x02", {}, "malformed"),
    ],
    ids=range(6),
)
def test_a_request_that_is_hardly_http_is_answered_with_a_problem_too(
    registry: Registry, start: str, headers: dict[str, str], code: str
) -> None:
    answer = raw(registry, start, headers)
    assert problem_in(answer) == code
    assert registry.http.get(f"{registry.base}/healthz", timeout=10).json()["status"] == "ok"


def raw(registry: Registry, start: str, headers: dict[str, str]) -> bytes:
    """Send a request as it stands, without a client that tidies it up; the whole answer."""
    head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "x", "Connection": "close", **headers}.items())
    with socket.create_connection(("127.0.0.1", registry.port), timeout=10) as line:
        line.sendall(f"{start}\r\n{head}\r\n".encode("latin-1"))
        answer = b""
        while part := line.recv(65536):
            answer += part
    return answer


def problem_in(answer: bytes) -> str:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower()
    assert b"cache-control: no-store" in head.lower()
    document = json.loads(body)
    assert c.validate("problem", document) == []
    return c.problem_code(document)
