"""Django's settings for the sandbox registry."""

from __future__ import annotations

import secrets
from pathlib import Path

from dgxblock.demo.sandbox.config import Config

CONFIG = Config.from_environment()
SENDER_KEYS = CONFIG.sender_keys()  # public halves: whoever only verifies keeps no more
CALLBACK_KEYS = CONFIG.callback_keys()

# Only the masks of CSRF cookies hang on it, and those may end with the process.
SECRET_KEY = secrets.token_urlsafe(48)
DEBUG = False
ALLOWED_HOSTS = ["*"]  # a demo is looked at under many names; nothing is built from the host
ROOT_URLCONF = "dgxblock.demo.sandbox.urls"
APPEND_SLASH = False  # the contract allows no redirect

INSTALLED_APPS = ["django.contrib.staticfiles", "dgxblock.demo.sandbox.apps.SandboxConfig"]
MIDDLEWARE = [
    "dgxblock.demo.sandbox.middleware.headers",
    "dgxblock.demo.sandbox.middleware.language",
    "django.middleware.csrf.CsrfViewMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"builtins": ["dgxblock.demo.sandbox.tags", "django.templatetags.static"]},
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(CONFIG.database),
        "OPTIONS": {
            "timeout": 20,
            # Every transaction takes the write lock at its beginning: that is what serialises them by result_id.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"  # the zone of the days in receipts
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
# Browsers do not keep cookies apart by port: the language follows from the demo site on purpose, nothing else does.
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
CSRF_COOKIE_NAME = "dgx_sandbox_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "dgxblock.demo.sandbox.pages.csrf_failure"

STATIC_URL = "/static/"
STATICFILES_DIRS = [("dgxblock", str(Path(__file__).parents[2] / "static" / "public"))]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # a batch; the gate has looked at the length before

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # A refusal is no news, and a path that somebody made up may hold anything.
    "loggers": {"django.request": {"level": "ERROR"}, "waitress.queue": {"level": "ERROR"}},
}
