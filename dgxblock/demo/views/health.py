"""Whether the site works: for the supervisor, and for whoever watches a demo from afar."""

from __future__ import annotations

import logging

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from dgxblock import __version__
from dgxblock.demo.course import UNITS
from dgxblock.ledger.models import Attempt

__all__ = ["healthz"]

log = logging.getLogger(__name__)


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503. Says nothing about people."""
    del request
    try:
        Attempt.objects.exists()
    except DatabaseError:
        log.exception("the database does not answer")
        return JsonResponse({"status": "failing", "database": "no answer", "version": __version__}, status=503)
    return JsonResponse({"status": "ok", "database": "ok", "units": len(UNITS), "version": __version__})
