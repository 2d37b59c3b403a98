"""The staff page of a course."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dgxblock.insight.access import may_look
from dgxblock.insight.staff_page import build
from dgxblock.ledger import api as ledger
from dgxblock.pages.render import render

__all__ = ["course", "file", "style"]

_LOOK: Final = {name: Path(__file__).parents[1] / "static/public" / f"{name}.css" for name in ("dgx", "dgx-desk")}


@require_safe
@never_cache
def course(request: HttpRequest, course_key: str) -> HttpResponse:
    """Progress and deliveries of one course, for its staff.

    Raises:
        PermissionDenied: anybody else, whether or not the course exists.
    """
    if not may_look(request.user, course_key):
        raise PermissionDenied
    here = request.resolver_match
    space = f"{here.namespace}:" if here and here.namespace else ""
    styles = [reverse(f"{space}style", args=(name,)) for name in _LOOK]
    roster = reverse(f"{space}roster", args=(course_key,))
    return HttpResponse(render("staff.html", {"page": build(course_key), "styles": styles, "roster": roster}))


@require_safe
@never_cache
def file(request: HttpRequest, course_key: str, upload_id: int) -> HttpResponse:
    """A file that a trainee uploaded, as it came: for the staff of its course, to be saved and never shown here.

    Raises:
        PermissionDenied: anybody else, whether or not the file exists.
        Http404: it is no longer kept, or not of this course.
    """
    if not may_look(request.user, course_key):
        raise PermissionDenied
    found = ledger.upload_file(course_key, upload_id)
    if found is None:
        raise Http404(str(upload_id))
    response = HttpResponse(found.content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="upload-{upload_id}.xlsx"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def style(request: HttpRequest, name: str) -> HttpResponse:
    """The two style sheets, wherever the host keeps its static files."""
    del request
    if name not in _LOOK:
        raise Http404(name)
    response = HttpResponse(_LOOK[name].read_bytes(), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "max-age=300"
    return response
