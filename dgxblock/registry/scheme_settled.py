"""What of a scheme can no longer change once somebody has earned under it, however it is edited.

Cycles count by the numbers of runs. Were those to change under what is recorded, everybody who earned in a run would
look as if they had not, and would be certified once more.
"""

from __future__ import annotations

from dgxblock.i18n import gettext as _
from dgxblock.registry.models import Achievement, Dossier, Scheme
from dgxblock.registry.states import Cycle

__all__ = ["FIXED", "fixed", "held_runs", "says", "says_first", "says_run"]

FIXED = ("slug", "kind", "registry", "zone", "credential_code")
"""Columns that stay."""


def fixed(scheme: Scheme, cycle: str, /) -> tuple[str, ...]:
    """The columns of a stored scheme that stay as they are, if it is to have this `cycle`."""
    earned = Achievement.objects.filter(scheme=scheme)
    if not earned.exists():
        return ()
    counted = Cycle.RUN in (scheme.cycle, cycle) and scheme.cycle != cycle
    return (*FIXED, "cycle") if counted and earned.exclude(course_key=scheme.course_key).exists() else FIXED


def held_runs(scheme: Scheme, /) -> set[str]:
    """The courses in which somebody has earned, or handed in a dossier."""
    earned = Achievement.objects.filter(scheme=scheme).values_list("course_key", flat=True).distinct()
    return {*earned, *Dossier.objects.filter(scheme=scheme).values_list("course_key", flat=True).distinct()}


def says() -> str:
    """Why a column stays."""
    return _("Somebody has earned under this scheme, so this cannot change. Make another scheme.")


def says_first(course: str, /) -> str:
    """Why the first run stays."""
    return _("The first run stays %(course)s; add further runs below it.", course=course)


def says_run(course: str, /) -> str:
    """Why a further run stays."""
    return _("Somebody has earned in %(course)s, so this run stays.", course=course)
