"""Which of the results that were handed over a line is about, and whether it may be believed. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dgxblock.lab.export import harmless
from dgxblock.registry.official.profile import Line
from dgxblock.registry.states import Match

__all__ = ["Found", "Ours", "match_all"]

_NEEDS_NUMBER: Final = ("live", "revoked")


@dataclass(frozen=True, slots=True)
class Ours:
    """A result that was handed over. `person` and `number` are blind indexes; `name` opens the name that was sent."""

    pk: int
    result_id: str
    person: str
    credential: tuple[str, str]
    level: str
    assessed_on: str
    number: str
    name: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a line: `ours` is None where nothing was found; `code` says why it is not exact."""

    match: Match
    code: str = ""
    ours: Ours | None = None


def match_all(
    lines: Sequence[Line], ours: Sequence[Ours], owners: Mapping[str, int],
    person_of: Callable[[Line], str], number_of: Callable[[str], str],
) -> list[Found]:  # fmt: skip
    """One answer for each line, in their order.

    Args:
        lines: of one file.
        ours: everything that was handed over to this registry.
        owners: whose each certificate's number is that is known: achievement by blind index.
        person_of: the blind index of the person whom a line names.
        number_of: the blind index of a certificate's number.
    """
    by_reference = {one.result_id: one for one in ours}
    by_person: dict[str, list[Ours]] = {}
    for one in ours:
        by_person.setdefault(one.person, []).append(one)
    numbers = [number_of(line.number) if line.number else "" for line in lines]
    first = [_one(line, by_reference, by_person, person_of) for line in lines]
    times = Counter(number for number in numbers if number)
    targets = Counter(found.ours.pk for found in first if found.ours)
    return [_together(found, number, times, targets, owners) for found, number in zip(first, numbers, strict=True)]


def _together(
    found: Found, number: str, times: Mapping[str, int], targets: Mapping[int, int], owners: Mapping[str, int], /
) -> Found:
    """What a line is beside the others, and beside the numbers that are known."""
    if number and times[number] > 1:
        return Found(Match.DUPLICATE, "number-twice-in-file", found.ours)
    if number and number in owners and (found.ours is None or owners[number] != found.ours.pk):
        return Found(Match.DUPLICATE, "number-twice", found.ours)
    if found.ours is not None and targets[found.ours.pk] > 1:
        return Found(Match.CONFLICTING, "result-twice", found.ours)
    if found.ours is not None and number and found.ours.number and found.ours.number != number:
        return Found(Match.CONFLICTING, "second-certificate", found.ours)
    return found


def _one(
    line: Line,
    by_reference: Mapping[str, Ours],
    by_person: Mapping[str, list[Ours]],
    person_of: Callable[[Line], str],
    /,
) -> Found:
    if line.fault:
        return Found(Match.CONFLICTING, line.fault)
    if line.reference:
        ours = by_reference.get(line.reference)
        if ours is None:
            return Found(Match.UNMATCHED, "unknown-reference")
        if code := _differs(line, ours, person_of):
            return Found(Match.CONFLICTING, code, ours)
        return _complete(line, Found(Match.EXACT, "", ours))
    if not line.id_no:
        return Found(Match.UNMATCHED, "no-reference")
    return _by_person(line, by_person.get(person_of(line), []))


def _differs(line: Line, ours: Ours, person_of: Callable[[Line], str], /) -> str:
    if line.id_no and person_of(line) != ours.person:
        return "other-person"
    if line.name and not _same(line.name, ours.name()):
        return "other-name"
    if line.level and _plain(line.level) != _plain(ours.level):
        return "other-level"
    return "" if _is_credential(line, ours) else "other-credential"


def _by_person(line: Line, candidates: Sequence[Ours], /) -> Found:
    if not candidates:
        return Found(Match.UNMATCHED, "unknown-person")
    fits = [
        one for one in candidates
        if _is_credential(line, one) and (not line.level or _plain(line.level) == _plain(one.level))
    ]  # fmt: skip
    if not fits:
        return Found(Match.CONFLICTING, "other-level", candidates[0] if len(candidates) == 1 else None)
    if len(fits) > 1:
        return Found(Match.CONFLICTING, "several")
    ours = fits[0]
    if line.name and not _same(line.name, ours.name()):
        return _complete(line, Found(Match.FUZZY, "other-name", ours))
    if not line.level:
        return _complete(line, Found(Match.FUZZY, "no-level", ours))
    return _complete(line, Found(Match.EXACT, "", ours))


def _complete(line: Line, found: Found, /) -> Found:
    """Whether the line holds what its status needs."""
    if line.status in _NEEDS_NUMBER and not (line.number and line.issued_on):
        return Found(Match.CONFLICTING, "incomplete", found.ours)
    if found.ours is not None and line.issued_on and line.issued_on < found.ours.assessed_on:
        return Found(Match.CONFLICTING, "issued-before", found.ours)
    return found


def _is_credential(line: Line, ours: Ours, /) -> bool:
    return not line.credential or _plain(line.credential) in map(_plain, ours.credential)


def _same(given: str, name: str, /) -> bool:
    """Names are compared as they are; our own mark before a formula is no part of one."""
    return given in (name, harmless(name).removeprefix("'"))


def _plain(text: str, /) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
