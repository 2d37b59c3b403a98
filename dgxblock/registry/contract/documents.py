"""Documents as bytes: strict reading, one written form, and digests over the bytes as they travel."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

__all__ = [
    "MAX_ANSWER_BYTES",
    "MAX_BODY_BYTES",
    "Malformed",
    "canonical",
    "content_digest",
    "content_digest_matches",
    "loads",
    "payload_sha256",
    "request_content",
]

MAX_BODY_BYTES: Final = 32 * 1024
"""The largest body of one result or revocation."""
MAX_ANSWER_BYTES: Final = 2 * 1024 * 1024
"""The most that a sender reads of an answer."""
_MAX_DEPTH: Final = 32
_MAX_SAFE_INTEGER: Final = 2**53 - 1
_SHA256_MEMBER: Final = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


class Malformed(ValueError):
    """Bytes that are not one JSON document of the contract. `code` says why and repeats nothing of them."""

    def __init__(self, code: str, /) -> None:
        super().__init__(code)
        self.code = code


def loads(content: bytes, /) -> Any:
    """Read JSON strictly (RFC 8259, I-JSON): UTF-8 without a mark, no name twice in an object, no NaN.

    A number without a fraction is an int however it was written (``1.0`` is 1), as JSON Schema has it.

    Raises:
        Malformed: ``not-utf-8``, ``not-json``, ``name-twice``, ``lone-surrogate``, ``number-out-of-range`` or
            ``too-deep``.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("not-utf-8") from None
    try:
        document = json.loads(
            text, object_pairs_hook=_object, parse_float=_float, parse_int=_int, parse_constant=_constant
        )
    except Malformed:
        raise
    except RecursionError:
        raise Malformed("too-deep") from None
    except ValueError:
        raise Malformed("not-json") from None
    _check(document)
    return document


def canonical(document: Any, /) -> bytes:
    """The document in the form of RFC 8785, which for documents without fractions is sorted names and no white space.

    Raises:
        ValueError: a float, an integer beyond 2**53, a lone surrogate, or what JSON does not know.
    """
    return json.dumps(_sorted(document), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def payload_sha256(content: bytes, /) -> str:
    """SHA-256 of the content, lower-case hex: the member ``payload_sha256`` of receipts."""
    return hashlib.sha256(content).hexdigest()


def content_digest(content: bytes, /) -> str:
    """The header Content-Digest (RFC 9530) of a body."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode('ascii')}:"


def content_digest_matches(header: str, content: bytes, /) -> bool:
    """Whether the header names this content by SHA-256. Further algorithms are ignored; without SHA-256 it is no."""
    found = [match[1] for member in header.split(",") if (match := _SHA256_MEMBER.fullmatch(member.strip()))]
    if len(found) != 1:
        return False
    try:
        given = base64.b64decode(found[0], validate=True)
    except binascii.Error:
        return False
    return hmac.compare_digest(given, hashlib.sha256(content).digest())


def request_content(method: str, target: str, /) -> bytes:
    """What is signed and digested where there is no body: the method, a space, and the path with its query as sent."""
    return f"{method} {target}".encode("ascii")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("name-twice")
    return members


def _float(text: str) -> int | float:
    value = float(text)
    if not math.isfinite(value):
        raise Malformed("number-out-of-range")
    return int(value) if value.is_integer() and abs(value) <= _MAX_SAFE_INTEGER else value


def _int(text: str) -> int:
    if len(text) > 17 or abs(value := int(text)) > _MAX_SAFE_INTEGER:
        raise Malformed("number-out-of-range")
    return value


def _constant(_name: str) -> NoReturn:
    raise Malformed("not-json")


def _check(document: Any) -> None:
    """Refuse depth that would exhaust whoever walks the document, and strings that UTF-8 cannot write."""
    level: list[Any] = [document]
    for _ in range(_MAX_DEPTH):
        if not level:
            return
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(value)
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
            elif isinstance(value, str) and not _has_utf8(value):
                raise Malformed("lone-surrogate")
        level = below
    raise Malformed("too-deep")


def _has_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise ValueError("a name that is not a string")
        # RFC 8785 sorts by UTF-16 code units, not by code points.
        return {name: _sorted(value[name]) for name in sorted(value, key=lambda name: name.encode("utf-16-be"))}
    if isinstance(value, list | tuple):
        return [_sorted(item) for item in value]
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > _MAX_SAFE_INTEGER):
        raise ValueError("a number that the contract does not write")
    if value is None or isinstance(value, str | int):
        return value
    raise ValueError("a value that JSON does not know")
