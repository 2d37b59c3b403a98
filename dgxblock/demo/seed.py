"""The demo's people, course and certification scheme."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Final

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction

from dgxblock.content.folder import look
from dgxblock.content.library import Entry
from dgxblock.content.read import ContentError
from dgxblock.demo import blocks
from dgxblock.demo.course import CASE, UNITS
from dgxblock.demo.folder import Folder, own_case
from dgxblock.demo.people import PEOPLE
from dgxblock.desk.report import findings
from dgxblock.i18n import gettext as _
from dgxblock.registry import scheme_document, scheme_files

__all__ = ["SCHEME", "CannotSeed", "seed"]

SCHEME: Final = "dg-coach-demo"
_EXAMPLE: Final = "dongguan-demo.yaml"


class CannotSeed(Exception):
    """The library has not got what the demo shows; the text says so."""


def seed(folder: Folder, /) -> None:
    """Make people, scheme and units where they are missing. What somebody did since stays.

    Raises:
        CannotSeed: the case is not in the library, or cannot be read. One's own: what there is to mend.
    """
    if own := own_case():
        _fit(own)
    with transaction.atomic():
        _people()
    try:
        shelf = blocks.own_library()
        _scheme(blocks.entry_of(shelf))
        blocks.fill(shelf, folder)
    except (LookupError, ContentError) as error:
        raise CannotSeed(
            _("The case library has no usable case %(case)s: %(reason)s. Run “python -m dgxblock cases check”.",
              case=CASE, reason=str(error))
        ) from error  # fmt: skip


def _fit(own: Path) -> None:
    """Refuse a case of one's own that trainees would stumble over, with the findings of ``cases check``."""
    if not (own / "case.xml").is_file():
        raise CannotSeed(
            _("%(folder)s holds no case.xml. Name the folder of one case, such as my-cases/dg-c7-kiln.", folder=own)
        )
    errors = sorted(each for each in findings([look(own)]) if each.finding.level == "error")
    if errors:
        said = _("%(folder)s cannot be shown yet. Mend this first, then start the demo again:", folder=own)
        raise CannotSeed("\n".join([said, *(f"  {each.line()}" for each in errors)]))


def _people() -> None:
    for one in PEOPLE:
        user, made = get_user_model().objects.update_or_create(
            username=one.username, defaults={"first_name": one.name, "is_staff": one.role == "staff"}
        )
        if one.role == "staff":
            user.user_permissions.add(Permission.objects.get(codename="reveal_numbers"))
        if made:
            user.set_unusable_password()
            user.save(update_fields=["password"])


@transaction.atomic
def _scheme(entry: Entry, /) -> None:
    """The certificate and what it asks for: of the three kinds of unit, those that the case has."""
    content = resources.files("dgxblock.registry").joinpath("examples", _EXAMPLE).read_bytes()
    document, faults = scheme_document.read(content, file=_EXAMPLE)
    assert document is not None, faults
    there = {unit.slug for unit in UNITS if entry.documents.get(unit.slug)}
    asked = [one for one in document["requirements"] if one["code"] in there]
    scheme_files.store({**document, "requirements": asked})
