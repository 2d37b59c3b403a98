"""Answers that no honest page sends, and the specs that they are thrown at."""

from __future__ import annotations

from typing import Any, Final

BIG: Final = "9" * 10_000_000


def nested(depth: int, /) -> list[Any]:
    """A list in a list in a list."""
    out: list[Any] = []
    for _ in range(depth):
        out = [out]
    return out


#: JSON of every wrong shape. None of it may raise or earn anything, whatever the item.
HOSTILE: Final[dict[str, Any]] = {
    "null": None,
    "true": True,
    "false": False,
    "zero": 0,
    "one": 1,
    "the key as a number": 0.674,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "a huge integer": 10**400,
    "an empty string": "",
    "ten megabytes": BIG,
    "a null byte": "\x00",
    "half a surrogate": "\ud800",
    "an unknown id": "z",
    "an empty list": [],
    "a list of null": [None],
    "a list of true": [True],
    "a list of numbers": [1, 2, 3],
    "a list of lists": [["a"], ["b"], ["c"]],
    "a list of objects": [{"id": "a"}],
    "an unknown id in a list": ["z"],
    "a known and an unknown id": ["a", "z"],
    "ten megabytes in a list": [BIG],
    "a million ids": ["a"] * 1_000_000,
    "deeply nested": nested(500),
    "an empty object": {},
    "an object of something else": {"a": "b"},
    "a score": {"fraction": 1, "score": 1, "correct": True, "verdict": "right"},
    "value null": {"value": None, "unit": "%"},
    "value true": {"value": True, "unit": "%"},
    "value a number": {"value": 67.4, "unit": "%"},
    "value a list": {"value": ["67.4"], "unit": "%"},
    "value an object": {"value": {"value": "67.4"}, "unit": "%"},
    "value ten megabytes": {"value": BIG, "unit": "%"},
    "value nan": {"value": "nan", "unit": "%"},
    "value infinity": {"value": "inf", "unit": "%"},
    "value overflows": {"value": "1e309", "unit": "%"},
    "value with underscores": {"value": "6_7.4", "unit": "%"},
    "value a formula": {"value": "=67.4", "unit": "%"},
    "value a power tower": {"value": "9**9**9", "unit": "%"},
    "unit unknown": {"value": "67.4", "unit": "parsec"},
    "unit not offered": {"value": "67.4", "unit": "h"},
    "unit a number": {"value": "67.4", "unit": 5},
    "unit true": {"value": "67.4", "unit": True},
    "unit a list": {"value": "67.4", "unit": ["%"]},
    "unit an object": {"value": "67.4", "unit": {}},
    "unit ten megabytes": {"value": "67.4", "unit": BIG},
}
