"""What the XBlock workbench shows of us: the four components, filled from the library."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import ClassVar, Final

from lxml import etree

from dgxblock.block import host
from dgxblock.content import write
from dgxblock.content.library import LibraryError
from dgxblock.content.read import ContentError

__all__ = ["Scenarios"]

log = logging.getLogger(__name__)

_TYPES: Final = {
    "case": "dgx_case_study",
    "exercise": "dgx_exercise",
    "assessment": "dgx_assessment",
    "": "dgx_certification",
}
"""Entry points by the kind of document that they show."""


class Scenarios:
    """Adds ``workbench_scenarios``. The workbench shows no page at all once one of them fails, so none does."""

    kind: ClassVar[str] = ""

    @classmethod
    def workbench_scenarios(cls) -> list[tuple[str, str]]:
        """Title and OLX of each scenario: the component alone; the first of the four adds a unit with all of them."""
        scenarios = [(f"dgxblock {_TYPES[cls.kind]}", _text(_element(cls.kind)))]
        if cls.kind == "case":
            unit = etree.Element("vertical_demo")
            unit.extend(_element(kind) for kind in _TYPES)
            scenarios.append(("dgxblock unit", _text(unit)))
        return scenarios


def _element(kind: str) -> etree._Element:
    element = etree.Element(_TYPES[kind])
    try:
        entry = next((entry for entry in host.library().list() if entry.documents.get(kind)), None)
        if entry is not None:
            documents = entry.documents[kind]
            name = next(iter(documents)) if isinstance(documents, Mapping) else None
            element.set("library_ref", f"{entry.ref}#{name}" if name else entry.ref)
            element.append(write.to_element(host.library().document(entry.ref, kind, name)))
    except (LibraryError, ContentError, ValueError):
        log.exception("no workbench scenario for %s", _TYPES[kind])
    return element


def _text(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode")
