"""Which column holds what, however its heading is written."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

__all__ = ["FIELDS", "ID_TYPE_WORDS", "REQUIRED", "find", "heading", "id_type_of", "id_type_words", "template"]

_HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "learner": ("学员用户名/邮箱", "learner", "username or email", "username", "user name", "email", "e-mail",
                "学员", "用户名", "学员用户名", "账号", "邮箱", "电子邮箱", "用户名/邮箱", "用户名或邮箱"),
    "name": ("姓名", "name", "full name", "学员姓名", "真实姓名"),
    "id_type": ("证件类型", "document type", "type of document", "id type", "证件种类"),
    "id_no": ("证件号码", "document number", "number of the document", "id number", "id no", "证件号", "身份证号码",
              "身份证号", "公民身份号码"),
    "phone": ("手机号", "phone", "mobile phone", "mobile", "手机", "手机号码", "联系电话", "电话"),
    "enterprise": ("单位名称", "enterprise", "employer", "company", "单位", "工作单位", "企业名称", "所在单位"),
    "enterprise_code": ("统一社会信用代码", "enterprise code", "unified social credit code", "uscc", "credit code",
                        "社会信用代码", "信用代码", "单位统一社会信用代码"),
}  # fmt: skip
"""The first is what our template writes in Chinese, the second what it writes in English."""
FIELDS: Final = tuple(_HEADINGS)
REQUIRED: Final = ("learner", "name", "id_no")

ID_TYPE_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "CN-RIC": ("cn-ric", "居民身份证", "身份证", "中国居民身份证", "二代身份证", "identity card", "id card",
               "resident identity card"),
    "CN-RPHK": ("cn-rphk", "港澳居民居住证", "cn-rpmo", "香港居民居住证", "澳门居民居住证",
                "residence permit for hong kong and macau residents"),
    "CN-RPTW": ("cn-rptw", "台湾居民居住证", "residence permit for taiwan residents"),
    "CN-FPR": ("cn-fpr", "外国人永久居留身份证", "外国人永久居留证", "永久居留身份证",
               "foreign permanent resident identity card"),
    "XX-PASSPORT": ("xx-passport", "护照", "外国护照", "普通护照", "passport"),
}  # fmt: skip
"""The second is what we write in Chinese, the last what we write in English."""


def _folded(text: str, /) -> str:
    """A heading as it is compared: width, case, spaces, stars and remarks in brackets do not count."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"\([^()]{0,200}\)", "", plain)
    return re.sub(r"[\s*:_\-]+", "", plain)


_FIELD_OF: Final = {_folded(word): field for field, words in _HEADINGS.items() for word in words}
_TYPE_OF: Final = {_folded(word): code for code, words in ID_TYPE_WORDS.items() for word in words}


def find(cells: Sequence[str], /) -> list[str]:
    """The field of each column, ``""`` for a column that is none of ours."""
    return [_FIELD_OF.get(_folded(cell), "") for cell in cells]


def heading(field: str, lang: str, /) -> str:
    """How we write the heading of a field."""
    return _HEADINGS[field][0 if lang == "zh-CN" else 1]


def id_type_of(text: str, /) -> str | None:
    """The type of document that a cell names; a resident identity card if it is empty; None for any other word."""
    return _TYPE_OF.get(_folded(text)) if text.strip() else "CN-RIC"


def id_type_words(lang: str, /) -> list[str]:
    """The types of documents, as they may be written."""
    return [words[1] if lang == "zh-CN" else words[-1] for words in ID_TYPE_WORDS.values()]


def template(lang: str, /) -> bytes:
    """A table to fill in: the headings, as CSV with the mark by which Excel knows UTF-8."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([heading(field, lang) for field in FIELDS])
    return out.getvalue().encode("utf-8-sig")
