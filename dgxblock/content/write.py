"""Write a content document: one normal form, whatever editor or exporter it came through.

The normal form is indented by two spaces and keeps the order of elements, attributes and comments. Running text stands
on one line with its white space squeezed, queries keep their lines. Comments outside the root move inside it and those
in running text to its end, so that a document survives being an element of another one (OLX).
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from lxml import etree

from dgxblock.content.safe import NAMESPACE, Tree, is_element, load, local
from dgxblock.content.spacing import LANG, is_running, line, runs, sql

__all__ = ["NAMESPACE", "canonical", "from_element", "revision", "to_element"]

_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_QUERIES: Final = frozenset({"select", "value", "key", "query", "starter"})


def canonical(xml: str | bytes, /) -> str:
    """The document in its normal form. Reading it gives what reading `xml` gives; doing it twice changes nothing.

    Raises:
        ContentError: the document is not safe to read. Its shape does not matter.
    """
    return _written(load(xml), comments=True)


@lru_cache(maxsize=64)
def revision(xml: str | bytes, /) -> str:
    """12 hexadecimal digits of the SHA-256 of the normal form.

    Comments do not count: the platform drops them on import, and no answer depends on them. The latest are remembered,
    since every attempt at a component is opened under the same document.

    Raises:
        ContentError: as `canonical`.
    """
    return hashlib.sha256(_written(load(xml), comments=False).encode()).hexdigest()[:12]


def to_element(xml: str | bytes, /) -> etree._Element:
    """The document as an element to be put into another one.

    It holds no indentation, so the host may indent as it likes, and running text that a host could take for
    indentation is marked ``xml:space="preserve"``; `from_element` undoes both.

    Raises:
        ContentError: as `canonical`.
    """
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, strip_cdata=False)
    root = etree.fromstring(canonical(xml).encode(), parser)
    for element in root.iter(etree.Element):
        texts = _texts(element)
        if is_running(element):
            if any(text and not text.strip() for text in texts):
                element.set(_SPACE, "preserve")
        elif len(element) and not any((text or "").strip() for text in texts):
            element.text = None
            for child in element:
                child.tail = None
    return root


def from_element(element: etree._Element, /) -> str:
    """The normal form of a document that is an element of another one, however that was indented.

    Raises:
        ContentError: as `canonical`.
    """
    root = copy.deepcopy(element)
    for each in root.iter(etree.Element):
        each.attrib.pop(_SPACE, "")
        texts = _texts(each)
        if is_running(each) and len(each) and not any((text or "").strip() for text in texts):
            each.text = _unindented(each.text)
            for child in each:
                child.tail = _unindented(child.tail)
    return canonical(etree.tostring(root, encoding="unicode", with_tail=False))


def _texts(element: etree._Element) -> list[str | None]:
    return [element.text, *(child.tail for child in element)]


def _unindented(text: str | None) -> str | None:
    return None if text and "\n" in text else text


def _written(tree: Tree, *, comments: bool) -> str:
    root = tree.root
    before = list(root.itersiblings(etree.Comment, preceding=True))[::-1]
    after = list(root.itersiblings(etree.Comment))
    writer = _Writer(comments=comments)
    return "\n".join(writer.block(root, 0, before, after)) + "\n"


class _Writer:
    def __init__(self, *, comments: bool) -> None:
        self.comments = comments

    def block(
        self,
        element: etree._Element,
        depth: int,
        before: list[etree._Element] | None = None,
        after: list[etree._Element] | None = None,
    ) -> Iterator[str]:
        """The lines of an element that stands on lines of its own."""
        pad, name = "  " * depth, local(element)
        root = f' xmlns="{NAMESPACE}"' if depth == 0 else ""
        head = f"{pad}<{name}{root}{_attributes(element)}"
        if is_running(element) or (not before and not after and not len(element)) or name in _QUERIES:
            inner = self._inner(element, pad)
            yield f"{head}>{inner}</{name}>" if inner else f"{head}/>"
            return
        yield f"{head}>"
        yield from (f"{pad}  {line}" for each in before or () for line in self._comment(each))
        yield from self._stray(element.text, pad)
        for child in element:
            if is_element(child):
                yield from self.block(child, depth + 1)
            else:
                yield from (f"{pad}  {line}" for line in self._comment(child))
            yield from self._stray(child.tail, pad)
        yield from (f"{pad}  {line}" for each in after or () for line in self._comment(each))
        yield f"{pad}</{name}>"

    def _stray(self, text: str | None, pad: str) -> Iterator[str]:
        """Text where none belongs: kept, for the check to complain about."""
        if words := " ".join((text or "").split()):
            yield f"{pad}  {_escape(words)}"

    def _comment(self, comment: etree._Element) -> Iterator[str]:
        if self.comments and not is_element(comment):
            yield f"<!--{comment.text or ''}-->"

    def _inner(self, element: etree._Element, pad: str) -> str:
        """The content of an element that stands on one line, or of a query."""
        remarks = "".join(text for each in element for text in self._comment(each))
        if is_running(element):
            return self._running(element, chinese=element.get(LANG) == "zh-CN") + remarks
        if local(element) not in _QUERIES:
            return _escape(line(element)) + remarks
        query = sql(element)
        if "\n" in query:
            lines = [f"{pad}  {each}" if each else "" for each in query.split("\n")]
            query = "\n".join(["", *lines, pad])
        plain = not any(each in query for each in "<&") or "]]>" in query
        return (_escape(query) if plain else f"<![CDATA[{query}]]>") + remarks

    def _running(self, element: etree._Element, *, chinese: bool) -> str:
        parts: list[str] = []
        for each in runs(element, chinese=chinese):
            if isinstance(each, str):
                parts.append(_escape(each))
                continue
            name = local(each)
            inner = self._running(each, chinese=chinese)
            inner += "".join(text for child in each for text in self._comment(child))
            head = f"<{name}{_attributes(each)}"
            parts.append(f"{head}>{inner}</{name}>" if inner else f"{head}/>")
        return "".join(parts)


def _attributes(element: etree._Element) -> str:
    pairs = (
        (str(key).replace("{http://www.w3.org/XML/1998/namespace}", "xml:"), value)
        for key, value in element.attrib.items()
    )
    return "".join(f' {key}="{_escape(str(value), quoted=True)}"' for key, value in pairs)


def _escape(text: str, *, quoted: bool = False) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    if quoted:
        text = text.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return text
