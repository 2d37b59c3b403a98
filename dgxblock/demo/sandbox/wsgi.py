"""The sandbox registry as a WSGI application, static files included."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "dgxblock.demo.sandbox.settings"

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.exceptions import SuspiciousOperation
from django.core.wsgi import get_wsgi_application
from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from dgxblock.demo.sandbox.wire import LOST

__all__ = ["application"]


class _StaticFiles(StaticFilesHandler):
    """A path that climbs out of the folder is one that is not there; Django would call it a failure of ours."""

    def serve(self, request: HttpRequest) -> HttpResponse | FileResponse:
        try:
            return super().serve(request)
        except SuspiciousOperation:
            raise Http404 from None


_django = _StaticFiles(get_wsgi_application())


class _Lost(ConnectionAbortedError):
    """The line is cut: the server closes the connection without a byte."""


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django's answer, unless it is marked as lost on the way."""
    lost = False

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        nonlocal lost
        lost = any(name == LOST for name, _ in headers)
        return None if lost else start_response(status, headers, exc_info)

    answer = _django(environ, start)
    if lost:
        close = getattr(answer, "close", None)
        if close:
            close()
        raise _Lost
    return answer
