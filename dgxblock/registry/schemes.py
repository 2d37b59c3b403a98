"""Whether a scheme, as somebody configured it, can lead to a certificate at all."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from dgxblock.i18n import gettext as _
from dgxblock.registry.contract import op_key, validate
from dgxblock.registry.models import Requirement, Scheme
from dgxblock.registry.states import Kind, Mode

_SAMPLE_ID = "00000000-0000-4000-8000-000000000000"
_HUNDRED = 100
_MEMBERS = frozenset({"phone", "enterprise"})


def for_course(course_key: str, /) -> Scheme | None:
    """The course's scheme with its requirements; a live one first."""
    found = list(Scheme.objects.filter(course_key=course_key).prefetch_related("requirements").order_by("slug"))
    return min(found, key=lambda one: one.mode != Mode.LIVE, default=None)


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
