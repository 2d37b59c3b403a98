"""The course as its author sees it: what Studio shows of a unit, and its editor."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from dgxblock.demo import blocks
from dgxblock.demo.course import UNITS, chapter_name, course_name, unit
from dgxblock.demo.pages import page
from dgxblock.demo.views.guard import only

__all__ = ["author", "edit"]


@require_GET
@only("author")
def author(request: HttpRequest) -> HttpResponse:
    cards = []
    head: dict[str, None] = {}
    for one in UNITS:
        block = blocks.load(one, str(request.user.pk), author=True)
        shown = blocks.show(block, "author_view")
        head |= dict.fromkeys(shown.head.splitlines())  # four blocks name the same style sheet
        cards.append({
            "unit": one,
            "title": block.title(),
            "chapter": chapter_name(one.chapter),
            "body": shown.body,
            "edit": reverse("author-edit", args=(one.slug,)),
        })  # fmt: skip
    context = {
        "cards": cards,
        "head": mark_safe("\n".join(head)),  # noqa: S308 - the blocks' own markup, escaped there
        "course": course_name(),
        "saved": unit(request.GET.get("saved", "")),
    }
    return page(request, "author.html", context)


@require_GET
@only("author")
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    here = unit(slug)
    if here is None:
        raise Http404(slug)
    block = blocks.load(here, str(request.user.pk), author=True)
    context = {
        "unit": here,
        "title": f"{here.number} {block.title()}",
        "crumbs": ["Studio", course_name(), here.number],
        "shown": blocks.show(block, "studio_view"),
        "handlers": reverse("author-handlers"),
        "back": reverse("author"),
    }
    return page(request, "edit.html", context)
