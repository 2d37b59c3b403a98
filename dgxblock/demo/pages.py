"""The demo's own pages: templates beside this module, with the tags that the blocks' templates use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import Context, Engine

from dgxblock.demo import people
from dgxblock.i18n import LANGUAGES, current_language

__all__ = ["page", "registry_address"]

_DJANGO_CODE = {"zh-CN": "zh-hans", "en": "en"}
_OWN_NAME = {"zh-CN": "中文", "en": "English"}


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[str(Path(__file__).parent / "templates")],
        builtins=["dgxblock.pages.tags", "django.templatetags.static"],
    )


def page(request: HttpRequest, template: str, context: Mapping[str, Any], /, *, status: int = 200) -> HttpResponse:
    """Render ``demo/<template>`` with who is here, in which language, and the way to the other one."""
    lang = current_language()
    other = next(code for code in LANGUAGES if code != lang)
    # After a failure the database may be what failed: who is here is then not asked.
    who = None if status >= 500 else people.of_user(getattr(request, "user", None))
    base = {
        "lang": lang,
        "values": {},
        "here": request.get_full_path(),
        "other": {"lang": other, "code": _DJANGO_CODE[other], "name": _OWN_NAME[other]},
        "who": who,
        "person_name": who.shown_name(lang) if who else "",
        "csrf_token": get_token(request),
        "registry_address": registry_address(request),
    }
    html = _engine().get_template(f"demo/{template}").render(Context({**base, **context}))
    return HttpResponse(html, status=status)


def registry_address(request: HttpRequest, /) -> str:
    """The sandbox registry under the name by which the visitor reached us."""
    host = request.get_host()
    name = host[: host.rindex("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return f"http://{name}:{settings.ADDRESSES.registry_port}/"
