"""Charts of horizontal bars: factors of a product, pairs before and after, shares, and plain bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dgxblock.charts.svg import clip, finite, frame, percent, phone_width, rect, text
from dgxblock.formats import format_change, format_value
from dgxblock.i18n import gettext as _
from dgxblock.i18n import ngettext

_STEP = 46  # px from one labelled bar to the next


@dataclass(frozen=True, slots=True)
class Pair:
    """One measure before and after. `relative` shows the change in per cent instead of its own unit."""

    label: str
    before: float
    after: float
    fmt: str = "int"
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """One bar of shares: its `ratio` of the whole track, the `shown` text at its end, and whether it is the
    point.
    """

    label: str
    ratio: float
    shown: str
    accent: bool = False
    strong: bool = False


def factors(
    prefix: str,
    groups: Sequence[tuple[str, Sequence[tuple[str, float]]]],
    /,
    *,
    title: str,
    desc: str,
    lang: str,
    fmt: str = "percent1",
) -> str:
    """Groups of ratios on a common track to 100 %, such as A, P, Q and their product.

    `groups` holds (name, rows) and rows (label, ratio). The last row of a group is the result and takes the
    accent.
    """
    parts: list[str] = []
    top = 0
    for name, rows in groups:
        parts.append(text("0", top + 14, name, c="t"))
        for i, (label, value) in enumerate(rows):
            y, last = top + 24 + 23 * i, i == len(rows) - 1
            strong = "t" if last else ""
            width = percent(72 * clip(finite(value) or 0.0))
            parts.append(
                text("0", y + 12, label, c=strong)
                + rect("k", "12%", y, "72%", 16)
                + rect("a" if last else "n", "12%", y, width, 16)
                + text("85.5%", y + 12, format_value(finite(value), fmt, lang), c=strong)
            )
        top += 32 + 23 * len(rows)
    return frame(prefix, max(top - 10, 40), parts, title=title, desc=desc)


def pairs(prefix: str, rows: Sequence[Pair], /, *, title: str, desc: str, lang: str) -> str:
    """Before and after, each measure on an axis of its own: 100 % for ratios, else the larger of the two."""
    told = [
        (
            _("Before %(value)s", language=lang, value=format_value(finite(row.before), row.fmt, lang)),
            _("After %(value)s", language=lang, value=format_value(finite(row.after), row.fmt, lang)),
        )
        for row in rows
    ]
    # on a phone the longest text must not run into the longest bar
    longest = max((phone_width(words) for pair in told for words in pair), default=0.0)
    room = min(78.0, max(30.0, 99.0 - longest))
    parts: list[str] = []
    for i, (row, (before, after)) in enumerate(zip(rows, told, strict=True)):
        top = 70 * i
        old, new = finite(row.before) or 0.0, finite(row.after) or 0.0
        axis = max(1.0 if row.fmt.startswith("percent") else 0.0, old, new) or 1.0
        change = format_change(row.before, row.after, row.fmt, lang, relative=row.relative)
        parts += [
            text("0", top + 14, row.label, c="t") + text("100%", top + 14, change, anchor="end"),
            rect("n", "0", top + 22, percent(room * clip(old / axis)), 14)
            + text("100%", top + 34, before, anchor="end"),
            rect("a", "0", top + 40, percent(room * clip(new / axis)), 14)
            + text("100%", top + 52, after, c="t", anchor="end"),
        ]
    return frame(prefix, max(70 * len(rows), 40), parts, title=title, desc=desc)


def shares(prefix: str, rows: Sequence[Share], /, *, title: str, desc: str) -> str:
    """Parts of a whole, each on its own track: the choices of a class, points by objective, the stages of a
    course.
    """
    parts: list[str] = []
    for i, row in enumerate(rows):
        y = _STEP * i
        parts.append(
            text("0", y + 13, row.label, c="t" if row.strong else "")
            + text("100%", y + 13, row.shown, c="t", anchor="end")
            + rect("k", "0", y + 20, "100%", 14)
            + rect("a" if row.accent else "n", "0", y + 20, percent(100 * clip(finite(row.ratio) or 0.0)), 14)
        )
    return frame(prefix, max(_STEP * len(rows), 40), parts, title=title, desc=desc)


def choices(
    prefix: str,
    counts: Sequence[tuple[str, int]],
    /,
    *,
    title: str,
    desc: str,
    lang: str,
    chosen: int | None = None,
) -> str:
    """How many chose what, of all who chose; `chosen` is the index of the reader's own choice."""
    whole = sum(count for _label, count in counts)
    rows = [
        Share(label, _ratio(count, whole), _people(count, whole, lang), accent=i == chosen, strong=i == chosen)
        for i, (label, count) in enumerate(counts)
    ]
    return shares(prefix, rows, title=title, desc=desc)


def funnel(prefix: str, stages: Sequence[tuple[str, int]], /, *, title: str, desc: str, lang: str) -> str:
    """How many got how far, each stage in per cent of the first."""
    whole = stages[0][1] if stages else 0
    rows = [
        Share(
            label,
            _ratio(count, whole),
            _count(count, lang) + (f" · {_share(count, whole, lang)}" if i else ""),
            accent=True,
        )
        for i, (label, count) in enumerate(stages)
    ]
    return shares(prefix, rows, title=title, desc=desc)


def bars(
    prefix: str,
    rows: Sequence[tuple[str, float]],
    /,
    *,
    title: str,
    desc: str,
    lang: str,
    fmt: str = "int",
    accent: int | None = None,
) -> str:
    """Values on one axis that starts at zero and ends at the largest; `accent` is the index of the bar to
    look at.
    """
    top = max([0.0, *(v for v in (finite(value) for _label, value in rows) if v is not None)])
    return shares(
        prefix,
        [
            Share(label, _ratio(value, top), format_value(finite(value), fmt, lang), accent=i == accent)
            for i, (label, value) in enumerate(rows)
        ],
        title=title,
        desc=desc,
    )


def _ratio(value: float, whole: float, /) -> float:
    part = finite(value)
    return part / whole if part is not None and whole > 0 else 0.0


def _count(count: int, lang: str, /) -> str:
    return format_value(count, "int", lang)


def _share(count: int, whole: int, lang: str, /) -> str:
    return format_value(_ratio(count, whole), "percent0", lang)


def _people(count: int, whole: int, lang: str, /) -> str:
    shown = {"count": _count(count, lang), "share": _share(count, whole, lang)}
    return ngettext("%(count)s person · %(share)s", "%(count)s people · %(share)s", count, language=lang, **shown)
