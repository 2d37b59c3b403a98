"""Charts with the tables behind them: where content, a learner's data and `dgxblock.charts` meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from dgxblock import charts, formats
from dgxblock.block.road import Step
from dgxblock.block.words import lead
from dgxblock.content.model import Case, ChartExhibit, Column, Dataset, Value
from dgxblock.i18n import gettext as _
from dgxblock.i18n import ngettext
from dgxblock.lab import Sheet

__all__ = ["DataTable", "Figure", "changes", "class_choices", "data_table", "exhibit", "objectives"]

_BARE = frozenset({"text", "int", "dec1", "dec2", "dec3"})
_COUNTED = frozenset({"piece", "time"})  # “boards made” needs no “pieces”
_SHORT = 4  # characters of a factor's letter beside its bar


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table of finished texts. `head` pairs a heading with whether its column is numeric; first cells head rows."""

    caption: str
    head: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def marked_rows(self) -> list[list[tuple[str, bool]]]:
        """Each cell with whether it is numeric."""
        return [[(cell, numeric) for cell, (_head, numeric) in zip(row, self.head, strict=True)] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as safe markup, and its data."""

    chart: SafeString
    table: DataTable


def heading(column: Column, lang: str, /) -> str:
    """The label of a column, with its unit where neither the format nor the label shows it."""
    label = column.label.plain(lang)
    shown = column.format in _BARE and column.unit and column.unit not in _COUNTED
    return f"{label} {formats.unit_label(column.unit, lang)}" if shown else label


def cell_text(cell: Value, column: Column, dataset: Dataset, lang: str, /) -> str:
    """One cell as readers see it: codes by their labels, numbers in the column's format."""
    if isinstance(cell, str):
        return dataset.category(cell, lang)
    if column.format != "text":
        return formats.format_value(cell, column.format, lang)
    return formats.format_plain(cell)


def data_table(
    caption: str, columns: Sequence[Column], rows: Sequence[Sequence[Value]], dataset: Dataset, lang: str, /
) -> DataTable:
    """Rows of the data set as texts."""
    head = tuple((heading(column, lang), column.type != "text" and place > 0) for place, column in enumerate(columns))
    shown = (
        tuple(cell_text(cell, column, dataset, lang) for cell, column in zip(row, columns, strict=True)) for row in rows
    )
    return DataTable(caption, head, tuple(shown))


def exhibit(exhibit: ChartExhibit, sheet: Sheet, lang: str, prefix: str, /) -> Figure:
    """The chart of an exhibit.

    Raises:
        LabError: its query cannot run.
    """
    rows = sheet.query(exhibit.query).rows
    title = exhibit.title.plain(lang, sheet.values)
    desc = exhibit.alt.plain(lang, sheet.values)
    table = data_table(title, exhibit.columns, rows, sheet.dataset, lang)
    names = [row[0] for row in table.rows]
    last = exhibit.columns[-1]
    match exhibit.chart:
        case "factors":
            labels = [_short(column.label.plain(lang)) for column in exhibit.columns[1:]]
            groups = [
                (name, list(zip(labels, map(_number, row[1:]), strict=True)))
                for name, row in zip(names, rows, strict=True)
            ]
            fmt = last.format if last.format in formats.FORMATS - {"text"} else "percent1"
            svg = charts.factors(prefix, groups, title=title, desc=desc, lang=lang, fmt=fmt)
        case "pareto":
            pairs = [(name, _number(row[1])) for name, row in zip(names, rows, strict=True)]
            svg = charts.pareto(prefix, pairs, title=title, desc=desc, lang=lang, fmt=_whole(exhibit.columns[1]))
        case "run":
            svg = charts.run(
                prefix, [_number(row[1]) for row in rows], title=title, desc=desc, lang=lang, unit=exhibit.unit,
                target=exhibit.target, point=charts.point_name(exhibit.columns[0].label.plain(lang), lang),
            )  # fmt: skip
        case _:
            pairs = [(name, _number(row[1])) for name, row in zip(names, rows, strict=True)]
            svg = charts.bars(prefix, pairs, title=title, desc=desc, lang=lang, fmt=exhibit.columns[1].format)
    return Figure(SafeString(svg), table)


def _number(cell: Value) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _short(label: str) -> str:
    """``A`` of “Availability A”: what fits beside a bar."""
    word = label.rpartition(" ")[2]
    return word if len(word) <= _SHORT else label


def _whole(column: Column) -> str:
    """Columns of minutes carry whole minutes in the chart; the table has the decimals."""
    return "min" if column.unit == "min" else column.format if column.format != "text" else "int"


def changes(case: Case, step: Step, values: Mapping[str, Value], lang: str, prefix: str, /) -> Figure:
    """What a choice moved, before and after."""
    states = {state.name: state for state in case.decisions.states}
    pairs, rows, sentences = [], [], []
    for change in step.changes:
        state = states[change.name]
        label, fmt = state.label.plain(lang, values), state.format
        before, after = (formats.format_value(value, fmt, lang) for value in (change.before, change.after))
        relative = fmt in ("min", "h", "s")
        pairs.append(charts.Pair(label, _number(change.before), _number(change.after), fmt, relative))
        moved = formats.format_change(change.before, change.after, fmt, lang, relative=relative)
        rows.append((label, before, after, moved))
        sentences.append(
            _("%(what)s from %(before)s to %(after)s", language=lang, what=label, before=before, after=after)
        )
    title = _("Figures before and after the decision", language=lang)
    desc = _list(sentences, lang)
    head = (
        (_("Measure", language=lang), False),
        (_("Before", language=lang), True),
        (_("After", language=lang), True),
        (_("Change", language=lang), True),
    )
    svg = charts.pairs(prefix, pairs, title=title, desc=desc, lang=lang)
    return Figure(SafeString(svg), DataTable(title, head, tuple(rows)))


def class_choices(
    step: Step, counts: Mapping[str, int], values: Mapping[str, Value], lang: str, prefix: str, /
) -> Figure:
    """How the class decided; `counts` by option id."""
    whole = sum(counts.values())
    labels, rows, sentences, mine = [], [], [], 0
    for place, option in enumerate(step.decision.options):
        label = option.label.plain(lang, values)
        label = lead(place, label, lang) + label
        if option.id == step.option.id:
            mine = place
            label = _("%(option)s (your choice)", language=lang, option=label)
        count = counts.get(option.id, 0)
        share = formats.format_value(count / whole if whole else 0.0, "percent0", lang)
        people = ngettext("%(n)s person", "%(n)s people", count, language=lang)
        labels.append((label, count))
        rows.append((label, f"{people} · {share}"))
        sentences.append(f"{label}{_(': ', language=lang)}{people}, {share}")
    title = _("What the class chose", language=lang)
    svg = charts.choices(prefix, labels, title=title, desc=_list(sentences, lang), lang=lang, chosen=mine)
    head = ((_("Choice", language=lang), False), (_("People", language=lang), True))
    return Figure(SafeString(svg), DataTable(title, head, tuple(rows)))


def objectives(rows: Sequence[tuple[str, float, float]], lang: str, prefix: str, /) -> Figure:
    """Points by learning objective: (objective, earned, possible)."""
    shown = [
        (label, f"{formats.format_plain(round(earned, 1))} / {formats.format_plain(possible)}", earned, possible)
        for label, earned, possible in rows
    ]
    bars = [
        charts.Share(label, earned / possible if possible else 0.0, text, accent=True)
        for label, text, earned, possible in shown
    ]
    title = _("Points by objective", language=lang)
    desc = _list([f"{label}{_(': ', language=lang)}{text}" for label, text, _earned, _possible in shown], lang)
    head = ((_("Objective", language=lang), False), (_("Points", language=lang), True))
    svg = charts.shares(prefix, bars, title=title, desc=desc)
    return Figure(SafeString(svg), DataTable(title, head, tuple((label, text) for label, text, *_rest in shown)))


def _list(sentences: Sequence[str], lang: str) -> str:
    return ("；" if lang == "zh-CN" else "; ").join(sentences) + ("。" if lang == "zh-CN" else ".")
