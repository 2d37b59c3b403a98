"""What the columns of an official file are called, and what a line says. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Final

from dgxblock.registry.adapters.rows import ID_TYPES

__all__ = ["Line", "Unreadable", "columns", "line", "of_json"]

_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "reference": ("业务编号", "结果编号", "参考号", "我方编号", "result_id"),
    "name": ("姓名", "学员姓名", "考生姓名", "持证人", "持证人姓名", "name"),
    "id_type": ("证件类型", "证件种类", "id_type"),
    "id_no": ("证件号码", "身份证号", "身份证号码", "证件号", "公民身份号码", "id_no"),
    "number": ("证书编号", "证书号", "证书号码", "certificate_no"),
    "credential": ("证书代码", "职业代码", "证书名称", "职业名称", "职业(工种)", "credential"),
    "level": ("等级", "级别", "技能等级", "职业技能等级", "level"),
    "issued_on": ("发证日期", "颁证日期", "签发日期", "issued_on"),
    "status": ("状态", "证书状态", "审核结果", "status"),
    "revoked_on": ("吊销日期", "撤销日期", "注销日期", "revoked_on"),
}
_STATUS: Final[Mapping[str, str]] = {
    word: status
    for status, words in {
        "live": "有效 正常 已发证 已发放 已颁发 合格 通过 已通过 审核通过 live issued",
        "revoked": "吊销 已吊销 撤销 已撤销 注销 已注销 作废 已作废 无效 revoked",
        "refused": "不合格 不通过 未通过 审核不通过 退回 已退回 驳回 已驳回 refused",
        "pending": "审核中 待审核 处理中 办理中 待发证 pending",
    }.items()
    for word in words.split()
}
_DATE: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?|(\d{4})(\d{2})(\d{2})")
_NUMBER: Final = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]{1,64}")
_REFERENCE: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOST_TEXT: Final = 200
_SAFE_DIGITS: Final = 15  # what a spreadsheet keeps of a number
_TYPES: Final = {"居民身份证": "CN-RIC", "身份证": "CN-RIC"} | {words: code for code, words in ID_TYPES.items()}


class Unreadable(Exception):
    """A file that cannot be taken; `code` says why, `where` names a column or nothing."""

    def __init__(self, code: str, where: str = "", /) -> None:
        super().__init__(code)
        self.code, self.where = code, where


@dataclass(frozen=True, slots=True)
class Line:
    """One line. Dates are ISO texts; `status` is live, revoked, refused or pending; `fault` is what is not readable."""

    row_no: int
    reference: str = ""
    name: str = field(default="", repr=False)
    id_type: str = ""
    id_no: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    credential: str = ""
    level: str = ""
    issued_on: str = ""
    revoked_on: str = ""
    status: str = ""
    fault: str = ""

    def as_json(self) -> dict[str, Any]:
        """For `of_json`."""
        return asdict(self)


def of_json(given: Mapping[str, Any], /) -> Line:
    """The line that `Line.as_json` gave."""
    return Line(**given)


def columns(head: Sequence[object], more: Mapping[str, Sequence[str]], /) -> dict[str, int] | None:
    """Where each member stands; None if this is no head line.

    Args:
        head: the cells.
        more: further names by member, from the registry's settings.

    Raises:
        Unreadable: ``column-twice``.
    """
    names = {_key(alias): member for member, aliases in _ALIASES.items() for alias in aliases}
    names |= {_key(alias): member for member, aliases in more.items() if member in _ALIASES for alias in aliases}
    found: dict[str, int] = {}
    for place, cell in enumerate(head):
        member = names.get(_key(cell)) if isinstance(cell, str) else None
        if member is None or (member == "credential" and member in found):
            continue  # a code and a name may stand side by side; the first counts
        if member in found:
            raise Unreadable("column-twice", _ALIASES[member][0])
        found[member] = place
    return found if ({"reference", "id_no"} & set(found)) and ({"number", "status"} & set(found)) else None


def line(row_no: int, cells: Sequence[object], where: Mapping[str, int], /) -> Line | None:
    """What a line says; None for an empty one."""
    if all(cell is None or not str(cell).strip() for cell in cells):
        return None
    faults: list[str] = []
    given = {member: cells[place] if place < len(cells) else None for member, place in where.items()}
    texts = {member: _text(value, member, faults) for member, value in given.items()}
    issued, revoked = (_day(given.get(member), member, faults) for member in ("issued_on", "revoked_on"))
    number, reference = texts.get("number", ""), texts.get("reference", "").lower()
    if number and not _NUMBER.fullmatch(number):
        faults.append("number")
    if reference and not _REFERENCE.fullmatch(reference):
        faults.append("reference")
    word = texts.get("status", "")
    status = _STATUS.get(_key(word), "") if word else ("live" if number else "pending")
    if not status:
        faults.append("status")
    id_type = _TYPES.get(texts.get("id_type", ""), texts.get("id_type", ""))
    return Line(
        row_no, reference, texts.get("name", ""), id_type, texts.get("id_no", ""), number, texts.get("credential", ""),
        texts.get("level", ""), issued, revoked, status, faults[0] if faults else "",
    )  # fmt: skip


def _text(value: object, member: str, faults: list[str], /) -> str:
    if value is None or member in ("issued_on", "revoked_on"):
        return ""
    if isinstance(value, bool | datetime | date):
        faults.append(member)
        return ""
    if isinstance(value, int | float):
        shown = f"{value:.0f}" if float(value).is_integer() else ""
        # A spreadsheet has made zeros of what came after the fifteenth digit.
        if not shown or len(shown.lstrip("-")) > _SAFE_DIGITS or (member == "id_no"):
            faults.append(f"{member}-as-number")
            return ""
        return shown
    text = str(value).strip().strip("\t\u3000")
    # What we write before a text that would be a formula.
    text = text[1:] if text.startswith("'") and len(text) > 1 else text
    if len(text) > _MOST_TEXT or any(unicodedata.category(letter) in ("Cc", "Cs", "Cf") for letter in text):
        faults.append(member)
        return ""
    return text


def _day(value: object, member: str, faults: list[str], /) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    found = _DATE.fullmatch(text)
    if not text or found is None:
        if text:
            faults.append(member)
        return ""
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        faults.append(member)
        return ""


def _key(cell: object, /) -> str:
    text = unicodedata.normalize("NFKC", str(cell)).casefold()
    return "".join(text.split()).strip("*:'\"")
