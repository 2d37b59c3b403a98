"""QTI 3.0 as we read and write it: the names, and the two kinds of file, an item alone and a package."""

from __future__ import annotations

from typing import Final

from lxml import etree

from dgxblock.content.safe import words

NAMESPACE: Final = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
MANIFEST: Final = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
RESPONSE: Final = "RESPONSE"
TEMPLATES: Final = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"
OWN: Final = "data-dgx-item"
"""On the body of an item: our own description of it."""
UNIT: Final = "data-dgx-unit"
"""On the text behind a field: the code of the unit that it shows."""

INTERACTIONS: Final = {
    "qti-choice-interaction": "choice",
    "qti-text-entry-interaction": "text",
    "qti-match-interaction": "match",
    "qti-order-interaction": "order",
}
"""Those that we know; whatever else ends in ``-interaction`` is refused by its name."""


def text_of(element: etree._Element, /) -> str:
    """The text of a simple element."""
    return words(element).strip()
