"""Accounts whose personal data are to go."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("dgx_registry", "0011_claims")]

    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="Retirement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("learner_id", models.CharField(max_length=64, unique=True)),
                ("actor", models.CharField(blank=True, help_text="Empty: the platform.", max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "dgx_reg_retirement"},
        ),
    ]
