"""The few SVG elements that the charts are made of.

There is no ``viewBox``: x is in per cent and y in pixels, so that text keeps its size on a phone. Colour is a
``data-c`` letter that the style sheet knows: a accent, n neutral, k track, x out of limits, t strong text;
lines l series, d limit, g grid.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def escape(text: object, /) -> str:
    """Text for an element or an attribute; characters that no document may hold are dropped."""
    return html.escape(_CONTROL.sub("", str(text)), quote=True)


def finite(value: object, /) -> float | None:
    """The value as a number that can be drawn, else ``None``."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    # beyond these, sums overflow and steps vanish; no factory is there
    if abs(number) < 1e-100:
        return 0.0
    return number if math.isfinite(number) and abs(number) < 1e100 else None


def clip(ratio: float, /) -> float:
    """A ratio between 0 and 1: a bar never leaves its track."""
    return min(1.0, max(0.0, ratio))


def percent(x: float, /, places: int = 1) -> str:
    """A horizontal place or length: ``48.5%``."""
    return f"{x:.{places}f}%"


def short(x: float, /) -> str:
    """A per cent without needless zeros: ``3%``, ``16.5%``; the left edge is ``0``."""
    text = f"{x:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "0" else text + "%"


def phone_width(words: str, /) -> float:
    """About how many per cent of a phone's 328 px a text of 13 px takes."""
    return sum(13.5 if character > "⺀" else 7.5 for character in words) / 3.28


def text(x: str, y: float, content: object, /, *, c: str = "", anchor: str = "") -> str:
    extra = (f' data-c="{c}"' if c else "") + (f' text-anchor="{anchor}"' if anchor else "")
    return f'<text x="{x}" y="{_px(y)}"{extra}>{escape(content)}</text>'


def rect(c: str, x: str, y: float, width: str, height: float, /) -> str:
    return f'<rect data-c="{c}" x="{x}" y="{_px(y)}" width="{width}" height="{_px(height)}"/>'


def line(x1: str, y1: float, x2: str, y2: float, /, *, c: str = "") -> str:
    colour = f'data-c="{c}" ' if c else ""
    return f'<line {colour}x1="{x1}" y1="{_px(y1)}" x2="{x2}" y2="{_px(y2)}"/>'


def circle(x: str, y: float, r: int, /) -> str:
    return f'<circle data-c="a" cx="{x}" cy="{_px(y)}" r="{r}"/>'


def diamond(x: str, y: float, /) -> str:
    """A point out of limits: a shape of its own, legible without colour."""
    return (
        f'<svg x="{x}" y="{_px(y)}" width="1" height="1" overflow="visible">'
        '<path data-c="x" d="M0-7 7 0 0 7-7 0z"/></svg>'
    )


def frame(prefix: str, height: int, parts: Iterable[str], /, *, title: str, desc: str) -> str:
    """The outer element, named by its title and description; `prefix` makes their ids unique on the page."""
    name = escape(re.sub(r"\s+", "-", prefix))
    names = f"{name}-t {name}-d"
    return "\n".join(
        [
            f'<svg class="dgx-chart" role="img" aria-labelledby="{names}" width="100%" height="{height}">',
            f'<title id="{name}-t">{escape(title)}</title>',
            f'<desc id="{name}-d">{escape(desc)}</desc>',
            *parts,
            "</svg>",
        ]
    )


def _px(y: float, /) -> str:
    return f"{y:.1f}".removesuffix(".0")
