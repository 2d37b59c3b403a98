"""Between one language and two: a file that comes from elsewhere has one, our documents have both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dgxblock.bank.shape import Words
from dgxblock.content.model import Span, Text, Value, texts
from dgxblock.content.text import NOTHING

TODO: Final = "TODO "
"""`cases check` names every place that still says so."""
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


def joined(spans: Iterator[Span] | Words, /) -> Words:
    """Neighbouring texts as one; no break and no space at an edge, empty spans gone."""
    made: list[Span] = []
    for span in spans:
        if span.kind == "br":
            if made and made[-1].kind == "text":
                kept = made.pop().text.rstrip(" ")
                made += [Span("text", kept)] if kept else []
            if made and made[-1].kind != "br":
                made.append(span)
            continue
        words = " ".join(span.plain("en").replace("\n", " ").split(" "))
        while "  " in words:
            words = words.replace("  ", " ")
        if span.kind == "text":
            if not made or made[-1].kind == "br":
                words = words.lstrip(" ")
            if made and made[-1].kind == "text":
                words = made.pop().text + words
                while "  " in words:
                    words = words.replace("  ", " ")
            if words:
                made.append(Span("text", words))
        elif words.strip():
            made.append(Span("em", spans=(Span("text", words),)))
    while made and (made[-1].kind == "br" or (made[-1].kind == "text" and not made[-1].text.strip())):
        made.pop()
    if made and made[-1].kind == "text":
        made[-1] = Span("text", made[-1].text.rstrip(" "))
    return tuple(made)


def figures(thing: object, /) -> frozenset[str]:
    """Names of the values that any text of it quotes."""
    return frozenset(ref for text in texts(thing) for ref in text.refs())
