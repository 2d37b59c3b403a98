"""What may be believed of an answer that arrives: bounded texts, names that the question has, nothing else."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

__all__ = ["Malformed", "fields", "names", "text"]

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


class Malformed(ValueError):
    """An answer that our page does not send as it is now."""


def text(raw: object, /, *, most: int | None = None) -> str:
    """A text as it may be stored: line ends as ``\\n``, no control characters, `most` characters at the most.

    Raises:
        Malformed: not a text, one that no database takes, or a longer one.
    """
    if not isinstance(raw, str) or _SURROGATE.search(raw):
        raise Malformed
    found = _CONTROL.sub("", raw.replace("\r\n", "\n").replace("\r", "\n"))
    if most is not None and len(found) > most:
        raise Malformed
    return found


def fields(raw: object, known: Collection[str], /) -> Mapping[str, Any]:
    """A JSON object with no other keys than those `known`.

    Raises:
        Malformed: not an object, or with a key that the page does not have.
    """
    if not isinstance(raw, dict) or not set(raw) <= set(known):
        raise Malformed
    return raw


def names(raw: object, known: Collection[str], /) -> list[str]:
    """A list of names that are `known`, each once at the most.

    Raises:
        Malformed: anything else.
    """
    if not isinstance(raw, list) or not all(isinstance(each, str) and each in known for each in raw):
        raise Malformed
    if len(set(raw)) != len(raw):
        raise Malformed
    return raw
