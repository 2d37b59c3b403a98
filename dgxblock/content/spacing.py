"""White space: authors break and indent lines where they like, and no reader sees it."""

from __future__ import annotations

import inspect
import re
from typing import Final

from lxml import etree

from dgxblock.content.safe import is_element, local, words

LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

_RUN: Final = re.compile(r"[ \t\r\n]+")


def is_chinese(character: str, /) -> bool:
    """Whether it is a Chinese character or full-width punctuation, next to which a line break means nothing."""
    return (
        "⺀" <= character <= "鿿" or "豈" <= character <= "\ufaff" or "！" <= character <= "￮" or character in "“”‘’…—·"
    )


def squeeze(text: str, /, *, chinese: bool) -> str:
    """Make every run of white space one space; in Chinese, a line break next to a Chinese character none at all.

    A run at the edge of the text keeps its space (it may separate the text from a mark), unless it is a line
    break in a Chinese text.
    """

    def one(run: re.Match[str]) -> str:
        if not chinese or "\n" not in run[0]:
            return " "
        before, after = text[: run.start()][-1:], text[run.end() :][:1]
        return " " if before and after and not is_chinese(before) and not is_chinese(after) else ""

    return _RUN.sub(one, text)


def is_running(element: etree._Element, /) -> bool:
    """Whether an element holds running text: ``t``, its marks, and a cell that needs no language."""
    name = local(element)
    return name in ("t", "em", "claim") or (name == "c" and not any(local(child) == "t" for child in element))


def runs(element: etree._Element, /, *, chinese: bool) -> list[str | etree._Element]:
    """The content of an element of running text: texts as a reader sees them, and the marks between them."""
    found: list[str | etree._Element] = []
    pending = element.text or ""
    for child in element:
        if is_element(child):
            found += [squeeze(pending, chinese=chinese), child]
            pending = ""
        pending += child.tail or ""
    found.append(squeeze(pending, chinese=chinese))
    if local(element) in ("t", "c"):  # within a mark, a space at the edge separates words
        found[0] = str(found[0]).lstrip(" ") if isinstance(found[0], str) else found[0]
        found[-1] = str(found[-1]).rstrip(" ") if isinstance(found[-1], str) else found[-1]
    return [each for each in found if not isinstance(each, str) or each]


def line(element: etree._Element, /) -> str:
    """The text of a simple element, on one line."""
    return " ".join(words(element).split())


def sql(element: etree._Element, /) -> str:
    """A query without the indentation that the document gives it."""
    clean = inspect.cleandoc(words(element).replace("\r", ""))
    return "\n".join(each.rstrip() for each in clean.split("\n")).strip()
