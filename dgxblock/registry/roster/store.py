"""Roster entries in the database: written encrypted, read back to fill the trainee's own form or to compare."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

from dgxblock.registry import conf, vault
from dgxblock.registry.identity import store
from dgxblock.registry.identity.form import Details
from dgxblock.registry.models import RosterEntry, RosterUpload

__all__ = ["details", "enterprise_code", "entries", "forget", "holders", "offered", "replace"]

_TABLE = RosterEntry._meta.db_table


def offered(learner_id: str, course_key: str, /) -> Details | None:
    """What the trainee's form may be filled with; None without an entry, or if it does not open."""
    row = RosterEntry.objects.filter(learner_id=learner_id, course_key=course_key).first()
    try:
        return details(row) if row else None
    except (vault.Closed, conf.Unset):
        return None


def entries(course_key: str, learner_ids: Collection[str], /) -> dict[str, RosterEntry]:
    """The entries of these trainees, by learner (one query)."""
    rows = RosterEntry.objects.filter(course_key=course_key, learner_id__in=learner_ids)
    return {row.learner_id: row for row in rows}


def holders(course_key: str, indices: Collection[str], /) -> dict[str, str]:
    """Whom the roster has these numbers for: learner by blind index (one query)."""
    rows = RosterEntry.objects.filter(course_key=course_key, id_bidx__in=indices)
    return dict(rows.values_list("id_bidx", "learner_id"))


def details(row: RosterEntry, /) -> Details:
    """What the row says, in clear. Raises as `dgxblock.registry.identity.store.details`."""
    return Details(
        name=vault.open_text(_TABLE, "name_enc", row.uuid, row.name_enc),
        id_type=row.id_type,
        id_no=vault.open_text(_TABLE, "id_enc", row.uuid, row.id_enc),
        phone=vault.open_text(_TABLE, "phone_enc", row.uuid, row.phone_enc),
        enterprise=vault.open_text(_TABLE, "enterprise_enc", row.uuid, row.enterprise_enc),
    )


def enterprise_code(row: RosterEntry, /) -> str:
    """The enterprise's unified social credit code in clear; empty for none. Raises as `details`."""
    return vault.open_text(_TABLE, "enterprise_code_enc", row.uuid, row.enterprise_code_enc)


def replace(upload: RosterUpload, people: Iterable[tuple[str, Details, str]], /) -> None:
    """Write the entries of trainees (id, details, enterprise's code) anew. The caller holds the transaction.

    Raises:
        django.db.IntegrityError: another upload wrote one of them at the same moment.
        dgxblock.registry.conf.Unset: a key is not set.
    """
    made = [_sealed(upload, *one) for one in people]
    RosterEntry.objects.filter(course_key=upload.course_key, learner_id__in=[one.learner_id for one in made]).delete()
    RosterEntry.objects.bulk_create(made, batch_size=200)


def _sealed(upload: RosterUpload, learner_id: str, given: Details, code: str) -> RosterEntry:
    row_id = uuid.uuid4()
    name_mask, id_mask, phone_mask = given.masks

    def sealed(column: str, text: str) -> str:
        return vault.seal(_TABLE, column, row_id, text) if text else ""

    return RosterEntry(
        uuid=row_id, upload=upload, course_key=upload.course_key, learner_id=learner_id,
        name_enc=sealed("name_enc", given.name), name_mask=name_mask, id_type=given.id_type,
        id_enc=sealed("id_enc", given.id_no), id_mask=id_mask, id_bidx=store.person_index(given),
        phone_enc=sealed("phone_enc", given.phone), phone_mask=phone_mask,
        enterprise_enc=sealed("enterprise_enc", given.enterprise),
        enterprise_code_enc=sealed("enterprise_code_enc", code),
    )  # fmt: skip


def forget(learner_id: str, /) -> int:
    """Delete whatever rosters say of a trainee; how many entries there were. Nothing refers to them."""
    return RosterEntry.objects.filter(learner_id=learner_id).delete()[0]
