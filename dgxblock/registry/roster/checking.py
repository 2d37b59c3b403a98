"""A row becomes details of a person, or a code for each cell at fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from dgxblock.registry.identity import enterprises, numbers, texts
from dgxblock.registry.identity.form import Details
from dgxblock.registry.roster.columns import id_type_of
from dgxblock.registry.roster.reading import Row

__all__ = ["Checked", "check", "doubles"]

_ENTERPRISE_MAX: Final = 100
_LEARNER_MAX: Final = 254  # of an address


@dataclass(frozen=True, slots=True)
class Checked:
    """A row that was looked at. `details` is None if `faults` (code by field) holds anything."""

    number: int
    learner: str = field(repr=False)
    details: Details | None
    enterprise_code: str = field(repr=False)
    faults: dict[str, str]


def check(row: Row, /, *, today: date) -> Checked:
    """Normalise and judge the cells of a row."""
    faults = dict(row.faults)

    def text_of(name: str, normal: Callable[[str], str]) -> str:
        if name in faults:
            return ""
        try:
            return normal(row.texts.get(name, ""))
        except texts.BadText as error:
            faults[name] = error.code
            return ""

    learner = text_of("learner", lambda text: texts.line(text, limit=_LEARNER_MAX))
    if not learner:
        faults.setdefault("learner", "missing")
    name = text_of("name", texts.name)
    phone = text_of("phone", texts.phone)
    enterprise = text_of("enterprise", lambda text: texts.line(text, limit=_ENTERPRISE_MAX))
    code = enterprises.code(row.texts.get("enterprise_code", ""))
    if code is None:
        faults.setdefault("enterprise_code", "code")
    id_type, id_no = _number(row, faults, today)
    details = None if faults else Details(name, id_type, id_no, phone, enterprise)
    return Checked(row.number, learner, details, code or "", faults)


def _number(row: Row, faults: dict[str, str], today: date) -> tuple[str, str]:
    chosen = id_type_of(row.texts.get("id_type", ""))
    if chosen is None:
        faults.setdefault("id_type", "type")
    if chosen is None or "id_no" in faults or "id_type" in faults:
        return "", ""
    try:
        return numbers.check(chosen, row.texts.get("id_no", ""), today=today)
    except numbers.BadNumber as error:
        faults["id_no"] = error.code
        return "", ""


def doubles(rows: Iterable[tuple[Checked, str]], /) -> dict[int, dict[str, str]]:
    """What stands in several rows and may stand in one: codes by field, by row number. `rows`: each with the id of its
    trainee, empty if unknown. All of them are refused, as nobody can say which is meant."""
    by_learner: dict[str, list[int]] = {}
    by_number: dict[str, list[int]] = {}
    for row, learner_id in rows:
        if learner_id:
            by_learner.setdefault(learner_id, []).append(row.number)
        if row.details is not None:
            by_number.setdefault(row.details.id_no, []).append(row.number)
    found: dict[int, dict[str, str]] = {}
    for name, groups in (("learner", by_learner), ("id_no", by_number)):
        for group in groups.values():
            for number in group if len(group) > 1 else ():
                found.setdefault(number, {})[name] = "twice"
    return found
