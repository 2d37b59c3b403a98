"""The course as training staff see it: the staff page in the demo's frame."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from dgxblock.demo.course import COURSE_KEY, course_name
from dgxblock.demo.pages import page
from dgxblock.demo.views.guard import only
from dgxblock.insight.staff_page import body, build

__all__ = ["staff"]


@require_GET
@only("staff")
def staff(request: HttpRequest) -> HttpResponse:
    shown = build(COURSE_KEY)
    return page(request, "staff.html", {"course": course_name(), "staff": shown, "body": body(shown)})
