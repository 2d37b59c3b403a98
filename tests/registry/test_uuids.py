"""The names of results: every one can be stored, on every database, whatever Django made of the column before."""

from __future__ import annotations

import uuid
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from dgxblock.registry import models
from dgxblock.registry.clock import now
from tests.builders.registry import COURSE, scheme

AWKWARD = uuid.UUID("72c7c14b-f6e7-8c16-80e4-d777e1f05123")
"""MariaDB 10.11 refuses it in its own type: version 8, and 80 in the ninth byte."""
TABLES = ("dgx_reg_achievement", "dgx_reg_identity", "dgx_reg_operation", "dgx_reg_receipt")


def achieved(of: models.Scheme, name: uuid.UUID, learner: str) -> None:
    models.Achievement.objects.create(
        uuid=name, scheme=of, learner_id=learner, course_key=COURSE, credential_code="C", score=80,
        assessed_on=now().date(), earned_at=now(),
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("ninth", range(0x80, 0xC0, 7))
def test_every_name_of_a_result_can_be_stored_and_found(ninth: int) -> None:
    name = uuid.UUID(bytes=AWKWARD.bytes[:8] + bytes([ninth]) + AWKWARD.bytes[9:])
    achieved(scheme(), name, "7")
    assert models.Achievement.objects.get(uuid=name).uuid == name
    assert models.Achievement.objects.get(uuid=str(name)).learner_id == "7"


def kinds() -> set[str]:
    with connection.cursor() as cursor:
        found = [
            column.display_size if connection.vendor == "mysql" else column.type_code
            for table in TABLES
            for column in connection.introspection.get_table_description(cursor, table)
            if column.name == "uuid"
        ]
    assert len(found) == len(TABLES)
    return set(map(str, found))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("interrupted", [False, True])
def test_columns_of_mariadbs_own_type_become_text_and_keep_their_values(interrupted: bool) -> None:
    before, known = kinds(), uuid.uuid4()
    achieved(scheme(), known, "7")
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} MODIFY uuid uuid NOT NULL")
                if interrupted:
                    cursor.execute(f"ALTER TABLE {table} MODIFY uuid char(36) NOT NULL")
        assert kinds() != before
    migration = import_module("dgxblock.registry.migrations.0004_uuids_as_text")
    for _twice in range(2):
        migration.as_text(apps, SimpleNamespace(connection=connection))
    assert kinds() == before
    achieved(models.Scheme.objects.get(), AWKWARD, "8")
    assert set(models.Achievement.objects.values_list("uuid", flat=True)) == {known, AWKWARD}
