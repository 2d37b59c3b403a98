"""Identity versions in the database: written encrypted, read back only for the person or for a document to send."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from dgxblock.registry import conf, vault
from dgxblock.registry.clock import now
from dgxblock.registry.contract import blind_index, issued_as
from dgxblock.registry.identity.form import Details
from dgxblock.registry.models import Identity

_TABLE = Identity._meta.db_table


def current(learner_id: str, /) -> Identity | None:
    """The latest version, still encrypted."""
    return Identity.objects.filter(learner_id=learner_id).order_by("-version").first()


def latest(learner_ids: Collection[str], /) -> dict[str, int]:
    """The primary key of everybody's latest version, by learner (one query)."""
    rows = Identity.objects.filter(learner_id__in=learner_ids).order_by("version")
    return dict(rows.values_list("learner_id", "pk"))


def details(row: Identity, /) -> Details:
    """What the row says, in clear.

    Raises:
        dgxblock.registry.vault.Closed: it does not open.
        dgxblock.registry.conf.Unset: no key is set.
    """
    return Details(
        name=vault.open_text(_TABLE, "name_enc", row.uuid, row.name_enc),
        id_type=row.id_type,
        id_no=vault.open_text(_TABLE, "id_enc", row.uuid, row.id_enc),
        phone=vault.open_text(_TABLE, "phone_enc", row.uuid, row.phone_enc),
        enterprise=vault.open_text(_TABLE, "enterprise_enc", row.uuid, row.enterprise_enc),
    )


def person_index(given: Details, /) -> str:
    """The blind index of a person: equal for two accounts that hold the same number, useless without the key.

    The label is what the number itself shows, not what the trainee chose from a list: whoever writes one number twice
    must be found, whatever they call it.
    """
    return blind_index(conf.blind_index_key(), f"id:{issued_as(given.id_no) or given.id_type}", given.id_no)


def add(learner_id: str, given: Details, /, *, after: Identity | None) -> Identity:
    """Write the next version. The caller holds the transaction.

    Raises:
        django.db.IntegrityError: another request wrote this version first.
        dgxblock.registry.conf.Unset: a key is not set.
    """
    row_id = uuid.uuid4()
    name_mask, id_mask, phone_mask = given.masks

    def sealed(column: str, text: str) -> str:
        return vault.seal(_TABLE, column, row_id, text) if text else ""

    return Identity.objects.create(
        uuid=row_id,
        learner_id=learner_id,
        version=after.version + 1 if after else 1,
        name_enc=sealed("name_enc", given.name),
        name_mask=name_mask,
        id_type=given.id_type,
        id_enc=sealed("id_enc", given.id_no),
        id_mask=id_mask,
        id_bidx=person_index(given),
        phone_enc=sealed("phone_enc", given.phone),
        phone_mask=phone_mask,
        enterprise_enc=sealed("enterprise_enc", given.enterprise),
        created_at=now(),
    )
