"""Contract v1 over HTTPS: what `openapi.yaml` describes, from the sender's side."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from dgxblock.registry.adapters.base import Capabilities, Item, Known, Lookup, Page, Registry, Reply, Sending
from dgxblock.registry.contract import (
    BATCH_TARGET,
    MAX_ANSWER_BYTES,
    MAX_BATCH_LINES,
    Answer,
    Malformed,
    Next,
    Outcome,
    ProblemClass,
    Refused,
    Settlement,
    batch_body,
    batch_key,
    callback_id,
    canonical,
    classify,
    classify_batch,
    content_digest_matches,
    document_or_outcome,
    loads,
    not_sent,
    payload_sha256,
    request_content,
    result_target,
    revocation_target,
    settle,
    signed_headers,
    unknown,
    validate,
    verify,
)
from dgxblock.registry.delivery import wire

__all__ = ["Rest"]

_NDJSON: Final = "application/x-ndjson"


class Rest:
    """See `dgxblock.registry.adapters.base.RegistryAdapter`."""

    contract = "dgx-v1"

    def __init__(self, registry: Registry, /) -> None:
        self._registry = registry

    def capabilities(self) -> Capabilities:
        """Everything that the contract has."""
        most = max(1, min(self._registry.batch_max, MAX_BATCH_LINES))
        return Capabilities(batch_max=most, correct=True, revoke=True, list_since=True,
                            callback=bool(self._registry.verify_keys))  # fmt: skip

    def check(self) -> list[str]:
        """Nothing: `dgxblock.registry.conf` reads the address and the keys."""
        return []

    def build(self, document: Mapping[str, Any], /) -> bytes:
        """The canonical bytes."""
        return canonical(document)

    def send(self, items: Sequence[Item], /) -> Sending:
        """PUT, DELETE, or a batch."""
        return self._single(items[0]) if len(items) == 1 else self._batch(items)

    def lookup(self, item: Item, known: Known, /) -> Lookup:
        """GET by our own reference."""
        target = result_target(item.sent.result_id)
        got = self._get(target)
        answer = _answer(got)
        if answer is None:
            settlement = Settlement(next=Next.WAIT, code=got.fault, outcome=_fault(got))
        else:
            settlement = settle(item.sent, answer, known_rev=known.rev, lagging=known.lagging, after_no=known.after_no)
        return Lookup(settlement, got.status, got.seconds, _sha(request_content("GET", target)), _sha(got.body))

    def list_since(self, since: str, cursor: str | None = None, /) -> Page | Outcome:
        """A page of the feed."""
        query = f"updated_since={quote(since, safe='')}" + (f"&cursor={quote(cursor, safe='')}" if cursor else "")
        document = self._read(f"/v1/results?{query}", "feed")
        if isinstance(document, Outcome):
            return document
        return Page(tuple(document["items"]), document["next_cursor"], document["complete_until"])

    def manifest(self, day: str, /) -> Mapping[str, Any] | Outcome:
        """The manifest of a day."""
        document = self._read(f"/v1/manifest/{day}", "manifest")
        # Of another day it would be believed to be of this one.
        if isinstance(document, Mapping) and document["date"] != day:
            return unknown("reference")
        return document

    def parse_callback(self, headers: Mapping[str, str], body: bytes, now: float, /) -> Mapping[str, Any]:
        """Verify first, read then."""
        lower = {name.lower(): value for name, value in headers.items()}
        verify(self._registry.verify_keys, headers, body, now)
        if not content_digest_matches(lower.get("content-digest", ""), body):
            raise Refused("digest")
        document = loads(body)
        if validate("receipt", document):
            raise Malformed("schema")
        # The id is signed too, so one that does not fit is a fault of the registry, not of somebody on the way.
        if lower.get("webhook-id") != callback_id(document["result_id"], document["rev"]):
            raise Malformed("webhook-id")
        found: Mapping[str, Any] = document
        return found

    def _single(self, item: Item, /) -> Sending:
        sent = item.sent
        method = "DELETE" if sent.kind == "reinstate" else "PUT"
        target = (result_target if sent.kind == "issue" else revocation_target)(sent.result_id)
        body = None if method == "DELETE" else item.content
        got = self._exchange(
            method, target, body, msg_id=item.op_key, idempotency_key=item.op_key, previous_seq=sent.previous_seq
        )
        answer = _answer(got)
        outcome = _fault(got) if answer is None else classify(sent, answer)
        return Sending((_reply(outcome, got, item.content),))

    def _batch(self, items: Sequence[Item], /) -> Sending:
        body = batch_body([item.content for item in items])
        key = batch_key(body)
        got = self._exchange("POST", BATCH_TARGET, body, msg_id=key, idempotency_key=key, content_type=_NDJSON)
        answer = _answer(got)
        if answer is None:
            return Sending(tuple(_reply(_fault(got), got, item.content) for item in items))
        outcomes, strangers = classify_batch([item.sent for item in items], answer)
        replies = tuple(_reply(outcomes[item.sent.result_id], got, item.content) for item in items)
        # A problem that would be ours says of a batch only that it cannot be read as one.
        ours = replies[0].outcome.problem_class is ProblemClass.OURS
        return Sending(
            replies, tuple((one["result_id"], one["seq"]) for one in strangers), singly=answer.status != 200 and ours
        )

    def _read(self, target: str, schema: str, /) -> Mapping[str, Any] | Outcome:
        got = self._get(target)
        answer = _answer(got)
        return _fault(got) if answer is None else document_or_outcome(answer, schema)

    def _get(self, target: str, /) -> wire.Exchange:
        return self._exchange("GET", target, None, msg_id=f"get:{uuid.uuid4()}")

    def _exchange(self, method: str, target: str, body: bytes | None, /, **signed: Any) -> wire.Exchange:
        registry = self._registry
        headers = signed_headers(registry.sign_keys, method, target, timestamp=int(time.time()), body=body, **signed)
        return wire.exchange(
            method, registry.base_url + target, headers, body, deadline=registry.deadline_seconds,
            limit=MAX_ANSWER_BYTES, ca=registry.ca, client_cert=registry.client_cert,
        )  # fmt: skip


def _answer(got: wire.Exchange, /) -> Answer | None:
    return None if got.status is None else Answer(got.status, got.headers, got.body)


def _fault(got: wire.Exchange, /) -> Outcome:
    return unknown(got.fault) if got.began else not_sent(got.fault)


def _reply(outcome: Outcome, got: wire.Exchange, content: bytes, /) -> Reply:
    return Reply(outcome, got.status, got.seconds, payload_sha256(content), _sha(got.body))


def _sha(content: bytes, /) -> str:
    return payload_sha256(content) if content else ""
