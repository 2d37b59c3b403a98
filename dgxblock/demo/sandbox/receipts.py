"""Receipts as the registry writes them, and the days and instants in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from dgxblock.demo.sandbox.models import Certificate, Entry

__all__ = ["certificate_of", "instant", "receipt"]


def instant(moment: datetime, /) -> str:
    """An instant with the registry's offset."""
    return timezone.localtime(moment).isoformat(timespec="microseconds")


def certificate_of(entry: Entry, /) -> Certificate | None:
    """The entry's certificate, if there is one."""
    return Certificate.objects.filter(entry=entry).first()


def receipt(entry: Entry, /) -> dict[str, Any]:
    """What is held now, valid for the contract's ``receipt.json``."""
    document: dict[str, Any] = {
        "contract": "dgx-v1/receipt",
        "result_id": entry.result_id,
        "seq": entry.seq,
        "payload_sha256": entry.payload_sha256,
        "outcome": entry.outcome,
        "rev": entry.rev,
        "accepted_on": entry.accepted_on.isoformat(),
        "updated_at": instant(entry.updated_at),
    }
    certificate = certificate_of(entry)
    if certificate is not None:
        document["certificate"] = {
            "no": certificate.number,
            "status": certificate.status,
            "issued_on": certificate.issued_on.isoformat(),
        }
        if certificate.revoked_on is not None:
            document["certificate"]["revoked_on"] = certificate.revoked_on.isoformat()
    if entry.problem is not None:
        document["problem"] = entry.problem
    return document
