"""The first page, and the doors into the demo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth import get_user_model, login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from dgxblock.block.words import count_word
from dgxblock.content.library import Entry
from dgxblock.content.read import ContentError
from dgxblock.demo import blocks, people, reset
from dgxblock.demo.course import UNITS
from dgxblock.demo.pages import page
from dgxblock.i18n import current_language
from dgxblock.papers import size

__all__ = ["enter", "home", "leave", "start_over"]

_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class Door:
    """A person on the home page."""

    person: people.Person
    name: str
    about: str
    current: bool


def front_page(role: str, /) -> str:
    """Where a person of that role begins."""
    if role == "author":
        return reverse("author")
    if role == "staff":
        return reverse("staff")
    return reverse("learn", args=(UNITS[0].slug,))


def _figures() -> dict[str, Any]:
    """How much there is in each unit, counted from what its author put there."""
    found: dict[str, Any] = {}
    for unit in UNITS[:3]:
        block = blocks.load(unit, None, author=True)
        try:
            found[unit.slug] = block.content()
        except ContentError:
            found[unit.slug] = None
        found[f"{unit.slug}_title"] = block.title()
        if unit.slug == "assessment" and found[unit.slug] is not None:
            found["assessment_mark"] = f"{block.passing(found[unit.slug]):g}"
    lang = current_language()
    if found["case"] is not None:
        found["exhibits"] = count_word(len(found["case"].exhibits), lang)
        found["decisions"] = count_word(len(found["case"].decisions.decisions), lang)
    if found["assessment"] is not None:
        found["questions"] = count_word(size.questions(found["assessment"]), lang)
    return found


def _sector(entry: Entry, lang: str) -> str:
    """The trade as the case itself calls it above its title (“Case study · C1 · Electronics assembly”)."""
    eyebrow = entry.meta.eyebrow.plain(lang) if entry.meta.eyebrow else ""
    *before, trade = eyebrow.split(" · ")
    return trade if before else entry.meta.sector.plain(lang)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    here = people.of_user(request.user)
    lang = current_language()
    doors = [Door(one, one.shown_name(lang), people.about(one), one == here) for one in people.PEOPLE]
    entries: list[Entry] = sorted(blocks.library().list(), key=lambda entry: entry.ref)
    context = {
        "doors": doors,
        "entries": [(entry, _sector(entry, lang)) for entry in entries],
        "units": UNITS,
        "again": request.GET.get("again") == "1",
        **_figures(),
    }
    return page(request, "home.html", context)


@require_POST
def enter(request: HttpRequest, who: str) -> HttpResponse:
    """Become somebody. A password would only be in the way: everybody here is invented."""
    chosen = people.person(who)
    user = get_user_model().objects.filter(username=who).first() if chosen else None
    if chosen is None or user is None:
        raise Http404(who)
    login(request, user, backend=_BACKEND)
    return HttpResponseRedirect(front_page(chosen.role))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect(reverse("home"))


@require_POST
def start_over(request: HttpRequest) -> HttpResponse:
    """A fresh account for the trainee who is logged in."""
    here = people.of_user(request.user)
    if here is None or here.role != "trainee":
        return page(request, "refused.html", {"need": "trainee"}, status=403)
    login(request, reset.start_over(request.user), backend=_BACKEND)
    return HttpResponseRedirect(reverse("home") + "?again=1")
