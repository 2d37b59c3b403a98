"""How good questions are: classical test theory over what trainees handed in. Neither Django nor XBlock.

`analyse` takes sittings and gives the statistics of a test and of its questions; a question's come from those alone who
were asked it, and from fewer than `MOST_PRIVATE` people there are none at all.
"""

from __future__ import annotations

from dgxblock.psychometrics.analysis import analyse
from dgxblock.psychometrics.model import (
    MOST_PRIVATE,
    Alpha,
    Fairness,
    Flag,
    ItemStatistics,
    Option,
    Response,
    Sitting,
    TestStatistics,
)

__all__ = [
    "MOST_PRIVATE", "Alpha", "Fairness", "Flag", "ItemStatistics", "Option", "Response", "Sitting", "TestStatistics",
    "analyse",
]  # fmt: skip
