"""Words in two languages, with figures computed from the data set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from dgxblock.formats import format_value

Value = float | int | str
"""One computed scalar of a data set."""

NOTHING: Mapping[str, Value] = {}
UNKNOWN = "…"
"""Stands in a text for a figure that nobody computed, as in a list of titles."""


@dataclass(frozen=True)
class Span:
    """A stretch of text: ``var`` has `ref` and `format`, ``em`` and ``claim`` have `spans`."""

    kind: Literal["text", "em", "br", "var", "claim"]
    text: str = ""
    spans: tuple[Span, ...] = ()
    ref: str = ""
    format: str = "text"
    basis: Literal["synthetic", "framework", "sourced", ""] = ""
    sources: tuple[str, ...] = ()

    def plain(self, lang: str, values: Mapping[str, Value] = NOTHING, /) -> str:
        """The words alone; a figure as its format writes it, or `UNKNOWN` where `values` lacks it."""
        if self.kind == "br":
            return "\n"
        if self.kind == "var":
            return format_value(values[self.ref], self.format, lang) if self.ref in values else UNKNOWN
        return self.text + "".join(span.plain(lang, values) for span in self.spans)


@dataclass(frozen=True)
class Text:
    """The same words in both languages."""

    zh: tuple[Span, ...]
    en: tuple[Span, ...]

    def spans(self, lang: str, /) -> tuple[Span, ...]:
        """The text in `lang`: ``zh-CN``, else English."""
        return self.zh if lang == "zh-CN" else self.en

    def plain(self, lang: str, values: Mapping[str, Value] = NOTHING, /) -> str:
        """The words in `lang` without markup (not escaped); see `Span.plain`."""
        return "".join(span.plain(lang, values) for span in self.spans(lang))

    def refs(self) -> frozenset[str]:
        """Names of the values that either language quotes."""
        return frozenset(_refs((*self.zh, *self.en)))


def _refs(spans: tuple[Span, ...], /) -> Iterator[str]:
    for span in spans:
        if span.kind == "var":
            yield span.ref
        yield from _refs(span.spans)
