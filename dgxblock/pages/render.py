"""Templates of the package, rendered by an engine of their own: the host's settings cannot change how they read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils.safestring import SafeString

from dgxblock.i18n import current_language

__all__ = ["dark_theme", "login_url", "render"]


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[str(Path(__file__).parents[1] / "templates")],
        builtins=["dgxblock.pages.tags"],
        libraries={"i18n": "django.templatetags.i18n"},
    )


def dark_theme() -> bool:
    """Whether the site's own pages follow the reader's dark mode; the learning pages of the platform are white."""
    from django.conf import settings

    return bool((getattr(settings, "DGXBLOCK", None) or {}).get("DARK_THEME", False))


def login_url() -> str:
    """Where the host lets people log in; empty if it does not say."""
    from django.conf import settings
    from django.urls import NoReverseMatch, reverse

    named = str(settings.LOGIN_URL or "")
    if "/" in named or not getattr(settings, "ROOT_URLCONF", ""):
        return named if "/" in named else ""
    try:
        return reverse(named)
    except NoReverseMatch:
        return ""


def render(template: str, context: Mapping[str, Any], /) -> SafeString:
    """Render ``dgxblock/templates/dgxblock/<template>``. Adds ``lang``, ``theme`` and ``login_url``; everything is
    escaped."""
    base = {
        "lang": current_language(),
        "values": {},
        "theme": "" if dark_theme() else "light",
        "login_url": login_url(),
    }
    return SafeString(_engine().get_template(f"dgxblock/{template}").render(Context({**base, **context})))
