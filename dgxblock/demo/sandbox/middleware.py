"""The language of the pages, and the headers that every page carries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

__all__ = ["headers", "language"]

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_LANGUAGES: Final = {"zh": "zh-hans", "zh-CN": "zh-hans", "en": "en"}
_Next = Callable[[HttpRequest], HttpResponse]


def headers(get_response: _Next) -> _Next:
    """Nothing from elsewhere, no script, no frame around us; an address with a certificate's number tells nobody."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-store")
        if not response.streaming:
            # Else the answer would be chunked, and a sender could not tell a short one by its length.
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    return middleware


def language(get_response: _Next) -> _Next:
    """``?lang=zh`` or ``en`` chooses and stays; else the cookie, else what the browser asks for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # The contract's paths have no pages, and their queries are signed.
        wanted = None if request.path.startswith("/v1/") else _LANGUAGES.get(request.GET.get("lang", ""))
        chosen = wanted or translation.get_language_from_request(request)
        with translation.override(chosen):
            response = get_response(request)
        if wanted:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                wanted,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                samesite="Lax",
                httponly=True,
            )
        return response

    return middleware
