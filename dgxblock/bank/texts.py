"""Between one language and two: a file that comes from elsewhere has one, our documents have both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from dgxblock.bank.shape import Words
from dgxblock.content.model import Span, Text, Value, texts
from dgxblock.content.text import NOTHING

TODO: Final = "TODO "
"""`cases check` names every place that still says so."""
_SPACES: Final = re.compile(r"[ \t\r\n]+")
_WHY: Final = (Span("text", "TODO 为什么"),), (Span("text", "TODO why"),)


def both(spans: Words, lang: str, /) -> Text:
    """A text of which only `lang` is known: the other language gets the same words, marked as still to be written."""
    other = (Span("text", TODO), *spans) if spans[:1] and spans[0].kind != "text" else _marked(spans)
    return Text(spans, other) if lang == "zh-CN" else Text(other, spans)


def _marked(spans: Words) -> Words:
    if not spans or spans[0].text.startswith(TODO):
        return spans
    return (Span("text", TODO + spans[0].text), *spans[1:])


def reason(spans: Words, lang: str, /) -> Text:
    """A rationale; our rules want one where others have none."""
    return both(spans, lang) if spans else Text(*_WHY)


def is_open(text: Text, /) -> bool:
    """Whether a text is nothing but a rationale still to be written."""
    return text == Text(*_WHY)


def spoken(text: Text | None, lang: str, values: dict[str, Value] | None = None, /) -> Words:
    """A text in `lang` as formats take it: emphasis and breaks stay, figures stand in words, claims lose their mark."""
    if text is None or is_open(text):
        return ()
    return joined(_flat(text.spans(lang), lang, values or dict(NOTHING)))


def _flat(spans: Words, lang: str, values: dict[str, Value]) -> Iterator[Span]:
    for span in spans:
        if span.kind == "em":
            yield Span("em", spans=(Span("text", "".join(each.plain(lang, values) for each in span.spans)),))
        elif span.kind == "claim":
            yield from _flat(span.spans, lang, values)
        elif span.kind == "br":
            yield span
        else:
            yield Span("text", span.plain(lang, values))


def joined(spans: Iterable[Span], /) -> Words:
    """Neighbouring texts as one, white space squeezed; no break and no space at an edge of a line, nothing empty."""
    lines: list[list[Span]] = [[]]
    for broken, group in groupby(spans, lambda each: each.kind == "br"):
        if broken:
            lines.append([])
        else:
            lines[-1] += _line(list(group))
    made: list[Span] = []
    for line in (each for each in lines if each):
        made += [Span("br"), *line] if made else line
    return tuple(made)


def _line(spans: list[Span]) -> list[Span]:
    """One line: its texts squeezed, also across marks, and trimmed at both ends."""
    made: list[Span] = []
    marked = [(each.kind if each.plain("en").strip() else "text", each) for each in spans]
    for kind, pairs in groupby(marked, lambda each: each[0]):
        group = [each for _kind, each in pairs]
        words = _SPACES.sub(" ", "".join(each.plain("en") for each in group))
        if kind == "text":
            words = words.lstrip(" ") if not made else words
            made += [Span("text", words)] if words else []
        else:
            made.append(Span("em", spans=(Span("text", words),)))
    if made and made[-1].kind == "text":
        last = made.pop().text.rstrip(" ")
        made += [Span("text", last)] if last else []
    return made


def figures(thing: object, /) -> frozenset[str]:
    """Names of the values that any text of it quotes."""
    return frozenset(ref for text in texts(thing) for ref in text.refs())
