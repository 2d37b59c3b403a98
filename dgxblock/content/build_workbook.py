"""From the element ``workbook`` to its question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from dgxblock.content import model
from dgxblock.content.build_text import Formats, attribute, named, only, text


def workbook(
    item: etree._Element, formats: Formats, head: dict[str, Any], tolerance: Callable[[str], model.Tolerance], /
) -> model.WorkbookItem:
    """The workbook question of an element; `head` is what all kinds of question have, `tolerance` reads ``0.5pp``."""
    return model.WorkbookItem(
        **head,
        cells=tuple(
            model.WorkbookCell(
                id=attribute(each, "id"),
                at=attribute(each, "at").strip(),
                ref=attribute(each, "ref"),
                tolerance=tolerance(attribute(each, "tolerance")),
                unit=attribute(each, "unit"),
                formula="any" if each.get("formula") == "any" else "expected",
                label=text(only(each, "label"), formats),
            )
            for each in named(item, "cell")
        ),
    )
