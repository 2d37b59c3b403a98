"""Django for those tests that also run on MariaDB: ``pytest --ds=tests.settings_mariadb -m mariadb``.

The server is started by `tests/conftest.py`. ``DGX_TEST_ISOLATION="read committed"`` connects as Django does if it is
not told otherwise. ``DGX_TEST_MARIADB`` has more options for the server, such as ``--innodb-snapshot-isolation=ON``.
"""

from __future__ import annotations

import os

from tests.builders import mariadb
from tests.settings import *  # noqa: F403

mariadb.connect()
MARIADB_HOME = mariadb.folder()
DATABASES = {
    "default": mariadb.database(MARIADB_HOME, isolation=os.environ.get("DGX_TEST_ISOLATION", "repeatable read"))
}
