"""Open Badges 3.0 (1EdTech): an OpenBadgeCredential in the VC Data Model 2.0, secured as a JWT (§8.2 of the standard).

Pure. What stands in a badge is meant for everybody: no identity number, and no name unless the scheme says so.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final
from urllib.parse import quote

from dgxblock.registry.adapters import jws
from dgxblock.registry.adapters.jws import Untrue
from dgxblock.registry.contract import CLOCK_SECONDS, Key, normalise_number

__all__ = ["Issuer", "credential", "faults", "kid", "number", "revocations", "token", "verified"]

_CONTEXT: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
)
_SCHEMA: Final = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
_STATUS: Final = "1EdTechRevocationList"
_TYPES: Final = ({"OpenBadgeCredential"}, {"AchievementCredential"})


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who awards. `base_url` is where keys and revocations can be read; `names` are slugs of schemes whose badges name
    their owner; `about` holds, by the credential's code, its ``description``, ``criteria`` and ``image``."""

    id: str
    name: str
    base_url: str
    zone: tzinfo
    names: frozenset[str] = frozenset()
    about: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def number(result_id: str, /) -> str:
    """The badge's id: one for each result, for ever."""
    return f"urn:uuid:{result_id}"


def kid(issuer: Issuer, key: Key, /) -> str:
    """The name of a key: the address at which it can be read."""
    return f"{issuer.base_url}/keys/{jws.thumbprint(key)}"


def credential(document: Mapping[str, Any], issuer: Issuer, secret: bytes, now: datetime, /) -> dict[str, Any]:
    """The credential for a result of contract v1, without a signature.

    A correction has the same id and a later ``validFrom``, by which it replaces what was issued before. So that is the
    moment of issue; the day of the assessment, which may be corrected to an earlier one, is ``awardedDate``.

    Args:
        document: valid for the contract's schema ``result``.
        issuer: who awards.
        secret: what keeps identifiers from being guessed.
        now: aware.
    """
    day = datetime.fromisoformat(document["result"]["assessed_on"]).replace(tzinfo=issuer.zone)
    badge = number(document["result_id"])
    awarded = document["credential"]
    return {
        "@context": list(_CONTEXT),
        "id": badge,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{awarded['name']}（{awarded['level']}）",
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name},
        "validFrom": now.astimezone(issuer.zone).isoformat(timespec="seconds"),
        "awardedDate": day.isoformat(),
        "credentialSubject": {
            "id": f"urn:uuid:{uuid.uuid5(uuid.UUID(document['result_id']), 'subject')}",
            "type": ["AchievementSubject"],
            "identifier": _identifiers(document, issuer, secret),
            "achievement": _achievement(document, issuer),
        },
        "credentialStatus": {"id": f"{issuer.base_url}/revocations", "type": _STATUS},
        "credentialSchema": [{"id": _SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }


def _achievement(document: Mapping[str, Any], issuer: Issuer, /) -> dict[str, Any]:
    awarded, about = document["credential"], issuer.about.get(document["credential"]["code"], {})
    assessor = document["result"]["assessor"]
    found: dict[str, Any] = {
        "id": f"{issuer.base_url}/achievements/{quote(awarded['code'], safe='')}",
        "type": ["Achievement"],
        "name": awarded["name"],
        "description": about.get("description") or f"{awarded['name']}（{awarded['level']}）",
        "criteria": {
            "narrative": about.get("criteria") or f"经{assessor}考核合格。Passed the assessment by {assessor}."
        },
    }
    return found | ({"image": {"id": about["image"], "type": "Image"}} if about.get("image") else {})


def _identifiers(document: Mapping[str, Any], issuer: Issuer, secret: bytes, /) -> list[dict[str, Any]]:
    """A salted hash of a pseudonym, and the name if it is wanted.

    Identity numbers are few enough to try them all, so a salted hash of one would give it away. What is hashed is a
    code that nobody without the issuer's key can compute from the number.
    """
    person = document["person"]
    said = f"{person['id_type']}\0{normalise_number(person['id_no'])}"
    code = hmac.new(secret, b"dgx-badge-person\0" + said.encode(), hashlib.sha256).hexdigest()
    salt = hmac.new(secret, b"dgx-badge-salt\0" + document["result_id"].encode(), hashlib.sha256).hexdigest()[:32]
    found: list[dict[str, Any]] = [
        {
            "type": "IdentityObject", "hashed": True, "identityType": "systemId", "salt": salt,
            "identityHash": f"sha256${hashlib.sha256((code + salt).encode()).hexdigest()}",
        }
    ]  # fmt: skip
    if document["scheme"] in issuer.names:
        found.append(
            {"type": "IdentityObject", "hashed": False, "identityType": "ext:name", "identityHash": person["name"]}
        )
    return found


def token(made: Mapping[str, Any], issuer: Issuer, key: Key, /) -> bytes:
    """The credential as a signed JWT: its members are the claims, beside the registered ones."""
    claims = {
        "iss": issuer.id, "jti": made["id"], "sub": made["credentialSubject"]["id"],
        "nbf": int(datetime.fromisoformat(made["validFrom"]).timestamp()),
    }  # fmt: skip
    return jws.encode(key, kid(issuer, key), {**made, **claims}).encode()


def revocations(issuer: Issuer, revoked: Iterable[str], /) -> dict[str, Any]:
    """The list of revoked badges by their ids. It tells nothing of why."""
    return {
        "id": f"{issuer.base_url}/revocations",
        "issuer": issuer.id,
        "revokedCredentials": [{"id": badge, "revoked": True} for badge in revoked],
    }


def verified(
    text: str, keys: Iterable[Mapping[str, Any]], now: datetime, /, revoked: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The credential of a badge that somebody shows.

    Args:
        text: the token.
        keys: the issuer's keys (JWKs), from where the issuer is known to publish them.
        now: aware.
        revoked: the issuer's list of revocations, if it was read.

    Raises:
        Untrue: a code of `jws.decode`; ``credential`` (not what the standard asks for), ``early`` (not valid yet),
            ``late``, ``revoked``, or ``list`` (not this issuer's list).
    """
    _head, claims = jws.decode(text.strip(), keys)
    if faults(claims):
        raise Untrue("credential")
    if now.timestamp() + CLOCK_SECONDS < claims["nbf"]:
        raise Untrue("early")
    until = claims.get("exp")
    if until is not None and (isinstance(until, bool) or not isinstance(until, int) or now.timestamp() >= until):
        raise Untrue("late")
    if revoked is not None:
        listed = revoked.get("revokedCredentials")
        if revoked.get("issuer") != claims["iss"] or not isinstance(listed, list):
            raise Untrue("list")
        if any(isinstance(one, Mapping) and one.get("id") == claims["id"] and one.get("revoked") for one in listed):
            raise Untrue("revoked")
    return claims


def faults(claims: Mapping[str, Any], /) -> list[str]:
    """Places at which a payload is not what Open Badges 3.0 and its JWT form ask for; empty for a good one."""
    found: list[str] = []

    def need(place: str, holds: object, /) -> None:
        if not holds:
            found.append(place)

    def some(value: object, /) -> Mapping[str, Any]:
        return value if isinstance(value, Mapping) else {}

    subject, issuer = some(claims.get("credentialSubject")), some(claims.get("issuer"))
    achievement, context, types = some(subject.get("achievement")), claims.get("@context"), claims.get("type")
    need("@context", isinstance(context, list) and tuple(context[:1]) == _CONTEXT[:1] and _has_badges(context))
    need("type", isinstance(types, list) and "VerifiableCredential" in types and _any_of(types))
    need("id", _text(claims.get("id")) and claims.get("jti") == claims.get("id"))
    need("issuer", _text(issuer.get("id")) and "Profile" in _several(issuer.get("type")))
    need("iss", claims.get("iss") == issuer.get("id"))
    need("validFrom", _moment(claims.get("validFrom")) is not None)
    need("nbf", type(claims.get("nbf")) is int and claims.get("nbf") == _moment(claims.get("validFrom")))
    need("credentialSubject", "AchievementSubject" in _several(subject.get("type")))
    need("credentialSubject/id", subject.get("id") or subject.get("identifier"))
    need("sub", claims.get("sub") == subject.get("id"))
    need("achievement", "Achievement" in _several(achievement.get("type")))
    for member in ("id", "name", "description"):
        need(f"achievement/{member}", _text(achievement.get(member)))
    need("achievement/criteria", some(achievement.get("criteria")))
    return found


def _has_badges(context: list[object], /) -> bool:
    return any(isinstance(one, str) and one.startswith("https://purl.imsglobal.org/spec/ob/v3p0/") for one in context)


def _any_of(types: list[object], /) -> bool:
    return any(names & {one for one in types if isinstance(one, str)} for names in _TYPES)


def _several(value: object, /) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _text(value: object, /) -> bool:
    return isinstance(value, str) and bool(value)


def _moment(value: object, /) -> int | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return None if found.tzinfo is None else int(found.timestamp())
