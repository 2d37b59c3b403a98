"""Django's settings for the demo site. `python -m dgxblock.demo` makes the folder and the secrets that they name."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from dgxblock import preview
from dgxblock.demo.addresses import Addresses
from dgxblock.demo.folder import SECRETS, Folder, own_case

FOLDER = Folder.from_environment()
ADDRESSES = Addresses.from_environment()

if missing := [name for name in SECRETS if not FOLDER.secret(name).exists()]:
    raise ImproperlyConfigured(
        f"{FOLDER.root} has no {', '.join(missing)}. Start the demo once: python -m dgxblock.demo"
    )

SECRET_KEY = FOLDER.secret("site-django-key").read_text(encoding="utf-8").strip()
DEBUG = False
ALLOWED_HOSTS = ["*"]  # a demo is looked at under many names; nothing is built from the host but links to itself
ROOT_URLCONF = "dgxblock.demo.urls"
LOGIN_URL = "/#who"
WSGI_APPLICATION = None

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "workbench",
    "dgxblock.ledger.apps.LedgerConfig",
    "dgxblock.registry.apps.RegistryConfig",
    "dgxblock.insight.apps.InsightConfig",
    "dgxblock.demo.apps.DemoConfig",
]
MIDDLEWARE = [
    "dgxblock.preview.headers.security_headers",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
CSRF_FAILURE_VIEW = "dgxblock.demo.views.errors.csrf_failure"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(FOLDER.database),
        "OPTIONS": {
            "timeout": 20,
            # A transaction that will write says so at once; else two readers that both want to write end in an error.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Browsers do not keep cookies apart by port, and the registry listens on the same host.
SESSION_COOKIE_NAME = "dgx_demo_session"
CSRF_COOKIE_SAMESITE = "Lax"
STATIC_URL = "/static/"
STATICFILES_DIRS = [str(Path(preview.__file__).parent / "static")]  # its runtime.js is ours too
SILENCED_SYSTEM_CHECKS = ["fields.W904"]

# Read by the workbench when it is imported.
WORKBENCH = {"reset_state_on_restart": False, "services": {}}
EXCLUDED_XBLOCKS: set[str] = set()

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"workbench.runtime": {"level": "WARNING"}, "waitress.queue": {"level": "ERROR"}},
}


def _secret(name: str) -> str:
    return f"file:{FOLDER.secret(name)}"


DGXBLOCK = {
    "DARK_THEME": True,
    "PUBLIC_URL": ADDRESSES.site,
    # Folders with cases of your own, to try them here.
    "LIBRARY": [
        *([str(own)] if (own := own_case()) else []),
        *(folder for folder in os.environ.get("DGX_DEMO_LIBRARY", "").split(os.pathsep) if folder),
    ],
    "SITE_SECRET": _secret("site-secret"),
    "FIELD_KEYS": {"k1": _secret("field-key-k1")},
    "BLIND_INDEX_KEY": _secret("blind-index-key"),
    "REGISTRIES": {
        "sandbox": {
            "base_url": f"http://{ADDRESSES.local}:{ADDRESSES.registry_port}",
            "sign_keys": [_secret("registry-signing-key")],
            "verify_keys": [_secret("registry-callback-key")],
            "batch_max": 50,
            "sandbox": True,
            "quiet_seconds": 3,
            "deadline_seconds": 10,
            "verify_url": f"{ADDRESSES.registry}/v/{{number}}",
        }
    },
}
