"""Whether a certificate stands, for anybody who holds its code: nothing about the person.

A code is the result's id, encrypted and authenticated under a key of its own (AES-SIV, RFC 5297): equal every time, so
that it can be printed, and told from an invented one without a look into the database.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from dgxblock.registry import conf, vault
from dgxblock.registry.delivery import record
from dgxblock.registry.models import Achievement
from dgxblock.registry.states import RemoteState
from dgxblock.registry.views import Bilingual

__all__ = ["Verified", "code_of", "verify"]

_DOMAIN: Final = b"dgx-verify-v1"
_LENGTH: Final = 43  # base64url of 32 bytes: a tag and an id


@dataclass(frozen=True, slots=True)
class Verified:
    """What a code is about. `tail`: the last four characters of the number, or none; in `month` no day counts."""

    credential: Bilingual
    level: Bilingual
    recipient: Bilingual
    month: date
    valid: bool
    tail: str


def _cipher() -> AESSIV:
    return AESSIV(hmac.new(conf.blind_index_key(), _DOMAIN, hashlib.sha512).digest())


def code_of(result_id: UUID, /) -> str:
    """The code of a result.

    Raises:
        dgxblock.registry.conf.Unset: no key is set.
    """
    return base64.urlsafe_b64encode(_cipher().encrypt(result_id.bytes, [_DOMAIN])).decode().rstrip("=")


def verify(code: str, /) -> Verified | None:
    """What stands behind a code; None for one that is not ours, and for what was never issued (one query at most)."""
    if len(code) != _LENGTH or not code.isascii():
        return None
    try:
        sealed = base64.b64decode(code + "=", altchars=b"-_", validate=True)
        which = UUID(bytes=_cipher().decrypt(sealed, [_DOMAIN]))
        if code_of(which) != code:
            return None  # the spare bits at the end are not ours
    except (binascii.Error, ValueError, InvalidTag, conf.Unset):
        return None
    found = Achievement.objects.filter(uuid=which).select_related("scheme").first()
    if found is None or found.issued_on is None:
        return None
    try:
        tail = record.certificate_number(found)[-4:]
    except (vault.Closed, conf.Unset):
        tail = ""
    scheme = found.scheme
    return Verified(
        credential=Bilingual(scheme.credential_name_zh, scheme.credential_name_en),
        level=Bilingual(scheme.level_zh, scheme.level_en or scheme.level_zh),
        recipient=Bilingual(scheme.recipient_zh, scheme.recipient_en),
        month=found.issued_on.replace(day=1), valid=found.remote_state == RemoteState.ISSUED, tail=tail,
    )  # fmt: skip
