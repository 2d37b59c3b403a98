"""Rosters as staff make them: rows to CSV and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl

from tests.builders.registry import FIRM, NAME, PHONE, number

HEAD = ("学员用户名/邮箱", "姓名", "证件类型", "证件号码", "手机号", "单位名称", "统一社会信用代码")
USCC = "91350100M000100Y43"  # the example of GB 32100-2015


def person(learner: str = "zhou", **cells: str) -> list[str]:
    """A row in the order of `HEAD`."""
    known = {
        "learner": learner, "name": NAME, "id_type": "居民身份证", "id_no": number(), "phone": PHONE,
        "enterprise": FIRM, "enterprise_code": "",
    }  # fmt: skip
    assert set(cells) <= set(known)
    return list({**known, **cells}.values())


def csv_file(rows: Iterable[Sequence[str]], head: Sequence[str] = HEAD, encoding: str = "utf-8", **form: Any) -> bytes:
    out = io.StringIO()
    csv.writer(out, **form).writerows([head, *rows])
    return out.getvalue().encode(encoding)


def xlsx_file(rows: Iterable[Sequence[Any]], head: Sequence[Any] = HEAD, above: int = 0) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for _blank in range(above):
        sheet.append(["某某培训班学员名单"])
    for row in (head, *rows):
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
