"""What somebody sees when a page cannot be shown: a sentence and a way on; JSON where a script asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from dgxblock.demo.pages import page
from dgxblock.demo.views.guard import refusal

__all__ = ["bad_request", "csrf_failure", "forbidden", "not_found", "server_error"]


def _for_script(request: HttpRequest) -> bool:
    return request.path.startswith(("/handler/", "/author/handler/"))


def _answer(request: HttpRequest, status: int, code: str) -> HttpResponse:
    if _for_script(request):
        return refusal(status, code)
    return page(request, "error.html", {"code": code, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    del exception
    return _answer(request, 400, "not-found")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    del exception
    return page(request, "refused.html", {"need": "staff"}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    del exception
    return _answer(request, 404, "not-found")


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500, "internal")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    del reason
    return _answer(request, 403, "csrf")
