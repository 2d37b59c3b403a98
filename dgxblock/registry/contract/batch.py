"""Several results in one request: lines that are each, byte for byte, the body that a PUT would have."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dgxblock.registry.contract.answers import Answer, Outcome, Sent, classify, of_problem, read, unknown
from dgxblock.registry.contract.documents import Malformed, canonical, loads

__all__ = [
    "BATCH_TARGET",
    "MAX_BATCH_BYTES",
    "MAX_BATCH_LINES",
    "batch_body",
    "batch_key",
    "classify_batch",
    "split_batch",
]

BATCH_TARGET: Final = "/v1/results:batch"
"""The path (from ``/v1/`` on) of a batch."""
MAX_BATCH_BYTES: Final = 1024 * 1024
MAX_BATCH_LINES: Final = 200


def batch_body(lines: Sequence[bytes], /) -> bytes:
    """The body of a batch: each line as its own PUT would have it, and a line end.

    Raises:
        ValueError: a line that holds a line end itself would be two.
    """
    if any(b"\n" in line for line in lines):
        raise ValueError("a line end inside a line")
    return b"".join(line + b"\n" for line in lines)


def batch_key(body: bytes, /) -> str:
    """The Idempotency-Key of a batch."""
    return f"batch:{hashlib.sha256(body).hexdigest()}"


def split_batch(body: bytes, /) -> list[bytes]:
    """The lines of a batch, without their line ends.

    Raises:
        Malformed: ``too-long``, ``no-line-end``, ``too-many-lines``, ``blank-line``, ``result-id-twice``, or why a
            line is not JSON.
    """
    if len(body) > MAX_BATCH_BYTES:
        raise Malformed("too-long")
    if not body.endswith(b"\n"):
        raise Malformed("no-line-end")
    lines = body[:-1].split(b"\n")
    if len(lines) > MAX_BATCH_LINES:
        raise Malformed("too-many-lines")
    if not all(line.strip() for line in lines):
        raise Malformed("blank-line")
    names = Counter(_result_id(line) for line in lines)
    if any(times > 1 for times in names.values()):
        raise Malformed("result-id-twice")
    return lines


def classify_batch(sent: Sequence[Sent], answer: Answer, /) -> tuple[dict[str, Outcome], tuple[Mapping[str, Any], ...]]:
    """What the answer to a batch means: an outcome for each `result_id` sent, and the items that nobody sent.

    An item belongs to a line by result_id and seq, not by place. A line without an item, or with two, is unknown.
    """
    document = read(answer, "batch-answer" if answer.status == 200 else "problem", None)
    if not isinstance(document, Outcome) and answer.status != 200:
        document = of_problem(document, answer)
    if isinstance(document, Outcome):
        return {line.result_id: document for line in sent}, ()
    items: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for item in document["items"]:
        items.setdefault((item["result_id"], item["seq"]), []).append(item)
    outcomes = {line.result_id: _of_items(line, items.pop((line.result_id, line.seq), [])) for line in sent}
    return outcomes, tuple(item for strangers in items.values() for item in strangers)


def _of_items(line: Sent, items: Sequence[Mapping[str, Any]]) -> Outcome:
    if len(items) != 1:
        return unknown("missing" if not items else "answered-twice")
    item = items[0]
    kind = "receipt" if "receipt" in item else "problem"
    media_type = "application/json" if kind == "receipt" else "application/problem+json"
    return classify(line, Answer(item["status"], {"Content-Type": media_type}, canonical(item[kind])))


def _result_id(line: bytes) -> object:
    document = loads(line)
    return document.get("result_id") if isinstance(document, dict) else None
