"""Builders for the registry contract: documents, answers, signed requests, and the contract's own test material."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dgxblock.registry import contract as c

MATERIAL = Path(__file__).parents[1] / "registry" / "contract"
EXAMPLES = MATERIAL / "examples"
VECTORS: dict[str, Any] = json.loads((MATERIAL / "vectors.json").read_text(encoding="utf-8"))
RESULT_ID = "018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f"
SCHEME = "dg-dt-leader"


def key(name: str = "sender-hmac-new", /) -> c.Key:
    """A key of the vectors; of a pair, the signing half."""
    entry = VECTORS["keys"][name]
    return c.Key.parse(entry.get("secret") or entry["private_seed"])


def example(name: str, /) -> Any:
    """An example document by its file name."""
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


def result(result_id: str = RESULT_ID, /, *, seq: int = 1, previous_seq: int = 0, **person: str) -> dict[str, Any]:
    """A result document that a registry accepts; `person` replaces members of the person."""
    return {
        **example("result.good.minimal.json"),
        "result_id": result_id,
        "seq": seq,
        "previous_seq": previous_seq,
        "person": {"name": "张测试", "id_type": "CN-RIC", "id_no": "11010519491231002X", **person},
    }


def revocation(result_id: str = RESULT_ID, /, *, seq: int = 2, previous_seq: int = 1) -> dict[str, Any]:
    """A revocation document."""
    return {
        **example("revocation.good.regraded.json"),
        "result_id": result_id,
        "seq": seq,
        "previous_seq": previous_seq,
    }


def receipt(result_id: str = RESULT_ID, /, *, of: bytes = b"", **members: Any) -> dict[str, Any]:
    """A receipt with a live certificate over the content `of`."""
    return {
        **example("receipt.good.issued.json"),
        "result_id": result_id,
        "payload_sha256": c.payload_sha256(of),
        **members,
    }


def sent(content: bytes = b"", /, *, result_id: str = RESULT_ID, **members: Any) -> c.Sent:
    """What was sent, over the content."""
    return c.Sent(**{"result_id": result_id, "seq": 1, "payload_sha256": c.payload_sha256(content), **members})


def answer(document: Any, status: int = 200, /, **headers: str) -> c.Answer:
    """An HTTP answer; problems get their media type. `headers` with ``_`` for ``-``."""
    is_problem = isinstance(document, Mapping) and str(document.get("type", "")).startswith("urn:dgx:problem:")
    body = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    media_type = c.MEDIA_TYPE if is_problem else "application/json"
    return c.Answer(status, {"Content-Type": media_type, "Content-Length": str(len(body)), **given}, body)


def signed(
    method: str,
    target: str,
    body: bytes | None = None,
    /,
    *,
    keys: Sequence[c.Key] = (),
    msg_id: str | None = None,
    previous_seq: int | None = None,
    timestamp: int | None = None,
) -> dict[str, str]:
    """Headers of a request as a correct sender would send them now. A write is one that has `previous_seq`."""
    write = previous_seq is not None
    return c.signed_headers(
        keys or [key()],
        method,
        target,
        msg_id=msg_id or f"get:{uuid.uuid4()}",
        timestamp=int(time.time()) if timestamp is None else timestamp,
        body=body,
        idempotency_key=msg_id if write else None,
        previous_seq=previous_seq,
    )
