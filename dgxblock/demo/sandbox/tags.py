"""Template tags: texts in the reader's language, days and times."""

from __future__ import annotations

from datetime import date, datetime

from django.template import Context, Library
from django.utils import timezone

from dgxblock import formats
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


@register.simple_tag(takes_context=True)
def gap(context: Context, /) -> str:
    """What stands between two sentences: a space, and in Chinese nothing."""
    return "" if context["lang"] == "zh-CN" else " "


@register.filter
def tongue(text: str) -> str:
    """The language to mark a text from outside with: Chinese as soon as it has a Han character."""
    return "zh-CN" if any("\u3400" <= char <= "\u9fff" or char >= "\U00020000" for char in text or "") else "en"


@register.simple_tag(takes_context=True)
def day(context: Context, value: date) -> str:
    """A date in a sentence."""
    return formats.format_date(value, context["lang"])


@register.simple_tag(takes_context=True)
def day_cell(context: Context, value: date) -> str:
    """A date in a table."""
    return formats.format_date(value, context["lang"], table=True)


@register.simple_tag(takes_context=True)
def clock(context: Context, value: datetime) -> str:
    """Time of day with seconds, in the registry's zone: two requests often fall into one minute."""
    return f"{formats.format_time(timezone.localtime(value), context['lang'])}:{timezone.localtime(value):%S}"
