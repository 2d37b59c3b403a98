"""What two people have agreed on, taken over line by line; a process that dies goes on where it stood."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction

from dgxblock.registry import conf, gates, inbox, vault
from dgxblock.registry.clock import now
from dgxblock.registry.contract import blind_index, problem
from dgxblock.registry.models import Achievement, OfficialRow, Operation
from dgxblock.registry.official.ours import latest
from dgxblock.registry.official.profile import Line, of_json
from dgxblock.registry.states import FileState, Match, OpKind, OpState, Phase, RemoteState

__all__ = ["TABLE", "line_of", "work"]

_log = logging.getLogger("dgxblock.registry")
TABLE: Final = OfficialRow._meta.db_table
_NOTED: Final = "noted"  # still being decided there
_REFUSAL: Final = "not-eligible"  # the contract's code for what staff have to look at


def line_of(row: OfficialRow, /) -> Line:
    """What the row says, in clear.

    Raises:
        dgxblock.registry.vault.Closed, dgxblock.registry.conf.Unset: it does not open.
    """
    return of_json(json.loads(vault.open_text(TABLE, "line_enc", row.uuid, row.line_enc)))


def work(*, file: int | None = None) -> int:
    """Take over what was agreed on and is not taken over yet; how many lines. Opens transactions of its own.

    Args:
        file: only of this one (its primary key).
    """
    rows = OfficialRow.objects.filter(file__state=FileState.APPROVED, chosen=True, result="")
    if file is not None:
        rows = rows.filter(file_id=file)
    done = 0
    for row in rows.select_related("file", "achievement__scheme").order_by("pk").iterator(chunk_size=500):
        try:
            result = _one(row)
        except (conf.Unset, vault.Closed):
            break  # a key is missing; all of it is kept until it is back
        except Exception as error:  # noqa: BLE001 - one line must not stop the others
            _log.error("dgx_registry: official line %s failed inside (%s)", row.uuid, type(error).__name__)
            result = "internal"
        OfficialRow.objects.filter(pk=row.pk).update(result=result)
        done += 1
    return done


def _one(row: OfficialRow, /) -> str:
    """What came of a line, as a code. Everything is compared anew: much may have happened since it was read."""
    if row.achievement is None or row.match not in (Match.EXACT, Match.FUZZY):
        return "not-matched"
    line, slug = line_of(row), row.file.registry
    with transaction.atomic():
        achievement = row.achievement
        gates.lock(achievement)
        achievement.refresh_from_db()
        operation = latest(achievement, slug)
        if operation is None:
            return "never-sent"
        if line.status == "pending":
            return _NOTED
        if code := _impossible(line, achievement, operation):
            return code
        receipt = _receipt(line, achievement, operation, row.file.uploaded_at)
        return inbox.believe(achievement, receipt, slug, Phase.IMPORT, row.file.uploaded_at, row.file.sha256)


def _impossible(line: Line, achievement: Achievement, operation: Operation, /) -> str:
    """Why a line says nothing that could be taken over; empty if it does."""
    known = achievement.certificate_bidx
    said = blind_index(conf.blind_index_key(), "certificate", line.number) if line.number else None
    if known and said and known != said:
        return "second-certificate"
    live = achievement.remote_state == RemoteState.ISSUED
    if operation.state == OpState.DONE and operation.kind != OpKind.REVOKE:
        if line.status == "live" and live:
            return inbox.OLD
        if line.status == "refused":
            return "decided-already"
    if achievement.remote_state == RemoteState.REVOKED:
        return inbox.OLD if line.status == "revoked" else "revoked-already"
    if operation.state == OpState.REJECTED:
        return inbox.OLD if line.status == "refused" else ""
    return ""


def _receipt(line: Line, achievement: Achievement, operation: Operation, moment: datetime, /) -> Mapping[str, Any]:
    """The line as a receipt of the contract. What it is about is ours to say: the file was matched with it."""
    zone = ZoneInfo(achievement.scheme.zone)
    today = (moment.astimezone(zone) if moment.tzinfo else moment).date().isoformat()
    first = achievement.operations.order_by("seq").values_list("sent_at", flat=True).first() or moment
    said: dict[str, Any] = {
        "contract": "dgx-v1/receipt", "result_id": str(achievement.uuid), "seq": operation.seq,
        "payload_sha256": operation.payload_sha256, "rev": achievement.remote_rev + 1,
        "outcome": "refused" if line.status == "refused" else "done",
        "accepted_on": (first.astimezone(zone) if first.tzinfo else first).date().isoformat(),
        "updated_at": now().astimezone(zone).isoformat(timespec="seconds"),
    }  # fmt: skip
    if line.status == "refused":
        errors = [{"pointer": "/result", "code": _REFUSAL}]
        return said | {"problem": problem("refused", result_id=str(achievement.uuid), errors=errors)}
    certificate = {"no": line.number, "status": line.status, "issued_on": line.issued_on}
    if line.status == "revoked":
        certificate["revoked_on"] = line.revoked_on or today
    return said | {"certificate": certificate}
