"""The words of the checker."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dgxblock.content.findings import Finding
from dgxblock.content.messages import MESSAGES
from dgxblock.i18n import gettext

PACKAGE = Path(__file__).parents[2] / "dgxblock"
SOURCES = "".join(path.read_text() for room in ("content", "desk", "items") for path in (PACKAGE / room).glob("*.py"))
PARAMETERS = re.compile(r"%\((\w+)\)s")


_TELLS = re.compile(
    r"\b(add|allowed|change|choose|cite|compare|correct|define|delete|describe|divide|draw|fill|flatten|give|"
    r"keep|leave|let|look|lower|make|mark|mend|move|must|name|narrow|needs|put|raise|read|rename|save|say|"
    r"says|select|set|shorten|simplify|spread|swap|still missing|take|there are|update|want|what can|widen|"
    r"write|it has|names its source)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("code", MESSAGES)
def test_a_sentence_says_what_to_do_in_both_languages(code: str) -> None:
    words = MESSAGES[code][1]
    assert _TELLS.search(words) or words.endswith("%(reason)s"), words
    assert re.search("[\u4e00-\u9fff]", gettext(words, language="zh-CN")), "no Chinese"


@pytest.mark.parametrize("code", MESSAGES)
def test_a_code_is_used_and_its_sentence_ends_like_one(code: str) -> None:
    level, words = MESSAGES[code]
    assert SOURCES.count(f'"{code}"') > 1, "nobody says this"
    assert level in ("error", "warning")
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
    assert words.endswith((".", "%(reason)s"))
    filled = Finding.of(code, 1, 1, **dict.fromkeys(PARAMETERS.findall(words), "50% %(x)s"))
    assert "50% %(x)s" in filled.message("en") or not PARAMETERS.search(words)
