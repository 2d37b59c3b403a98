"""A table in which some numbers are to be filled in. Each cell is marked as a number item of its own would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from dgxblock import formats
from dgxblock.content.model import CellMisconception, CellRow, CellsItem, NumberItem, Span, Text
from dgxblock.grading import Mark, Verdict, number, words
from dgxblock.grading.parts import gathered, right
from dgxblock.grading.verdict import blank, unread
from dgxblock.i18n import gettext as _
from dgxblock.items import parts, shape
from dgxblock.items.cell_faults import idle, located
from dgxblock.items.kind import Fault, Kind, Situation
from dgxblock.items.number import MOST_TYPED, NumberKind
from dgxblock.lab import Sheet

__all__ = ["CellView", "CellsControl", "CellsKind", "RowView", "numbers"]

NUMBER: Final = NumberKind()
_STATES: Final = {Verdict.RIGHT: "full", Verdict.BLANK: "", Verdict.UNREAD: ""}
"""How the mark beside a cell is filled; any other verdict: half."""


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell as the page shows it: `shown` is a figure that is given, `name` (``row.column``) that of a field, whose
    mark is filled as `state` says."""

    shown: str = ""
    name: str = ""
    label: str = ""
    value: str = ""
    reading: str = ""
    tone: str = ""
    state: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """A row with its verdict in a word; without a mark `tone` and `tag` are empty."""

    label: Text
    cells: tuple[CellView, ...]
    tone: str
    tag: str


@dataclass(frozen=True, slots=True)
class CellsControl:
    """Columns as (label, unit), the rows, and sentences about what could not be read, by the name of the field."""

    head: tuple[tuple[Text, str], ...]
    rows: tuple[RowView, ...]
    errors: tuple[tuple[str, str], ...]
    marked: bool


class CellsKind(Kind[CellsItem]):
    """The answer is ``{"setup": {"minutes": "203.6", "share": "3.4"}}``, by row and column, without blank cells."""

    template: ClassVar[str] = "dgxblock/item_cells.html"

    def accept(self, item: CellsItem, raw: object, /) -> dict[str, dict[str, str]]:
        asked: dict[str, list[str]] = {}
        for name in numbers(item):
            row, _colon, column = name.partition(":")
            asked.setdefault(row, []).append(column)
        found: dict[str, dict[str, str]] = {}
        for row, cells in shape.fields(raw, asked).items():
            fields = shape.fields(cells, asked[row]).items()
            texts = {column: shape.text(each, most=MOST_TYPED) for column, each in fields}
            if written := {column: text for column, text in texts.items() if text.strip()}:
                found[row] = written
        return found

    def grade(self, item: CellsItem, answer: Any, at: Situation, /) -> Mark:
        if answer is None:
            return blank()
        asked = numbers(item)
        rows = {name.partition(":")[0] for name in asked}
        if not isinstance(answer, Mapping) or not all(isinstance(each, Mapping) for each in answer.values()):
            return unread("type")
        if (
            not all(f"{row}:{column}" in asked for row, cells in answer.items() for column in cells)
            or set(answer) - rows
        ):
            return unread("unknown")
        earlier = dict(at.earlier)
        for name, cell in asked.items():
            earlier[name] = cell, NUMBER.grade(cell, _typed(cell, name, answer), replace(at, earlier=earlier))
        return gathered([(name, earlier[name][1]) for name in asked])

    def restore(self, item: CellsItem, answer: Any, kept: Mapping[str, Any], /) -> Mark:
        asked, written = numbers(item), kept.get("parts", {})
        restored = (
            (name, NUMBER.restore(cell, _typed(cell, name, answer), written[name]))
            for name, cell in asked.items()
            if name in written
        )
        return replace(super().restore(item, answer, kept), parts=tuple(restored))

    def control(
        self, item: CellsItem, answer: Any, sheet: Sheet, lang: str, mark: Mark | None, /, *, solved: bool
    ) -> CellsControl:
        del solved
        marks = dict(mark.parts) if mark else {}
        rows = tuple(_row_view(item, row, answer, sheet, lang, marks) for row in item.rows)
        errors = self.unread(item, answer, mark, lang) if mark else {}
        names = [name.replace(":", ".") for name in numbers(item)]
        return CellsControl(
            head=tuple((each.label, formats.unit_label(each.unit, lang)) for each in item.columns),
            rows=rows,
            errors=tuple((name, errors.get(f"{item.id}.{name}", "")) for name in names),
            marked=bool(marks),
        )

    def tag(self, item: CellsItem, mark: Mark, lang: str, /) -> str:
        if mark.verdict is Verdict.PARTLY and right(mark):
            return _("%(right)s of %(total)s cells right", language=lang, right=right(mark), total=len(mark.parts))
        return super().tag(item, mark, lang)

    def feedback(self, item: CellsItem, answer: Any, mark: Mark, /) -> tuple[Text, ...]:
        del answer
        asked = numbers(item)
        said: list[Text] = []
        for name, part in mark.parts:
            if name in asked:
                texts = [*NUMBER.feedback(asked[name], None, part), parts.hint(part)]
                said += [parts.named(_read(place_of(item, name), part), each) for each in texts if each]
        return tuple(said)

    def unread(self, item: CellsItem, answer: Any, mark: Mark, lang: str, /) -> dict[str, str]:
        asked = numbers(item)
        found: dict[str, str] = {}
        for name, part in mark.parts:
            if part.verdict is Verdict.UNREAD and name in asked:
                typed = _typed(asked[name], name, answer)
                sentence = words.unread_sentence(part, typed and typed["value"], language=lang)
                place = place_of(item, name).plain(lang)
                found[f"{item.id}.{name.replace(':', '.')}"] = f"{place}{parts.colon(lang)}{sentence}"
        return found

    def readings(self, item: CellsItem, answer: Any, lang: str, /) -> dict[str, str]:
        return {
            f"{item.id}.{name.replace(':', '.')}": "".join(
                NUMBER.readings(cell, _typed(cell, name, answer), lang).values()
            )
            for name, cell in numbers(item).items()
        }

    def own(self, item: CellsItem, answer: Any, sheet: Sheet, lang: str, /) -> str:
        asked = numbers(item)
        shown = {name: NUMBER.own(cell, _typed(cell, name, answer), sheet, lang) for name, cell in asked.items()}
        return _in_words(item, shown, sheet, lang)

    def reference(self, item: CellsItem, sheet: Sheet, lang: str, /) -> str:
        shown = {name: NUMBER.reference(cell, sheet, lang) for name, cell in numbers(item).items()}
        return _in_words(item, shown, sheet, lang)

    def key(self, item: CellsItem, sheet: Sheet, /) -> object:
        return [sheet.values[cell.ref] for row in item.rows for cell in row.cells]

    def faults(self, item: CellsItem, sheet: Sheet, /) -> Iterator[Fault]:
        asked = numbers(item)
        for name, cell in asked.items():
            broken = False
            for fault in NUMBER.faults(cell, sheet):
                broken = broken or not fault.steps
                yield located(item, name, fault)
            if not broken:
                yield from idle(item, name, asked, sheet)


def numbers(item: CellsItem, /) -> dict[str, NumberItem]:
    """The cells that are asked for, by ``row:column``, each as a number item."""
    found: dict[str, NumberItem] = {}
    for row in item.rows:
        for cell in row.cells:
            column = item.column(cell.column)
            if cell.shown or column.tolerance is None:
                continue
            name = f"{row.id}:{column.id}"
            found[name] = NumberItem(
                id=name, points=1.0, objectives=(), prompt=row.label, hint=None, demand_hints=(), givens=(),
                rationale=item.rationale,
                misconceptions=tuple(
                    replace(each, ref=ref)
                    for each in item.misconceptions
                    if isinstance(each, CellMisconception)
                    for in_row, in_column, ref in each.wrong
                    if (in_row, in_column) == (row.id, column.id)
                ),
                ref=cell.ref, tolerance=column.tolerance, unit=column.unit, units=(column.unit,), depends=cell.depends,
            )  # fmt: skip
    return found


def place_of(item: CellsItem, name: str, /) -> Text:
    """The names of a cell's row and, if there are several columns to fill in, of its column."""
    row_id, _colon, column_id = name.partition(":")
    row = next(each.label for each in item.rows if each.id == row_id)
    if len({each.partition(":")[2] for each in numbers(item)}) < 2:
        return row
    column = item.column(column_id).label
    return Text((*row.zh, Span("text", "，"), *column.zh), (*row.en, Span("text", ", "), *column.en))


def _read(place: Text, part: Mark) -> Text:
    """The place of a cell and what was read there: the note about it stands below the table."""
    chinese, english = number.echo(part, "zh-CN"), number.echo(part, "en")
    return Text((*place.zh, Span("text", f"（{chinese}）")), (*place.en, Span("text", f" ({english})")))


def _typed(cell: NumberItem, name: str, answer: Any) -> dict[str, Any] | None:
    """The answer to a cell as one to a number item."""
    row, _colon, column = name.partition(":")
    written = answer.get(row) if isinstance(answer, Mapping) else None
    value = written.get(column) if isinstance(written, Mapping) else None
    return None if value is None else {"value": value, "unit": cell.unit}


def _row_view(
    item: CellsItem, row: CellRow, answer: Any, sheet: Sheet, lang: str, marks: Mapping[str, Mark]
) -> RowView:
    asked = numbers(item)
    cells: list[CellView] = []
    inside: list[tuple[str, Mark]] = []
    for column in item.columns:
        name = f"{row.id}:{column.id}"
        cell = next((each for each in row.cells if each.column == column.id), None)
        if cell is None:
            cells.append(CellView())
        elif name not in asked:
            cells.append(CellView(shown=formats.format_value(sheet.values[cell.ref], cell.format, lang)))
        else:
            typed, mark = _typed(asked[name], name, answer), marks.get(name)
            refused = mark is not None and mark.verdict is Verdict.UNREAD  # then a sentence below the table says why
            inside += [(name, mark)] if mark else []
            cells.append(
                CellView(
                    name=name.replace(":", "."),
                    label=("，" if lang == "zh-CN" else ", ").join(
                        each.plain(lang, sheet.values) for each in (row.label, column.label)
                    ),
                    value=str(typed["value"]) if typed else "",
                    reading="" if refused else "".join(NUMBER.readings(asked[name], typed, lang).values()),
                    tone=parts.tone(mark),
                    state=_STATES.get(mark.verdict, "half") if mark else "",
                    verdict=words.verdict_label(mark.verdict, language=lang) if mark else "",
                )
            )
    if not inside:
        return RowView(row.label, tuple(cells), "", "")
    together = inside[0][1] if len(inside) == 1 else gathered(inside)
    return RowView(row.label, tuple(cells), parts.tone(together), words.verdict_label(together.verdict, language=lang))


def _in_words(item: CellsItem, shown: Mapping[str, str], sheet: Sheet, lang: str) -> str:
    """``换线：时间 203.6 min，占比 83.2%；…``: row by row, what is not empty."""
    comma, semicolon = ("，", "；") if lang == "zh-CN" else (", ", "; ")
    rows: list[str] = []
    for row in item.rows:
        cells = [
            f"{column.label.plain(lang, sheet.values)} {shown[f'{row.id}:{column.id}']}"
            for column in item.columns
            if shown.get(f"{row.id}:{column.id}")
        ]
        if cells:
            rows.append(f"{row.label.plain(lang, sheet.values)}{parts.colon(lang)}{comma.join(cells)}")
    return semicolon.join(rows)
