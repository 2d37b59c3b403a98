"""Claims of persons name the registry where they named the scheme, so that two schemes certify nobody twice."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import migrations


def rename_claims(apps: Any, schema_editor: Any) -> None:
    """Write every claim anew. Where two claim one person now, the one that came furthest keeps it."""
    achievements = apps.get_model("dgx_registry", "Achievement").objects.using(schema_editor.connection.alias)
    operations = apps.get_model("dgx_registry", "Operation").objects.using(schema_editor.connection.alias)
    claimed = list(achievements.exclude(person_key=None).select_related("scheme").order_by("pk"))
    sent = set(operations.filter(sends__gt=0).values_list("achievement_id", flat=True))
    claimed.sort(key=lambda one: (one.remote_state != "issued", one.remote_state != "pending", one.pk not in sent))
    taken: set[str] = set()
    for one in claimed:
        last = operations.filter(achievement=one).exclude(identity=None).select_related("identity").order_by("-seq").first()
        if last is None:
            achievements.filter(pk=one.pk).update(person_key=None)
            continue
        text = f"{one.scheme.registry}|{one.credential_code}|{one.cycle}|{last.identity.id_bidx}"
        key = hashlib.sha256(text.encode()).hexdigest()
        # Without a claim nothing is sent before the gates were asked again, and staff see whom they hold.
        achievements.filter(pk=one.pk).update(person_key=None if key in taken else key)
        taken.add(key)


class Migration(migrations.Migration):
    dependencies = [("dgx_registry", "0002_ruling")]

    operations = [migrations.RunPython(rename_claims, migrations.RunPython.noop)]
