"""Why a text is no XML, in words that tell its author what to type: expat only says that something is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.parsers import expat

from dgxblock.content.findings import Finding

_CODES: Final = expat.errors.codes
_MISMATCH: Final = _CODES[expat.errors.XML_ERROR_TAG_MISMATCH]
_NO_ELEMENTS: Final = _CODES[expat.errors.XML_ERROR_NO_ELEMENTS]
_INVALID_TOKEN: Final = _CODES[expat.errors.XML_ERROR_INVALID_TOKEN]
_UNCLOSED_TOKEN: Final = _CODES[expat.errors.XML_ERROR_UNCLOSED_TOKEN]
_UNDEFINED_ENTITY: Final = _CODES[expat.errors.XML_ERROR_UNDEFINED_ENTITY]

_WRITTEN: Final = {"&": "&amp;", "<": "&lt;"}
_HALF: Final = {
    **dict.fromkeys("“”„＂«»「」", '"'), **dict.fromkeys("‘’＇", "'"),
    "＝": "=", "＞": ">", "／": "/", "＜": "<", "\N{IDEOGRAPHIC SPACE}": "␣",
}  # fmt: skip
"""What an input method for Chinese puts where a tag needs the sign of the same look."""
_NAME_ENDS: Final = frozenset(" \t\r\n>/<")


def why(raw: bytes, error: expat.ExpatError, opened: Sequence[tuple[str, int]], /) -> Finding:
    """The finding for what expat stumbled over in `raw`; `opened` are the elements then open, with their lines."""
    line, column = error.lineno, error.offset + 1
    rows = raw.decode("utf-8").split("\n")
    row = rows[line - 1] if line <= len(rows) else ""
    before, at = row[max(0, column - 2) : column - 1], row[column - 1 : column]
    if error.code == _UNDEFINED_ENTITY:
        return Finding.of("entity", line, column)
    if error.code == _MISMATCH and opened:
        name, since = opened[-1]
        closing = row[column - 1 :].removeprefix("</")
        end = next((place for place, sign in enumerate(closing) if sign in _NAME_ENDS), len(closing))
        return Finding.of("tag-mismatch", line, column, name=closing[:end], open=name, since=since)
    if error.code == _NO_ELEMENTS and opened:
        name, since = opened[-1]
        return Finding.of("tag-open", line, column, open=name, since=since)
    if error.code in (_INVALID_TOKEN, _UNCLOSED_TOKEN):
        if error.code == _INVALID_TOKEN and row[max(0, column - 3) : column - 1] == "--":
            return Finding.of("comment", line, column - 2)
        if at in _HALF and at:
            return Finding.of("tag-sign", line, column, sign=at, half=_HALF[at])
        if error.code == _INVALID_TOKEN and (before == "&" or (before == "<" and not at.isalpha())):
            return Finding.of("sign", line, column - 1, sign=before, written=_WRITTEN[before])
        if error.code == _UNCLOSED_TOKEN or at in ("<", ">", "/") or before in ('"', "'", "="):
            return Finding.of("tag-unfinished", line, column)
    return Finding.of("syntax", line, column, reason=expat.ErrorString(error.code) or "")
