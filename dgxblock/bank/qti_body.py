"""The body of a QTI item: its words, and the one interaction that we can take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from dgxblock.bank import markup, qti
from dgxblock.bank.shape import MOST_TEXT, Place, Read, Untakable, Words
from dgxblock.bank.texts import joined
from dgxblock.content.model import Span
from dgxblock.content.safe import Tree, children, is_element, local

GAP: Final = "____"
"""What stands in the words for a field between them."""
_PARTS: Final = ("qti-simple-choice", "qti-simple-associable-choice")
_FEEDBACK: Final = ("qti-feedback-inline", "qti-feedback-block")


@dataclass
class Reader:
    """What the readers of one item share."""

    tree: Tree
    found: Read
    name: str = ""
    file: str = ""
    interactions: list[etree._Element] = field(default_factory=list)
    unit: str = ""

    def at(self, element: etree._Element) -> Place:
        line, _column = self.tree.positions.get(element, (0, 0))
        return Place(line, item=self.name, file=self.file)

    def lose(self, element: etree._Element, code: str = "element", /, **params: object) -> None:
        """Tell of an element that is not taken."""
        self.found.refuse(self.at(element), code, **{"name": local(element), **params})

    def cannot(self, element: etree._Element, code: str = "qti-element", /, **params: object) -> Untakable:
        """For an element without which the question is another."""
        return Untakable(self.at(element), code, **{"name": local(element), **params})

    def attributes(self, element: etree._Element, *known: str) -> None:
        """Tell of attributes that say something which we do not take."""
        for name in element.attrib:
            key = str(name)
            if key not in known and not key.startswith(("data-", "{", "aria-")) and key not in ("class", "id", "label"):
                self.lose(element, "attribute", attribute=key, value=element.get(key) or "")

    def words(self, element: etree._Element) -> Words:
        """The words of an element.

        Raises:
            Untakable: there is a picture or the like, or far too many words.
        """
        spans = list(self._spans(element, deep=False))
        if len(spans) > MOST_TEXT or sum(len(each.plain("en")) for each in spans) > 5 * MOST_TEXT:
            raise self.cannot(element, "too-long", limit=MOST_TEXT)
        return joined(tuple(spans))

    def _spans(self, element: etree._Element, *, deep: bool) -> Iterator[Span]:
        yield from _said(element.text, deep=deep)
        for child in element:
            if is_element(child):
                yield from self._child(child, deep=deep)
            yield from _said(child.tail, deep=deep)

    def _child(self, child: etree._Element, *, deep: bool) -> Iterator[Span]:
        name = local(child)
        if name.endswith("-interaction"):
            self.interactions.append(child)
            if name == "qti-text-entry-interaction":
                yield Span("text", f" {GAP} ")
            elif (prompt := _first(child, "qti-prompt")) is not None:
                yield Span("br")
                yield from self._spans(prompt, deep=deep)
                yield Span("br")
        elif name in _FEEDBACK:
            if (parent := child.getparent()) is None or local(parent) not in _PARTS:  # in those it is read by itself
                self.lose(child)
        elif name == "qti-rubric-block":
            self.lose(child)
        elif name in markup.MEDIA or name.startswith("qti-"):
            raise self.cannot(child, "media" if name in markup.MEDIA else "qti-element")
        elif child.get(qti.UNIT) is not None:
            self.unit = str(child.get(qti.UNIT))
        else:
            if name not in markup.BREAKS | markup.EMPHASIS | markup.PLAIN:
                self.lose(child, "markup")
            edge = [Span("br")] if name in markup.BREAKS else []
            yield from edge
            yield from self._spans(child, deep=deep or name in markup.EMPHASIS)
            yield from edge


def _said(text: str | None, *, deep: bool) -> Iterator[Span]:
    if text:
        flat = " ".join(text.replace("\n", " ").replace("\t", " ").replace("\r", " ").split(" "))
        yield Span("em", spans=(Span("text", flat),)) if deep else Span("text", flat)


def _first(element: etree._Element, name: str) -> etree._Element | None:
    return next((each for each in children(element) if local(each) == name), None)


def feedback(reader: Reader, element: etree._Element, /) -> Words:
    """What is said to a choice."""
    given = [each for each in children(element) if local(each) in _FEEDBACK]
    for each in given[1:]:
        reader.lose(each)
    return reader.words(given[0]) if given else ()
