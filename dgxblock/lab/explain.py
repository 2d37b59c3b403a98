"""What a failed statement is about: the word, its line, and the existing name that was perhaps meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Final

from dgxblock.lab.errors import LabError
from dgxblock.lab.statement import line_of, wide

_FORMS: Final = tuple(
    (reason, re.compile(form, re.DOTALL))
    for reason, form in (
        ("column", r"no such column: \"?(.+?)\"?(?: - .*)?\Z"),
        ("table", r"no such table(?:-valued function)?: (.+)"),
        ("function", r"no such function: (.+)"),
        ("syntax", r"near \"(.+)\": syntax error"),
        ("syntax", r"unrecognized token: \"(.+)\""),
        ("syntax", r"incomplete input()"),
        ("ambiguous", r"ambiguous column name: (.+)"),
        ("arguments", r"wrong number of arguments to function (.+)\(\)"),
        ("aggregate", r"misuse of (?:aliased )?(?:aggregate|window function)(?: function)?:? (.+?)(?:\(\))?"),
        ("aggregate", r"(.+)\(\) may not be used as a window function"),
    )
)

Tables = Mapping[str, Collection[str]]
"""The tables that a statement may read, with their columns."""


def nearest(name: str, among: Collection[str], /) -> str:
    """The member of `among` much like `name`, in either case; ``""`` if none is."""
    known = {each.lower(): each for each in sorted(among)}
    return next((known[each] for each in get_close_matches(name.lower(), known, 1, 0.6)), "")


def failure(sql: str, told: str, functions: Collection[str], tables: Tables, /) -> LabError:
    """The error ``sql`` from what SQLite told of the statement, or from a full-width sign, which explains the rest."""
    sign, line = wide(sql)
    if sign:
        return LabError("sql", detail=sign, reason="width", name=sign, line=line)
    for reason, form in _FORMS:
        found = form.fullmatch(told)
        if found is None:
            continue
        name = found[1]
        if reason in {"column", "table", "ambiguous"}:
            name = name.rpartition(".")[2]
        line = line_of(sql, name) if name else sql.rstrip().count("\n") + 1
        return LabError(
            "sql", detail=told[:200], reason=reason, name=name[:60], line=line,
            nearest=nearest(name, _among(reason, functions, tables)),
        )  # fmt: skip
    return LabError("sql", detail=told[:200])


def refusal(sql: str, reason: str, name: str, functions: Collection[str], tables: Tables, /) -> LabError:
    """The error ``forbidden``: the statement wanted the function or table `name`, or did something else with it."""
    return LabError(
        "forbidden", detail=name[:60] or "this kind of statement", reason=reason, name=name[:60],
        line=line_of(sql, name), nearest=nearest(name, _among(reason, functions, tables)),
    )  # fmt: skip


def _among(reason: str, functions: Collection[str], tables: Tables) -> Collection[str]:
    if reason == "column":
        return {column for columns in tables.values() for column in columns}
    if reason == "table":
        return tables.keys()
    return functions if reason == "function" else ()
