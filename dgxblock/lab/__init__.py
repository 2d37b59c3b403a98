"""A learner's data: seeded draws, tables made by SQL, values computed from them. No Django, no XBlock.

`build(dataset, seed)` makes the `Sheet` of one learner; `dataset.seed` is the teaching variant that a case quotes.
`run(sql, tables)` runs what a learner wrote on some of its tables. Both happen in bounded child processes
(`dgxblock.lab.broker`), never in the caller's; without those they fail with ``down``. `Sheet(dataset, seed)` builds in
this process, for the authors' desk.

`call(job, header, data)` has any other job done there, such as ``workbook``. `start()` makes sure of a broker before it
is needed, and `status()` tells how it is.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache

from dgxblock.content.model import Dataset, Value
from dgxblock.lab.broker.client import call, start, status
from dgxblock.lab.errors import LabError
from dgxblock.lab.guard import Rows
from dgxblock.lab.recalled import Recalled
from dgxblock.lab.remote import Remote, run, run_each
from dgxblock.lab.sheet import Sheet, Table

__all__ = [
    "LabError",
    "Rows",
    "Sheet",
    "Table",
    "build",
    "call",
    "recalled",
    "run",
    "run_each",
    "seed",
    "start",
    "status",
]


@lru_cache(maxsize=64)
def build(dataset: Dataset, seed: str, /) -> Sheet:
    """The sheet of `dataset` for `seed`, built and asked behind the broker; the last 64 are kept (some 0.5 MB each).

    Raises:
        LabError: the data set cannot be built, `where` names the table or value; or ``busy``, ``killed``, ``down``.
    """
    return Sheet(dataset, seed, Remote)


def recalled(dataset: Dataset, seed: str, values: Mapping[str, Value], /) -> Sheet:
    """The sheet of `dataset` for `seed`, whose `values` are known: it is built only when something else is asked of it.

    Only for values that this very data set gave for this seed.
    """
    return Recalled(dataset, seed, values, build)


def seed(secret: bytes, /, *parts: str) -> str:
    """The seed of whatever `parts` name (course, block, learner, attempt …): 64 hex digits of an HMAC-SHA256.

    Nobody without `secret` can tell another learner's data. The parts are joined so that ("ab", "c") and ("a", "bc")
    differ.
    """
    return hmac.new(secret, json.dumps(parts).encode(), hashlib.sha256).hexdigest()
