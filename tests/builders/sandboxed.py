"""A sender that speaks to the sandbox registry, and the questions that tests ask about both sides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction

from dgxblock.ledger import api as ledger
from dgxblock.ledger.models import Attempt
from dgxblock.registry import api, models, pump
from tests.builders.contract import VECTORS
from tests.builders.registry import ASSESSMENT, COURSE, operation, site, time_passes
from tests.demo.sandbox.registry import Registry


def sender(folder: Path, running: Registry, /, **registry: Any) -> dict[str, Any]:
    """The host's DGXBLOCK for this sandbox, with the key that it trusts."""
    made = site(folder, running.base, **{"deadline_seconds": 3, "requests_per_second": 1000, "burst": 1000, **registry})
    (folder / "sign.key").write_text(VECTORS["keys"]["sender-hmac-new"]["secret"])
    return made


def marked(passed: bool, percent: float, learner: str = "7", /) -> None:
    """Somebody changed the marks of the assessment; nothing is evaluated."""
    place = ledger.Place(learner, COURSE, ASSESSMENT)
    Attempt.objects.filter(**place.where()).update(passed=passed, earned=percent)


def turn(passed: bool, percent: float = 0, learner: str = "7", /, **who: str) -> None:
    """The marks were changed, and that was told, in one transaction."""
    with transaction.atomic():
        marked(passed, percent or (85 if passed else 40), learner)
        api.evaluate(learner, COURSE, **who)


def drain(*, rounds: int = 12) -> None:
    """Pump until nothing is due any more, letting time pass in between."""
    for _ in range(rounds):
        pump.run()
        if not models.Operation.objects.exclude(next_at=None).exists():
            return
        time_passes(7200)


def story(learner: str = "7", /) -> list[tuple[str, str]]:
    """Kind and state of a trainee's operations, in order."""
    rows = models.Operation.objects.filter(achievement__learner_id=learner).order_by("seq")
    return [(row.kind, row.state) for row in rows]


def reference(learner: str = "7", /) -> str:
    """The trainee's ``result_id``."""
    return str(operation(learner).achievement.uuid)


def held(running: Registry, learner: str = "7", /) -> tuple[Any, ...] | None:
    """What the registry's own tables say: seq, kind of the last operation, rev, and whether the certificate lives."""
    found = running.rows(
        "SELECT e.seq, e.kind, e.rev, c.number IS NOT NULL AND c.revoked_on IS NULL FROM dgx_sandbox_entry e "
        "LEFT JOIN dgx_sandbox_certificate c ON c.entry_id = e.id WHERE e.result_id = ?",
        reference(learner),
    )
    return found[0] if found else None


def numbers(running: Registry, learner: str = "7", /) -> list[str]:
    """All certificate numbers of a trainee, at the registry."""
    return [
        row[0]
        for row in running.rows(
            "SELECT c.number FROM dgx_sandbox_certificate c JOIN dgx_sandbox_entry e ON e.id = c.entry_id "
            "WHERE e.result_id = ?",
            reference(learner),
        )
    ]
