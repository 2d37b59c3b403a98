"""A scheme as a document: what one may say in it, and what is wrong with one, a sentence each. Knows no database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from dgxblock.i18n import gettext as _
from dgxblock.registry.rules import usage_in_run
from dgxblock.registry.scheme_yaml import Fault, Path, parse
from dgxblock.registry.states import BLOCKS, Kind

__all__ = ["DEFAULTS", "FORMAT", "read"]

FORMAT: Final = "dgx-scheme/1"
DEFAULTS: Final[dict[str, Any]] = {
    "kind": "results", "mode": "live", "consent_version": "1", "zone": "Asia/Shanghai", "send": [], "hold_seconds": 0,
    "revoke_policy": "review", "correct_scores": False, "cycle": "none", "renewal_months": 0, "requirements": [],
}  # fmt: skip
"""What a document that is silent about them means."""
_MOST: Final = 20


def read(content: bytes, /, file: str) -> tuple[dict[str, Any] | None, list[Fault]]:
    """The document with its defaults written out, or what is wrong with it: at most twenty faults, by line."""
    parsed = parse(content, file=file)
    if isinstance(parsed, Fault):
        return None, [parsed]
    found = [parsed.fault(*each) for each in _schema_faults(parsed.data)]
    if not found:
        found = [parsed.fault(path, text) for path, text in _rule_faults(parsed.data)]
    if found:
        return None, sorted(set(found), key=lambda one: (one.line, one.field, one.text))[:_MOST]
    return {**DEFAULTS, **parsed.data}, []


@cache
def _validator() -> Draft202012Validator:
    text = resources.files(__package__).joinpath("scheme.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def _schema_faults(data: Any, /) -> Iterator[tuple[Path, str]]:
    for error in _validator().iter_errors(data):
        path: Path = tuple(error.absolute_path)
        if error.validator == "additionalProperties" and isinstance(error.instance, Mapping):
            known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
            for name in sorted(set(error.instance) - set(known)):
                yield (*path, name[:40]), _("There is no such entry in a scheme.")
        elif error.validator == "required" and isinstance(error.instance, Mapping):
            for name in error.validator_value:
                if name not in error.instance:
                    yield (*path, name), _("This entry is missing.")
        else:
            yield path, _sentence(error, path)


def _sentence(error: ValidationError, path: Path, /) -> str:
    wanted: Any = error.validator_value
    asked: Any = error.schema
    match error.validator:
        case "type":
            types = {
                "string": _("Here belongs a text; put it in quotes."),
                "integer": _("Here belongs a whole number."),
                "number": _("Here belongs a number."),
                "boolean": _("Here belongs true or false."),
                "array": _("Here belongs a list."),
                "object": _("Here belongs an entry with names and values."),
            }
            return types[str(wanted)]
        case "enum" if path and path[-1] == "kind" and error.instance == "identity":
            return _("The details of a person are always asked for; leave this requirement out.")
        case "enum":
            return _("Allowed here: %(list)s.", list=", ".join(map(str, wanted)))
        case "const":
            return _("This has to be %(value)s.", value=wanted)
        case "maxLength":
            return _("At most %(n)s characters are allowed here.", n=wanted)
        case "minimum" | "exclusiveMinimum" | "maximum":
            low, high = asked.get("minimum", asked.get("exclusiveMinimum")), asked.get("maximum", "…")
            return _("The number has to lie between %(low)s and %(high)s.", low=low, high=high)
        case "minItems" | "maxItems" | "maxProperties" | "uniqueItems":
            return _("This list is empty, too long, or names something twice.")
        case _:
            return _("This is empty or holds a character that is not allowed here.")


def _rule_faults(data: Mapping[str, Any], /) -> Iterator[tuple[Path, str]]:
    asked = data.get("requirements", [])
    if data.get("kind") == "dossier":
        if asked:
            yield ("requirements",), _("A dossier is judged by a reviewer; such a scheme has no requirements.")
    elif not any(one["kind"] == Kind.ASSESSMENT for one in asked):
        yield ("requirements",), _("A scheme without an assessment certifies nobody. Add one.")
    renews = data.get("cycle") == "renewal"
    if renews and "renewal_months" not in data:
        yield ("renewal_months",), _("Say after how many months it is renewed.")
    if not renews and "renewal_months" in data:
        yield ("renewal_months",), _("This is only for cycle: renewal.")
    yield from _twice(("requirements",), "code", asked)
    yield from _twice(("runs",), "course", data["runs"])
    for place, one in enumerate(asked):
        yield from _requirement_faults(one, ("requirements", place))
    yield from _run_faults(data["runs"], asked)


def _twice(path: Path, name: str, rows: Iterable[Mapping[str, Any]], /) -> Iterator[tuple[Path, str]]:
    rows = list(rows)
    counts = Counter(row[name] for row in rows)
    for place, row in enumerate(rows):
        if counts[row[name]] > 1:
            yield (*path, place, name), _("“%(name)s” is here a second time.", name=row[name][:40])


def _requirement_faults(one: Mapping[str, Any], path: Path, /) -> Iterator[tuple[Path, str]]:
    kind = one["kind"]
    has = {
        "block": kind in BLOCKS,
        "min_percent": kind in (Kind.EXERCISE, Kind.ASSESSMENT, Kind.GRADE),
        "min_hours": kind == Kind.HOURS,
    }
    needs = {"block": kind in BLOCKS, "min_percent": kind in (Kind.EXERCISE, Kind.GRADE), "min_hours": has["min_hours"]}
    for name, may in has.items():
        if name in one and not may:
            yield (*path, name), _("A requirement of the kind %(kind)s has no such entry.", kind=kind)
        if name not in one and needs[name]:
            yield (*path, name), _("A requirement of the kind %(kind)s needs this entry.", kind=kind)
    for name in ("min_percent", "min_hours"):
        if name in one and int(Decimal(str(one[name])).as_tuple().exponent) < -2:
            yield (*path, name), _("At most two decimals are kept.")


def _run_faults(runs: list[Any], asked: list[Any], /) -> Iterator[tuple[Path, str]]:
    blocks = {one["code"]: one["block"] for one in asked if "block" in one}
    first = runs[0]["course"]
    for place, run in enumerate(runs):
        named = run.get("blocks", {})
        if place == 0 and named:
            yield ("runs", 0, "blocks"), _("The blocks of the first run are named at the requirements.")
        for code in sorted(set(named) - set(blocks)):
            yield ("runs", place, "blocks", code), _("No requirement about a block has this code.")
        for code in sorted(set(blocks) - set(named)):
            if not usage_in_run(blocks[code], first, run["course"]):
                yield ("runs", place), _("Name the block of “%(code)s” in this run, under blocks.", code=code)
