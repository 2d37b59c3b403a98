"""How long a text is: Chinese in characters, English in words."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_CHARACTER: Final = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff01-\uff65“”‘’…—·]|[A-Za-z0-9][A-Za-z0-9.,%’'-]*")
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,%’'-]*")


def characters(text: str, /) -> int:
    """Chinese characters as editors count them: punctuation too, and a number or a Latin word as one."""
    return len(_CHARACTER.findall(text))


def words(text: str, /) -> int:
    """English words, numbers among them."""
    return len(_WORD.findall(text))


def written(text: str, /) -> int:
    """Characters that are seen, so no spaces and none that only join or turn others: what a page can count
    while somebody writes, in any language."""
    return sum(unicodedata.category(each) != "Cf" for each in "".join(text.split()))
