"""Who may see what in the demo."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from dgxblock.demo import people
from dgxblock.demo.pages import page
from dgxblock.i18n import gettext as _

__all__ = ["only", "refusal"]


def only(role: str, /) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page for people of one role: others are told so, and who is nobody yet is sent to choose."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            here = people.of_user(request.user)
            if here is None:
                return HttpResponseRedirect(reverse("home") + "#who")
            if here.role != role:
                return page(request, "refused.html", {"need": role}, status=403)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def refusal(status: int, code: str) -> JsonResponse:
    """What a block's script gets, which can only read JSON."""
    message = {
        "nobody": _("Please choose who you are on the first page. Nothing was changed."),
        "role": _("This is not yours to change. Nothing was changed."),
        "not-found": _("There is nothing at this address. Nothing was changed; reload the page."),
        "csrf": _("This page is too old to answer. Nothing was changed; reload it and try again."),
        "internal": _("Something went wrong on our side. What was saved before is kept."),
    }[code]
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)
