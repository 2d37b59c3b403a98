"""The course as its trainees see it, one unit a page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from dgxblock.demo import blocks, people
from dgxblock.demo.course import COURSE_KEY, UNITS, Unit, chapter_name, course_name, kind_name, unit
from dgxblock.demo.models import DemoGrade
from dgxblock.demo.pages import page
from dgxblock.demo.views.guard import only
from dgxblock.i18n import gettext as _
from dgxblock.registry import api as registry

__all__ = ["begin", "learn"]


@dataclass(frozen=True, slots=True)
class Tab:
    """A unit in the course's menu. `mark` is one of the design's four: empty, half, full."""

    unit: Unit
    name: str
    url: str
    current: bool
    mark: str
    words: str


def _tabs(slug: str, learner_id: str, stage: str) -> list[Tab]:
    """`stage` is the certificate's, which has no grade."""
    grades = {grade.usage_key: grade for grade in DemoGrade.objects.filter(learner_id=learner_id)}
    tabs = []
    for one in UNITS:
        grade = grades.get(one.usage_id)
        done = grade is not None and grade.completion >= 1
        begun = grade is not None and (grade.completion > 0 or grade.value is not None)
        mark, words = ("full", _("done")) if done else ("half", _("under way")) if begun else ("", _("not begun"))
        if one.slug == "certificate" and stage != "not-yet":
            mark, words = ("full", _("done")) if stage == "issued" else ("half", _("under way"))
        if grade is not None and grade.value is not None and grade.max_value:
            words = _("%(percent)s points of 100", percent=f"{100 * grade.value / grade.max_value:.0f}")
        url = reverse("learn", args=(one.slug,))
        tabs.append(Tab(one, kind_name(one.slug), url, one.slug == slug, mark, words))
    return tabs


def _papers(request: HttpRequest) -> people.Papers | None:
    here = people.of_user(request.user)
    return people.papers(here, request.user.pk) if here and request.user.pk else None


@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """The course begins with its first unit."""
    del request
    return HttpResponseRedirect(reverse("learn", args=(UNITS[0].slug,)))


@require_GET
@only("trainee")
def learn(request: HttpRequest, slug: str) -> HttpResponse:
    here = unit(slug)
    if here is None:
        raise Http404(slug)
    learner_id = str(request.user.pk)
    block = blocks.load(here, learner_id)
    status = registry.status(learner_id, COURSE_KEY)
    stage = str(status.stage) if status else "not-yet"
    tabs = _tabs(slug, learner_id, stage)
    at = UNITS.index(here)
    context = {
        "unit": here,
        "crumbs": [course_name(), chapter_name(here.chapter)],
        "title": f"{here.number} {block.title()}",
        "shown": blocks.show(block, "student_view"),
        "tabs": tabs,
        "before": tabs[at - 1] if at else None,
        "after": tabs[at + 1] if at + 1 < len(tabs) else None,
        "handlers": reverse("handlers"),
        "papers": _papers(request) if here.slug == "certificate" and stage in ("not-yet", "details") else None,
    }
    return page(request, "learn.html", context)
