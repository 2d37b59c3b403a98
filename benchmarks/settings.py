"""Django for the benchmark: our apps, the workbench and, where they are installed, what the peers need."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

_HOME = Path(os.environ["DGX_BENCH_HOME"])  # made and removed by `benchmarks.__main__`

SECRET_KEY = "only for the benchmark"  # noqa: S105 it guards a database that is thrown away
DEBUG = False
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "en"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "workbench",
    "dgxblock.ledger.apps.LedgerConfig",
    "dgxblock.registry.apps.RegistryConfig",
]
if find_spec("xblocks_contrib"):
    INSTALLED_APPS.append("xblocks_contrib.problem.capa.apps.CapaAppConfig")  # as the platform does, for its templates
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
STATIC_URL = "/static/"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(_HOME / "bench.sqlite3"),
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            # as a site would run it: a commit waits for no disk, which would be the same wait for all
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        },
    }
}
# CAPA asks these where its files are: beside the block, not in a production build.
PIPELINE = {"PIPELINE_ENABLED": False}
REQUIRE_DEBUG = True

# The workbench's runtime reads these when it is imported.
WORKBENCH = {"reset_state_on_restart": False, "services": {}}
EXCLUDED_XBLOCKS: set[str] = set()
LOGGING_CONFIG = None

DGXBLOCK: dict[str, object] = {}
