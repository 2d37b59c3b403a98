"""``GET /dgx/registry/health`` and ``/dgx/registry/metrics``: for whoever watches over the site."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from dgxblock.registry import conf
from dgxblock.registry import health as _health

__all__ = ["health", "metrics"]

_BEARER: Final = re.compile(r"Bearer +([!-~]{16,256})")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when delivery is well, 503 when not; what is wrong only with the token, or for site staff."""
    found = _health.look()
    answer: dict[str, object] = {"status": "ok" if found.well else "failing"}
    user = getattr(request, "user", None)
    if _token_fits(request) or (user is not None and user.is_active and user.is_staff):
        answer |= {
            "pump_age_seconds": found.pump_age, "oldest_due_seconds": found.oldest_due, "stopped": found.stopped,
        }  # fmt: skip
    return _kept_by_nobody(JsonResponse(answer, status=200 if found.well else 503))


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text; 404 where no token is set, 401 with a wrong one."""
    if not conf.watch_token():
        return _kept_by_nobody(HttpResponse(status=404))
    if not _token_fits(request):
        refused = HttpResponse(status=401)
        refused["WWW-Authenticate"] = "Bearer"
        return _kept_by_nobody(refused)
    return _kept_by_nobody(HttpResponse(_health.metrics(), content_type="text/plain; version=0.0.4; charset=utf-8"))


def _token_fits(request: HttpRequest, /) -> bool:
    given, expected = _BEARER.fullmatch(request.headers.get("Authorization", "")), conf.watch_token()
    if not expected or given is None:
        return False
    return any(hmac.compare_digest(one, expected) for one in _readings(given[1]))


def _readings(text: str, /) -> list[bytes]:
    """A token as it was sent, and as a reference that holds it is read: base64 decoded, where it is base64."""
    try:
        return [text.encode(), base64.b64decode(text, validate=True)]
    except binascii.Error:
        return [text.encode()]


def _kept_by_nobody(response: HttpResponse, /) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
