"""Whether a scheme, as somebody configured it, can lead to a certificate at all."""

from __future__ import annotations

from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db.models import F, FilteredRelation, Q

from dgxblock.i18n import gettext as _
from dgxblock.registry import host, rules
from dgxblock.registry.contract import op_key, validate
from dgxblock.registry.models import Requirement, Scheme
from dgxblock.registry.states import BLOCKS, Kind, Mode

_SAMPLE_ID = "00000000-0000-4000-8000-000000000000"
_HUNDRED = 100
_MEMBERS = frozenset({"phone", "enterprise"})


def in_course(course_key: str, /, prefix: str = "") -> Q:
    """The condition that a scheme has this course among its runs; `prefix` leads to the scheme, as ``scheme__``."""
    return Q(**{f"{prefix}course_key": course_key}) | Q(**{f"{prefix}runs__course_key": course_key})


def for_course(course_key: str, /) -> Scheme | None:
    """The course's scheme with its requirements; a live one first (two queries).

    It speaks of the run that was asked about: ``course_key``, ``run_number`` and the requirements' usage keys are that
    run's. So it is not to be saved.
    """
    run = FilteredRelation("runs", condition=Q(runs__course_key=course_key))
    rows = Scheme.objects.annotate(run=run, number=F("run__number"), blocks=F("run__blocks"))
    rows = rows.filter(Q(course_key=course_key) | Q(run__isnull=False)).prefetch_related("requirements")
    found: Any = min(rows.order_by("slug"), key=lambda one: one.mode != Mode.LIVE, default=None)
    if found is not None and found.course_key != course_key:
        rules.in_run(found.requirements.all(), found.course_key, course_key, found.blocks or {})
        found.course_key, found.run_number = course_key, found.number
    return cast("Scheme | None", found)


def usable(scheme: Scheme, /) -> bool:
    """Whether a result can be recorded under this scheme; cheap, because a trainee's submission waits for it."""
    try:
        op_key(scheme.slug, _SAMPLE_ID, 1)
        ZoneInfo(scheme.zone)
    except (ValueError, KeyError, OSError):
        return False
    return True


def faults(scheme: Scheme, /) -> list[str]:
    """One sentence for each thing that would make the registry, or us, refuse; empty for a good scheme."""
    found: list[str] = []
    if not usable(scheme):
        found.append(
            _(
                "The scheme %(slug)s has a slug that the contract does not allow, or an unknown time zone.",
                slug=scheme.slug,
            )
        )
    members = scheme.send_members
    if not isinstance(members, list) or not set(map(str, members)) <= _MEMBERS:
        found.append(_('The scheme %(slug)s may send "phone" and "enterprise", nothing else.', slug=scheme.slug))
    sample = {
        "contract": "dgx-v1/result",
        "scheme": "sample",
        "result_id": _SAMPLE_ID,
        "seq": 1,
        "previous_seq": 0,
        "credential": {
            "code": scheme.credential_code,
            "name": scheme.credential_name_zh,
            "level": scheme.level_zh,
        },
        "result": {"outcome": "pass", "score": "100", "assessed_on": "2026-01-01", "assessor": scheme.assessor},
        "person": {"name": "x", "id_type": "CN-RIC", "id_no": "X000"},
    }
    for place in [error.pointer for error in validate("result", sample)]:
        text = _(
            "The scheme %(slug)s has a value that the contract does not allow, at %(place)s.",
            slug=scheme.slug,
            place=place,
        )
        found.append(text)
    return found


def requirement_faults(requirement: Requirement, /) -> list[str]:
    """One sentence for each thing that makes a requirement certify whom it should not, or nobody."""
    slug, code, least = requirement.scheme.slug, requirement.code, requirement.min_percent
    if requirement.kind == Kind.HOURS and not (requirement.min_hours or 0) > 0:
        return [_("The scheme %(slug)s asks in %(code)s for hours, but not how many.", slug=slug, code=code)]
    if requirement.kind in BLOCKS and not requirement.usage_key:
        return [_("The scheme %(slug)s does not say which block %(code)s is about.", slug=slug, code=code)]
    if requirement.kind == Kind.GRADE and (least is None or least <= 0):
        return [
            _("The scheme %(slug)s asks for a course grade in %(code)s, but for no least percentage. Set one above 0.",
              slug=slug, code=code)
        ]  # fmt: skip
    if requirement.kind == Kind.GRADE and not host.has_course_grades():
        return [
            _("The scheme %(slug)s asks for a course grade in %(code)s, and this site keeps none, so nobody meets it.",
              slug=slug, code=code)
        ]  # fmt: skip
    if requirement.kind == Kind.EXERCISE and (least is None or least <= 0):
        return [
            _(
                "The scheme %(slug)s asks for the exercise %(code)s, but for no least percentage. Set one above 0.",
                slug=slug,
                code=code,
            )
        ]
    if least is not None and least > _HUNDRED:
        return [
            _(
                "The scheme %(slug)s asks for more than 100 percent in %(code)s, so it certifies nobody.",
                slug=slug,
                code=code,
            )
        ]
    return []
