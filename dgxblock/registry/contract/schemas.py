"""The schemas of the contract: closed, formats asserted, errors that name a place and never a value."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from referencing import Registry, Resource

from dgxblock.registry.contract.identity import id_number_fits

__all__ = ["SCHEMAS", "SchemaError", "rule_errors", "validate"]

SCHEMAS: Final = ("batch-answer", "feed", "manifest", "problem", "receipt", "result", "revocation")
"""The names that `validate` knows."""
_MAX_ERRORS: Final = 10
_MAX_POINTER: Final = 100
_PLAIN_NAME: Final = re.compile(r"[a-z0-9_]{1,32}")


@dataclass(frozen=True, slots=True)
class SchemaError:
    """What is wrong where: `pointer` (RFC 6901) into the document, `code` the schema's keyword or the rule's name."""

    pointer: str
    code: str

    def as_item(self) -> dict[str, str]:
        """As it stands in the member ``errors`` of a problem."""
        return {"pointer": self.pointer, "code": self.code}


def validate(name: str, document: Any, /) -> list[SchemaError]:
    """Check a document against the schema `name` (one of `SCHEMAS`). Empty means valid; at most ten errors, sorted.

    Raises:
        KeyError: no such schema.
    """
    found = {SchemaError(_pointer(error), _code(error)) for error in _leaves(_validator(name).iter_errors(document))}
    return sorted(found, key=lambda error: (error.pointer, error.code))[:_MAX_ERRORS]


def rule_errors(name: str, document: Mapping[str, Any], /) -> list[SchemaError]:
    """Rules of the contract that no schema can say, of a document that is valid for its schema `name`.

    ``not-above-previous-seq`` (the sender's fault) and ``identity-mismatch`` (a number that cannot be of its type).
    """
    errors: list[SchemaError] = []
    if name in {"result", "revocation"} and document["seq"] <= document["previous_seq"]:
        errors.append(SchemaError("/seq", "not-above-previous-seq"))
    if name == "result" and not id_number_fits(document["person"]["id_type"], document["person"]["id_no"]):
        errors.append(SchemaError("/person/id_no", "identity-mismatch"))
    return errors


@cache
def _documents() -> dict[str, Any]:
    folder = resources.files(__package__).joinpath("schemas")
    return {
        file.name: json.loads(file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".json")
    }


@cache
def _validator(name: str) -> Validator:
    if name not in SCHEMAS:
        raise KeyError(name)
    documents = {file: _inlined(schema) for file, schema in _documents().items()}
    # References are file names beside each other; nothing is ever fetched.
    registry: Registry[Any] = Registry().with_resources(
        (file, Resource.from_contents(schema)) for file, schema in documents.items()
    )
    return Draft202012Validator(documents[f"{name}.json"], registry=registry, format_checker=_formats())


def _inlined(node: Any) -> Any:
    """A schema with the contract's common types in place of the references to them: to look those up again for each
    document took half of the time. Whole documents, which may hold each other, stay references."""
    if isinstance(node, list):
        return [_inlined(each) for each in node]
    if not isinstance(node, dict):
        return node
    file, _hash, path = node.get("$ref", "").partition("#/$defs/")
    if not path:
        return {key: _inlined(value) for key, value in node.items()}
    there = _inlined(_documents()[file]["$defs"][path])
    rest = {key: _inlined(value) for key, value in node.items() if key != "$ref"}
    return {**rest, "allOf": [*rest.get("allOf", ()), there]} if rest else there


@cache
def _formats() -> FormatChecker:
    # jsonschema checks date-time only with a further package; unchecked formats would pass in silence.
    checker = FormatChecker(formats=())
    parsers: dict[str, Callable[[str], object]] = {"date": date.fromisoformat, "date-time": datetime.fromisoformat}
    for name, parse in parsers.items():
        checker.checks(name, raises=ValueError)(
            lambda value, parse=parse: not isinstance(value, str) or bool(parse(value))
        )
    return checker


def _leaves(errors: Iterable[ValidationError]) -> Iterable[ValidationError]:
    for error in errors:
        if error.context:
            yield from _leaves(error.context)
        else:
            yield error


def _code(error: ValidationError) -> str:
    # A schema that is `false` has no keyword of its own.
    return str(error.validator) if error.validator else "not-allowed"


def _pointer(error: ValidationError) -> str:
    path = [*error.absolute_path]
    if error.validator == "required":
        path.extend(_missing(error))
    pointer = ""
    for part in path:
        # A name that the sender made up could be anything, a person's name too: stop above it.
        if not _PLAIN_NAME.fullmatch(str(part)) or len(pointer) + len(str(part)) >= _MAX_POINTER:
            break
        pointer += f"/{part}"
    return pointer


def _missing(error: ValidationError) -> list[str]:
    # One error a name, and only its message says which.
    names = error.validator_value if isinstance(error.validator_value, list) else []
    present = error.instance if isinstance(error.instance, Mapping) else {}
    return [name for name in names if name not in present and error.message.startswith(repr(name))][:1]
