"""The page on which a course's staff upload a list of trainees."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from dgxblock.i18n import current_language
from dgxblock.i18n import gettext as _
from dgxblock.insight.access import may_look
from dgxblock.pages.render import render
from dgxblock.registry import api as registry

__all__ = ["roster", "template"]

_STYLES: Final = ("dgx", "dgx-desk")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@csrf_protect
@sensitive_variables()
def roster(request: HttpRequest, course_key: str) -> HttpResponse:
    """Look at a file, and with the digest of what was looked at keep it.

    A file lives as long as its request: until somebody confirms, nothing of it is anywhere, so it is sent once more
    with the confirmation.

    Raises:
        PermissionDenied: no staff of this course, whether or not it exists.
    """
    if not may_look(request.user, course_key):
        raise PermissionDenied
    shown = None
    if request.method == "POST":
        sent = request.FILES.get("file")
        if not isinstance(sent, UploadedFile):
            shown = registry.RosterView(_("No file was chosen, so nothing was saved."))
        else:
            # of a file that is too large, just enough for the reader to say so
            data = sent.read(registry.MOST_ROSTER_BYTES + 1)
            digest = request.POST.get("sha256", "")
            if request.POST.get("action") == "save":
                shown = registry.save_roster(course_key, data, sha256=digest, actor=str(request.user.pk))
            else:
                shown = registry.preview_roster(course_key, data)
    here = request.resolver_match
    space = f"{here.namespace}:" if here and here.namespace else ""
    scheme = registry.scheme(course_key)
    context = {
        "styles": [reverse(f"{space}style", args=(name,)) for name in _STYLES],
        "title": str(scheme.title) if scheme else course_key,
        "scheme": scheme,
        "shown": shown,
        "template": reverse(f"{space}roster-template", args=(course_key,)),
        "back": reverse(f"{space}course", args=(course_key,)),
        "token": get_token(request),
    }
    return HttpResponse(render("roster.html", context))


@require_http_methods(["GET", "HEAD"])
@never_cache
def template(request: HttpRequest, course_key: str) -> HttpResponse:
    """The headings to fill in below, as CSV.

    Raises:
        PermissionDenied: no staff of this course.
    """
    if not may_look(request.user, course_key):
        raise PermissionDenied
    response = HttpResponse(registry.roster_template(current_language()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="roster.csv"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
