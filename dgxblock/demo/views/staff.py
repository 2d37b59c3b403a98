"""The course as training staff see it: the staff page in the demo's frame."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from dgxblock.demo import blocks
from dgxblock.demo.course import COURSE_KEY, UNITS, course_name, kind_name, unit
from dgxblock.demo.pages import page
from dgxblock.demo.views.guard import only
from dgxblock.i18n import gettext as _
from dgxblock.insight.staff_page import body, build

__all__ = ["staff", "staff_unit"]

_JUDGED: Final = ("exercise", "assessment")
"""Units with results: the staff have a page in each, and may have texts to judge."""


@require_GET
@only("staff")
def staff(request: HttpRequest) -> HttpResponse:
    shown = build(COURSE_KEY)
    units = [
        (one, kind_name(one.slug), reverse("staff-unit", args=(one.slug,))) for one in UNITS if one.slug in _JUDGED
    ]
    return page(request, "staff.html", {"course": course_name(), "staff": shown, "body": body(shown), "units": units})


@require_GET
@only("staff")
def staff_unit(request: HttpRequest, slug: str) -> HttpResponse:
    """A unit as the staff see it: with the texts that wait to be read."""
    here = unit(slug)
    if here is None or slug not in _JUDGED:
        raise Http404(slug)
    block = blocks.load(here, str(request.user.pk), staff=True)
    context = {
        "unit": here,
        "crumbs": [course_name(), _("Staff desk")],
        "title": f"{here.number} {block.title()}",
        "shown": blocks.show(block, "student_view"),
        "handlers": reverse("handlers"),
        "back": reverse("staff"),
    }
    return page(request, "staff_unit.html", context)
