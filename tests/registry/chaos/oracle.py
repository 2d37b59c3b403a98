"""The one question of every run: one live certificate for each awarded achievement, none extra, and nobody's data
where it should not be. Both sides are read from their tables, not through the code that wrote them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from dgxblock.registry import models
from tests.demo.sandbox.registry import Registry

__all__ = ["live", "plain_text", "wrong"]


def live(registry: Registry, /) -> Counter[str]:
    """Live certificates at the registry, by ``result_id``."""
    rows = registry.rows(
        "SELECT e.result_id, count(*) FROM dgx_sandbox_certificate c JOIN dgx_sandbox_entry e ON e.id = c.entry_id "
        "WHERE c.revoked_on IS NULL GROUP BY e.result_id"
    )
    return Counter({str(result_id): int(count) for result_id, count in rows})


def wrong(registry: Registry, /, *, undecided: Collection[str] = ()) -> list[str]:
    """One sentence for each thing that should not be.

    Args:
        registry: the other side.
        undecided: learners who withdrew their consent: what was sent before that may stay, and nothing else.
    """
    there, found = live(registry), []
    ours = {str(row.uuid): row for row in models.Achievement.objects.all()}
    states: dict[int, list[str]] = {}
    for pk, state in models.Operation.objects.exclude(state="SUPERSEDED").values_list("achievement", "state"):
        states.setdefault(pk, []).append(state)
    receipts = set(models.Receipt.objects.values_list("achievement", flat=True))
    for result_id, count in there.items():
        if result_id not in ours:
            found.append(f"{result_id}: a certificate that nobody asked for")
        elif count > 1:
            found.append(f"{result_id}: {count} certificates")
        elif ours[result_id].withdrawn:
            found.append(f"{result_id}: a certificate for what is not earned")
    for result_id, row in ours.items():
        if row.learner_id in undecided:
            continue
        says = f"({row.remote_state}, {states.get(row.pk)})"
        if not row.withdrawn and there[result_id] != 1:
            found.append(f"{result_id}: earned, and no certificate {says}")
        if not row.withdrawn and not (row.remote_state == "issued" and row.pk in receipts):
            found.append(f"{result_id}: certified, and we do not know {says}")
    return found


def plain_text(where: Mapping[str, bytes], secrets: Collection[str], /) -> list[str]:
    """Where one of `secrets` stands in what was written."""
    return [
        f"{name}: {secret[:3]}…"
        for name, body in where.items()
        for secret in secrets
        if secret.encode() in body or secret.encode("unicode_escape") in body
    ]
