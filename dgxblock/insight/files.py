"""Uploaded files that are another trainee's, or the same as another's: for the staff to look at, without a penalty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import NoReverseMatch, reverse

from dgxblock.formats import join_list
from dgxblock.i18n import current_language
from dgxblock.i18n import gettext as _
from dgxblock.ledger import api as ledger

__all__ = ["FileLine", "learners", "lines"]

_MOST_NAMES: Final = 5


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file in words: who, which question, why it is here, when, and where staff can get it (empty: not kept)."""

    name: str
    item: str
    file: str
    reasons: tuple[str, ...]
    uploaded: datetime
    url: str


def learners(found: Sequence[ledger.Suspect], /) -> set[str]:
    """Everybody whom the lines name."""
    return {name for one in found for name in (one.learner_id, one.owner_id, *one.alike[:_MOST_NAMES]) if name}


def lines(course_key: str, found: Sequence[ledger.Suspect], names: Mapping[str, str], /) -> list[FileLine]:
    """The lines of the table; `names` are masked, by learner id."""
    return [
        FileLine(
            name=_name(one.learner_id, names),
            item=one.item_id,
            file=one.name,
            reasons=tuple(_reasons(one, names)),
            uploaded=one.uploaded_at,
            url=_address(course_key, one.id) if one.content else "",
        )
        for one in found
    ]


def _reasons(one: ledger.Suspect, names: Mapping[str, str]) -> list[str]:
    said = []
    if one.foreign and one.owner_id:
        said.append(_("made from the template of %(name)s", name=_name(one.owner_id, names)))
    elif one.foreign:
        said.append(_("made from a template that is not theirs"))
    if one.alike:
        listed = [_name(each, names) for each in one.alike[:_MOST_NAMES]]
        if len(one.alike) > _MOST_NAMES:
            listed.append(_("and %(n)s more", n=len(one.alike) - _MOST_NAMES))
        said.append(_("the same file as that of %(names)s", names=join_list(listed, current_language())))
    return said


def _name(learner_id: str, names: Mapping[str, str]) -> str:
    return names.get(learner_id) or _("Trainee %(id)s", id=learner_id)


def _address(course_key: str, upload_id: int) -> str:
    for name in ("dgx_insight:file", "file"):
        try:
            return reverse(name, args=(course_key, upload_id))
        except NoReverseMatch:
            continue
    return ""
