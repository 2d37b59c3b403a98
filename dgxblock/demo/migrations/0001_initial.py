from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="DemoGrade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("learner_id", models.CharField(max_length=64)),
                ("usage_key", models.CharField(max_length=191)),
                ("value", models.FloatField(null=True)),
                ("max_value", models.FloatField(null=True)),
                ("completion", models.FloatField(default=0)),
            ],
        ),
        migrations.AddConstraint(
            model_name="demograde",
            constraint=models.UniqueConstraint(fields=("learner_id", "usage_key"), name="dgx_demo_grade_once"),
        ),
    ]
