"""The measuring stand's settings with MariaDB."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.settings import *  # noqa: F403
from tests.builders import mariadb

mariadb.connect()
DATABASES = {"default": {**mariadb.database(Path(os.environ["DGX_LOAD_MARIADB"])), "CONN_MAX_AGE": 60}}  # type: ignore[dict-item]
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "benchmarks.load.peers_urls"
