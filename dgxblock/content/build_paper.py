"""From elements to the rules and the sections of an assessment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from lxml import etree

from dgxblock.content import model
from dgxblock.content.build_text import Formats, attribute, is_true, maybe, named
from dgxblock.content.items import ELEMENTS
from dgxblock.content.paper import review_of
from dgxblock.content.safe import local

Items = Callable[[Iterable[etree._Element], Formats], tuple[model.Item, ...]]

CREDIT: Final = {
    "early_days": "earlyDays", "early_percent": "earlyPercent", "late_days": "lateDays", "late_percent": "latePercent"
}  # fmt: skip
"""The names in the model, and those in documents."""


def rules(element: etree._Element, /) -> model.Rules:
    """The rules that an element ``rules`` states."""
    mode = element.get("mode", "graded")
    minutes = element.get("minutes")
    return model.Rules(
        pass_mark=int(attribute(element, "passMark")),
        attempts=int(attribute(element, "attempts")),
        minutes=int(minutes) if minutes else None,
        mode=mode,  # type: ignore[arg-type]  # the schema has closed the list
        counts=element.get("counts", "best"),  # type: ignore[arg-type]  # so here
        cooldown_hours=int(element.get("cooldownHours", "0")),
        shares=tuple(int(each) for each in element.get("shares", "100").split()),
        timed=is_true(element, "timed"),
        shuffle=is_true(element, "shuffle"),
        credit=_credit(element),
        review=_review(element, mode),  # type: ignore[arg-type]  # so here
    )


def _credit(element: etree._Element) -> model.Credit:
    said = named(element, "credit")
    if not said:
        return model.Credit()
    return model.Credit(**{name: int(said[0].attrib[key]) for name, key in CREDIT.items() if key in said[0].attrib})


def _review(element: etree._Element, mode: model.Mode) -> model.Review:
    """What the document says; what it does not say is as usual in that mode."""
    said: dict[str, Any] = {str(name): moment for each in named(element, "review") for name, moment in each.items()}
    return replace(review_of(mode), **said)


def sections(root: etree._Element, formats: Formats, items: Items, /) -> tuple[model.PaperSection, ...]:
    """The sections of an assessment; questions without one are a section of anchors."""
    found = named(root, "section")
    if not found:
        return (model.PaperSection("", None, items(named(root, *ELEMENTS), formats)),)
    return tuple(
        model.PaperSection(
            attribute(each, "id"),
            maybe(each, "title", formats),
            tuple(
                model.Pool(attribute(part, "id"), int(attribute(part, "draw")), items(named(part, *ELEMENTS), formats))
                if local(part) == "pool"
                else items([part], formats)[0]
                for part in named(each, "pool", *ELEMENTS)
            ),
        )
        for each in found
    )
