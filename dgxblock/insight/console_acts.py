"""What the staff of a course do from its registry console. Every one wants a reason, and is on record."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from dgxblock.i18n import gettext as _
from dgxblock.insight.console import REVEAL, queue_page, result_page
from dgxblock.insight.places import Place, guarded
from dgxblock.registry import api as registry

__all__ = ["act", "correct", "difference", "item", "reason_of", "reveal", "revoke", "sign", "small", "unsaid"]

_MOST_BYTES: Final = 64 * 1024
_FIELDS: Final = ("name", "id_type", "id_no", "phone", "enterprise")


def small(view: Callable[..., HttpResponse], /) -> Callable[..., HttpResponse]:
    """Refuse what no form of ours sends, before it is read."""

    @wraps(view)
    def looking(place: Place, **given: str) -> HttpResponse:
        length = str(place.request.META.get("CONTENT_LENGTH") or "0")
        if not length.isdigit() or int(length) > _MOST_BYTES:
            return HttpResponse(status=413)
        return view(place, **given)

    return looking


def reason_of(place: Place, /) -> str:
    """The reason that was given; empty for none, or one that is too long."""
    text = str(place.request.POST.get("reason", "")).strip()
    return text if len(text) <= 500 else ""


def unsaid() -> str:
    """What is said to whoever gave no reason."""
    return _("Nothing was done. Please give a reason of at most 500 characters; it is kept on record.")


def _back(address: str, said: str, /, **numbers: int) -> HttpResponse:
    more = "".join(f"&{name}={number}" for name, number in numbers.items())
    return HttpResponseRedirect(f"{address}?said={said}{more}")


@require_POST
@guarded
@small
def act(place: Place) -> HttpResponse:
    """Send again, hold, let go, give a person free: one result or many."""
    chosen, action = place.request.POST.getlist("op"), str(place.request.POST.get("action", ""))
    reason = reason_of(place)
    if not reason:
        return queue_page(place, error=unsaid(), status=400)
    if not chosen:
        return queue_page(place, error=_("Nothing was done. Please choose at least one result."), status=400)
    done = registry.act(place.course_key, chosen, action, actor=place.actor, reason=reason)
    if done is None:
        return queue_page(
            place, error=_("Nothing was done. Please choose an action and at most 200 results."), status=400
        )
    one = place.request.POST.get("back") == "result" and registry.result(chosen[0], place.course_key)
    address = place.url("result", one.row.id) if one else place.url("console")
    return _back(address, "acted", done=done.done, left=done.left)


@require_POST
@guarded
@small
def item(place: Place, item_id: str) -> HttpResponse:
    """Approve or refuse what waits for people. Whoever asked cannot approve."""
    if str(item_id) not in {one.id for one in registry.work_items(place.course_key)}:
        raise Http404(str(item_id))
    reason = reason_of(place)
    if not reason:
        return queue_page(place, error=unsaid(), status=400)
    agree = place.request.POST.get("decide") == "approve"
    if agree:
        seen = str(place.request.POST.get("seen", ""))
        came = registry.approve(str(item_id), actor=place.actor, reason=reason, seen=seen)
    else:
        came = registry.refuse(str(item_id), actor=place.actor, reason=reason)
    said = {
        registry.Approval.SAME_PERSON: _("You asked for this, so a colleague has to approve it."),
        registry.Approval.OWN: _("This is about your own result, so colleagues have to decide."),
        registry.Approval.CHANGED: _("This was changed after you opened the page. Please look at it again."),
        registry.Approval.TAKEN: _("Another account holds the person whom these details name. Look at both first."),
        registry.Approval.BUSY: _("Something of this result is still under way. Please decide once that is settled."),
        registry.Approval.GONE: _("This is decided already, or its details can no longer be opened."),
    }.get(registry.Approval(came))
    if said:
        return queue_page(place, error=said, status=409)
    return _back(place.url("console"), came if agree else "refused")


@require_POST
@sensitive_post_parameters()
@guarded
@small
def correct(place: Place, operation_id: str) -> HttpResponse:
    """Ask for other details in place of those on record; a colleague approves."""
    found = registry.result(str(operation_id), place.course_key)
    if found is None:
        raise Http404(str(operation_id))
    reason = reason_of(place)
    if not reason:
        return result_page(place, operation_id, error=unsaid(), status=400)
    form = {name: place.request.POST.get(name, "") for name in _FIELDS}
    faults = registry.request_correction(found.row.learner_id, place.course_key, form, actor=place.actor, reason=reason)
    if faults:
        error = faults.get("form") or _("Nothing was asked for. Please look at the marked fields.")
        return result_page(place, operation_id, error=error, fields=faults, status=400)
    return _back(place.url("result", found.row.id), "asked")


@require_POST
@guarded
@small
def revoke(place: Place, operation_id: str) -> HttpResponse:
    """Ask for a certificate to be revoked; a colleague approves."""
    if registry.result(str(operation_id), place.course_key) is None:
        raise Http404(str(operation_id))
    reason = reason_of(place)
    code = str(place.request.POST.get("code", ""))
    if not reason or not registry.request_revocation(str(operation_id), code=code, actor=place.actor, reason=reason):
        return result_page(place, operation_id, error=unsaid(), status=400)
    return _back(place.url("result", operation_id), "asked")


@require_POST
@guarded
@small
def reveal(place: Place, operation_id: str) -> HttpResponse:
    """A full number, for those with the permission, for a reason, for a minute.

    Raises:
        PermissionDenied: staff without the permission.
    """
    if not place.request.user.has_perm(REVEAL):
        raise PermissionDenied
    reason = reason_of(place)
    if not reason:
        return result_page(place, operation_id, error=unsaid(), status=400)
    which = str(place.request.POST.get("which", ""))
    number = registry.reveal(str(operation_id), place.course_key, which, actor=place.actor, reason=reason)
    error = "" if number else _("There is no such number, or it cannot be opened now.")
    return result_page(place, operation_id, number=number, error=error, status=200 if number else 409)


@require_POST
@guarded
@small
def sign(place: Place, run_id: str) -> HttpResponse:
    """Sign a comparison off, once."""
    _open_run(place, run_id)
    reason = reason_of(place)
    if not reason:
        return queue_page(place, error=unsaid(), status=400)
    if not registry.sign_off(str(run_id), actor=place.actor, reason=reason):
        return queue_page(place, error=_("It is signed already, or still runs."), status=409)
    return HttpResponseRedirect(f"{place.url('runs')}?run={run_id}")


@require_POST
@guarded
@small
def difference(place: Place, run_id: str, item_id: str) -> HttpResponse:
    """Decide about one difference that a comparison found."""
    _open_run(place, run_id)
    if str(item_id) not in {one.id for one in registry.recon_items(str(run_id))}:
        raise Http404(str(item_id))
    reason, decision = reason_of(place), str(place.request.POST.get("decide", ""))
    if not reason:
        return queue_page(place, error=unsaid(), status=400)
    if not registry.decide_item(str(item_id), decision, actor=place.actor, reason=reason):
        return queue_page(place, error=_("This is decided already, or cannot be decided so."), status=409)
    return HttpResponseRedirect(f"{place.url('runs')}?run={run_id}")


def _open_run(place: Place, run_id: str, /) -> None:
    """Raises:
    PermissionDenied: no site staff: the differences are of other courses too.
    Http404: no run of this course's registries."""
    if not place.request.user.is_staff:
        raise PermissionDenied
    if str(run_id) not in {one.id for one in registry.reconciliation_runs(place.course_key)}:
        raise Http404(str(run_id))
