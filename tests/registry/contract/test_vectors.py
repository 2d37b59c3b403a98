"""Every vector of the contract is a test: two implementations that pass them can talk to each other."""

from __future__ import annotations

import base64
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from dgxblock.registry import contract as c
from tests.builders.contract import VECTORS, key

REQUESTS = VECTORS["requests"]
TRUSTED = [key(name).public() for name in VECTORS["verify"]["trusted"]]


def named(cases: list[dict[str, Any]]) -> Any:
    return pytest.mark.parametrize("case", cases, ids=[str(case.get("name", i)) for i, case in enumerate(cases)])


@named(VECTORS["op_key"])
def test_operation_keys_are_made_and_read(case: dict[str, Any]) -> None:
    assert c.op_key(case["scheme"], case["result_id"], case["seq"]) == case["op_key"]
    assert c.parse_op_key(case["op_key"]) == c.Operation(case["scheme"], case["result_id"], case["seq"])


@named(REQUESTS)
def test_requests_have_exactly_these_headers(case: dict[str, Any]) -> None:
    content = case["content_utf8"].encode()
    assert (len(content), c.payload_sha256(content)) == (case["content_bytes"], case["content_sha256"])
    given = case["headers"]
    previous = 0 if "If-None-Match" in given else int(given["If-Match"].strip('"')) if "If-Match" in given else None
    if not case["has_body"]:
        assert c.request_content(case["method"], case["target"]) == content
    headers = c.signed_headers(
        [key(name) for name in case["signed_with"]],
        case["method"],
        case["target"],
        msg_id=given["webhook-id"],
        timestamp=int(given["webhook-timestamp"]),
        body=content if case["has_body"] else None,
        content_type=given.get("Content-Type", ""),
        idempotency_key=given.get("Idempotency-Key"),
        previous_seq=previous,
    )
    assert headers == given
    for name in case["signed_with"]:
        c.verify([key(name).public()], headers, content, int(given["webhook-timestamp"]))
    if case["has_body"]:
        assert c.content_digest_matches(given["Content-Digest"], content)


@named([case for case in REQUESTS if case["has_body"] and case["name"] != "batch"])
def test_the_frozen_bytes_are_canonical(case: dict[str, Any]) -> None:
    content = case["content_utf8"].encode()
    assert c.canonical(c.loads(content)) == content


@named([case for case in REQUESTS if case["name"] == "batch"])
def test_the_lines_of_the_batch_are_the_bodies_of_its_results(case: dict[str, Any]) -> None:
    lines = c.split_batch(case["content_utf8"].encode())
    assert [c.validate("result", c.loads(line)) for line in lines] == [[]] * len(lines)
    assert [c.canonical(c.loads(line)) for line in lines] == lines


def test_the_callback_has_the_name_that_the_receipt_gives_it() -> None:
    case = next(case for case in REQUESTS if case["name"] == "callback")
    receipt = c.loads(case["content_utf8"].encode())
    assert c.callback_id(receipt["result_id"], receipt["rev"]) == case["headers"]["webhook-id"]


@named(VECTORS["verify"]["cases"])
def test_signatures_are_believed_or_not(case: dict[str, Any]) -> None:
    content = case["content_utf8"].encode()
    assert c.payload_sha256(content) == case["content_sha256"]
    headers = {name: case[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    if case["accept"]:
        c.verify(TRUSTED, headers, content, case["now"])
        return
    with pytest.raises(c.Refused) as caught:
        c.verify(TRUSTED, headers, content, case["now"])
    assert caught.value.code == ("clock" if "problem clock" in case["name"] else "signature")


@named([{"name": case["string"], **case} for case in VECTORS["strings"]["cases"]])
def test_strings_travel_byte_for_byte(case: dict[str, Any]) -> None:
    raw = bytes.fromhex(case["utf8_hex"])
    assert raw.decode() == case["string"]
    assert len(case["string"]) == case["code_points"]
    assert c.payload_sha256(raw) == case["sha256"]
    assert case["string"].encode("gb18030").hex() == case["gb18030_hex"]
    assert c.loads(c.canonical({"name": case["string"]})) == {"name": case["string"]}


@named(VECTORS["manifest"])
def test_manifests_agree(case: dict[str, Any]) -> None:
    made = c.manifest(case["receipts"])
    assert (list(made.lines), made.sha256) == (case["lines_sorted"], case["sha256"])
    assert made.count == len(case["receipts"])


@named([{"name": repr(case["header"]), **case} for case in VECTORS["retry_after"]["cases"]])
def test_retry_after_is_clamped_or_not_believed(case: dict[str, Any]) -> None:
    now: datetime = parsedate_to_datetime(case["now"])
    assert c.retry_after(case["header"], now, case["base_seconds"]) == case["wait_seconds"]


@named(VECTORS["blind_index"]["cases"])
def test_equal_numbers_have_equal_blind_indexes(case: dict[str, Any]) -> None:
    secret = base64.b64decode(VECTORS["blind_index"]["key_base64"])
    assert c.normalise_number(case["value"]) == case["normalised"]
    assert c.blind_index(secret, case["label"], case["value"]) == case["index"]
