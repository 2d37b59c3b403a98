"""Open a document that anybody may have written, without doing what it asks.

Expat reads it first: it stops at the first document type, entity, instruction, foreign name or nesting that is too
deep, before any of them has an effect, and notes where each element stands (lxml knows no columns). Only a document
that passed is given to lxml, with entities, network and DTD off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from lxml import etree

from dgxblock.content.broken import why
from dgxblock.content.findings import ContentError, Finding

NAMESPACE: Final = "urn:dgx:content:1"
_FAMILY: Final = "urn:dgx:content:"
ROOTS: Final = frozenset({"case", "exercise", "assessment", "dataset"})
MAX_BYTES: Final = 1024 * 1024
"""The largest case so far has 60 KB; a megabyte is parsed in well under a second."""
MAX_DEPTH: Final = 40
MAX_PARTS: Final = 20_000
"""Elements and comments of a document. The largest case of the library has 1,500."""
MAX_ATTRIBUTES: Final = 24
"""Of one element. The vocabulary knows nine at most."""
"""The vocabulary needs 12 levels, marks within marks included."""

_XML: Final = "http://www.w3.org/XML/1998/namespace"
_XINCLUDE: Final = "http://www.w3.org/2001/XInclude"

Position = tuple[int, int]


@dataclass(frozen=True)
class Tree:
    """A document that is safe to look at, and the line and column (from 1) at which each element starts."""

    root: etree._Element
    positions: dict[etree._Element, Position]

    @property
    def kind(self) -> str:
        """``case``, ``exercise``, ``assessment`` or ``dataset``."""
        return local(self.root)


def local(element: etree._Element, /) -> str:
    """The name of an element without its namespace; empty for a comment."""
    return element.tag.rpartition("}")[2] if is_element(element) else ""


def is_element(node: etree._Element, /) -> bool:
    """Whether a node of the tree is an element: lxml gives comments as elements whose tag is no text."""
    return isinstance(node.tag, str)


def children(element: etree._Element, /) -> list[etree._Element]:
    """The child elements, comments left out."""
    return [child for child in element if is_element(child)]


def words(element: etree._Element, /) -> str:
    """All text within an element, comments left out."""
    parts = [element.text or ""]
    for child in element:
        if is_element(child):
            parts.append(words(child))
        parts.append(child.tail or "")
    return "".join(parts)


def load(data: str | bytes, /, *, own: bool = True) -> Tree:
    """Parse a document: one of our vocabulary, or of any other (`own` is false) under the same limits.

    Raises:
        ContentError: with one finding that says what was refused and where.
    """
    raw = _utf8(data)
    positions = _Scan(own=own).run(raw)
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:  # libxml2 is stricter than expat in a few corners
        line, column = error.position
        raise _refusal("syntax", line, column, reason=error.msg or "") from None
    return Tree(root, dict(zip(_elements(root), positions, strict=True)))


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    return (each for each in root.iter() if is_element(each))


def _utf8(data: str | bytes) -> bytes:
    """The document as UTF-8 without byte order mark."""
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    if len(data) > MAX_BYTES:
        raise _refusal("size", limit=MAX_BYTES // 1024)
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.lstrip()[:1] == b"<" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refusal("not-xml")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        last = before.rpartition(b"\n")[2].decode("utf-8")
        raise _refusal("encoding", before.count(b"\n") + 1, len(last) + 1) from None
    return data


def _refusal(code: str, line: int = 1, column: int = 1, **params: object) -> ContentError:
    return ContentError([Finding.of(code, line, column, **params)])


class _Scan:
    """One reading by expat that refuses whatever content never needs. Foreign names pass unless it is to be `own`, and
    with them instructions, which nobody follows here."""

    def __init__(self, *, own: bool) -> None:
        self.own = own
        self.opened: list[tuple[str, int]] = []
        self.parts = 0
        self.positions: list[Position] = []
        self.parser = parser = expat.ParserCreate("utf-8", " ")
        parser.XmlDeclHandler = self.declaration
        parser.EntityDeclHandler = self.entity
        parser.EndDoctypeDeclHandler = self.doctype
        parser.ProcessingInstructionHandler = self.instruction
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CommentHandler = self.part

    def run(self, raw: bytes) -> list[Position]:
        """Positions of all elements in document order."""
        try:
            self.parser.Parse(raw, True)
        except expat.ExpatError as error:
            raise ContentError([why(raw, error, self.opened)]) from None
        return self.positions

    def refuse(self, code: str, **params: object) -> None:
        raise _refusal(code, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1, **params)

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        del version, standalone
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8"):
            self.refuse("encoding")

    def entity(
        self,
        name: str,
        parameter: bool,
        value: str | None,
        base: str | None,
        system: str,
        *rest: str | None,
    ) -> None:
        del name, parameter, base, rest
        self.refuse("entity" if value is not None or system is None else "external-entity")

    def doctype(self) -> None:
        self.refuse("doctype")

    def instruction(self, target: str, data: str) -> None:
        del data
        self.part()
        if self.own:
            self.refuse("instruction", name=target)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        depth = len(self.opened) + 1
        if depth > MAX_DEPTH:
            self.refuse("depth", limit=MAX_DEPTH)
        self.part()
        if len(attributes) > MAX_ATTRIBUTES:
            self.refuse("attributes", limit=MAX_ATTRIBUTES)
        namespace, _, tag = name.rpartition(" ")
        if namespace == _XINCLUDE:
            self.refuse("xinclude")
        if self.own:
            self.is_own(namespace, tag, depth, attributes)
        self.positions.append((self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1))
        self.opened.append((tag, self.parser.CurrentLineNumber))

    def is_own(self, namespace: str, tag: str, depth: int, attributes: dict[str, str]) -> None:
        """Refuse what does not belong to our vocabulary."""
        if depth == 1 and namespace.startswith(_FAMILY) and namespace != NAMESPACE:
            self.refuse("newer-version", namespace=namespace, own=NAMESPACE)
        if namespace != NAMESPACE:
            self.refuse("namespace", name=tag, namespace=NAMESPACE)
        if depth == 1 and tag not in ROOTS:
            self.refuse("root", name=tag)
        for attribute in attributes:
            foreign, _, key = attribute.rpartition(" ")
            if foreign not in ("", _XML):
                self.refuse("namespace", name=key, namespace=NAMESPACE)

    def part(self, text: str = "") -> None:
        """One more element or comment: judging a document must cost the same whoever wrote it."""
        del text
        self.parts += 1
        if self.parts > MAX_PARTS:
            self.refuse("parts", limit=MAX_PARTS)

    def end(self, name: str) -> None:
        del name
        self.opened.pop()
