"""Texts in the reader's language, wherever the host keeps its own catalogues.

The LMS would route a block's catalogue, the XBlock workbench does not, and the command line has no Django at all.
So dgxblock resolves its own: one gettext domain (``text``), two languages, English as the message id.
"""

from __future__ import annotations

import gettext as _gettext
import os
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("zh-CN", "en")
_DIRECTORY: Final = Path(__file__).parent / "translations"
_LOCALE: Final = {"zh-CN": "zh_CN", "en": "en"}


def normalise(code: str | None, /) -> str:
    """Map a language code of any host (``zh-hans``, ``zh_CN.UTF-8``, ``en-us``) to one of `LANGUAGES`."""
    return "zh-CN" if (code or "").lower().startswith("zh") else "en"


def current_language() -> str:
    """The language of the page under way; without a configured Django, that of the shell."""
    try:
        from django.conf import settings
        from django.utils.translation import get_language
    except ImportError:  # the command line of an author who has no Django
        return normalise(os.environ.get("LC_ALL") or os.environ.get("LANG"))
    if not settings.configured and not os.environ.get("DJANGO_SETTINGS_MODULE"):
        return normalise(os.environ.get("LC_ALL") or os.environ.get("LANG"))
    return normalise(get_language())


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    return _gettext.translation("text", str(_DIRECTORY), [_LOCALE[language]], fallback=True)


def gettext(message: str, /, *, language: str | None = None, **params: object) -> str:
    """The message in `language` (default: the current one), with ``%(name)s`` filled from `params`."""
    text = _catalogue(language or current_language()).gettext(message)
    return text % params if params else text


def ngettext(singular: str, plural: str, n: int, /, *, language: str | None = None, **params: object) -> str:
    """Like `gettext` for a count; ``%(n)s`` is always there."""
    text = _catalogue(language or current_language()).ngettext(singular, plural, n)
    return text % {"n": n, **params}


def N_(message: str, /) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a text that is written in one place and translated in another; the catalogues find it by this call."""
    return message
