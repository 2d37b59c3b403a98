"""Judging an uploaded file before anything in it is parsed as a workbook.

Refused are files that are none, and workbooks that hold what runs, links or hides: macros whatever their part is
called, controls, embedded objects, links to other workbooks, data connections, document types. Everything is measured
while it is inflated, so a declared size cannot lie. What is harmless and unknown (WPS and Excel add parts of their
own) may stay: nobody reads it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from dgxblock.lab.xlsx.errors import WorkbookError
from dgxblock.lab.xlsx.parts import Budget, Part, Prolog
from dgxblock.lab.xlsx.zipped import Member, members

MOST_BYTES: Final = 2_000_000
_TYPES: Final = "[content_types].xml"
_MAIN_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURE: Final = re.compile(
    rb"\x89PNG\r\n|\xff\xd8\xff|GIF8|BM|II\*\x00|MM\x00\*|RIFF....WEBP|\x01\x00\x00\x00|\xd7\xcd\xc6\x9a", re.DOTALL
)
"""PNG, JPEG, GIF, BMP, TIFF, WebP, EMF and WMF."""

# Part of a content type, of the last step of a relationship's type or of a part's name, in lower case.
_FORBIDDEN: Final = (
    ("macro", "macro"),
    ("vba", "macro"),
    ("attachedtoolbars", "macro"),
    ("activex", "activex"),
    ("oleobject", "ole"),
    ("embeddings/", "ole"),
    ("externallink", "external-links"),
    ("connections", "connections"),
    ("querytable", "connections"),
    ("sheet.binary", "xlsb"),
)
_FORBIDDEN_RELATIONS: Final = {"control": "activex", "package": "ole"}

# Bytes of a part when inflated, by the end of its content type; nothing that a person makes comes near.
_MOST: Final = (
    ("worksheet+xml", 8_000_000),
    ("sharedstrings+xml", 6_000_000),
    ("styles+xml", 3_000_000),
    ("sheet.main+xml", 1_000_000),
    ("comments+xml", 2_000_000),
    ("relationships+xml", 250_000),
)
_MOST_OTHER: Final = 4_000_000


class Relation(NamedTuple):
    """What a part points to: the last step of the relationship's type, and the part's name in lower case."""

    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Container:
    """The parts of a workbook that may be read, by name in lower case, with the content type of each."""

    parts: Mapping[str, Member]
    types: Mapping[str, str]

    def relations(self, part: str, budget: Budget, /) -> dict[str, Relation]:
        """The relationships of `part` (``""``: of the package) by id.

        Raises:
            WorkbookError: ``external-links``, ``damaged`` or whatever else is found in them.
        """
        folder, _, name = part.rpartition("/")
        member = self.parts.get(posixpath.join(folder, "_rels", name + ".rels"))
        if member is None:
            return {}
        reader = _Relations(folder)
        reader.read(member.pieces(), budget)
        return reader.found

    def pieces(self, part: str, type_: str, /) -> Iterator[bytes]:
        """The bytes of a part whose content type must end with `type_`. Raises `WorkbookError`: ``damaged``."""
        member = self.parts.get(part)
        if member is None or not self.types.get(part, "").endswith(type_):
            raise WorkbookError("damaged")
        return member.pieces()


def judge(data: bytes, budget: Budget, /) -> Container:
    """Let a file pass or say why not.

    Raises:
        WorkbookError: ``too-large``, ``empty``, ``xls-old``, ``encrypted``, ``pdf``, ``html``, ``csv``, ``ods``,
            ``xlsb``, ``not-xlsx``, ``damaged``, ``too-many-parts``, ``macro``, ``activex``, ``ole``,
            ``external-links``, ``connections``, ``doctype`` or ``encoding``.
    """
    if len(data) > MOST_BYTES:
        raise WorkbookError("too-large")
    if not data.startswith(b"PK\x03\x04"):
        raise WorkbookError(_other(data))
    parts = {member.name.lower(): member for member in members(data)}
    if _TYPES not in parts:
        raise WorkbookError("ods" if "mimetype" in parts and "content.xml" in parts else "not-xlsx")
    declared = _Types()
    declared.read(parts[_TYPES].pieces(), budget)
    types = {name: declared.of(name) for name in parts}
    for text in (*types.values(), *declared.overrides.values(), *parts):
        _allow(text)
    for name, member in parts.items():
        _measure(member, types[name])
    container = Container(parts, types)
    for name in parts:
        folder, _, last = name.rpartition("/")
        if last.endswith(".rels") and posixpath.basename(folder) == "_rels":
            owner = posixpath.join(posixpath.dirname(folder), last.removesuffix(".rels"))
            for relation in container.relations(owner, budget).values():
                _allow(relation.kind, _FORBIDDEN_RELATIONS)
    if _MAIN_TYPE not in types.values():
        raise WorkbookError("not-xlsx")
    return container


def _allow(text: str, more: Mapping[str, str] = {}, /) -> None:
    for forbidden, code in _FORBIDDEN:
        if forbidden in text:
            raise WorkbookError(code)
    if text in more:
        raise WorkbookError(more[text])


def _measure(member: Member, type_: str, /) -> None:
    """Inflate a part to its end, and look at its head."""
    if member.size > next((most for ending, most in _MOST if type_.endswith(ending)), _MOST_OTHER):
        raise WorkbookError("too-large")
    pieces = member.pieces()
    head = next(pieces, b"")
    name = member.name.lower()
    if head.startswith(_OLE):
        raise WorkbookError("macro" if "VBA".encode("utf-16-le") in head else "ole")
    picture = _PICTURE.match(head) and not name.endswith((".xml", ".rels"))
    # the settings of a printer are bytes that only its driver knows
    if head and not picture and not (name.endswith(".bin") and type_.endswith("printersettings")):
        try:
            Prolog().read(iter((head,)), Budget())
        except WorkbookError as error:
            if error.code != "damaged":
                raise
            # neither a picture nor XML
            raise WorkbookError("damaged" if name.endswith((".xml", ".rels")) else "ole") from None
    for _ in pieces:
        pass


def _other(data: bytes, /) -> str:
    """What a file is that is no ZIP."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not data.strip(b"\0 \r\n\t"):
        return "empty"
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "encrypted"
        return "xls-old" if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")) else "not-xlsx"
    if data[:4] in (b"\x09\x08\x10\0", b"\x09\x08\x08\0", b"\x09\x04\x06\0", b"\x09\x02\x06\0", b"\x09\0\x04\0"):
        return "xls-old"
    if head.startswith(b"%pdf"):
        return "pdf"
    if b"schemas-microsoft-com:office:spreadsheet" in head and b"<html" not in head:
        return "xls-old"
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")) or b"<html" in head:
        return "html"
    return "csv" if _is_text(data[:4096]) else "not-xlsx"


def _is_text(head: bytes, /) -> bool:
    """Whether these are lines of fields, in one of the encodings that spreadsheets save here."""
    for encoding in ("utf-16",) if head[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        text = head.decode(encoding, "ignore")
        if not re.search(r"[\x00-\x08\x0e-\x1f]", text) and len(text.encode(encoding, "ignore")) > 0.9 * len(head):
            return bool(re.search(r"[,;\t，；]", text))
    return False


class _Types(Part):
    root = "Types"
    namespaces = ("http://schemas.openxmlformats.org/package/2006/content-types",)
    too_many = "too-many-parts"

    def __init__(self) -> None:
        super().__init__()
        self.defaults: dict[str, str] = {}
        self.overrides: dict[str, str] = {}

    def begin(self, name: str, attributes: dict[str, str], /) -> None:
        if name in ("Default", "Override") and self.depth == 2:
            where = self.defaults if name == "Default" else self.overrides
            key = attributes.get("Extension" if name == "Default" else "PartName", "").lower().removeprefix("/")
            if key in where:
                raise WorkbookError("damaged")
            where[key] = attributes.get("ContentType", "").strip().lower()
            if len(where) > 1000:
                raise WorkbookError("too-many-parts")

    def of(self, part: str, /) -> str:
        return self.overrides.get(part) or self.defaults.get(part.rpartition(".")[2], "")


class _Relations(Part):
    root = "Relationships"
    namespaces = ("http://schemas.openxmlformats.org/package/2006/relationships",)
    too_many = "too-many-parts"

    def __init__(self, folder: str, /) -> None:
        super().__init__()
        self.folder = folder
        self.found: dict[str, Relation] = {}

    def begin(self, name: str, attributes: dict[str, str], /) -> None:
        if name != "Relationship" or self.depth != 2:
            return
        kind = attributes.get("Type", "").rpartition("/")[2].lower()
        if attributes.get("TargetMode", "Internal") != "Internal":
            _allow(kind, _FORBIDDEN_RELATIONS)
            if kind != "hyperlink":
                raise WorkbookError("external-links")
            return
        target = posixpath.normpath(posixpath.join("/", self.folder, attributes.get("Target", ""))).lstrip("/").lower()
        if attributes.get("Id", "") in self.found:
            raise WorkbookError("damaged")
        self.found[attributes.get("Id", "")] = Relation(kind, target)
