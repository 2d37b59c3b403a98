"""For mypy alone: every app with models, the sandbox registry's included."""

from __future__ import annotations

from pathlib import Path

from dgxblock.demo.addresses import Addresses
from dgxblock.demo.sandbox.config import Config
from dgxblock.preview.watched import Watched
from dgxblock.registry.contract import Key
from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as _TESTED

INSTALLED_APPS = [*_TESTED, "dgxblock.demo.sandbox"]

# What the demo's and the sandbox's own settings add.
ADDRESSES = Addresses("127.0.0.1", 8000, 8001)
CONFIG: Config = Config.from_environment()
SENDER_KEYS: tuple[Key, ...] = ()

# What the preview sets for itself.
PREVIEW: Watched = Watched(Path())
PREVIEW_PORT: int = 0
