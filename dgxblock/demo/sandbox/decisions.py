"""The decision steps of ``putResult`` (see ``openapi.yaml``), all in one transaction that holds the write lock."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from dgxblock.demo.sandbox import callbacks, certificates
from dgxblock.demo.sandbox.gate import Reject, Write
from dgxblock.demo.sandbox.models import Certificate, Entry, Mode
from dgxblock.demo.sandbox.receipts import certificate_of, receipt
from dgxblock.registry import contract

__all__ = ["Decision", "decide", "decide_waiting", "look_up", "revoke_here"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is answered: `outcome` is for the log."""

    status: int
    receipt: Mapping[str, Any]
    outcome: str


@transaction.atomic
def decide(write: Write, mode: Mode, /) -> Decision:
    """Take the write through the steps.

    Raises:
        Reject: ``not-found``, ``conflict``, ``stale``, ``busy``, ``state`` or ``refused``; then nothing is stored.
    """
    entry = Entry.objects.filter(result_id=write.result_id).first()
    if entry is None and write.kind != "issue":
        raise Reject("not-found")
    held = 0 if entry is None else entry.seq
    if entry is not None and write.seq == held:
        return _repeat(entry, write)
    if (write.previous_seq != held or write.seq < held) and mode is not Mode.UNORDERED:
        raise Reject("stale", receipt=None if entry is None else receipt(entry))
    certificate = None if entry is None else certificate_of(entry)
    if entry is not None:
        if entry.outcome == "pending":
            raise Reject("busy")
        _check_state(entry, certificate, write)
    _check_rules(entry, write, mode)
    return _store(entry, certificate, write, later=mode is Mode.LATER)


@transaction.atomic
def look_up(result_id: str, mode: Mode, /, *, after: timedelta) -> Decision:
    """What is held. Looking at a result that has been pending for `after` also decides it: so "later" ends by itself.

    Raises:
        Reject: ``not-found``.
    """
    entry = Entry.objects.filter(result_id=result_id).first()
    if entry is None:
        raise Reject("not-found")
    if entry.outcome == "pending" and timezone.now() - entry.updated_at >= after:
        _settle(entry, mode)
        return Decision(200, receipt(entry), "decided")
    return Decision(200, receipt(entry), "looked-up")


@transaction.atomic
def revoke_here(result_id: str, /) -> bool:
    """Revoke by the registry's own decision, as a person at its desk does. False when nothing is live or decided."""
    entry = Entry.objects.filter(result_id=result_id).exclude(outcome="pending").first()
    certificate = None if entry is None else certificate_of(entry)
    if entry is None or certificate is None or certificate.revoked_on is not None:
        return False
    now = _now()
    certificate.revoked_on = _day(now)
    certificate.save(update_fields=["revoked_on"])
    entry.rev += 1
    entry.updated_at = now
    entry.save()
    callbacks.announce(receipt(entry))
    return True


@transaction.atomic
def decide_waiting(mode: Mode, /) -> int:
    """Decide everything that is pending; how many there were."""
    waiting = list(Entry.objects.filter(outcome="pending").order_by("updated_at"))
    for entry in waiting:
        _settle(entry, mode)
    return len(waiting)


def _repeat(entry: Entry, write: Write) -> Decision:
    if entry.payload_sha256 != write.payload_sha256:
        raise Reject("conflict", receipt=receipt(entry))
    # No member of the receipt: a repeat changes nothing that the contract knows.
    entry.repeats += 1
    entry.save(update_fields=["repeats"])
    return Decision(202 if entry.outcome == "pending" else 200, receipt(entry), "repeated")


def _check_state(entry: Entry, certificate: Certificate | None, write: Write) -> None:
    status = "none" if certificate is None else certificate.status
    allowed = {"issue": ("none", "live"), "revoke": ("live",), "reinstate": ("revoked",)}[write.kind]
    if status not in allowed:
        raise Reject("state", receipt=receipt(entry))


def _check_rules(entry: Entry | None, write: Write, mode: Mode) -> None:
    errors = []
    if entry is not None and entry.scheme != write.scheme:
        errors.append(contract.SchemaError("/scheme", "bad-value"))
    if write.kind == "issue":
        errors += contract.rule_errors("result", write.document)
        name = write.document["person"]["name"]
        if unicodedata.normalize("NFC", name) != name:
            errors.append(contract.SchemaError("/person/name", "bad-value"))
        if mode is Mode.REFUSE:
            errors.append(contract.SchemaError("/person/name", "identity-mismatch"))
    if errors:
        # Against the contract: a problem never repeats a value.
        detail = write.document.get("person", {}).get("name") if mode is Mode.ECHOES else None
        raise Reject("refused", errors=[error.as_item() for error in errors], detail=detail)


def _store(entry: Entry | None, certificate: Certificate | None, write: Write, *, later: bool) -> Decision:
    now = _now()
    if entry is None:
        entry = Entry(result_id=write.result_id, scheme=write.scheme, rev=0, accepted_on=_day(now))
    entry.seq, entry.payload_sha256, entry.kind = write.seq, write.payload_sha256, write.kind
    entry.outcome, entry.problem, entry.waiting = "pending", None, _facts(write)
    entry.rev += 1
    entry.updated_at = now
    if later:
        entry.save()
        return Decision(202, receipt(entry), "pending")
    _apply(entry, now)
    status = 201 if write.kind == "issue" and certificate is None else 200
    words = {"issue": "issued" if status == 201 else "corrected", "revoke": "revoked", "reinstate": "reinstated"}
    return Decision(status, receipt(entry), words[write.kind])


def _facts(write: Write) -> dict[str, str]:
    """What an operation will change once it is decided: no more of the document is ever stored."""
    document = write.document
    if write.kind == "issue":
        return {
            "holder": certificates.mask_name(document["person"]["name"]),
            "credential_code": document["credential"]["code"],
            "credential_name": document["credential"]["name"],
            "level": document["credential"]["level"],
        }
    return {"revoked_on": document["revoked_on"]} if write.kind == "revoke" else {}


def _settle(entry: Entry, mode: Mode) -> None:
    """Decide what is pending, as the mode has it now."""
    now = _now()
    entry.rev += 1
    entry.updated_at = now
    if mode is not Mode.REFUSE or entry.kind != "issue":
        _apply(entry, now)
        callbacks.announce(receipt(entry))
        return
    errors = [{"pointer": "/person/name", "code": "identity-mismatch"}]
    entry.outcome, entry.waiting = "refused", None
    entry.problem = contract.problem("refused", result_id=entry.result_id, errors=errors)
    entry.save()
    callbacks.announce(receipt(entry))


def _apply(entry: Entry, now: datetime) -> None:
    facts = entry.waiting or {}
    entry.outcome, entry.waiting = "done", None
    if entry.kind == "issue":
        entry.holder, entry.credential_code = facts["holder"], facts["credential_code"]
        entry.credential_name, entry.level = facts["credential_name"], facts["level"]
    entry.save()
    certificate = certificate_of(entry)
    if certificate is None:
        certificates.issue(entry, _day(now))
    elif entry.kind != "issue":
        certificate.revoked_on = date.fromisoformat(facts["revoked_on"]) if entry.kind == "revoke" else None
        certificate.save(update_fields=["revoked_on"])


def _now() -> datetime:
    """Now, and later than every change before, even if the clock was set back: the feed and its cursor hang on it."""
    last = Entry.objects.aggregate(last=Max("updated_at"))["last"]
    now = timezone.now()
    return now if last is None or now > last else last + timedelta(microseconds=1)


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()
