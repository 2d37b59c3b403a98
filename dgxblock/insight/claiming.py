"""Claims for a subsidy: what can be claimed, the rounds so far, and their files."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dgxblock.i18n import gettext as _
from dgxblock.insight.console import REVEAL
from dgxblock.insight.console_acts import reason_of, small, unsaid
from dgxblock.insight.places import Place, guarded
from dgxblock.registry import api as registry

__all__ = ["claims", "file", "make"]

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KINDS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
@guarded
def claims(place: Place) -> HttpResponse:
    """What can be claimed over a period, and what was."""
    return _page(place)


def _page(place: Place, /, *, error: str = "", status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    asked = place.request.GET
    since = _day(asked.get("since", "")) or date(today.year, 1, 1)
    until = _day(asked.get("until", "")) or today
    context = {
        "since": since, "until": until, "open": registry.open_claims(place.course_key, since, until), "tab": "claims",
        "may": place.request.user.has_perm(REVEAL), "make": place.url("claim"), "error": error, "said": "",
        "rounds": [(one, place.url("claim-file", one.id)) for one in registry.claim_rounds(place.course_key)],
    }  # fmt: skip
    return place.page("console_claims.html", context, status=status)


def _day(text: Any, /) -> date | None:
    try:
        return date.fromisoformat(str(text)) if _DAY.fullmatch(str(text)) else None
    except ValueError:
        return None


@require_POST
@guarded
@small
def make(place: Place) -> HttpResponse:
    """Put what can be claimed into a round, for good.

    Raises:
        PermissionDenied: staff who may not see full numbers.
    """
    if not place.request.user.has_perm(REVEAL):
        raise PermissionDenied
    given, reason = place.request.POST, reason_of(place)
    since, until = _day(given.get("since", "")), _day(given.get("until", ""))
    if not reason:
        return _page(place, error=unsaid(), status=400)
    if since is None or until is None or since > until:
        return _page(place, error=_("Nothing was done. Please give two days, the first before the last."), status=400)
    if not registry.make_claim(place.course_key, since, until, actor=place.actor, reason=reason):
        return _page(place, error=_("Nothing was done: nobody can be claimed for these days."), status=409)
    return HttpResponseRedirect(place.url("claims"))


@require_POST
@guarded
@small
def file(place: Place, round_id: str) -> HttpResponse:
    """A round's file, with full names and numbers; why is on everybody's record.

    Raises:
        PermissionDenied: staff who may not see full numbers.
        Http404: no round of this course.
    """
    if not place.request.user.has_perm(REVEAL):
        raise PermissionDenied
    if str(round_id) not in {one.id for one in registry.claim_rounds(place.course_key)}:
        raise Http404(str(round_id))
    reason, kind = reason_of(place), str(place.request.POST.get("kind", ""))
    if not reason or kind not in _KINDS:
        return _page(place, error=unsaid(), status=400)
    content = registry.claim_file(place.course_key, str(round_id), kind, actor=place.actor, reason=reason)
    response = HttpResponse(content or b"", content_type=_KINDS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="claim-{round_id}.{kind}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store, private"
    return response
