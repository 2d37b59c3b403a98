"""From elements to `Text` and to the few other things that every document holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from dgxblock.content.model import Category, Column, Dataset, Given, Objective, Span, TableDef, Text, ValueDef
from dgxblock.content.safe import children, local
from dgxblock.content.spacing import LANG, runs, sql


@dataclass(frozen=True)
class Formats:
    """The format of each value of the data set, for figures that do not say their own."""

    known: dict[str, str]

    def of(self, element: etree._Element, /) -> str:
        """The format of a figure: its own, else that of its value, else ``text``."""
        return element.get("format") or self.known.get(str(element.get("ref")), "text")


def formats_of(dataset: Dataset, /) -> Formats:
    """What `Formats` needs to know of a data set."""
    return Formats({value.name: value.format for value in dataset.values})


def named(element: etree._Element, /, *names: str) -> list[etree._Element]:
    """The child elements of these names."""
    return [child for child in children(element) if local(child) in names]


def only(element: etree._Element, name: str, /) -> etree._Element:
    """The child element of that name, which the schema says is there."""
    return named(element, name)[0]


def attribute(element: etree._Element, name: str, /) -> Any:
    """An attribute as text; `Any` because the schema has closed its list of values, which mypy cannot see."""
    return element.get(name, "")


def ids(element: etree._Element, name: str, /) -> tuple[str, ...]:
    """The names in an attribute that lists some."""
    return tuple((element.get(name) or "").split())


def decimal(element: etree._Element, name: str, /) -> float | None:
    """A number that may be left out."""
    return float(element.attrib[name]) if name in element.attrib else None


def is_true(element: etree._Element, name: str, /) -> bool:
    """A yes-or-no attribute, no if absent."""
    return element.get(name) in ("true", "1")


def text(element: etree._Element, formats: Formats, /) -> Text:
    """Both languages of an element; what has no ``t`` (a neutral cell) is the same in both."""
    by_lang = {each.get(LANG): each for each in named(element, "t")}
    if not by_lang:
        same = _spans(element, formats, chinese=False)
        return Text(same, same)
    return Text(_spans(by_lang["zh-CN"], formats, chinese=True), _spans(by_lang["en"], formats, chinese=False))


def texts(element: etree._Element, formats: Formats, /) -> tuple[Text, ...]:
    """The paragraphs (``p``) of an element."""
    return tuple(text(each, formats) for each in named(element, "p"))


def maybe(element: etree._Element, name: str, formats: Formats, /) -> Text | None:
    """The text of an optional child."""
    found = named(element, name)
    return text(found[0], formats) if found else None


def _spans(element: etree._Element, formats: Formats, /, *, chinese: bool) -> tuple[Span, ...]:
    return tuple(
        Span("text", each) if isinstance(each, str) else _mark(each, formats, chinese=chinese)
        for each in runs(element, chinese=chinese)
    )


def _mark(mark: etree._Element, formats: Formats, /, *, chinese: bool) -> Span:
    kind = local(mark)
    if kind == "br":
        return Span("br")
    if kind == "var":
        return Span("var", ref=attribute(mark, "ref"), format=formats.of(mark))
    inner = _spans(mark, formats, chinese=chinese)
    if kind == "em":
        return Span("em", spans=inner)
    return Span("claim", spans=inner, basis=attribute(mark, "basis") or "sourced", sources=ids(mark, "src"))


def objectives(element: etree._Element, formats: Formats, /) -> tuple[Objective, ...]:
    """The objectives that a document lists."""
    return tuple(
        Objective(
            attribute(each, "id"),
            attribute(each, "bloom"),
            text(each, formats),
            maybe(each, "again", formats),
            "".join(attribute(again, "ref") for again in named(each, "again")),
        )
        for each in named(only(element, "objectives"), "objective")
    )


def given(element: etree._Element, formats: Formats, /) -> Given:
    """A figure that is told to learners."""
    return Given(attribute(element, "ref"), formats.of(element), text(element, formats))


def columns(element: etree._Element, formats: Formats, /) -> tuple[Column, ...]:
    """The columns of a table; a column without a type is a number if it is written like one."""
    return tuple(
        Column(
            name=attribute(each, "name"),
            label=text(each, formats),
            type=attribute(each, "type") or ("text" if each.get("format", "text") == "text" else "decimal"),
            unit=attribute(each, "unit"),
            format=each.get("format", "text"),
        )
        for each in named(element, "column")
    )


def dataset(element: etree._Element, /) -> Dataset:
    """The data set that an element ``dataset`` holds."""
    none = Formats({})
    return Dataset(
        id=attribute(element, "id"),
        seed=attribute(element, "seed"),
        spdx=attribute(element, "spdx"),
        categories=tuple(Category(attribute(each, "code"), text(each, none)) for each in named(element, "category")),
        tables=tuple(
            TableDef(
                name=attribute(each, "name"),
                label=text(only(each, "label"), none),
                columns=columns(each, none),
                select=sql(only(each, "select")),
                download=is_true(each, "download"),
            )
            for each in named(element, "table")
        ),
        values=tuple(
            ValueDef(
                attribute(each, "name"),
                sql(each),
                attribute(each, "unit"),
                each.get("format", "text"),
                decimal(each, "min"),
                decimal(each, "max"),
            )
            for each in named(element, "value")
        ),
        rules=tuple(text(each, none) for each in named(element, "rule")),
    )
