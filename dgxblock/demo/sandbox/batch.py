"""Several results in one request: each line decided alone, as its own PUT would be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dgxblock.demo.sandbox import decisions
from dgxblock.demo.sandbox.gate import Reject, Write, checked
from dgxblock.demo.sandbox.models import Mode
from dgxblock.registry import contract

__all__ = ["answer"]


def answer(body: bytes, key: str, mode: Mode, /) -> dict[str, Any]:
    """The answer to a batch.

    Raises:
        Reject: ``malformed``, and then no line was looked at.
    """
    if key != contract.batch_key(body):
        raise Reject("malformed", detail="Idempotency-Key is not that of this batch.")
    try:
        lines = contract.split_batch(body)
    except contract.Malformed as malformed:
        raise Reject("malformed", detail=f"The body is not a batch: {malformed.code}.") from None
    documents = [_named(line) for line in lines]
    items = [_item(line, document, mode) for line, document in zip(lines, documents, strict=True)]
    return {"contract": "dgx-v1/batch-answer", "items": items}


def _named(line: bytes) -> Mapping[str, Any]:
    """The document of a line. One that says not even which operation it is cannot be answered about."""
    document = contract.loads(line)
    try:
        contract.op_key(document["scheme"], document["result_id"], document["seq"])
    except (KeyError, TypeError, ValueError):
        raise Reject("malformed", detail="A line does not name its operation.") from None
    found: Mapping[str, Any] = document
    return found


def _item(line: bytes, document: Mapping[str, Any], mode: Mode) -> dict[str, Any]:
    named = {"result_id": document["result_id"], "seq": document["seq"]}
    try:
        if len(line) > contract.MAX_BODY_BYTES:
            raise Reject("too-large")
        checked("result", document, mode)
        write = Write(
            "issue", document["scheme"], document["result_id"], document["seq"], document["previous_seq"],
            contract.payload_sha256(line), document,
        )  # fmt: skip
        decision = decisions.decide(write, mode)
    except Reject as reject:
        problem = contract.problem(reject.code, result_id=document["result_id"], **reject.members)
        return named | {"status": problem["status"], "problem": problem}
    return named | {"status": decision.status, "receipt": decision.receipt}
