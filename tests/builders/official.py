"""Builders for registries without an API: their settings, what they fetch, and what they send back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from dgxblock.registry import contract as c
from dgxblock.registry import models
from tests.builders.registry import site

HEAD = ("业务编号", "姓名", "证件号码", "证书编号", "等级", "发证日期", "状态")


def file_site(folder: Path, /, **options: Any) -> dict[str, Any]:
    """A host whose registry takes files; they go into ``folder/out``."""
    (folder / "out" / "journal").mkdir(parents=True, exist_ok=True)
    found = site(folder)
    found["REGISTRIES"]["sandbox"] = {
        "adapter": "file", "directory": str(folder / "out"), "format": "csv", "quiet_seconds": 60,
        "deadline_seconds": 2.0, "base_seconds": 1, **options,
    }  # fmt: skip
    return found


def badge_site(folder: Path, /, **options: Any) -> dict[str, Any]:
    """A host that awards badges under the name ``sandbox``."""
    found = site(folder)
    (folder / "badge.key").write_text(BADGE_KEY.text)
    found["REGISTRIES"]["sandbox"] = {
        "adapter": "badge", "base_url": "https://lms.example/dgx/registry/sandbox",
        "issuer": "https://training.example", "issuer_name": "测试培训中心",
        "sign_keys": [f"file:{folder / 'badge.key'}"],
        "quiet_seconds": 60, "deadline_seconds": 1.0, **options,
    }  # fmt: skip
    return found


BADGE_KEY = c.Key("whsk", b"b" * 32)


def handed_over(folder: Path, /) -> list[Path]:
    """The files that the registry would fetch, by name."""
    return sorted(one for one in folder.iterdir() if one.suffix in (".csv", ".xlsx"))


def table(path: Path, encoding: str = "utf-8-sig", /) -> list[list[str]]:
    """The cells of a file."""
    if path.suffix == ".csv":
        return list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline="")))
    return [[str(cell or "") for cell in row] for row in load_workbook(path).worksheets[0].iter_rows(values_only=True)]


def answer(operation: models.Operation, /, number: str = "DG-0001", **cells: str) -> dict[str, str]:
    """A line of an official file about a result, by the names of `HEAD`."""
    return {
        "业务编号": str(operation.achievement.uuid), "姓名": "", "证件号码": "", "证书编号": number,
        "等级": operation.scheme.level_zh, "发证日期": "2030-01-02", "状态": "有效", **cells,
    }  # fmt: skip


def csv_file(lines: Sequence[dict[str, str]], /, encoding: str = "utf-8-sig", head: Sequence[str] = HEAD) -> bytes:
    """An official file as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows([head, *([line.get(name, "") for name in head] for line in lines)])
    return out.getvalue().encode(encoding)


def xlsx_file(rows: Sequence[Sequence[object]], /) -> bytes:
    """An official file as a workbook, head and titles included in the rows."""
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
