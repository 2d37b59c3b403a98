"""The documents of contract v1: built once, at the first send, then frozen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from dgxblock.registry import vault
from dgxblock.registry.contract import payload_sha256, request_content, revocation_target, rule_errors, validate
from dgxblock.registry.identity import store
from dgxblock.registry.models import Achievement, Identity, Operation

_TABLE = Operation._meta.db_table


class Invalid(Exception):
    """The document breaks the contract's schema: our own fault. Holds the places, never the values."""

    def __init__(self, places: list[str], /) -> None:
        super().__init__(", ".join(places[:5]))
        self.places = places


class Misnamed(Exception):
    """The number cannot be one of its document: details from before the form refused it. The trainee repairs it."""


def _decimal(value: Decimal, /) -> str:
    """``85`` or ``85.5``: at most two decimals, no idle zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text or "0"


def build(operation: Operation, achievement: Achievement, identity: Identity, /) -> dict[str, Any]:
    """The document that issues or corrects a certificate, valid; an adapter makes bytes of it.

    Raises:
        Invalid: the schema refuses it.
        Misnamed: a rule of the contract refuses the identity number.
        dgxblock.registry.vault.Closed, dgxblock.registry.conf.Unset: the identity does not open.
    """
    scheme = achievement.scheme
    given = store.details(identity)
    person = {"name": given.name, "id_type": given.id_type, "id_no": given.id_no}
    document: dict[str, Any] = {
        "contract": "dgx-v1/result",
        "scheme": scheme.slug,
        "result_id": str(achievement.uuid),
        "seq": operation.seq,
        "previous_seq": achievement.remote_seq,
        "credential": {
            "code": achievement.credential_code,
            "name": scheme.credential_name_zh,
            "level": scheme.level_zh,
        },
        "result": {
            "outcome": "pass",
            "score": _decimal(achievement.score),
            "assessed_on": achievement.assessed_on.isoformat(),
            "assessor": scheme.assessor,
        },
        "person": person,
    }
    if given.phone and "phone" in scheme.send_members:
        person["phone"] = given.phone
    if given.enterprise and "enterprise" in scheme.send_members:
        document["extra"] = {"enterprise": given.enterprise}
    errors = validate("result", document)
    if errors:
        raise Invalid([error.pointer for error in errors])
    if any(error.code == "identity-mismatch" for error in rule_errors("result", document)):
        raise Misnamed
    return document


def revocation(operation: Operation, achievement: Achievement, today: date, /) -> dict[str, Any]:
    """The document that revokes the certificate, valid. `today` is a day in the scheme's zone.

    Raises:
        Invalid: the schema or a rule of the contract refuses it.
    """
    document = {
        "contract": "dgx-v1/revocation",
        "scheme": achievement.scheme.slug,
        "result_id": str(achievement.uuid),
        "seq": operation.seq,
        "previous_seq": achievement.remote_seq,
        "reason_code": operation.reason_code,
        "revoked_on": today.isoformat(),
    }
    errors = validate("revocation", document) or rule_errors("revocation", document)
    if errors:
        raise Invalid([error.pointer for error in errors])
    return document


def reinstatement(achievement: Achievement, /) -> bytes:
    """What is digested of the request that reinstates: it has no body."""
    return request_content("DELETE", revocation_target(str(achievement.uuid)))


def freeze(operation: Operation, content: bytes, /) -> tuple[str, str]:
    """The columns ``payload_enc`` and ``payload_sha256`` for these bytes."""
    return vault.seal(_TABLE, "payload_enc", operation.uuid, content), payload_sha256(content)


def thaw(operation: Operation, /) -> bytes:
    """The frozen bytes, proved against their digest.

    Raises:
        dgxblock.registry.vault.Closed: they do not open, or are not the bytes that were frozen.
    """
    content = vault.open_bytes(_TABLE, "payload_enc", operation.uuid, operation.payload_enc)
    if payload_sha256(content) != operation.payload_sha256:
        raise vault.Closed("damaged")
    return content
