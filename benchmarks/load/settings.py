"""The demo's settings with MariaDB, and with trainees enough."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.load.crowd import TRAINEES, username
from dgxblock.demo import people
from tests.builders import mariadb

people.PEOPLE = (  # type: ignore[assignment,misc]
    *people.PEOPLE,
    *(people.Person(username(number), "负载", "Load", "trainee", "19900101") for number in range(TRAINEES)),
)

from dgxblock.demo.settings import *  # noqa: E402, F403

mariadb.connect()
DATABASES = {"default": {**mariadb.database(Path(os.environ["DGX_LOAD_MARIADB"])), "CONN_MAX_AGE": 60}}  # type: ignore[dict-item]
