"""The little HTML that question banks hold, as running text; whatever is more than words is told."""

from __future__ import annotations

import html
import re
from typing import Final

from dgxblock.bank.shape import MOST_TEXT, Place, Read, Untakable, Words
from dgxblock.bank.texts import joined
from dgxblock.content.model import Span

BREAKS: Final = frozenset(
    {"br", "p", "div", "li", "ul", "ol", "blockquote", "pre", *(f"h{each}" for each in range(1, 7))}
)
"""Elements that begin a line of their own."""
EMPHASIS: Final = frozenset({"em", "strong", "b", "i"})
PLAIN: Final = frozenset({"span", "small", "font", "tt", "code", "kbd", "samp", "var", "q", "cite", "abbr", "dfn"})
"""Elements that go without a loss worth telling."""
MEDIA: Final = frozenset({
    "img", "picture", "object", "embed", "iframe", "audio", "video", "svg", "math", "table", "canvas", "form", "input",
    "select", "script", "style",
})  # fmt: skip
"""Without these a question may not make sense."""

_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})(?:[\s/][^<>]*)?>|<!--[^<>]*-->")
_LIKELY: Final = re.compile(r"</?(?:p|br|b|i|em|strong|span|div|ul|ol|li|img|sub|sup)[\s/>]", re.IGNORECASE)


def is_likely(text: str, /) -> bool:
    """Whether a text that does not say its format is HTML."""
    return _LIKELY.search(text) is not None


def words_of(text: str, place: Place, read: Read, /) -> Words:
    """The words of HTML: one pass over it.

    Raises:
        Untakable: it is far too long, or there is more to it than words.
    """
    if len(text) > 5 * MOST_TEXT:
        raise Untakable(place, "too-long", limit=MOST_TEXT)
    spans: list[Span] = []
    lost: dict[str, None] = {}
    deep = 0
    at = 0
    for tag in [*_TAG.finditer(text), None]:
        said = html.unescape(text[at : tag.start()] if tag else text[at:]).replace("\n", " ")
        if said:
            spans.append(Span("em", spans=(Span("text", said),)) if deep else Span("text", said))
        if tag is None:
            break
        at, name = tag.end(), (tag[2] or "").lower()
        if name in BREAKS:
            spans.append(Span("br"))
        elif name in EMPHASIS:
            deep = max(0, deep + (-1 if tag[1] else 1))
        elif name and name not in PLAIN and not tag[1]:
            lost[name] = None
    for name in lost:
        if name in MEDIA:
            raise Untakable(place, "media", name=name)
        read.refuse(place, "markup", name=name)
    return joined(tuple(spans))
