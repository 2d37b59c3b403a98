"""Static files of the demo's processes, by Django's own finders."""

from __future__ import annotations

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.exceptions import SuspiciousOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse

__all__ = ["StaticFiles"]


class StaticFiles(StaticFilesHandler):
    """A path that climbs out of the folder is one that is not there; Django would call it a failure of ours."""

    def serve(self, request: HttpRequest) -> HttpResponse | FileResponse:
        try:
            return super().serve(request)
        except SuspiciousOperation:
            raise Http404 from None
