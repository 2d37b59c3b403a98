"""``POST /dgx/registry/<registry>/receipts``: where a registry tells us what changed.

No session, no cookie, no CSRF token: the signature over the raw bytes is all that counts. Nothing of a request is
logged but its outcome.
"""

from __future__ import annotations

import logging
import time
from typing import Final

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from dgxblock.registry import conf, doorbell, inbox
from dgxblock.registry.contract import MAX_BODY_BYTES, Refused

__all__ = ["receipts"]

_log = logging.getLogger("dgxblock.registry")
_COME_AGAIN: Final = "60"  # seconds


@csrf_exempt
def receipts(request: HttpRequest, registry: str) -> HttpResponse:
    """Store a callback: 204 stored or known, 401 not believed, 413 too large, 503 come again; 404 no such address."""
    try:
        where = conf.registry(registry)
    except conf.Unset:
        return _answer(404)
    if not where.verify_keys:
        return _answer(404)
    if request.method != "POST":
        response = _answer(405)
        response["Allow"] = "POST"
        return response
    # Before a byte is read; a body without a length is read no further than this either.
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MAX_BODY_BYTES:
        return _answer(413)
    try:
        body = request.read(MAX_BODY_BYTES + 1)
    except OSError:  # it went away while it spoke
        return _answer(503)
    if len(body) > MAX_BODY_BYTES:
        return _answer(413)
    try:
        new = inbox.receive(where, request.headers, body, time.time())
    except Refused as refused:
        _log.warning("dgx_registry: a callback of %s was refused (%s)", registry, refused.code)
        return _answer(401)
    except (DatabaseError, conf.Unset) as error:
        _log.error("dgx_registry: a callback of %s could not be stored (%s)", registry, type(error).__name__)
        return _answer(503)
    if new:
        doorbell.ring(registry)
    return _answer(204)


def _answer(status: int, /) -> HttpResponse:
    response = HttpResponse(status=status)
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = _COME_AGAIN
    return response
