"""UUIDs as ``char(32)`` also where Django 5 took MariaDB's own type, which refuses some of ours (`registry.fields`)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import migrations

import dgxblock.registry.fields

COLUMN = (
    "SELECT data_type, character_maximum_length FROM information_schema.columns "
    "WHERE table_schema = DATABASE() AND table_name = %s AND column_name = 'uuid'"
)


def as_text(apps: Any, schema_editor: Any) -> None:
    """Make MariaDB's own type text, and leave every other column alone. Goes on where an earlier run was ended."""
    connection = schema_editor.connection
    if connection.vendor != "mysql":
        return
    with connection.cursor() as cursor:
        for name in ("Achievement", "Identity", "Operation", "Receipt"):
            table = apps.get_model("dgx_registry", name)._meta.db_table
            cursor.execute(COLUMN, [table])
            kind, length = cursor.fetchone()
            if (kind.lower(), length) == ("char", 32):
                continue
            # With its hyphens first: the type is written out with them.
            cursor.execute(f"ALTER TABLE {table} MODIFY uuid char(36) NOT NULL")
            cursor.execute(f"UPDATE {table} SET uuid = REPLACE(uuid, '-', '')")
            cursor.execute(f"ALTER TABLE {table} MODIFY uuid char(32) NOT NULL")


def column(name: str, **options: Any) -> migrations.AlterField:
    field = dgxblock.registry.fields.UUIDField(editable=False, unique=True, **options)
    return migrations.AlterField(model_name=name, name="uuid", field=field)


class Migration(migrations.Migration):
    dependencies = [("dgx_registry", "0003_claims")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(as_text, migrations.RunPython.noop)],
            state_operations=[
                column("achievement"),
                column("identity", default=uuid.uuid4),
                column("operation", default=uuid.uuid4),
                column("receipt", default=uuid.uuid4),
            ],
        )
    ]
