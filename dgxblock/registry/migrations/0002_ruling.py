"""Staff's rulings about a person."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dgx_registry", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="achievement",
            name="person_key",
            field=models.CharField(
                help_text="Whom it claims; see `gates`.", max_length=64, null=True, unique=True
            ),
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person_key", models.CharField(help_text="As in the achievement's column of this name.", max_length=64)),
                ("verdict", models.CharField(choices=[("released", "Released"), ("readmitted", "Readmitted")], max_length=10)),
                ("actor", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=500)),
                ("ruled_at", models.DateTimeField()),
                (
                    "achievement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rulings", to="dgx_registry.achievement"
                    ),
                ),
            ],
            options={
                "db_table": "dgx_reg_ruling",
                "indexes": [models.Index(fields=["achievement", "person_key"], name="dgx_reg_ruling_person")],
            },
        ),
    ]
