"""The Pareto chart: largest first, one axis, the cumulative line starting at the top of the first bar."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dgxblock.charts.svg import circle, finite, frame, line, rect, short, text
from dgxblock.formats import format_value

_BASE, _TOP = 224, 24  # px of 0 and of the whole
_WIDE = 4  # more columns than this are narrow: values lose their unit, names take turns on two lines


def pareto(
    prefix: str, rows: Sequence[tuple[str, float]], /, *, title: str, desc: str, lang: str, fmt: str = "min"
) -> str:
    """(label, value) pairs as columns with their cumulative share of the total. Negative values count as
    nothing.
    """
    known = [(label, finite(value)) for label, value in rows]
    ranked = sorted(known, key=lambda row: -(row[1] or 0.0))
    total = sum(max(0.0, value or 0.0) for _label, value in ranked)
    pitch = 99 / max(len(ranked), 1)
    narrow = len(ranked) > _WIDE
    parts: list[str] = []
    points: list[tuple[str, float, float]] = []
    reached = 0.0
    for i, (label, value) in enumerate(ranked):
        share = max(0.0, value or 0.0) / total if total else 0.0
        reached += share
        height = share * (_BASE - _TOP)
        left, width = pitch * (i + 3 / 33), pitch * 26 / 33
        centre = short(left + width / 2)
        # the first value stands in its bar, because the first point of the line stands on top of it
        inside = i == 0 and height > 20
        shown = format_value(value, "int" if narrow and not fmt.startswith("percent") else fmt, lang)
        # names at the edges of many narrow columns grow inwards
        place, anchor = (centre, "middle")
        if narrow and i in (0, len(ranked) - 1):
            place, anchor = (short(left), "start") if i == 0 else (short(left + width), "end")
        parts += [
            rect("n", short(left), _BASE - height, short(width), height),
            text(centre, _BASE - 12 if inside else _BASE - height - 6, shown, c="t" if inside else "", anchor="middle"),
            text(place, 258 if narrow and i % 2 else 242, label, c="t", anchor=anchor),
        ]
        points.append((centre, _BASE - reached * (_BASE - _TOP), reached))
    if total:
        parts += [line(*a[:2], *b[:2], c="l") for a, b in pairwise(points)]
        parts += [
            circle(x, y, 4) + text(x, y - 9, format_value(share, "percent1", lang), c="a", anchor="middle")
            for x, y, share in points
        ]
    parts.append(line("0", _BASE, "100%", _BASE))
    return frame(prefix, 266 if narrow else 250, parts, title=title, desc=desc)
