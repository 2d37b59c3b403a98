"""Django in memory: settings, a throw-away database, and the WSGI application."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path
from typing import Any, Final

from dgxblock.preview.watched import Watched

__all__ = ["application"]

_CODES: Final = {"zh-CN": "zh-hans", "en": "en"}


class _Short(logging.Formatter):
    """A failure as one line: an author mends documents, not us."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name for it
        return f"  {ei[0].__name__}: {ei[1]}"


def application(watched: Watched, home: Path, port: int, language: str, /) -> Any:
    """Configure this process for the preview of one folder, make the database in `home`, and give the application.

    Once a process: Django's settings cannot be taken back.
    """
    from django.conf import settings

    settings.configure(
        SECRET_KEY=secrets.token_urlsafe(48),
        ALLOWED_HOSTS=["127.0.0.1", "localhost"],
        ROOT_URLCONF="dgxblock.preview.urls",
        MIDDLEWARE=[
            "dgxblock.preview.guard.own_pages_only",
            "dgxblock.preview.headers.security_headers",
            "django.middleware.http.ConditionalGetMiddleware",
        ],
        INSTALLED_APPS=["dgxblock.ledger.apps.LedgerConfig"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(home / "preview.sqlite3"),
                "OPTIONS": {"timeout": 20},
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        TIME_ZONE="Asia/Shanghai",
        USE_I18N=True,
        LANGUAGE_CODE=_CODES[language],
        LANGUAGES=[("zh-hans", "中文"), ("en", "English")],
        LOGGING={
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"short": {"()": _Short, "format": "%(levelname)s %(message)s"}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "short"}},
            "root": {"handlers": ["stderr"], "level": "ERROR"},
            "loggers": {"django": {"handlers": [], "level": "ERROR"}},
        },
        DGXBLOCK={"DARK_THEME": True},
        PREVIEW=watched,
        PREVIEW_PORT=port,
    )
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.db import connections

    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()
    return get_wsgi_application()
