"""What a request must pass before the registry looks at what it holds: transport, signature, schema, agreement."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from dgxblock.demo.sandbox.models import Mode
from dgxblock.demo.sandbox.receipts import instant
from dgxblock.registry import contract

__all__ = ["Place", "Reject", "Write", "check", "checked", "place_of", "write_of"]

_UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_ROUTES: Final = (
    (re.compile(rf"/v1/results/({_UUID})"), "result", ("PUT", "GET")),
    (re.compile(rf"/v1/results/({_UUID})/revocation"), "revocation", ("PUT", "DELETE")),
    (re.compile(r"/v1/results:batch()"), "batch", ("POST",)),
    (re.compile(r"/v1/results()"), "feed", ("GET",)),
    (re.compile(r"/v1/manifest/([0-9]{4}-[0-9]{2}-[0-9]{2})"), "manifest", ("GET",)),
)
_IF_MATCH: Final = re.compile(r'"([1-9][0-9]{0,5})"')


class Reject(Exception):
    """A request that ends in a problem. `members` are those of `contract.problem`."""

    def __init__(self, code: str, /, **members: Any) -> None:
        super().__init__(code)
        self.code = code
        self.members = members


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes: `name` is result, revocation, batch, feed, manifest or other; `key` its id or date."""

    name: str
    key: str
    methods: tuple[str, ...]

    @property
    def result_id(self) -> str:
        """The result that the path names, or nothing."""
        return self.key if self.name in ("result", "revocation") else ""


@dataclass(frozen=True, slots=True)
class Write:
    """A write that agrees with itself: `kind` is issue, revoke or reinstate; reinstate has no document."""

    kind: str
    scheme: str
    result_id: str
    seq: int
    previous_seq: int
    payload_sha256: str
    document: Mapping[str, Any]


def place_of(path: str, /) -> Place:
    """The place that a path names; ``other`` when the contract knows none."""
    for pattern, name, methods in _ROUTES:
        match = pattern.fullmatch(path)
        if match:
            return Place(name, match[1], methods)
    return Place("other", "", ())


def check(request: HttpRequest, place: Place, mode: Mode, /) -> tuple[bytes, bytes | None]:
    """Transport, size, digest and signature: the content that was signed, and the body, if there has to be one.

    Raises:
        Reject: ``malformed``, ``too-large``, ``digest``, ``signature`` or ``clock``.
    """
    if request.method not in place.methods:
        raise Reject("malformed", detail="Contract v1 has no such path or method.")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > _limit(place):
        raise Reject("too-large")
    body = request.body
    carries = request.method in ("PUT", "POST")
    if carries:
        if mode is not Mode.CARELESS:
            _check_digest(request, body)
        content = body
    else:
        if body:
            raise Reject("malformed", detail="This request has no body.")
        query = request.META.get("QUERY_STRING", "")
        content = contract.request_content(request.method, request.path + (f"?{query}" if query else ""))
    if mode is not Mode.UNSIGNED:
        _check_signature(settings.SENDER_KEYS, request, content, mode)
    if not carries:
        return content, None
    wanted = "application/x-ndjson" if place.name == "batch" else "application/json"
    if request.content_type != wanted:
        raise Reject("malformed", status=415, detail=f"The body has to be {wanted}.")
    return content, body


def write_of(request: HttpRequest, place: Place, content: bytes, body: bytes | None, mode: Mode, /) -> Write:
    """The write that a request asks for, after the schema, with path, key and precondition in agreement.

    Raises:
        Reject: ``malformed`` or ``invalid``.
    """
    headers = request.headers
    try:
        named = contract.parse_op_key(headers.get("Idempotency-Key", ""))
    except ValueError:
        raise Reject("malformed", detail="Idempotency-Key is not an operation key.") from None
    if headers.get("webhook-id") != headers.get("Idempotency-Key"):
        raise Reject("malformed", detail="webhook-id and Idempotency-Key differ.")
    precondition = _precondition(headers)
    if body is None:
        kind, document = "reinstate", {}
        previous = precondition
        if previous == 0:
            raise Reject("malformed", detail="If-Match is required.")
    else:
        kind, schema = ("issue", "result") if place.name == "result" else ("revoke", "revocation")
        document = _document(schema, body, mode)
        previous = document["previous_seq"]
        if contract.Operation(document["scheme"], document["result_id"], document["seq"]) != named:
            raise Reject("malformed", detail="The document and Idempotency-Key differ.")
    if named.result_id != place.key:
        raise Reject("malformed", detail="The path and Idempotency-Key differ.")
    if precondition != previous:
        raise Reject("malformed", detail="The precondition and previous_seq differ.")
    return Write(kind, named.scheme, named.result_id, named.seq, previous, contract.payload_sha256(content), document)


def _check_digest(request: HttpRequest, body: bytes) -> None:
    header = request.headers.get("Content-Digest", "")
    if "sha-256=" not in header:
        raise Reject("malformed", detail="Content-Digest with sha-256 is required.")
    if not contract.content_digest_matches(header, body):
        raise Reject("digest")


def _limit(place: Place) -> int:
    return contract.MAX_BATCH_BYTES if place.name == "batch" else contract.MAX_BODY_BYTES


def _check_signature(keys: Sequence[contract.Key], request: HttpRequest, content: bytes, mode: Mode) -> None:
    now = time.time()
    stamp = request.headers.get("webhook-timestamp", "")
    if mode is Mode.TIMELESS and stamp.isdigit():
        now = float(stamp)
    try:
        contract.verify(keys, request.headers, content, now)
    except contract.Refused as refused:
        server_time = instant(timezone.now()) if refused.code == "clock" else None
        raise Reject(refused.code, server_time=server_time) from None


def _document(schema: str, body: bytes, mode: Mode) -> dict[str, Any]:
    try:
        document = contract.loads(body)
    except contract.Malformed as malformed:
        raise Reject("malformed", detail=f"The body is not one JSON document: {malformed.code}.") from None
    checked(schema, document, mode)
    return dict(document)


def checked(schema: str, document: Any, mode: Mode, /) -> None:
    """
    Raises:
        Reject: ``invalid``, the document is against the schema or its seq is not above the one before.
    """
    errors = contract.validate(schema, document)
    if mode is Mode.LENIENT:
        errors = [error for error in errors if error.code != "additionalProperties"]
    if not errors:
        # A wrong number of a person is for the registry's rules to refuse; this one is the sender's own mistake.
        errors = [error for error in contract.rule_errors(schema, document) if error.pointer == "/seq"]
    if errors:
        raise Reject("invalid", errors=[error.as_item() for error in errors])


def _precondition(headers: Mapping[str, str]) -> int:
    """The seq that the request asks for: 0 is If-None-Match, any other If-Match."""
    if_match, if_none_match = headers.get("If-Match"), headers.get("If-None-Match")
    if if_none_match == "*" and if_match is None:
        return 0
    match = _IF_MATCH.fullmatch(if_match or "")
    if match is None or if_none_match is not None:
        raise Reject("malformed", detail='Either If-None-Match: * or If-Match: "seq" is required.')
    return int(match[1])
