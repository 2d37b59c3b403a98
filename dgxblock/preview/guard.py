"""Who may ask: pages of this preview, opened on this machine."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from dgxblock.i18n import gettext as _

__all__ = ["own_pages_only"]


def own_pages_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse a name that a stranger's DNS points to this machine, and whatever another site's page sends us."""
    port = settings.PREVIEW_PORT
    ends = [f":{port}", ""] if port == 80 else [f":{port}"]
    ours = {name + end for name in ("127.0.0.1", "localhost") for end in ends}

    def middleware(request: HttpRequest) -> HttpResponse:
        origin = request.headers.get("Origin")
        foreign = request.method not in ("GET", "HEAD") and origin is not None and urlsplit(origin).netloc not in ours
        if request.headers.get("Host") not in ours or foreign:
            sentence = _("This preview answers on this machine only, at http://%(host)s/.", host=f"127.0.0.1:{port}")
            return HttpResponse(sentence, status=403, content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware
