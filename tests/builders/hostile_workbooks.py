"""Uploads that no honest trainee sends: what each is, and the code that refuses it (``""``: it may be read)."""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from tests.builders.archives import MEGABYTE, Entry, archive, bomb, deflated, entry, loosely, repeated, zipped
from tests.builders.workbooks import (
    BOOK_RELATIONS,
    CELLS,
    HEAD,
    MAIN,
    OFFICE,
    SHEET,
    TYPE,
    TYPES,
    book,
    parts,
    relations,
    rows,
    sheet,
    strict,
    strings,
    styles,
    types,
    workbook,
)

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
STRINGS: Final = "xl/sharedStrings.xml"
BOOK: Final = "xl/workbook.xml"
LAUGHS: Final = (
    '<!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;">]>'
)
QUADRATIC: Final = f'<!DOCTYPE sst [<!ENTITY a "{"x" * 50_000}">]>'
EXTERNAL: Final = '<!DOCTYPE worksheet SYSTEM "file:///etc/passwd">'
PARAMETER: Final = '<!DOCTYPE worksheet [<!ENTITY % p SYSTEM "http://evil.example/x.dtd"> %p;]>'
WANTED_STRING: Final = sheet('<row r="5"><c r="B5" t="s"><v>9999999</v></c></row>')

Maker = Callable[[], bytes]


def _cut(
    block: str,
    times: int,
    *,
    name: str = SHEET,
    around: bytes = sheet("@"),  # noqa: B008 bytes
    replaced: Mapping[str, bytes] = {},
) -> bytes:
    """The workbook with part `name` as `around`, whose @ stands for many equal blocks."""
    made = parts(replaced)
    del made[name]
    start, _, end = around.partition(b"@")
    return zipped(made, loosely(name, start + block.encode() * times + end))


def _undeclared(name: str, size: int, block: bytes, times: int) -> bytes:
    made = parts()
    made.pop(name, None)
    return zipped(made, Entry(name.encode(), repeated(block, times), size, 0))


def _with(*entries: Entry) -> bytes:
    return book({}, *entries)


def _typed(kind: str, name: str = "xl/theme/theme9.xml", content: bytes = b"<a/>") -> bytes:
    return book({"[Content_Types].xml": types(*TYPES, ("/" + name, kind)), name: content})


def _related(line: str) -> bytes:
    return book({"xl/worksheets/_rels/sheet1.xml.rels": relations(line)})


def _main(kind: str) -> bytes:
    return book({"[Content_Types].xml": types(("/xl/workbook.xml", kind), *TYPES[1:])})


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


def _nested_elements() -> bytes:
    return _cut("<a>", 500_000, around=sheet("<row><c>@"))


def _many_attributes() -> bytes:
    return rows("".join(f"<c{i} " + " ".join(f'a{i}x{j}="1"' for j in range(40)) + "/>" for i in range(4000)))


def _one_token() -> bytes:
    return _cut("12", 450_000, around=sheet('<row r="5"><c r="B5" s="@"/></row>'))


def _long_namespace() -> bytes:
    return book({SHEET: sheet().replace(b"<row", f'<row xmlns:q="{"n" * 100_000}"'.encode(), 1)})


def _formulas_that_cover() -> bytes:
    return _cut('<c><f t="array" ref="A1:B9">1</f></c>', 200_000, around=sheet('<row r="1">@</row>'))


def _names(count: int) -> bytes:
    return book({BOOK: workbook("".join(f'<definedName name="n{i}">OEE!$A$1</definedName>' for i in range(count)))})


def _sheets(count: int) -> bytes:
    return book({BOOK: workbook(sheets="".join(f'<sheet name="s{i}" r:id="rId1"/>' for i in range(count)))})


def _utf16(prolog: str) -> bytes:
    text = sheet(prolog=prolog).decode().replace("UTF-8", "UTF-16")
    return book({SHEET: text.encode("utf-16")})


def _encoded(name: str, codec: str) -> bytes:
    text = sheet(prolog=EXTERNAL).decode().replace("UTF-8", name)
    return book({SHEET: text.encode(codec)})


def _cycle() -> bytes:
    line = f'Id="rId1" Type="{OFFICE}/worksheet" Target="../workbook.xml"'
    return book({"xl/_rels/workbook.xml.rels": relations(*BOOK_RELATIONS[1:], line.replace("../", ""))})


WEIGHTS: Final[dict[str, tuple[Maker, str]]] = {
    "three megabytes": (lambda: b"PK\x03\x04" + bytes(3 * MEGABYTE), "too-large"),
    "500 MB of padding": (lambda: _with(bomb("xl/padding.xml", 500)), "too-large"),
    "500 MB that declare one kilobyte": (lambda: _with(bomb("xl/padding.xml", 500, declared=1000)), "damaged"),
    "324 MB that declare 4 MB": (lambda: _undeclared("xl/a.xml", 4 * MEGABYTE, b"<a/>" * 9000, 9000), "damaged"),
    "a string of 300 MB": (lambda: _undeclared(STRINGS, 300 * MEGABYTE, b"x" * MEGABYTE, 300), "too-large"),
    "a million rows": (
        lambda: _undeclared(SHEET, 72 * MEGABYTE, b"<row><c><v>1</v></c><c><v>2</v></c></row>" * 20_000, 80),
        "too-large",
    ),
    "six parts of 4 MB": (
        lambda: _with(*(entry(f"xl/p{i}.xml", b"<a>" + b"12345678" * 480_000) for i in range(6))),
        "too-large",
    ),
    "the far corner": (lambda: rows('<c r="B5"><v>1</v></c><c r="XFD5"><v>2</v></c>'), ""),
    "two far rows": (lambda: book({SHEET: sheet(CELLS + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')}), ""),
    "beyond the far corner": (lambda: rows('<c r="XFE5"><v>1</v></c>'), "damaged"),
    "eight megabytes of nothing at deflate's best": (
        lambda: _undeclared(SHEET, 8 * MEGABYTE, b"<row/>" * 100_000, 13),
        "too-large",
    ),
    "empty rows": (lambda: _cut("<row/>", 1_300_000), ""),
    "empty cells": (lambda: _cut("<c/>", 1_900_000, around=sheet('<row r="1">@</row>')), "too-many-cells"),
    "cells of other namespaces": (
        lambda: _cut("<q:c/>", 1_200_000, around=sheet('<row r="1" xmlns:q="q">@</row>')),
        "too-many-cells",
    ),
    "columns before the data": (lambda: _cut("<col/>", 1_300_000, around=sheet(before="@")), "too-many-cells"),
    "merged cells": (
        lambda: _cut('<mergeCell ref="A1:B2"/>', 300_000, around=sheet(after="<mergeCells>@</mergeCells>")),
        "",
    ),
    "styles": (lambda: _cut("<xf numFmtId='1'/>", 160_000, name="xl/styles.xml", around=styles(0, 10, more="@")), "too-many-styles"),
    "too much of styles": (lambda: _cut("<xf numFmtId='1'/>", 180_000, name="xl/styles.xml", around=styles(more="@")),
                           "too-large"),
    "number formats": (
        lambda: book({"xl/styles.xml": styles(0, codes="".join(f'<numFmt numFmtId="{i}"/>' for i in range(9000)))}),
        "too-many-styles",
    ),
    "defined names": (lambda: _names(12_000), "too-many-names"),
    "sheets": (lambda: _sheets(500), "too-many-sheets"),
    "shared strings": (
        lambda: _cut("<si/>", 1_100_000, name=STRINGS, around=strings("x").replace(b"</sst>", b"@</sst>"), replaced={SHEET: WANTED_STRING}),
        "too-many-strings",
    ),
    "comments": (
        lambda: _filled_new("xl/comments1.xml", f'<comments xmlns="{MAIN}">'.encode(), b"<comment/>", 180_000), ""
    ),
    "too many comments": (
        lambda: _filled_new("xl/comments1.xml", f'<comments xmlns="{MAIN}">'.encode(), b"<comment/>", 210_000),
        "too-large",
    ),
    "a cell of 7 MB": (lambda: _cut("x y z ", 1_100_000, around=sheet(
        '<row r="5"><c r="B5" t="inlineStr"><is><t>@</t></is></c></row>')), ""),
    "cells of 32,767 characters": (
        lambda: _cut(f'<c t="inlineStr"><is><t>{"x" * 32_767}</t></is></c>', 60, around=sheet('<row r="5">@</row>')), ""
    ),
    "a formula of 5 MB": (lambda: _cut("(1+", 1_600_000, around=sheet(
        '<row r="5"><c r="B5"><f>@</f><v>1</v></c></row>')), ""),
    "a formula nested 8,000 deep": (lambda: rows(f'<c r="B5"><f>{"(" * 8000}1{")" * 8000}</f><v>1</v></c>'), ""),
    "formulas that cover a wanted cell": (_formulas_that_cover, "too-many-cells"),
    "elements 500,000 deep": (_nested_elements, "damaged"),
    "160,000 names of attributes": (_many_attributes, "damaged"),
    "a token of 1 MB": (_one_token, "damaged"),
    "a comment of 7 MB": (lambda: _cut("x y ", 1_700_000, around=sheet(before="<!--@-->")), "damaged"),
    "a namespace of 100 kB": (_long_namespace, "damaged"),
    "a number of 900 digits": (lambda: rows(f'<c r="B5"><v>{"9" * 900}</v></c>'), "damaged"),
    "an infinite number": (lambda: rows('<c r="B5"><v>1e999</v></c>'), ""),
    "a number that is none": (lambda: rows('<c r="B5"><v>nan</v></c>'), "damaged"),
}  # fmt: skip


def _filled_new(name: str, start: bytes, block: bytes, times: int) -> bytes:
    return book({}, loosely(name, start + block * times))


RUNNING: Final[dict[str, tuple[Maker, str]]] = {
    "macros": (lambda: _with(entry("xl/vbaProject.bin", OLE)), "macro"),
    "macros under another name": (lambda: _with(entry("xl/media/image1.png", OLE + "VBA".encode("utf-16-le"))), "macro"),
    "macros as printer settings": (lambda: _with(entry("xl/printerSettings/p1.bin", OLE)), "ole"),
    "a macro-enabled workbook": (lambda: _main("application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "macro"),
    "a macro template": (lambda: _main("application/vnd.ms-excel.template.macroEnabled.main+xml"), "macro"),
    "macros by content type": (lambda: _typed("application/vnd.ms-office.vbaProject"), "macro"),
    "macros by content type, shouted": (lambda: _typed("APPLICATION/VND.MS-OFFICE.VBAPROJECT"), "macro"),
    "macros by relationship": (
        lambda: _related(
            'Id="a" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="../theme.xml"'
        ),
        "macro",
    ),
    "a macro sheet of Excel 4": (lambda: _typed("application/vnd.ms-excel.macrosheet+xml"), "macro"),
    "an OLE object": (lambda: _with(entry("xl/embeddings/oleObject1.bin", OLE)), "ole"),
    "an OLE object as a picture": (lambda: _with(entry("xl/media/image1.png", OLE)), "ole"),
    "an OLE object by relationship": (lambda: _related(f'Id="a" Type="{OFFICE}/oleObject" Target="../x.xml"'), "ole"),
    "a workbook in the workbook": (lambda: _with(entry("xl/media/image1.png", book())), "ole"),
    "a program": (lambda: _with(entry("xl/media/image1.png", b"MZ\x90" + bytes(99))), "ole"),
    "ActiveX": (lambda: _with(entry("xl/activeX/activeX1.xml", b"<ax/>")), "activex"),
    "ActiveX by content type": (lambda: _typed("application/vnd.ms-office.activeX+xml"), "activex"),
    "ActiveX by relationship": (lambda: _related(f'Id="a" Type="{OFFICE}/control" Target="../x.xml"'), "activex"),
    "a link to a workbook": (lambda: _with(entry("xl/externalLinks/externalLink1.xml", b"<a/>")), "external-links"),
    "a link by relationship": (
        lambda: _related(f'Id="a" Type="{OFFICE}/image" TargetMode="External" Target="http://evil.example/x.png"'),
        "external-links",
    ),
    "a link to a file": (
        lambda: _related(f'Id="a" Type="{OFFICE}/x" TargetMode="External" Target="file://///evil/share"'),
        "external-links",
    ),
    "a data connection": (lambda: _with(entry("xl/connections.xml", b"<a/>")), "connections"),
    "a query table": (lambda: _typed(f"{TYPE}.queryTable+xml"), "connections"),
    "billion laughs": (lambda: book({STRINGS: strings("&f;", prolog=LAUGHS)}), "doctype"),
    "a quadratic entity": (lambda: book({STRINGS: strings("&a;" * 2000, prolog=QUADRATIC)}), "doctype"),
    "an external document type": (lambda: book({SHEET: sheet(prolog=EXTERNAL)}), "doctype"),
    "a parameter entity": (lambda: book({SHEET: sheet(prolog=PARAMETER)}), "doctype"),
    "a document type of the book": (lambda: book({BOOK: workbook(before="<!DOCTYPE a>")}), "doctype"),
    "a document type in a part unknown": (lambda: _with(entry("customXml/item1.xml", b"<!DOCTYPE a><a/>")), "doctype"),
    "a document type in a drawing": (lambda: _with(entry("xl/drawings/v.vml", LAUGHS.encode() + b"<sst/>")), "doctype"),
    "a document type of the content types": (
        lambda: book({"[Content_Types].xml": types(*TYPES).replace(b"<Types", b"<!DOCTYPE Types><Types", 1)}),
        "doctype",
    ),
    "a document type of relationships": (
        lambda: book({"_rels/.rels": b"<!DOCTYPE Relationships>" + parts()["_rels/.rels"].removeprefix(HEAD.encode())}),
        "doctype",
    ),
    "a document type in UTF-16": (lambda: _utf16(EXTERNAL), "doctype"),
    "a document type in UTF-7": (lambda: _encoded("UTF-7", "utf-7"), "encoding"),
    "a document type in EBCDIC": (lambda: _encoded("cp037", "utf-8"), "encoding"),
    "an encoding that is none": (lambda: _encoded("x-none", "utf-8"), "encoding"),
    "a late document type": (
        lambda: book({SHEET: sheet(prolog="<!-- -->" * 20_000 + EXTERNAL)}), "damaged"
    ),
}  # fmt: skip


def _named(name: bytes) -> bytes:
    return _with(Entry(name, deflated(b"<a/>"), 4, 0xC3B0F3BE))


ARCHIVES: Final[dict[str, tuple[Maker, str]]] = {
    "a part twice": (lambda: _with(entry(SHEET, sheet())), "damaged"),
    "a part twice in other letters": (lambda: _with(entry("XL/Worksheets/SHEET1.xml", sheet())), "damaged"),
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
    "a symbolic link": (
        lambda: _with(replace(entry("xl/a.xml", b"/etc/passwd"), made=(3 << 8) | 20, outer=(stat.S_IFLNK | 0o777) << 16)),
        "damaged",
    ),
    "a device": (
        lambda: _with(replace(entry("xl/a.xml", b"<a/>"), made=(3 << 8) | 20, outer=stat.S_IFCHR << 16)), "damaged"
    ),
    "an encrypted part": (lambda: _with(replace(entry("xl/a.xml", b"<a/>"), flags=0x801)), "encrypted"),
    "another compression": (lambda: _with(replace(entry("xl/a.xml", b"<a/>"), method=12)), "damaged"),
    "a wrong sum": (lambda: _with(replace(entry("xl/a.xml", b"<a/>"), crc=1)), "damaged"),
    "a size too small": (lambda: _with(replace(entry("xl/a.xml", b"<a></a>"), size=4)), "damaged"),
    "a size too great": (lambda: _with(replace(entry("xl/a.xml", b"<a/>"), size=400)), "damaged"),
    "bytes behind the stream": (
        lambda: _with(replace(entry("xl/a.xml", b"<a/>"), packed=deflated(b"<a/>") + b"more")), "damaged"
    ),
    "a stored part of two sizes": (lambda: _with(replace(entry("xl/a.xml", b"<a/>", method=0), size=3)), "damaged"),
    "a stream cut short": (
        lambda: _with(replace(entry("xl/a.xml", b"<a/>"), packed=deflated(b"<a/>")[:-2])), "damaged"
    ),
    "another name in the local header": (
        lambda: _with(replace(entry("xl/a.xml", b"<a/>"), local_name=b"xl/vbaProject.bin")), "damaged"
    ),
    "a size of ZIP64": (lambda: _with(replace(entry("xl/a.xml", b"<a/>"), size=0xFFFFFFFF)), "too-large"),
    "a place of ZIP64": (lambda: _with(replace(entry("xl/a.xml", b"<a/>"), at=0xFFFFFFFF)), "damaged"),
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
        lambda: _main("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"), "not-xlsx"
    ),
    "a binary workbook": (lambda: _main("application/vnd.ms-excel.sheet.binary.main"), "xlsb"),
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
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
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
