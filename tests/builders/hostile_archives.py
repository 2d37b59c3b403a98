"""Archives that contradict themselves, and files that are no workbooks: what each is, and the code that refuses it."""

from __future__ import annotations

import stat
from dataclasses import replace
from typing import Final

from tests.builders.archives import Entry, archive, deflated, entry
from tests.builders.hostile_workbooks import BOOK, OLE, WANTED_STRING, Maker, main, plus
from tests.builders.workbooks import (
    BOOK_RELATIONS,
    OFFICE,
    SHEET,
    TYPES,
    book,
    parts,
    relations,
    rows,
    sheet,
    strict,
    types,
    workbook,
)


def _link(kind: int) -> Entry:
    return replace(entry("xl/a.xml", b"/etc/passwd"), made=(3 << 8) | 20, outer=kind << 16)


def _patched(at: int, new: bytes) -> bytes:
    """The honest workbook with bytes changed, counted from the end if `at` is negative."""
    data = bytearray(book())
    at = at if at >= 0 else len(data) + at
    data[at : at + len(new)] = new
    return bytes(data)


def _overlapping() -> bytes:
    entries = [entry(name, content) for name, content in parts().items()]
    return archive([*entries, replace(entries[0], name=b"xl/other.xml", at=0)])


def _same_bytes_twice() -> bytes:
    entries = [entry(name, content) for name, content in parts().items()]
    inner = replace(entries[1], name=b"xl/a.xml")
    return archive([*entries, inner, replace(entries[2], at=10)])


def _cycle() -> bytes:
    line = f'Id="rId1" Type="{OFFICE}/worksheet" Target="../workbook.xml"'
    return book({"xl/_rels/workbook.xml.rels": relations(*BOOK_RELATIONS[1:], line.replace("../", ""))})


def _named(name: bytes) -> bytes:
    return plus(Entry(name, deflated(b"<a/>"), 4, 0xC3B0F3BE))


ARCHIVES: Final[dict[str, tuple[Maker, str]]] = {
    "a part twice": (lambda: plus(entry(SHEET, sheet())), "damaged"),
    "a part twice in other letters": (lambda: plus(entry("XL/Worksheets/SHEET1.xml", sheet())), "damaged"),
    "a way up": (lambda: _named(b"../../etc/passwd"), "damaged"),
    "a way up in the middle": (lambda: _named(b"xl/../../x.xml"), "damaged"),
    "a way up, escaped": (lambda: _named(b"xl/%2e%2e/x.xml"), "damaged"),
    "an absolute name": (lambda: _named(b"/etc/passwd"), "damaged"),
    "a drive": (lambda: _named(b"C:/x.xml"), "damaged"),
    "backslashes": (lambda: _named(b"xl\\..\\x.xml"), "damaged"),
    "NUL in a name": (lambda: _named(b"xl/a.xml\0.png"), "damaged"),
    "a name that turns": (lambda: _named("xl/\u202elmx.exe".encode()), "damaged"),
    "a name that is no UTF-8": (lambda: _named(b"xl/\xff\xfe.xml"), "damaged"),
    "no name": (lambda: _named(b""), "damaged"),
    "a symbolic link": (lambda: plus(_link(stat.S_IFLNK | 0o777)), "damaged"),
    "a device": (lambda: plus(_link(stat.S_IFCHR)), "damaged"),
    "an encrypted part": (lambda: plus(replace(entry("xl/a.xml", b"<a/>"), flags=0x801)), "encrypted"),
    "another compression": (lambda: plus(replace(entry("xl/a.xml", b"<a/>"), method=12)), "damaged"),
    "a wrong sum": (lambda: plus(replace(entry("xl/a.xml", b"<a/>"), crc=1)), "damaged"),
    "a size too small": (lambda: plus(replace(entry("xl/a.xml", b"<a></a>"), size=4)), "damaged"),
    "a size too great": (lambda: plus(replace(entry("xl/a.xml", b"<a/>"), size=400)), "damaged"),
    "bytes behind the stream": (
        lambda: plus(replace(entry("xl/a.xml", b"<a/>"), packed=deflated(b"<a/>") + b"more")), "damaged"
    ),
    "a stored part of two sizes": (lambda: plus(replace(entry("xl/a.xml", b"<a/>", method=0), size=3)), "damaged"),
    "a stream cut short": (
        lambda: plus(replace(entry("xl/a.xml", b"<a/>"), packed=deflated(b"<a/>")[:-2])), "damaged"
    ),
    "another name in the local header": (
        lambda: plus(replace(entry("xl/a.xml", b"<a/>"), local_name=b"xl/vbaProject.bin")), "damaged"
    ),
    "a size of ZIP64": (lambda: plus(replace(entry("xl/a.xml", b"<a/>"), size=0xFFFFFFFF)), "too-large"),
    "a place of ZIP64": (lambda: plus(replace(entry("xl/a.xml", b"<a/>"), at=0xFFFFFFFF)), "damaged"),
    "a count of ZIP64": (lambda: _patched(-14, b"\xff\xff\xff\xff"), "too-many-parts"),
    "overlapping parts": (_overlapping, "damaged"),
    "a part within a part": (_same_bytes_twice, "damaged"),
    "40,000 parts": (
        lambda: archive([*(entry(name, content) for name, content in parts().items())] * 30), "too-many-parts"
    ),
    "a count that lies": (
        lambda: archive([entry(name, content) for name, content in parts().items()], count=150), "damaged"
    ),
    "a comment at the end": (lambda: archive([entry("a.xml", b"<a/>")], comment=b"PK\x05\x06" + bytes(18)), "not-xlsx"),
    "cut in the middle": (lambda: book()[: len(book()) // 2], "damaged"),
    "cut near the end": (lambda: book()[:-5], "damaged"),
    "a directory elsewhere": (lambda: _patched(-6, b"\x04\0\0\0"), "damaged"),
    "something before it": (lambda: b"#!/bin/sh\n" + book(), "not-xlsx"),
    "a pointless archive": (lambda: archive([entry("a.txt", b"a")]), "not-xlsx"),
    "a Word document": (
        lambda: main("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"), "not-xlsx"
    ),
    "a binary workbook": (lambda: main("application/vnd.ms-excel.sheet.binary.main"), "xlsb"),
    "an OpenDocument sheet": (
        lambda: archive([entry("mimetype", b"application/vnd.oasis.opendocument.spreadsheet", method=0),
                         entry("content.xml", b"<a/>")]), "ods"
    ),
    "a workbook that is its own sheet": (_cycle, "damaged"),
    "a sheet that is nowhere": (
        lambda: book({"xl/_rels/workbook.xml.rels": relations(*BOOK_RELATIONS[1:])}), "damaged"
    ),
    "a relationship twice": (
        lambda: book({"xl/_rels/workbook.xml.rels": relations(*BOOK_RELATIONS, BOOK_RELATIONS[0])}), "damaged"
    ),
    "two workbooks": (
        lambda: book({"_rels/.rels": relations(*(
            f'Id="{i}" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"' for i in "ab"))}), "damaged"
    ),
    "two sheets of one name": (
        lambda: book({BOOK: workbook(sheets='<sheet name="oee" sheetId="3" r:id="rId2"/>')}), "damaged"
    ),
    "a sheet type twice": (lambda: book({"[Content_Types].xml": types(*TYPES, TYPES[1])}), "damaged"),
    "rows that fall": (lambda: book({SHEET: sheet('<row r="5"/><row r="4"/>')}), "damaged"),
    "a cell twice": (lambda: rows('<c r="B5"><v>1</v></c><c r="B5"><v>2</v></c>'), "damaged"),
    "a cell of another row": (lambda: rows('<c r="B4"><v>1</v></c>'), "damaged"),
    "a string that is not there": (lambda: book({SHEET: WANTED_STRING}), "damaged"),
    "no XML": (lambda: book({SHEET: b"<worksheet"}), "damaged"),
    "strict and broken": (lambda: strict({SHEET: b"<a/>"}), "damaged"),
}  # fmt: skip

OTHERS: Final[dict[str, tuple[bytes, str]]] = {
    "nothing": (b"", "empty"),
    "zeros": (bytes(5000), "empty"),
    "an XLS": (OLE + "Workbook".encode("utf-16-le"), "xls-old"),
    "a WPS .et": (OLE + bytes(600) + "Book".encode("utf-16-le"), "xls-old"),
    "an XLS of 1990": (b"\x09\x04\x06\0" + bytes(99), "xls-old"),
    "an XML workbook of 2003": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "xls-old",
    ),
    "a workbook with a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "an old Word document": (OLE + "WordDocument".encode("utf-16-le"), "not-xlsx"),
    "a PDF": (b"%PDF-1.7\n", "pdf"),
    "a web page": (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html>", "html"),
    "a table for Excel": (b'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table>', "html"),
    "a CSV": ("\ufeff班次,产出\r\n白,100\r\n".encode(), "csv"),
    "a CSV in GBK": ("班次,产出\r\n白,100\r\n".encode("gb18030") * 300, "csv"),
    "a CSV in UTF-16": ("班次\t产出\r\n".encode("utf-16"), "csv"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not-xlsx"),
    "an archive of another kind": (b"Rar!\x1a\x07\0", "not-xlsx"),
}
