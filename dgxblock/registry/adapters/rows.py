"""Results as a table for people and their spreadsheets: every cell a text, and none a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from dgxblock.lab.export import harmless

__all__ = ["ENCODINGS", "HEAD", "ID_TYPES", "csv_bytes", "row", "xlsx_bytes"]

ENCODINGS: Final = ("utf-8-sig", "gb18030")
"""Never GBK: it has no 䶮 and no 𠮷."""
HEAD: Final = (
    "业务编号", "版本", "操作", "姓名", "证件类型", "证件号码", "手机号", "单位", "证书代码", "证书名称", "等级",
    "成绩", "考核日期", "考核机构",
)  # fmt: skip
ID_TYPES: Final = {
    "CN-RIC": "居民身份证", "CN-RPHK": "港澳居民居住证", "CN-RPMO": "港澳居民居住证", "CN-RPTW": "台湾居民居住证",
    "CN-FPR": "外国人永久居留身份证", "XX-PASSPORT": "护照",
}  # fmt: skip
_EPOCH: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a file's properties have no zone


def row(document: Mapping[str, Any], /) -> list[str]:
    """A document of contract v1 (`result`) as cells in the order of `HEAD`."""
    person, credential, result = document["person"], document["credential"], document["result"]
    cells = (
        document["result_id"], str(document["seq"]), "更正" if document["previous_seq"] else "新发", person["name"],
        ID_TYPES.get(person["id_type"], person["id_type"]), person["id_no"], person.get("phone", ""),
        document.get("extra", {}).get("enterprise", ""), credential["code"], credential["name"], credential["level"],
        result["score"], result["assessed_on"], result["assessor"],
    )  # fmt: skip
    return [harmless(cell) for cell in cells]


def csv_bytes(rows: Sequence[Sequence[str]], encoding: str, /) -> bytes:
    """Comma separated, every cell in quotes, CRLF."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows([HEAD, *rows])
    return out.getvalue().encode(encoding)


def xlsx_bytes(rows: Sequence[Sequence[str]], /) -> bytes:
    """A workbook of one sheet, every cell formatted as text; the same bytes for the same rows."""
    book = Workbook(write_only=True)
    book.properties.creator = "dgxblock"
    book.properties.created = book.properties.modified = _EPOCH
    sheet = book.create_sheet("results")
    for cells in (HEAD, *rows):
        line = [WriteOnlyCell(sheet, cell) for cell in cells]
        for one in line:
            one.number_format = "@"
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return _undated(out.getvalue())


def _undated(data: bytes, /) -> bytes:
    """The archive without the moment at which it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":  # openpyxl writes the moment of saving, whatever it is told
                head, _, rest = content.partition(b"<dcterms:modified")
                content = head + rest.partition(b"</dcterms:modified>")[2]
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
