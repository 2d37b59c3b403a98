"""Questions from other systems, in Studio: look at what a file gives, take it with the next save; and back out."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from webob import Request, Response
from xblock.core import XBlock

from dgxblock import bank
from dgxblock.bank.give import can_go
from dgxblock.bank.place import Placed, place, points_in
from dgxblock.block import answers
from dgxblock.block.authors import check_author
from dgxblock.block.downloads import attachment
from dgxblock.block.http import MAX_FILE, ApiError, large_handler
from dgxblock.content.model import Assessment, Exercise, Pool
from dgxblock.content.read import ContentError
from dgxblock.i18n import LANGUAGES, ngettext
from dgxblock.i18n import gettext as _

__all__ = ["Banking"]

_KEYS: Final = ("name", "data", "lang", "pool", "objective")
_SHOWN: Final = 200
"""Lines of a preview."""


class Banking(XBlock):
    """The author's side of a block whose document has questions."""

    def bank_form(self) -> dict[str, Any] | None:
        """What the section of the form needs; None while there is no sound document to put questions into."""
        try:
            document = self.content()
        except ContentError:
            return None
        if document is None:
            return None
        objectives = document.objectives if isinstance(document, Assessment) else ()
        return {
            "pools": pools_of(document),
            "objectives": [(each.id, each.text) for each in objectives],
            "going": can_go(document.items, document.dataset.values),
            "all": len(document.items),
            "lang": self.language(),
        }

    def bank_links(self) -> dict[str, str]:
        """Addresses of the files to take out."""
        links = {each: str(self.runtime.handler_url(self, "bank_export", each)) for each in ("csv", "qti")}
        return {**links, "template": str(self.runtime.handler_url(self, "bank_template"))}

    @large_handler(check_author)
    def bank_preview(self, data: dict[str, Any]) -> dict[str, Any]:
        """What a file would give. Nothing is changed."""
        taken, placed = self._placed(data)
        lines = [*taken.refused, *placed.refused]
        return {
            "taken": [
                {"id": id, "kind": item.element, "text": item.prompt.plain(str(data["lang"]))[:200]}
                for id, item in zip(placed.ids[:_SHOWN], taken.items, strict=False)
            ],
            "refused": [{"place": where(each.place), "text": each.sentence()} for each in lines[:_SHOWN]],
            "count": len(placed.ids),
            "summary": _(
                "%(taken)s; %(refused)s.",
                taken=ngettext("1 question taken", "%(n)s questions taken", len(placed.ids)),
                refused=ngettext("1 thing not taken", "%(n)s things not taken", len(lines)),
            ),
            "take": ngettext("Take this question", "Take these %(n)s questions", len(placed.ids)),
        }

    def with_bank(self, document: str, raw: object, /) -> str:
        """The document with the questions of a file, which the form sends along.

        Raises:
            ApiError: the request is not our form's, or the questions do not fit the document.
        """
        return self._placed(raw, document)[1].document

    def _placed(self, raw: object, document: str | None = None) -> tuple[bank.Taken, Placed]:
        data = answers.known_keys(raw, _KEYS)
        name, lang, pool, objective = (data.get(key, "") for key in ("name", "lang", "pool", "objective"))
        texts = (name, lang, pool, objective)
        if not all(isinstance(each, str) and len(each) <= 300 for each in texts) or lang not in LANGUAGES:
            raise answers.malformed()
        document = str(self.document if document is None else document)
        try:
            points = (points_in(document, str(pool)) if pool else None) or 1.0
            taken = bank.read(str(name), _bytes(data.get("data")), lang=str(lang), points=points)
            return taken, place(document, taken, pool=str(pool), objective=str(objective))
        except bank.Untakable as reason:
            raise ApiError(400, "bank", reason.refusal.sentence()) from None
        except ContentError as error:
            raise ApiError(400, "bank", str(error.findings[0])) from None

    @XBlock.handler
    def bank_export(self, request: Request, suffix: str = "") -> Response:
        """The questions whose keys are the same for everybody, as ``csv`` or ``qti``."""

        def made() -> tuple[str, bytes]:
            check_author(self)
            try:
                document: Assessment | Exercise | None = self.content()
            except ContentError:
                document = None
            if suffix not in ("csv", "qti") or document is None:
                raise ApiError(404, "not-found", _("There is nothing here."))
            written = bank.write(suffix, document.items, document.dataset.values, lang=self.language())
            return document.id, written.data

        return attachment(self, request, "csv" if suffix == "csv" else "zip", made)

    @XBlock.handler
    def bank_template(self, request: Request, suffix: str = "") -> Response:
        """The table to fill in."""
        del suffix

        def made() -> tuple[str, bytes]:
            check_author(self)
            return "questions", bank.template(self.language())

        return attachment(self, request, "csv", made)


def pools_of(document: Assessment | Exercise, /) -> list[str]:
    """The ids of the pools, in document order."""
    sections = document.sections if isinstance(document, Assessment) else ()
    return [part.id for section in sections for part in section.parts if isinstance(part, Pool)]


def where(place: bank.Place, /) -> str:
    """A place in a file, in words."""
    line = _("line %(line)s", line=place.line) if place.line else ""
    return " · ".join(each for each in (place.file, line, place.column, place.item) if each)


def _bytes(raw: object) -> bytes:
    """The bytes of a file in base64.

    Raises:
        ApiError: it is not that, or too much.
    """
    if not isinstance(raw, str):
        raise answers.malformed()
    if len(raw) > MAX_FILE * 4 // 3 + 4:
        raise ApiError(413, "too-large", _("The file is larger than 2 MB. Divide it; nothing was changed."))
    try:
        return base64.b64decode(raw, validate=True)
    except (binascii.Error, ValueError):
        raise answers.malformed() from None
