"""What a learner is told about a slip."""

from __future__ import annotations

import pytest

from dgxblock.lab import LabError
from dgxblock.lab.words import said

SAID: dict[str, tuple[LabError, str]] = {
    "a column, nearly": (
        LabError("sql", reason="column", name="changeover_mins", nearest="changeover_min", line=2),
        "Line 2: There is no column called “changeover_mins”. The nearest is “changeover_min”.",
    ),
    "a column": (LabError("sql", reason="column", name="x"), "There is no column called “x”."),
    "a hidden table": (
        LabError("forbidden", reason="table", name="sqlite_master", line=1),
        "Line 1: There is no table called “sqlite_master”.",
    ),
    "another statement": (LabError("forbidden"), "The statement does something other than reading your tables."),
    "a full-width sign": (
        LabError("sql", reason="width", name="，", line=2),
        "Line 2: “，” is a full-width sign. Type it again",
    ),
    "the end": (LabError("sql", reason="syntax", line=3), "The statement ends too early."),
    "a name with a sign of formats": (
        LabError("sql", reason="column", name="100%s"),
        "There is no column called “100%s”.",
    ),
    "one before": (LabError("busy", place=1), "The laboratory is busy: 1 statement is before yours."),
    "some before": (LabError("busy", place=7), "The laboratory is busy: 7 statements are before yours."),
    "too quick": (LabError("rate", seconds=3), "That was quick. Try again in 3 seconds."),
    "something else": (LabError("sql", detail="/srv/secret"), "The database cannot run this statement."),
    "something new": (LabError("never heard"), "The database cannot run this statement."),
}


@pytest.mark.parametrize("case", SAID)
def test_a_slip_has_a_sentence(case: str) -> None:
    error, words = SAID[case]
    assert said(error, "en").startswith(words)


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize(
    "code",
    [
        "statement",
        "forbidden",
        "deadline",
        "rows",
        "size",
        "sql",
        "parameter",
        "draw",
        "number",
        "binary",
        "killed",
        "down",
    ],
)
def test_every_code_has_one_without_the_details(code: str, lang: str) -> None:
    words = said(LabError(code, where="t", detail="/srv/data and a trace"), lang)
    assert words and "/srv" not in words and "%" not in words
