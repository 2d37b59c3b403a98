"""Dossiers of a course, for those of its staff who review them: one takes a dossier, reads it, and decides."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from dgxblock.i18n import gettext as _
from dgxblock.insight.console_acts import reason_of, small
from dgxblock.insight.names import masked_names
from dgxblock.insight.places import Place, guarded
from dgxblock.registry import api as registry

__all__ = ["decide", "dossiers"]


@require_safe
@guarded
def dossiers(place: Place) -> HttpResponse:
    """All dossiers: those that wait longest first."""
    return _page(place)


def _page(place: Place, /, *, error: str = "", status: int = 200) -> HttpResponse:
    found = registry.dossier_queue(place.course_key)
    names = masked_names({one.learner_id for one in found if not one.person})
    rows = [
        (
            one,
            one.person or names.get(one.learner_id) or _("Trainee %(id)s", id=one.learner_id),
            place.url("dossier", one.id),
            one.state in ("submitted", "under-review") and place.actor not in (one.learner_id, one.reviewer),
            one.state == "under-review" and one.reviewer == place.actor,
        )
        for one in found
    ]
    said = {
        "take": _("Taken. It waits for your decision."),
        "return": _("Returned. The trainee reads your reason."),
        "approve": _("Approved. It goes on by itself."),
        "reject": _("Not approved; your reason is on record."),
    }.get(place.request.GET.get("said", ""), "")
    return place.page(
        "console_dossiers.html", {"rows": rows, "error": error, "said": said, "tab": "dossiers"}, status=status
    )


@require_POST
@guarded
@small
def decide(place: Place, dossier_id: str) -> HttpResponse:
    """Take, return, approve or reject a dossier of this course."""
    which = str(dossier_id)
    if which not in {one.id for one in registry.dossier_queue(place.course_key)}:
        raise Http404(which)
    act, reason = str(place.request.POST.get("decide", "")), reason_of(place)
    if act == "take":
        came = registry.take_dossier(which, actor=place.actor)
    elif act == "approve":
        score = str(place.request.POST.get("score", "")).strip()[:10]
        came = registry.approve_dossier(which, actor=place.actor, score=score, reason=reason)
    elif act in ("return", "reject"):
        given = registry.return_dossier if act == "return" else registry.reject_dossier
        came = given(which, actor=place.actor, reason=reason)
    else:
        return _page(place, error=_("Nothing was done. Please choose what to do."), status=400)
    if came == registry.Came.DONE:
        return HttpResponseRedirect(f"{place.url('dossiers')}?said={act}")
    sentence = {
        registry.Came.SAME_PERSON: _("This dossier is your own, so a colleague has to review it. Nothing was done."),
        registry.Came.NOT_YOURS: _("A colleague has taken it meanwhile. Nothing was done; you can take it over."),
        registry.Came.GONE: _("This dossier has changed meanwhile, or is decided. Nothing was done."),
        registry.Came.REASON: _("Nothing was done. A return or a refusal needs a reason of at most 500 characters, "
                                "an approval a score from 0 to 100."),
    }[registry.Came(came)]  # fmt: skip
    return _page(place, error=sentence, status=400 if came == registry.Came.REASON else 409)
