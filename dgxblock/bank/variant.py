"""Questions as one trainee meets them: keys and figures of one set of data, written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from dgxblock.bank import own
from dgxblock.bank.question import value_name
from dgxblock.content.compose_text import number
from dgxblock.content.model import (
    ChoiceItem,
    ClassifyItem,
    DecideItem,
    Item,
    MatchItem,
    NumberItem,
    OrderItem,
    Span,
    Text,
    Value,
    ValueDef,
)
from dgxblock.formats import format_value
from dgxblock.items.assign import key_of
from dgxblock.items.choice import correct_ids
from dgxblock.items.decide import credits_of
from dgxblock.items.order import key_of as order_of
from dgxblock.lab import Sheet

__all__ = ["variant"]


def variant(items: Iterable[Item], sheet: Sheet, /) -> tuple[tuple[Item, ...], tuple[ValueDef, ...]]:
    """The questions with what depends on the data fixed as `sheet` has it, and the values of their keys. Questions that
    are the same for everybody stay as they are.

    Raises:
        LabError: a key cannot be computed.
    """
    values = {each.name: each for each in sheet.dataset.values}
    constant = own.constants_of(values.values())
    made: list[Item] = []
    kept: dict[str, ValueDef] = {}
    for item in items:
        if own.is_fixed(item, constant):
            made.append(item)
            kept |= {name: values[name] for name in own.quoted(item)}
            continue
        fixed = _keyed(_said(item, sheet), sheet)
        for each in (fixed, *fixed.misconceptions):
            if old := getattr(each, "ref", ""):
                new = value_name(f"{item.id}-{old}")
                fixed = own.with_value(fixed, old, new)
                kept[new] = ValueDef(
                    new, f"SELECT {number(float(sheet.values[old]))}", values[old].unit, values[old].format
                )
        made.append(fixed)
    return tuple(made), tuple(kept.values())


def _said(item: Item, sheet: Sheet) -> Item:
    """The question with its figures in words; those that it states stand below what it asks."""
    prompt = item.prompt
    for each in item.givens:
        value = sheet.values[each.ref]
        zh, en = (
            (*each.label.spans(lang), Span("text", colon + format_value(value, each.format, lang)))
            for lang, colon in (("zh-CN", "："), ("en", ": "))
        )
        prompt = Text((*prompt.zh, Span("br"), *zh), (*prompt.en, Span("br"), *en))
    return _in_words(replace(item, prompt=prompt, givens=()), sheet.values)  # type: ignore[no-any-return]


def _in_words(thing: Any, values: Any) -> Any:
    if isinstance(thing, Text):
        return Text(_figures(thing.zh, values, "zh-CN"), _figures(thing.en, values, "en"))
    if isinstance(thing, tuple):
        return tuple(_in_words(each, values) for each in thing)
    if not is_dataclass(thing) or isinstance(thing, type):
        return thing
    return replace(thing, **{each.name: _in_words(getattr(thing, each.name), values) for each in fields(thing)})


def _figures(spans: tuple[Span, ...], values: dict[str, Value], lang: str) -> tuple[Span, ...]:
    made: list[Span] = []
    for span in spans:
        if span.kind == "var":
            span = Span("text", span.plain(lang, values))  # noqa: PLW2901
        elif span.spans:
            span = replace(span, spans=_figures(span.spans, values, lang))  # noqa: PLW2901
        if span.kind == "text" and made and made[-1].kind == "text":
            made[-1] = Span("text", made[-1].text + span.text)
        else:
            made.append(span)
    return tuple(made)


def _keyed(item: Item, sheet: Sheet) -> Item:
    """The question with its key written down."""
    if isinstance(item, NumberItem):
        return replace(item, depends=())
    if isinstance(item, ChoiceItem) and item.key:
        right = correct_ids(item, sheet)
        return replace(item, key="", choices=tuple(replace(each, correct=each.id in right) for each in item.choices))
    if isinstance(item, OrderItem) and item.key:
        order = order_of(item, sheet)
        before = dict(zip(order[1:], order, strict=False))
        steps = tuple(replace(each, after=(before[each.id],) if each.id in before else ()) for each in item.steps)
        return replace(item, key="", steps=steps, misconceptions=())
    if isinstance(item, MatchItem | ClassifyItem) and item.key:
        chosen = key_of(item, sheet)
        return replace(item, key="", things=tuple(replace(each, target=chosen[each.id]) for each in item.things))
    if isinstance(item, DecideItem) and item.key:
        shares = credits_of(item, sheet)
        return replace(item, key="", options=tuple(replace(o, credit=shares.get(o.id, 0.0)) for o in item.options))
    return item
