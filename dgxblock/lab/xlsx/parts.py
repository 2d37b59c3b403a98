"""Expat with bounds: the only parser that sees an uploaded part.

What the parser itself does not bound: a token that never ends is read anew with every piece (quadratic before Expat
2.6), every new name is kept for good, nesting costs memory by level, a namespace is repeated in every name, and all
events cost Python's time. So each of these has a limit here, and a document type, on which entities depend, ends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Final
from xml.parsers import expat

from dgxblock.lab.xlsx.errors import WorkbookError

MOST_ELEMENTS: Final = 400_000
"""Of all parts that are parsed together; some 0.3 s. Sheets are read as far as the last cell that is wanted."""
_MOST_TOKEN: Final = 128 * 1024
_MOST_NAMES: Final = 2000
_MOST_DEPTH: Final = 40
_MOST_NAMESPACE: Final = 200
_CAREFULLY: Final = 1024
"""Bytes at a time before the root: what follows a document type in the same piece would still be expanded."""
_STRANGE: Final = expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]

MAIN: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""SpreadsheetML, transitional and strict."""


class Budget:
    """How many elements may still be read."""

    __slots__ = ("left",)

    def __init__(self, left: int = MOST_ELEMENTS) -> None:
        self.left = left


class Part:
    """One kind of part. Subclasses override `begin` and `finish`, and set `done` when they have all they want.

    `begin` and `finish` get the name of an element of one of `namespaces`, or ``""`` for an element of any other;
    `depth` is 1 in the root, which must be called `root`, if that is given.
    """

    root: ClassVar[str] = ""
    namespaces: ClassVar[tuple[str, ...]] = MAIN
    too_many: ClassVar[str] = "too-many-cells"

    def __init__(self) -> None:
        self.depth = 0
        self.done = False
        self._heard: list[str] = []
        self._room = 0
        self._names: dict[str, str] = {}
        self._known: dict[str, str] = {}

    def begin(self, name: str, attributes: dict[str, str], /) -> None:
        raise NotImplementedError

    def finish(self, name: str, /) -> None:
        """An element ends."""

    def listen(self, most: int, /) -> None:
        """Take the text from here on, at most `most` characters of it."""
        self._heard, self._room = [], most
        self._parser.CharacterDataHandler = self._hear

    def heard(self) -> str:
        """The text since `listen`, which ends."""
        self._parser.CharacterDataHandler = None
        return "".join(self._heard)

    def read(self, pieces: Iterable[bytes], budget: Budget, /) -> None:
        """Parse until the end, or until `done`.

        Raises:
            WorkbookError: ``damaged``, ``doctype``, ``encoding``, or the part's own ``too-many-…``.
        """
        self._budget = budget
        self._parser = parser = _guarded(self._names)
        parser.buffer_text = True  # every line break is an event of its own
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._finish
        given = 0
        try:
            for piece in self._portions(pieces):
                parser.Parse(piece, False)
                given += len(piece)
                if self.done:
                    return
                if given - parser.CurrentByteIndex > _MOST_TOKEN:
                    raise WorkbookError("damaged")
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            if self.done:  # what was wanted came before, in the same piece
                return
            raise WorkbookError("encoding" if error.code == _STRANGE else "damaged") from None
        except (ValueError, LookupError):  # Python's decoders, asked for a declared encoding
            raise WorkbookError("encoding") from None

    def _portions(self, pieces: Iterable[bytes], /) -> Iterator[bytes]:
        for piece in pieces:
            start = 0
            while not self.depth and start < len(piece):
                yield piece[start : start + _CAREFULLY]
                start += _CAREFULLY
            if start < len(piece):
                yield piece[start:]

    def _begin(self, name: str, attributes: dict[str, str], /) -> None:
        self.depth += 1
        self._budget.left -= 1
        if self.done:
            return
        if self._budget.left < 0:
            raise WorkbookError(self.too_many)
        if self.depth > _MOST_DEPTH or len(self._names) > _MOST_NAMES:
            raise WorkbookError("damaged")
        known = self._known.get(name)
        if known is None:
            space, _, local = name.rpartition(" ")
            known = self._known[name] = local if space in self.namespaces else ""
        if self.depth == 1 and self.root and known != self.root:
            raise WorkbookError("damaged")
        self.begin(known, attributes)

    def _finish(self, name: str, /) -> None:
        if not self.done:
            self.finish(self._known[name])
        self.depth -= 1

    def _hear(self, text: str, /) -> None:
        if self._room > 0:
            self._heard.append(text[: self._room])
            self._room -= len(text)


class Prolog(Part):
    """Any XML as far as its root element, which is where a document type would have stood."""

    def begin(self, _name: str, _attributes: dict[str, str], /) -> None:
        self.done = True


def _guarded(names: dict[str, str], /) -> expat.XMLParserType:
    """A parser that refuses document types, encodings other than UTF-8 and UTF-16, and endless namespaces."""
    parser = expat.ParserCreate(None, " ", names)

    def doctype(*_of: object) -> None:
        raise WorkbookError("doctype")

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "utf-16", "us-ascii"):
            raise WorkbookError("encoding")

    def namespace(_prefix: str | None, uri: str | None) -> None:
        if uri is not None and len(uri) > _MOST_NAMESPACE:
            raise WorkbookError("damaged")

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    parser.XmlDeclHandler = declared
    parser.StartNamespaceDeclHandler = namespace
    return parser
