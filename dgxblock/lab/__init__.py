"""A learner's data: seeded draws, tables made by SQL, values computed from them. No Django, no XBlock.

`build(dataset, seed)` makes the `Sheet` of one learner; `dataset.seed` is the teaching variant that a case quotes.
"""

from __future__ import annotations

import hashlib
import hmac
import json

from dgxblock.lab.errors import LabError
from dgxblock.lab.guard import Rows
from dgxblock.lab.sheet import Sheet, Table, build

__all__ = ["LabError", "Rows", "Sheet", "Table", "build", "seed"]


def seed(secret: bytes, /, *parts: str) -> str:
    """The seed of whatever `parts` name (course, block, learner, attempt …): 64 hex digits of an HMAC-SHA256.

    Nobody without `secret` can tell another learner's data. The parts are joined so that ("ab", "c") and ("a", "bc")
    differ.
    """
    return hmac.new(secret, json.dumps(parts).encode(), hashlib.sha256).hexdigest()
