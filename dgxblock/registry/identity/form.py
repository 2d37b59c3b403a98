"""The identity form: whatever a browser sent becomes clean details, or one sentence beside each field at fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from dgxblock.i18n import gettext as _
from dgxblock.registry.identity import numbers, texts

__all__ = ["Details", "read"]

_RAW_MAX: Final = 300  # characters of a field that are looked at, before anything is normalised
_ENTERPRISE_MAX: Final = 100  # the contract's limit for a further field
_YES: Final = frozenset({"on", "true", "1", "yes"})


@dataclass(frozen=True, slots=True)
class Details:
    """What a person's papers say, normalised. No part of it shows in ``repr``."""

    name: str = field(repr=False)
    id_type: str
    id_no: str = field(repr=False)
    phone: str = field(repr=False)
    enterprise: str = field(repr=False)

    @property
    def masks(self) -> tuple[str, str, str]:
        """Of name, number and phone."""
        return texts.mask_name(self.name), texts.mask_number(self.id_no), texts.mask_phone(self.phone)


def _text(form: Mapping[str, object], key: str, /) -> str | None:
    value = form.get(key, "")
    return value if isinstance(value, str) and len(value) <= _RAW_MAX else None


def consented(form: Mapping[str, object], /) -> bool:
    """Whether the consent box is ticked, as JSON or as a posted form says it."""
    value = form.get("consent")
    return value is True or (isinstance(value, str) and value.lower() in _YES)


def for_later(form: Mapping[str, object], /) -> bool:
    """Whether the trainee saves now and decides about the consent later."""
    return form.get("action") == "later"


def read(
    form: Mapping[str, object], /, *, today: date, before: Details | None = None
) -> tuple[Details | None, dict[str, str]]:
    """Details and no error, or None and a sentence for each field.

    A number or a phone that is sent back exactly as it was masked on the page means *unchanged*; `before` has it.
    """
    errors: dict[str, str] = {}
    name = _name(form, errors)
    phone = _phone(form, errors, before)
    enterprise = _enterprise(form, errors)
    id_type, id_no = _number(form, errors, before, today)
    if errors:
        return None, errors
    return Details(name, id_type, id_no, phone, enterprise), {}


def _name(form: Mapping[str, object], errors: dict[str, str], /) -> str:
    raw = _text(form, "name")
    try:
        return texts.name(raw) if raw is not None else _too_long()
    except texts.BadText as error:
        errors["name"] = {
            "missing": _("The name is empty. Everything else is kept; please write it as your document shows it."),
            "long": _("The name is longer than 64 characters. Everything else is kept; please check it."),
            "control": _(
                "The name holds an invisible control character. Everything else is kept; please type the name afresh."
            ),
            "letters": _("There is no letter in the name. Everything else is kept; please write it in full."),
        }[error.code]
        return ""


def _too_long() -> str:
    raise texts.BadText("long")


def _phone(form: Mapping[str, object], errors: dict[str, str], before: Details | None, /) -> str:
    raw = _text(form, "phone")
    if before is not None and before.phone and raw == before.masks[2]:
        return before.phone
    try:
        return texts.phone(raw) if raw is not None else texts.phone("?")
    except texts.BadText:
        errors["phone"] = _(
            "This does not read as a phone number. Everything else is kept; please write 11 digits, or + and the "
            "country code."
        )
        return ""


def _enterprise(form: Mapping[str, object], errors: dict[str, str], /) -> str:
    raw = _text(form, "enterprise")
    try:
        return texts.line(raw, limit=_ENTERPRISE_MAX) if raw is not None else _too_long()
    except texts.BadText as error:
        errors["enterprise"] = {
            "long": _("The enterprise is longer than 100 characters. Everything else is kept; please shorten it."),
            "control": _(
                "The enterprise holds an invisible control character. Everything else is kept; please type it afresh."
            ),
        }[error.code]
        return ""


def _number(
    form: Mapping[str, object], errors: dict[str, str], before: Details | None, today: date, /
) -> tuple[str, str]:
    id_type, raw = _text(form, "id_type"), _text(form, "id_no")
    if before is not None and raw == before.masks[1]:
        raw = before.id_no
    try:
        return numbers.check(id_type or "", raw if raw is not None else "?", today=today)
    except numbers.BadNumber as error:
        field_name = "id_type" if error.code == "type" else "id_no"
        errors[field_name] = _number_sentence(error.code)
        return "", ""


def _number_sentence(code: str, /) -> str:
    return {
        "type": _("This type of document is not in the list. Everything else is kept; please choose one."),
        "missing": _("The number is empty. Everything else is kept; please write it as your document shows it."),
        "length": _(
            "This does not have the form of such a number. Everything else is kept; please compare it with your "
            "document, and the type of document too."
        ),
        "old": _(
            "This is a number of the first generation with 15 digits. Everything else is kept; please write the 18 "
            "characters of your present card."
        ),
        "check": _(
            "The last character does not fit the first 17. Everything else is kept; please compare it with your "
            "document once more."
        ),
        "birth": _(
            "The date of birth inside the number does not exist. Everything else is kept; please compare digits 7 to "
            "14 with your document."
        ),
        "age": _(
            "By this number the holder is not between 16 and 80 years old. Everything else is kept; please check "
            "digits 7 to 14, or ask the training staff."
        ),
        "kind": _(
            "This number belongs to another type of document. Everything else is kept; please choose the type that "
            "your document names."
        ),
    }[code]
