"""Charts of a series: the run chart, which gives no answer away, and the control chart, which is one."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dgxblock.charts.svg import circle, diamond, finite, frame, line, percent, rect, text
from dgxblock.formats import format_plain
from dgxblock.i18n import gettext as _

_HEIGHT, _TOP, _BOTTOM = 264, 22, 232  # px: the chart, the highest and the lowest value
_RIGHT = 98.0  # per cent: the last point


@dataclass(frozen=True, slots=True)
class _Scale:
    """Values to pixels and indices to per cent."""

    low: float
    high: float
    count: int
    left: float

    def y(self, value: float, /) -> float:
        return _BOTTOM - (value - self.low) * (_BOTTOM - _TOP) / (self.high - self.low)

    def x(self, index: float, /) -> float:
        return self.left + (_RIGHT - self.left) * index / max(self.count - 1, 1)


def round_step(span: float, /, *, parts: int) -> float:
    """A round step (1, 2 or 5 times a power of ten) that divides `span` into about `parts`."""
    rough = span / parts
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough * 0.9999)


def _limits(values: Sequence[float], low: float | None, high: float | None, /) -> tuple[float, float]:
    """The shown range, unless given: the values and a tenth of their span, opened to a fifth of a tick."""
    least, most = min(values, default=0.0), max(values, default=1.0)
    span = (most - least) or abs(most) or 1.0
    grain = round_step(span * 1.2, parts=5) / 5
    bottom = low if low is not None else math.floor((least - span / 10) / grain) * grain
    top = high if high is not None else math.ceil((most + span / 10) / grain) * grain
    return (bottom, top) if top > bottom else (bottom, bottom + max(1.0, abs(bottom)))


def _path(points: Sequence[float | None], scale: _Scale, /) -> list[str]:
    """The segments of the series; a point that is missing leaves a gap."""
    return [
        line(percent(scale.x(i), 2), scale.y(a), percent(scale.x(i + 1), 2), scale.y(b), c="l")
        for i, (a, b) in enumerate(pairwise(points))
        if a is not None and b is not None
    ]


def _ends(count: int, scale: _Scale, point: str, first: int, /) -> list[str]:
    """First and last number in full, round numbers between them where they do not touch."""
    if not count:
        return []
    step, last = max(1, int(round_step(max(count, 4), parts=4))), first + count - 1
    # a phone shows some forty letters side by side
    room = max(step * 0.4, count * len(point.replace("{n}", str(last))) / 40)
    marks = [n for n in range(-(-first // step) * step, last, step) if n - first > room and last - n > room]
    full = [(first, "start"), *((n, "middle") for n in marks), *([(last, "end")] if count > 1 else [])]
    return [
        text(
            percent(scale.x(n - first), 2),
            252,
            point.replace("{n}", str(n)) if anchor != "middle" else n,
            anchor=anchor,
        )
        for n, anchor in full
    ]


def point_name(label: str, lang: str, /) -> str:
    """The first and last mark of a run chart, by what its points count: 第{n}组, Day {n}."""
    return f"第{{n}}{label.removesuffix('号')}" if lang == "zh-CN" else f"{label} {{n}}"


def run(
    prefix: str,
    values: Sequence[float],
    /,
    *,
    title: str,
    desc: str,
    lang: str,
    unit: str = "",
    point: str = "{n}",
    first: int = 1,
    target: float | None = None,
    low: float | None = None,
    high: float | None = None,
    out: Collection[int] = (),
) -> str:
    """A series without limits and without marked points: what a question may show.

    `unit` follows the numbers of the axis (``%``), `point` names the first and the last point (``第{n}组``), of which
    the first has the number `first`, `target` is a line with its label, `low` and `high` fix the shown range.
    Points whose place (from 0) is in `out` become diamonds: once the question is answered.
    """
    points = [finite(value) for value in values]
    known = [value for value in points if value is not None]
    aim = finite(target)
    scale = _Scale(*_limits(known + ([] if aim is None else [aim]), finite(low), finite(high)), len(points), 12.0)
    parts: list[str] = []
    if known:
        step = round_step(scale.high - scale.low, parts=5)
        for k in range(math.ceil(scale.low / step), math.floor(scale.high / step) + 1):
            if aim is not None and abs(k * step - aim) < step / 2:
                continue  # the target has its own line and label
            y = scale.y(k * step)
            parts.append(_level(y, c="g") + text("0", y - 4, format_plain(k * step, places=4) + unit))
        if aim is not None:
            words = _("Target %(value)s", language=lang, value=format_plain(aim, places=4) + unit)
            parts.append(_level(scale.y(aim)) + text("100%", scale.y(aim) + 15, words, anchor="end"))
    parts += _path(points, scale)
    for i, value in enumerate(points):
        if value is not None:
            x, y = percent(scale.x(i), 2), scale.y(value)
            parts.append(diamond(x, y) if i in out else circle(x, y, 3))
    parts += _ends(len(points), scale, point, first)
    return frame(prefix, _HEIGHT, parts, title=title, desc=desc)


def control(
    prefix: str,
    values: Sequence[float],
    /,
    *,
    title: str,
    desc: str,
    lower: float,
    centre: float,
    upper: float,
    base: int = 0,
    unit: str = "",
    point: str = "{n}",
    first: int = 1,
    places: int = 2,
    out: Collection[int] | None = None,
) -> str:
    """A control chart: limits, centre line, and a diamond for each point outside the limits,
    or where `out` names the places of points (from 0), for those.

    The first `base` points, from which the limits were computed, lie on a grey ground. UCL, CL and LCL are
    the same words in both languages.
    """
    points = [finite(value) for value in values]
    levels = [finite(level) for level in (upper, lower, centre)]
    known = [value for value in [*points, *levels] if value is not None]
    scale = _Scale(*_limits(known, None, None), len(points), 2.0)
    top, bottom, middle = levels
    parts: list[str] = []
    if 0 < base <= len(points):
        edge = min(100.0, scale.x(base - 0.5))
        parts.append(rect("k", "0", 8, percent(edge), 224))
    parts.append(
        "".join(
            _level(scale.y(level), c=c) for level, c in ((top, "d"), (bottom, "d"), (middle, "")) if level is not None
        )
    )
    parts += _path(points, scale)
    for i, value in enumerate(points):
        if value is None:
            continue
        x, y = percent(scale.x(i), 2), scale.y(value)
        beyond = (top is not None and value > top) or (bottom is not None and value < bottom)
        parts.append(diamond(x, y) if (beyond if out is None else i in out) else circle(x, y, 3))
    for name, level, shift, x, anchor in (
        ("UCL", top, -6, "4", ""),
        ("CL", middle, 15, "100%", "end"),
        ("LCL", bottom, -6, "100%", "end"),
    ):
        if level is not None:
            shown = f"{name} {format_plain(round(level, places), places=places)}{unit}"
            parts.append(text(x, scale.y(level) + shift, shown, anchor=anchor))
    parts += _ends(len(points), scale, point, first)
    return frame(prefix, _HEIGHT, parts, title=title, desc=desc)


def _level(y: float, /, *, c: str = "") -> str:
    return line("0", y, "100%", y, c=c)
