"""Workbooks part by part, as Excel and WPS write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import openpyxl

from tests.builders.archives import Entry, zipped

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
SHEET = "xl/worksheets/sheet1.xml"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}

CELLS = (
    '<row r="1" spans="1:3"><c r="A1" t="s"><v>0</v></c></row>'
    '<row r="5" spans="1:3" x14ac:dyDescent="0.25"><c r="A5" s="0"><v>0.9</v></c>'
    '<c r="B5" s="1"><f>A5*B1</f><v>0.67400000000000004</v></c></row>'
)
"""B5 is 67.4%, by a formula."""


def types(*overrides: tuple[str, str], defaults: str = "") -> bytes:
    listed = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides)
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{defaults}{listed}</Types>'
    ).encode()


TYPES = (
    ("/xl/workbook.xml", f"{TYPE}.sheet.main+xml"),
    ("/xl/worksheets/sheet1.xml", f"{TYPE}.worksheet+xml"),
    ("/xl/worksheets/sheet2.xml", f"{TYPE}.worksheet+xml"),
    ("/xl/styles.xml", f"{TYPE}.styles+xml"),
    ("/xl/sharedStrings.xml", f"{TYPE}.sharedStrings+xml"),
    ("/xl/comments1.xml", f"{TYPE}.comments+xml"),
)


def relations(*lines: str) -> bytes:
    """Each line the attributes of one relationship."""
    listed = "".join(f"<Relationship {line}/>" for line in lines)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'.encode()


BOOK_RELATIONS = (
    f'Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"',
    f'Id="rId2" Type="{OFFICE}/worksheet" Target="/xl/worksheets/sheet2.xml"',
    f'Id="rId3" Type="{OFFICE}/styles" Target="styles.xml"',
    f'Id="rId4" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"',
)


def workbook(names: str = "", *, sheets: str = "", before: str = "") -> bytes:
    return (
        f'{HEAD}{before}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x15" '
        'xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main">'
        '<fileVersion appName="xl" lastEdited="7" rupBuild="27328"/><workbookPr defaultThemeVersion="166925"/>'
        '<mc:AlternateContent><mc:Choice Requires="x15"><x15ac:absPath '
        'xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac" url="C:\\"/></mc:Choice>'
        '</mc:AlternateContent><sheets><sheet name="OEE" sheetId="1" r:id="rId1"/>'
        f'<sheet name="_dgx" sheetId="2" state="veryHidden" r:id="rId2"/>{sheets}</sheets>'
        f"<definedNames>{names}</definedNames></workbook>"
    ).encode()


def sheet(rows: str = CELLS, *, before: str = "", after: str = "", prolog: str = "") -> bytes:
    return (
        f'{HEAD}{prolog}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">'
        f'<dimension ref="A1:B5"/>{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    ).encode()


def strings(*texts: str, prolog: str = "") -> bytes:
    listed = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return f'{HEAD}{prolog}<sst xmlns="{MAIN}" count="9">{listed}</sst>'.encode()


def styles(*formats: int, codes: str = "", more: str = "") -> bytes:
    listed = "".join(f'<xf numFmtId="{each}" fontId="0" applyNumberFormat="1"/>' for each in formats)
    return (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><fonts count="1"><font/></fonts>'
        f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{listed}{more}</cellXfs></styleSheet>'
    ).encode()


def parts(replaced: Mapping[str, bytes] = {}, /) -> dict[str, bytes]:
    """The parts of an Excel workbook with a sheet “OEE” and the hidden owner “owner-1”."""
    made = {
        "[Content_Types].xml": types(*TYPES),
        "_rels/.rels": relations(f'Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"'),
        "xl/workbook.xml": workbook(),
        "xl/_rels/workbook.xml.rels": relations(*BOOK_RELATIONS),
        SHEET: sheet(),
        "xl/worksheets/sheet2.xml": sheet('<row r="1"><c r="A1" t="s"><v>1</v></c></row>'),
        "xl/styles.xml": styles(0, 10),
        "xl/sharedStrings.xml": strings("指标", "owner-1"),
    }
    return {**made, **replaced}


def book(replaced: Mapping[str, bytes] = {}, /, *more: Entry) -> bytes:
    return zipped(parts(replaced), *more)


def rows(cells: str, /, *, row: int = 5) -> bytes:
    """A workbook whose sheet has one row."""
    return book({SHEET: sheet(f'<row r="{row}">{cells}</row>')})


def strict(replaced: Mapping[str, bytes] = {}, /) -> bytes:
    """The same as strict OOXML."""
    made = parts(replaced)
    for old, new in STRICT.items():
        made = {name: content.replace(old.encode(), new.encode()) for name, content in made.items()}
    return zipped(made)


def excel() -> bytes:
    """With much of what honest people leave in a workbook: comments, a link to a page, a picture, a printer."""
    made = parts()
    office = "application/vnd.openxmlformats-officedocument"
    made["[Content_Types].xml"] = types(
        *TYPES,
        ("/xl/calcChain.xml", f"{TYPE}.calcChain+xml"),
        ("/xl/ctrlProps/ctrlProp1.xml", "application/vnd.ms-excel.controlproperties+xml"),
        ("/xl/pivotCache/pivotCacheDefinition1.xml", f"{TYPE}.pivotCacheDefinition+xml"),
        defaults=f'<Default Extension="vml" ContentType="{office}.vmlDrawing"/>'
        f'<Default Extension="bin" ContentType="{TYPE}.printerSettings"/>'
        '<Default Extension="jpeg" ContentType="image/jpeg"/><Default Extension="emf" ContentType="image/x-emf"/>',
    )
    made["xl/worksheets/_rels/sheet1.xml.rels"] = relations(
        f'Id="rId1" Type="{OFFICE}/hyperlink" Target="https://www.gov.cn/" TargetMode="External"',
        f'Id="rId2" Type="{OFFICE}/printerSettings" Target="../printerSettings/printerSettings1.bin"',
        f'Id="rId3" Type="{OFFICE}/vmlDrawing" Target="../drawings/vmlDrawing1.vml"',
        f'Id="rId4" Type="{OFFICE}/comments" Target="../comments1.xml"',
        f'Id="rId5" Type="{OFFICE}/ctrlProp" Target="../ctrlProps/ctrlProp1.xml"',
    )
    extra = {
        "xl/calcChain.xml": f'<calcChain xmlns="{MAIN}"><c r="B5" i="1"/></calcChain>'.encode(),
        "xl/comments1.xml": f'<comments xmlns="{MAIN}"/>'.encode(),
        "xl/ctrlProps/ctrlProp1.xml": b"<formControlPr/>",
        "xl/pivotCache/pivotCacheDefinition1.xml": f'<pivotCacheDefinition xmlns="{MAIN}"/>'.encode(),
        # Excel's own drawings of old are no well-formed XML
        "xl/drawings/vmlDrawing1.vml": b'<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><br></v:shape></xml>',
        "xl/printerSettings/printerSettings1.bin": bytes(range(1, 200)) * 9,
        "xl/media/image1.emf": b"\x01\0\0\0" + bytes(100),
        "docProps/thumbnail.jpeg": b"\xff\xd8\xff\xe0" + bytes(100),
        "customXml/item1.xml": "<a>\u4e00</a>".encode("utf-16"),
    }
    return zipped(made | extra)


def wps() -> bytes:
    """With what WPS Office adds: its build in the properties, pictures in cells, and folders in the archive."""
    made = parts()
    extra = {
        "docProps/custom.xml": (
            b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
            b'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property '
            b'fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="KSOProductBuildVer">'
            b"<vt:lpwstr>2052-12.1.0.17827</vt:lpwstr></property></Properties>"
        ),
        "xl/cellimages.xml": b'<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"/>',
        "xl/media/image1.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    }
    made["[Content_Types].xml"] = types(
        *TYPES,
        ("/xl/cellimages.xml", "application/vnd.wps-officedocument.cellimage+xml"),
        defaults='<Default Extension="png" ContentType="image/png"/>',
    )
    return zipped(made | extra, Entry(b"xl/media/", b"", 0, 0, 0))


Filled = Mapping[str, tuple[str, float | str]]
"""By the id of a cell its formula (empty: typed in) and its value."""


def filled(data: bytes, cells: Filled, places: Mapping[str, str], /) -> bytes:
    """A template with these cells at their `places` (``OEE!B5``), saved as by a program that calculates."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for name, (formula, value) in cells.items():
        title, _, where = places[name].replace("'", "").partition("!")
        book[title][where] = formula or value
    out = io.BytesIO()
    book.save(out)
    return _calculated(out.getvalue(), cells)


def _calculated(data: bytes, cells: Filled) -> bytes:
    """With the results of its formulas, which openpyxl cannot write."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            for formula, value in cells.values():
                head = f"<f>{formula[1:]}</f>".encode()
                content = content.replace(head + b"<v />", head + f"<v>{value}</v>".encode())
                content = content.replace(head + b"<v></v>", head + f"<v>{value}</v>".encode())
            new.writestr(name, content)
    return out.getvalue()
