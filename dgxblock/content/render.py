"""Texts of the model as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from dgxblock.content.text import NOTHING, Span, Text, Value


def html(text: Text, lang: str, values: Mapping[str, Value] = NOTHING, /) -> str:
    """The text in `lang` as HTML that is safe to put into an element.

    ``em`` and line breaks become tags; everything else is escaped words. Figures are written in their format,
    those that `values` lacks as ``…``.
    """
    return "".join(_span(span, lang, values) for span in text.spans(lang))


def _span(span: Span, lang: str, values: Mapping[str, Value]) -> str:
    if span.kind == "br":
        return "<br>"
    if span.kind == "em":
        return f"<em>{''.join(_span(each, lang, values) for each in span.spans)}</em>"
    if span.kind == "claim":
        return "".join(_span(each, lang, values) for each in span.spans)
    return escape(span.plain(lang, values))
