"""From the element ``essay`` to its question."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from dgxblock.content import model
from dgxblock.content.build_text import Formats, attribute, is_true, named, only, text

LONGEST: Final = 2000


def essay(item: etree._Element, formats: Formats, head: dict[str, Any], /) -> model.EssayItem:
    """The essay question of an element; `head` is what all kinds of question have."""
    return model.EssayItem(
        **head,
        shortest=int(item.get("shortest", "1")),
        longest=int(item.get("longest", str(LONGEST))),
        share=is_true(item, "share"),
        criteria=tuple(
            model.Criterion(
                attribute(each, "id"),
                text(only(each, "label"), formats),
                tuple(
                    model.Level(attribute(level, "id"), float(attribute(level, "points")), text(level, formats))
                    for level in named(each, "level")
                ),
            )
            for each in named(item, "criterion")
        ),
    )
