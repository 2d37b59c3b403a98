"""The public page behind a certificate's QR code: whether it stands, and nothing about whose it is."""

from __future__ import annotations

import hashlib
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from dgxblock.pages.render import render
from dgxblock.registry import api as registry

__all__ = ["address", "verify"]

_LOOK: Final = ("dgx", "dgx-desk")
_UNKNOWN_A_MINUTE: Final = 30


def address(code: str, /) -> str:
    """The absolute address of a code's page; empty without a code, or where the host does not say its own address
    (``DGXBLOCK["PUBLIC_URL"]``, or the platform's ``LMS_ROOT_URL``)."""
    site = (getattr(settings, "DGXBLOCK", None) or {}).get("PUBLIC_URL") or getattr(settings, "LMS_ROOT_URL", "")
    if not code or not str(site).startswith(("https://", "http://")):
        return ""
    for name in ("dgx_insight:verify", "verify"):
        try:
            return str(site).rstrip("/") + reverse(name, args=(code,))
        except NoReverseMatch:
            continue
    return ""


@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """200 for a certificate that there is, 404 for every other code, 429 for whoever tries many of those."""
    here = request.resolver_match
    space = f"{here.namespace}:" if here and here.namespace else ""
    found = registry.verify(code)
    status = 200 if found else 404 if _few(request) else 429
    styles = [reverse(f"{space}style", args=(name,)) for name in _LOOK]
    response = HttpResponse(render("verify.html", {"found": found, "styles": styles}), status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is all that is needed to come here
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _few(request: HttpRequest, /) -> bool:
    """Whether this address has asked for few unknown codes in this minute; only a digest of it is kept."""
    who = hashlib.sha256(str(request.META.get("REMOTE_ADDR", "")).encode()).hexdigest()[:24]
    key = f"dgx-verify-{who}"
    cache.add(key, 0, 60)
    try:
        return cache.incr(key) <= _UNKNOWN_A_MINUTE
    except ValueError:  # it ran out just now
        return True
