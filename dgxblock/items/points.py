"""Points of a chart to mark. Until it is solved the chart is a run chart: no limits, nothing that gives them away."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar

from dgxblock import charts, formats
from dgxblock.content.model import PointsItem
from dgxblock.grading import Mark, Verdict, points
from dgxblock.i18n import gettext as _
from dgxblock.i18n import ngettext
from dgxblock.items import shape
from dgxblock.items.kind import Fault, Kind, Situation
from dgxblock.items.number import alike
from dgxblock.items.text import chosen_in, first_column
from dgxblock.items.ties import tied
from dgxblock.lab import Sheet

__all__ = ["MOST_POINTS", "PointView", "PointsControl", "PointsKind"]

MOST_POINTS = 200
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class PointView:
    """A point: its label (the answer) and how that is called, its value as text, whether it is marked and, once solved,
    whether it should be."""

    label: str
    name: str
    value: str
    marked: bool
    out: bool


@dataclass(frozen=True, slots=True)
class PointsControl:
    """The chart as markup that is safe, the headings of the two columns, and the points."""

    chart: str
    head: tuple[str, str]
    points: tuple[PointView, ...]


class PointsKind(Kind[PointsItem]):
    """The answer is the list of the labels that are marked."""

    template: ClassVar[str] = "dgxblock/item_points.html"

    def accept(self, item: PointsItem, raw: object, /) -> list[str]:
        del item
        if not isinstance(raw, list) or len(raw) > MOST_POINTS:
            raise shape.Malformed
        found = [shape.text(each, most=_LONGEST) for each in raw]
        if len(set(found)) != len(found):
            raise shape.Malformed
        return found

    def grade(self, item: PointsItem, answer: Any, at: Situation, /) -> Mark:
        return points.grade(answer, _spec(item, at.sheet))

    def control(
        self, item: PointsItem, answer: Any, sheet: Sheet, lang: str, mark: Mark | None, /, *, solved: bool
    ) -> PointsControl:
        del mark
        rows = _points(item, sheet)
        key = frozenset(first_column(item.key, sheet)) if solved else frozenset()
        marked = chosen_in(answer)
        form = item.columns[1].format
        shown = [formats.format_value(value, form, lang) if form != "text" else formats.format_plain(value)
                 for _label, value in rows]  # fmt: skip
        headings = [each.label.plain(lang) for each in item.columns]
        unit = f" {formats.unit_label(item.unit, lang)}" if item.unit else ""
        return PointsControl(
            chart=_chart(item, sheet, lang, rows, key, solved=solved),
            head=(headings[0], headings[1] + unit),
            points=tuple(
                PointView(label, sheet.dataset.category(label, lang), value, label in marked, label in key)
                for (label, _value), value in zip(rows, shown, strict=True)
            ),
        )

    def own(self, item: PointsItem, answer: Any, sheet: Sheet, lang: str, /) -> str:
        chosen = chosen_in(answer)
        return _listed(item, sheet, chosen, lang)

    def reference(self, item: PointsItem, sheet: Sheet, lang: str, /) -> str:
        key = first_column(item.key, sheet)
        return _listed(item, sheet, key, lang)

    def key(self, item: PointsItem, sheet: Sheet, /) -> object:
        return sorted(first_column(item.key, sheet))

    def faults(self, item: PointsItem, sheet: Sheet, /) -> Iterator[Fault]:
        found = sheet.query(item.query)
        numbers = all(isinstance(row[-1], int | float) for row in found.rows)
        if len(found.columns) != 2 or not numbers or not 3 <= len(found.rows) <= MOST_POINTS:
            yield Fault(("query",), "points-query", (("limit", str(MOST_POINTS)),))
            return
        labels = [str(row[0]) for row in found.rows]
        for label in labels:
            if labels.count(label) > 1 or len(label) > _LONGEST:
                yield Fault(("query",), "points-labels", (("name", label[:_LONGEST]),))
                return
        if tied(item.query, sheet, as_set=False):
            yield Fault(("query",), "key-tie")
        for name in item.limits:
            if isinstance(sheet.values[name], str):
                yield Fault((), "points-limit-text", (("name", name),))
        spec = _spec(item, sheet)
        yield from _key_faults(item, spec, sheet)
        roads = [(each, marks) for each, (_note, marks) in zip(
            [each for each in item.misconceptions if each.key], spec.misconceptions, strict=True)]  # fmt: skip
        for place, (each, marks) in enumerate(roads):
            if marks == spec.key:
                yield Fault((f"misconception:{place}",), "misconception-right", (("note", each.note),))
        for (one, first), (two, second) in combinations(roads, 2):
            if first == second and one.feedback != two.feedback:
                yield alike([each.note for each in item.misconceptions], one.note, two.note)


def _key_faults(item: PointsItem, spec: points.PointsSpec, sheet: Sheet) -> Iterator[Fault]:
    if unknown := sorted(spec.key - spec.labels):
        yield Fault(("key",), "points-key", (("name", unknown[0][:_LONGEST]),))
    elif not 1 <= len(spec.key) < len(spec.labels):
        yield Fault(("key",), "points-many")
    elif points.grade(sorted(spec.key), spec).verdict is not Verdict.RIGHT:
        yield Fault(("key",), "key-refused")
    if tied(item.key, sheet, as_set=True):
        yield Fault(("key",), "key-tie")


def _spec(item: PointsItem, sheet: Sheet) -> points.PointsSpec:
    return points.PointsSpec(
        labels=frozenset(label for label, _value in _points(item, sheet)),
        key=frozenset(first_column(item.key, sheet)),
        misconceptions=tuple(
            (each.note, frozenset(first_column(each.key, sheet))) for each in item.misconceptions if each.key
        ),
    )


def _points(item: PointsItem, sheet: Sheet) -> list[tuple[str, float]]:
    """The points in their order; one that is no number is a fault of the document and left out.

    Raises:
        LabError: the query cannot run.
    """
    return [
        (str(row[0]), float(row[1]))
        for row in sheet.query(item.query).rows
        if len(row) == 2 and isinstance(row[1], int | float)
    ]


def _listed(item: PointsItem, sheet: Sheet, among: Container[str], lang: str) -> str:
    names = [sheet.dataset.category(label, lang) for label, _value in _points(item, sheet) if label in among]
    return formats.join_list(names, lang)


def _chart(
    item: PointsItem, sheet: Sheet, lang: str, rows: list[tuple[str, float]], key: frozenset[str], /, *, solved: bool
) -> str:
    """The chart before and after. The description says no more than the picture."""
    values = [value for _label, value in rows]
    unit = formats.unit_suffix(item.unit, lang)
    label = item.columns[1].label.plain(lang)
    # two blocks of a page may show the same document, but never to the same seed
    prefix = "p" + hashlib.sha256(f"{sheet.seed}\0{item.id}".encode()).hexdigest()[:10]
    desc = ngettext("1 point", "%(n)s points", len(values), language=lang)
    if values:
        low, high = (formats.format_plain(each) for each in (min(values), max(values)))
        desc = _("%(points)s, from %(low)s to %(high)s.", language=lang, points=desc, low=low, high=high)
    point, first = charts.point_name(item.columns[0].label.plain(lang), lang), _first([name for name, _value in rows])
    title = _("Run chart: %(what)s", language=lang, what=label)
    if not solved:
        return charts.run(prefix, values, title=title, desc=desc, lang=lang, unit=unit, point=point, first=first)
    out = [place for place, (name, _value) in enumerate(rows) if name in key]
    marks = _listed(item, sheet, key, lang)
    desc += ("" if lang == "zh-CN" else " ") + _("To be marked: %(labels)s.", language=lang, labels=marks)
    if not item.limits:
        return charts.run(
            prefix, values, title=title, desc=desc, lang=lang, unit=unit, point=point, first=first, out=out
        )
    lower, centre, upper = (float(sheet.values[name]) for name in item.limits)
    title = _("Control chart: %(what)s", language=lang, what=label)
    return charts.control(
        prefix, values, title=title, desc=desc, lower=lower, centre=centre, upper=upper,
        unit=unit, point=point, first=first, out=out,
    )  # fmt: skip


def _first(labels: list[str]) -> int:
    """The number of the first point where labels count on from it, as subgroups 26 to 40 do; else the axis counts."""
    if not labels or not (labels[0].isascii() and labels[0].isdecimal()):
        return 1
    start = int(labels[0])
    return start if labels == [str(start + place) for place in range(len(labels))] else 1
