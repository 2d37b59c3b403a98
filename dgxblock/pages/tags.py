"""Template tags: texts in the reader's language, content with its computed figures, numbers as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.template import Context, Library
from django.utils.safestring import SafeString

from dgxblock import formats
from dgxblock.content import render as content_render
from dgxblock.i18n import gettext, ngettext

register = Library()


@register.simple_tag(takes_context=True)
def t(context: Context, message: str, /, **params: object) -> str:
    """``{% t "Saved %(time)s" time=x %}``"""
    return gettext(message, language=context["lang"], **params)


@register.simple_tag(takes_context=True)
def tn(context: Context, singular: str, plural: str, /, *, n: int, **params: object) -> str:
    """``{% tn "1 try left" "%(n)s tries left" n=x %}``"""
    return ngettext(singular, plural, n, language=context["lang"], **params)


@register.filter
def of(mapping: Mapping[str, Any], name: str) -> Any:
    """What a mapping holds under a name that only the page knows: ``{{ uploads|of:q.item.id }}``; empty if nothing."""
    return mapping.get(name, "") if mapping else ""


@register.simple_tag(takes_context=True)
def gap(context: Context, /) -> str:
    """What stands between two sentences: a space, and in Chinese nothing."""
    return "" if context["lang"] == "zh-CN" else " "


@register.simple_tag(takes_context=True)
def comma(context: Context, /) -> str:
    """What stands between the parts of a reference; in Chinese full width, with no space after it."""
    return "，" if context["lang"] == "zh-CN" else ", "


@register.simple_tag(takes_context=True)
def rich(context: Context, text: Any) -> SafeString:
    """A content text with emphasis and computed figures, safe HTML."""
    return SafeString(content_render.html(text, context["lang"], context["values"]))


@register.simple_tag(takes_context=True)
def plain(context: Context, text: Any) -> str:
    """A content text as plain characters on one line, for attributes and titles."""
    return formats.one_line(str(text.plain(context["lang"], context["values"])), context["lang"])


@register.simple_tag(takes_context=True)
def number(context: Context, value: Any, fmt: str = "text") -> str:
    """A value in one of the formats of `dgxblock.formats`."""
    return formats.format_value(value, fmt, context["lang"])


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime) -> str:
    """Day and time in the site's zone, without the year in the same year."""
    from django.utils import timezone

    return formats.format_datetime(timezone.localtime(value), context["lang"], today=timezone.localdate())


@register.simple_tag(takes_context=True)
def clock(context: Context, value: datetime) -> str:
    """Time of day, 24 h, in the site's zone."""
    from django.utils import timezone

    return formats.format_time(timezone.localtime(value), context["lang"])
