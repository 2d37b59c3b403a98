"""For mypy alone: every app with models, those of the demo included."""

from __future__ import annotations

from pathlib import Path

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as _TESTED

INSTALLED_APPS = [
    *_TESTED,
    *(
        app
        for app in ("dgxblock.demo", "dgxblock.demo.sandbox")
        if (Path(__file__).parents[1] / app.replace(".", "/") / "apps.py").exists()
    ),
]
