"""Signed tokens (RFC 7515, compact) with Ed25519 (RFC 8037), and the keys by which anybody can verify them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from dgxblock.registry.contract import Key, Malformed, canonical, loads

__all__ = ["MOST_BYTES", "Untrue", "decode", "encode", "jwk", "public", "thumbprint"]

MOST_BYTES: Final = 64 * 1024
"""Of a token that is read; ours are below 4 KiB."""
_ALG: Final = "EdDSA"
_ED25519_BYTES: Final = 32


class Untrue(Exception):
    """A token that is not to be believed. `code` says why: ``form``, ``algorithm``, ``key`` or ``signature``."""

    def __init__(self, code: str, /) -> None:
        super().__init__(code)
        self.code = code


def encode(key: Key, kid: str, payload: Mapping[str, Any], /) -> str:
    """Sign a payload; the same token every time (Ed25519 has no chance in it).

    Args:
        key: of kind ``whsk``.
        kid: the name of the public key.
        payload: members of JSON.
    """
    head = {"alg": _ALG, "kid": kid, "typ": "JWT"}
    signed = f"{_b64(canonical(head))}.{_b64(canonical(payload))}"
    _version, _, signature = key.sign(signed.encode()).partition(",")
    return f"{signed}.{_b64(base64.b64decode(signature))}"


def decode(token: str, keys: Iterable[Mapping[str, Any]], /) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and payload of a token that one of the keys (JWKs) has signed.

    Raises:
        Untrue: ``form`` (no compact token of JSON objects), ``algorithm`` (another than EdDSA, or an extension that
            must be understood), ``key`` (none of the keys has the token's ``kid``), ``signature``.
    """
    parts = token.split(".")
    if len(token) > MOST_BYTES or len(parts) != 3 or not token.isascii():
        raise Untrue("form")
    head, payload = _object(parts[0]), _object(parts[1])
    if head.get("alg") != _ALG or "crit" in head:
        raise Untrue("algorithm")  # never one that the token's author chooses
    found = [public(one) for one in keys if isinstance(head.get("kid"), str) and one.get("kid") == head["kid"]]
    usable = [key for key in found if key is not None]
    if not usable:
        raise Untrue("key")
    signed, signature = f"{parts[0]}.{parts[1]}".encode(), _bytes(parts[2])
    if not any(_verifies(key, signature, signed) for key in usable):
        raise Untrue("signature")
    return head, payload


def jwk(key: Key, kid: str, /) -> dict[str, str]:
    """The public half as a JWK (RFC 8037)."""
    return {"kty": "OKP", "crv": "Ed25519", "x": _b64(key.public().material), "use": "sig", "alg": _ALG, "kid": kid}


def thumbprint(key: Key, /) -> str:
    """The key's name by its value (RFC 7638, SHA-256, base64url)."""
    text = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": _b64(key.public().material)}, separators=(",", ":"))
    return _b64(hashlib.sha256(text.encode()).digest())


def public(given: Mapping[str, Any], /) -> Ed25519PublicKey | None:
    """The key of a JWK; None if it is of another kind."""
    if (given.get("kty"), given.get("crv")) != ("OKP", "Ed25519") or not isinstance(given.get("x"), str):
        return None
    try:
        raw = _bytes(given["x"])
    except Untrue:
        return None
    return Ed25519PublicKey.from_public_bytes(raw) if len(raw) == _ED25519_BYTES else None


def _verifies(key: Ed25519PublicKey, signature: bytes, signed: bytes, /) -> bool:
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def _object(part: str, /) -> dict[str, Any]:
    try:
        found = loads(_bytes(part))
    except Malformed:
        raise Untrue("form") from None
    if not isinstance(found, dict):
        raise Untrue("form")
    return found


def _bytes(part: str, /) -> bytes:
    if set(part) & set("+/="):
        raise Untrue("form")
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Untrue("form") from None
    if _b64(raw) != part:  # two spellings of one signature would be two tokens
        raise Untrue("form")
    return raw


def _b64(raw: bytes, /) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
