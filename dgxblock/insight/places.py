"""A request about one course by somebody of its staff, and the frame that its pages have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from dgxblock.insight.access import may_look
from dgxblock.pages.render import render
from dgxblock.registry import api as registry

__all__ = ["Place", "guarded", "link"]

_LOOK: Final = ("dgx", "dgx-desk")


@dataclass(frozen=True, slots=True)
class Place:
    """A request of somebody who may look at a course."""

    request: HttpRequest
    course_key: str

    @property
    def actor(self) -> str:
        """The id of whoever asks."""
        return str(self.request.user.pk)

    def url(self, name: str, /, *args: object) -> str:
        """The address of another page of this course, wherever the host has mounted them."""
        here = self.request.resolver_match
        space = f"{here.namespace}:" if here and here.namespace else ""
        return reverse(f"{space}{name}", args=(self.course_key, *args))

    def page(self, template: str, context: dict[str, Any], /, *, status: int = 200) -> HttpResponse:
        """A page of the console with its frame, never kept by a browser or a proxy."""
        here = self.request.resolver_match
        space = f"{here.namespace}:" if here and here.namespace else ""
        scheme = registry.scheme(self.course_key)
        pages = ["course", "console", "search", "act", "runs", "claims"]
        if scheme and scheme.dossier:
            pages.append("dossiers")
        base = {
            "title": str(scheme.title) if scheme else self.course_key,
            "styles": [reverse(f"{space}style", args=(name,)) for name in _LOOK],
            "csrf": get_token(self.request),
            "links": {name: self.url(name) for name in pages},
            "me": self.actor,
        }
        response = HttpResponse(render(template, {**base, **context}), status=status)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["Referrer-Policy"] = "same-origin"
        return response


View = Callable[..., HttpResponse]


def guarded(view: Callable[..., HttpResponse], /) -> View:
    """A view of a course for its staff: ``view(place, …)``. Anybody else is refused, whether or not it exists."""

    @never_cache
    @csrf_protect
    def guarding(request: HttpRequest, course_key: str, **given: Any) -> HttpResponse:
        if not may_look(request.user, course_key):
            raise PermissionDenied
        return view(Place(request, course_key), **given)

    return guarding


def link(course_key: str, /) -> str:
    """The console's address where it is mounted as on the platform; empty elsewhere."""
    for name in ("dgx_insight:console", "console"):
        try:
            return reverse(name, args=(course_key,))
        except NoReverseMatch:
            continue
    return ""
