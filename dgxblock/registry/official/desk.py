"""Official files for staff: put in by one person, looked at by both, and agreed on by another."""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count

from dgxblock.registry import conf, vault, workitems
from dgxblock.registry.clock import now
from dgxblock.registry.identity.form import Details
from dgxblock.registry.models import OfficialFile, OfficialRow
from dgxblock.registry.official import applying, ours, reading, texts
from dgxblock.registry.official.matching import Found
from dgxblock.registry.official.profile import Line, Unreadable
from dgxblock.registry.official.views import ImportRowView, ImportView
from dgxblock.registry.states import Approval, FileState, Match

__all__ = ["approve_import", "discard_import", "import_rows", "imports", "original", "stage_import"]

_log = logging.getLogger("dgxblock.registry")
_TABLE: Final = OfficialFile._meta.db_table
_MOST_FILES: Final = 200
_NAME: Final = 120


def stage_import(registry: str, name: str, data: bytes, /, *, uploader: str) -> ImportView | str:
    """Read an official file and put it beside what was handed over; nothing is believed yet.

    The same bytes a second time are the file that is there. One transaction of its own.

    Args:
        registry: a name in the settings.
        name: of the file, for people.
        data: CSV (UTF-8, GB18030) or XLSX, at most 50,000 lines.
        uploader: the id of whoever puts it in. Somebody else has to approve it.

    Returns:
        The file, or a sentence that says why it was not read.

    Raises:
        dgxblock.registry.conf.Unset: the registry or a key is not set.
    """
    if not uploader:
        return texts.nobody()
    where = conf.registry(registry)
    conf.field_keys()
    digest = hashlib.sha256(data).hexdigest()
    live_for = f"{registry}:{digest}"
    known = OfficialFile.objects.filter(live_for=live_for).first()
    if known is not None:
        return _view(known, again=True)
    try:
        lines = reading.lines(data, _more(where.options))
    except Unreadable as error:
        return texts.refusal(error.code, name, error.where)
    found = ours.compared(registry, lines)
    try:
        with transaction.atomic():
            file = _store(registry, name, data, digest, live_for, uploader, len(lines))
            rows = [_row(file, line, one) for line, one in zip(lines, found, strict=True)]
            OfficialRow.objects.bulk_create(rows, batch_size=500)
    except IntegrityError:
        return _view(OfficialFile.objects.get(live_for=live_for), again=True)
    _log.info(
        "dgx_registry: official file %s of %s, SHA-256 %s, is put in by %s", file.uuid, registry, digest, uploader
    )
    return _view(file)


def _more(options: Mapping[str, Any], /) -> Mapping[str, Sequence[str]]:
    given = options.get("columns")
    return given if isinstance(given, Mapping) else {}


def _store(
    registry: str, name: str, data: bytes, digest: str, live_for: str, uploader: str, total: int, /
) -> OfficialFile:
    row_id = uuid.uuid4()
    return OfficialFile.objects.create(
        uuid=row_id, registry=registry, sha256=digest, live_for=live_for, name=texts.shown(name)[:_NAME],
        rows_total=total, body_enc=vault.seal(_TABLE, "body_enc", row_id, zlib.compress(data)), uploader=uploader,
        uploaded_at=now(),
    )  # fmt: skip


def _row(file: OfficialFile, line: Line, found: Found, /) -> OfficialRow:
    row_id = uuid.uuid4()
    name_mask, id_mask, _phone = Details(line.name, line.id_type, line.id_no, "", "").masks
    return OfficialRow(
        uuid=row_id, file=file, row_no=line.row_no, match=found.match, code=found.code,
        achievement_id=found.ours.pk if found.ours else None, status=line.status,
        name_mask=name_mask[:16] if line.name else "", id_mask=id_mask[:24] if line.id_no else "",
        line_enc=vault.seal(applying.TABLE, "line_enc", row_id, json.dumps(line.as_json())),
    )  # fmt: skip


def imports(registry: str = "", /) -> list[ImportView]:
    """The latest two hundred official files, of one registry or of all (three queries)."""
    rows = OfficialFile.objects.filter(registry=registry) if registry else OfficialFile.objects.all()
    files = list(rows.defer("body_enc").order_by("-pk")[:_MOST_FILES])
    counts, results = _counts([one.pk for one in files])
    return [_shown(one, counts.get(one.pk, {}), results.get(one.pk, {})) for one in files]


def import_rows(file_id: str, /) -> list[ImportRowView]:
    """The lines of a file, masked (two queries)."""
    file = _file(file_id)
    if file is None:
        return []
    rows = OfficialRow.objects.filter(file=file).select_related("achievement").defer("line_enc").order_by("row_no")
    return [
        ImportRowView(
            id=str(row.uuid), row_no=row.row_no, match=row.match, match_label=texts.match(row.match), code=row.code,
            why=texts.why(row.code), learner_id=row.achievement.learner_id if row.achievement else "",
            result_id=str(row.achievement.uuid) if row.achievement else "", status=row.status,
            status_label=texts.status(row.status), person=" ".join(filter(None, (row.name_mask, row.id_mask))),
            chosen=row.chosen, result=row.result, may=file.state == FileState.STAGED and row.match == Match.FUZZY,
        )
        for row in rows
    ]  # fmt: skip


def approve_import(file_id: str, /, *, actor: str, reason: str, rows: Sequence[str] = ()) -> str:
    """Believe a file: its exact lines, and those of the fuzzy ones that are named. Transactions of its own.

    Args:
        file_id: `ImportView.id`.
        actor: the id of whoever approves; not whoever put it in.
        reason: in 1 to 500 characters; kept for good.
        rows: ids of fuzzy lines (`ImportRowView.id`) that were looked at and are right.

    Returns:
        An `Approval`: APPROVED, SAME_PERSON, or GONE (decided before, no such file, no actor or reason).
    """
    why, file = workitems.clean(reason), _file(file_id)
    if file is None or not actor or not why or file.state != FileState.STAGED:
        return Approval.GONE
    if actor == file.uploader:
        return Approval.SAME_PERSON
    named = [one for one in rows if _uuid(one) is not None]
    with transaction.atomic():
        if not _decide(file, FileState.APPROVED, actor, why):
            return Approval.GONE
        lines = OfficialRow.objects.filter(file=file, achievement__isnull=False)
        lines.filter(match=Match.EXACT).update(chosen=True)
        for at in range(0, len(named), 500):
            lines.filter(match=Match.FUZZY, uuid__in=named[at : at + 500]).update(chosen=True)
    applying.work(file=file.pk)
    return Approval.APPROVED


def discard_import(file_id: str, /, *, actor: str, reason: str) -> bool:
    """Put a file aside that was not approved; the same bytes can be put in again. One transaction of its own."""
    why, file = workitems.clean(reason), _file(file_id)
    if file is None or not actor or not why:
        return False
    with transaction.atomic():
        return _decide(file, FileState.DISCARDED, actor, why)


def original(file_id: str, /) -> bytes | None:
    """The file as it was uploaded, or None.

    Raises:
        dgxblock.registry.vault.Closed, dgxblock.registry.conf.Unset: it does not open.
    """
    which = _uuid(file_id)
    file = OfficialFile.objects.filter(uuid=which).first() if which else None
    return zlib.decompress(vault.open_bytes(_TABLE, "body_enc", file.uuid, file.body_enc)) if file else None


def _decide(file: OfficialFile, state: str, actor: str, why: str, /) -> bool:
    """Once; the caller holds the transaction."""
    columns = {"live_for": None} if state == FileState.DISCARDED else {}
    done = OfficialFile.objects.filter(pk=file.pk, state=FileState.STAGED).update(
        state=state, decider=actor, reason=why, decided_at=now(), **columns
    )
    if done:
        workitems.note(f"file-{state}", actor=actor, reason=why, sha256=file.sha256)
        _log.info("dgx_registry: official file %s is %s by %s", file.uuid, state, actor)
    return bool(done)


def _view(file: OfficialFile, /, *, again: bool = False) -> ImportView:
    counts, results = _counts([file.pk])
    return _shown(file, counts.get(file.pk, {}), results.get(file.pk, {}), again=again)


def _counts(files: Sequence[int], /) -> tuple[dict[int, dict[str, int]], dict[int, dict[str, int]]]:
    counts: dict[int, dict[str, int]] = {}
    results: dict[int, dict[str, int]] = {}
    for column, where in (("match", counts), ("result", results)):
        rows = OfficialRow.objects.filter(file_id__in=files).order_by().values_list("file_id", column)
        for file, value, number in rows.annotate(Count("pk")):
            if value:
                where.setdefault(file, {})[value] = number
    return counts, results


def _shown(
    file: OfficialFile, counts: Mapping[str, int], results: Mapping[str, int], /, *, again: bool = False
) -> ImportView:
    return ImportView(
        id=str(file.uuid), registry=file.registry, name=file.name, sha256=file.sha256, state=file.state,
        state_label=texts.state(file.state), rows=file.rows_total, counts=dict(Counter(counts)),
        results=dict(Counter(results)), uploader=file.uploader, uploaded_at=file.uploaded_at, decider=file.decider,
        reason=file.reason, decided_at=file.decided_at, again=again,
    )  # fmt: skip


def _uuid(text: str, /) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _file(file_id: str, /) -> OfficialFile | None:
    which = _uuid(file_id)
    return OfficialFile.objects.filter(uuid=which).defer("body_enc").first() if which else None
