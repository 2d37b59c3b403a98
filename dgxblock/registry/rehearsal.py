"""Fill a scheme with invented trainees and deliver them, to see what the whole road carries before real people go it.

Only to a registry that sends nothing (`shadow`) or whose settings say that it is no real one (``"sandbox": True``).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils import timezone

from dgxblock.i18n import gettext as _
from dgxblock.registry import conf, outbox, pump
from dgxblock.registry import consent as consents
from dgxblock.registry.clock import now
from dgxblock.registry.contract import check_character
from dgxblock.registry.identity import store
from dgxblock.registry.identity.form import Details
from dgxblock.registry.models import Achievement, Operation, Scheme

__all__ = ["NotHere", "Outcome", "fill", "run", "scheme_for"]

SLUG: Final = "rehearsal"
_FIRST_BIRTH: Final = date(1960, 1, 1)
_CHUNK: Final = 200  # trainees in one transaction
_STUCK: Final = 30.0  # seconds without an outcome after which waiting is in vain


class NotHere(Exception):
    """A real registry: invented trainees must never go there. ``str()`` is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rehearsal came to. Seconds on the wall; `states` counts this run's operations by state."""

    results: int
    filled: float
    delivered: float
    states: dict[str, int]

    @property
    def rate(self) -> float:
        """Results delivered (or built, where nothing is sent) per second."""
        return self.results / self.delivered if self.delivered else 0.0


def scheme_for(registry: str, /) -> Scheme:
    """The scheme of rehearsals at a registry, made if it is not there. No course leads to it.

    Raises:
        NotHere: it is a real registry.
        dgxblock.registry.conf.Unset: it is not set.
    """
    where = conf.registry(registry)
    if not where.sandbox and conf.adapter(where).capabilities().put:
        raise NotHere(
            _('Invented trainees never go to a real registry. If %(slug)s is none, set DGXBLOCK["REGISTRIES"]'
              '["%(slug)s"]["sandbox"] to True, or ["adapter"] to “shadow” to send nothing.', slug=registry)
        )  # fmt: skip
    slug = f"{SLUG}-{registry}"[:32].rstrip("-")
    members = {
        "title_zh": "演练（虚构学员）", "title_en": "Rehearsal (invented trainees)",
        "course_key": f"rehearsal:{registry}",
        "registry": registry, "credential_code": "REHEARSAL", "credential_name_zh": "演练证书（无效）",
        "credential_name_en": "Rehearsal certificate (void)", "level_zh": "演练", "level_en": "Rehearsal",
        "assessor": "演练", "recipient_zh": "演练", "recipient_en": "Rehearsal",
    }  # fmt: skip
    found, _made = Scheme.objects.get_or_create(slug=slug, defaults=members)
    return found


def fill(scheme: Scheme, results: int, /) -> list[int]:
    """Invent trainees who have passed, with details and consent; the primary keys of their operations."""
    batch = uuid.uuid4().hex[:12]
    first = Achievement.objects.filter(scheme=scheme).count()
    made: list[int] = []
    for start in range(0, results, _CHUNK):
        with transaction.atomic():
            made += [
                _invent(scheme, f"rehearsal-{batch}-{place}", first + place)
                for place in range(start, min(start + _CHUNK, results))
            ]
    return made


def run(registry: str, results: int, /, *, say: Callable[[str], None] = lambda _text: None) -> Outcome:
    """Fill and deliver. Other results that are due at this registry go out as well, as they always would.

    Raises:
        NotHere, dgxblock.registry.conf.Unset: as `scheme_for`.
    """
    scheme = scheme_for(registry)
    begun = time.monotonic()
    made = fill(scheme, results)
    filled = time.monotonic() - begun
    say(_("Invented: %(n)s. Delivering …", n=results))
    begun = time.monotonic()
    left, moved = results, begun
    while left and time.monotonic() - moved < _STUCK:
        pump.run(limit=500, only=registry)
        waiting = _waiting(made)
        if waiting < left:
            left, moved = waiting, time.monotonic()
        elif left:
            time.sleep(0.2)
    delivered = time.monotonic() - begun
    return Outcome(results, filled, delivered, _states(made))


def _waiting(made: list[int], /) -> int:
    low, high = (min(made), max(made)) if made else (0, 0)
    return Operation.objects.filter(pk__gte=low, pk__lte=high, state__in=("READY", "SENDING", "UNKNOWN")).count()


def _states(made: list[int], /) -> dict[str, int]:
    counts: dict[str, int] = {}
    for start in range(0, len(made), _CHUNK):
        part = Operation.objects.filter(pk__in=made[start : start + _CHUNK])
        for state in part.values_list("state", flat=True):
            counts[state] = counts.get(state, 0) + 1
    return counts


def _invent(scheme: Scheme, learner_id: str, place: int, /) -> int:
    # The region of a whole province: no county has it, so the number is nobody's.
    born = _FIRST_BIRTH + timedelta(days=place // 1000 % 14_000)
    digits = f"440000{born:%Y%m%d}{place % 1000:03}"
    given = Details(f"演练学员{place + 1}", "CN-RIC", digits + check_character(digits), "", "")
    store.add(learner_id, given, after=None)
    consents.give(learner_id, scheme)
    achievement = Achievement.objects.create(
        uuid=uuid.uuid4(), scheme=scheme, learner_id=learner_id, course_key=scheme.course_key,
        credential_code=scheme.credential_code, score=Decimal(80), assessed_on=timezone.now().date(), earned_at=now(),
    )  # fmt: skip
    return int(outbox.open_issue(achievement, first=True).pk)
