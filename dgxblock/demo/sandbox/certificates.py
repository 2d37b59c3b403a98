"""Certificates: how they are numbered, and how much of a name they show in public."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import date
from typing import Final

from django.db.models import Max

from dgxblock.demo.sandbox.models import Certificate, Entry

__all__ = ["issue", "mask_name"]

_PREFIX: Final = "S0000441900"  # S for sandbox; no real issuer has this form
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread: no 0/O, 1/I/L, U
_CODE_LENGTH: Final = 8  # 39 bits: nobody finds another's page by counting up


def mask_name(name: str, /) -> str:
    """张测试 as 张**: the first letter, and at most two stars so that the mask does not count a long name's letters."""
    visible = [char for char in name if unicodedata.category(char)[0] not in "CMZ"]
    return (visible[0] if visible else "") + "*" * min(max(len(visible) - 1, 1), 2)


def issue(entry: Entry, today: date, /) -> Certificate:
    """Give the entry its certificate. Only under the write lock, so that serials have no twins."""
    highest = Certificate.objects.filter(year=today.year).aggregate(highest=Max("serial"))["highest"] or 0
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
    return Certificate.objects.create(
        entry=entry,
        number=f"{_PREFIX}{today.year}{highest + 1:06d}-{code}",
        year=today.year,
        serial=highest + 1,
        issued_on=today,
    )
