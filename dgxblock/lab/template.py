"""The workbook in which a trainee answers: their own data, and sheets with yellow cells to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from dgxblock.content.cell_places import HEAD, Place, answer_place, crowded, is_title
from dgxblock.formats import unit_label
from dgxblock.i18n import gettext
from dgxblock.lab.export import add_tables, finished, new_book, set_widths, text_cell, width
from dgxblock.lab.sheet import Table

_YELLOW: Final = PatternFill("solid", fgColor="FFF2CC")
_THIN: Final = Side("thin", color="BF9000")
_BOX: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_QUIET: Final = Font(color="595959")


@dataclass(frozen=True, slots=True)
class AnswerCell:
    """A cell to fill in: `label` stands on its left, `unit` (a code of the closed list) and the way on its right.

    So `cell` lies in row 3 or below and not in column A, and answers that are not in one column are four or more apart.
    """

    sheet: str
    cell: str
    label: str
    unit: str = ""
    formula: bool = True

    @property
    def place(self) -> Place:
        """Raises `ValueError` where there is no room for the label, the headings, the unit or the cell itself."""
        found = answer_place(self.cell)
        if found is None:
            raise ValueError(f"no place for an answer: {self.cell!r}")
        return found


def template_bytes(tables: Iterable[Table], cells: Sequence[AnswerCell], lang: str, owner_reference: str, /) -> bytes:
    """The workbook to download: the answer sheets first, then the data, and the hidden `owner_reference`.

    Nothing is protected: protection hinders honest work and no one else.

    Raises:
        ValueError: a cell or a sheet that cannot be, or two cells in each other's way.
    """
    sheets: dict[str, list[AnswerCell]] = {}
    for cell in cells:
        sheets.setdefault(cell.sheet, []).append(cell)
    # all of it before the book is begun: one that is left half-written complains later, to somebody else
    taken: set[str] = set()
    for title, own in sheets.items():
        if not is_title(title) or title.casefold() in taken:
            raise ValueError(f"no title of a sheet: {title!r}")
        taken.add(title.casefold())
        _check_apart(own)
    book = new_book()
    for title, own in sheets.items():
        _answers(book.create_sheet(title), own, lang)
    add_tables(book, tables, lang)
    return finished(book, owner_reference)


def _check_apart(cells: Sequence[AnswerCell], /) -> None:
    places = [each.place for each in cells]
    if crowded(places):
        raise ValueError(f"two things in one place: {', '.join(str(each) for each in places)}")


def _answers(sheet: Any, cells: Sequence[AnswerCell], lang: str, /) -> None:
    grid = {Place(1, 1): _instruction(sheet, lang)}
    columns = sorted({each.place.column for each in cells})
    heads = (
        gettext("Quantity", language=lang),
        gettext("Your result", language=lang),
        gettext("Unit", language=lang),
        gettext("How", language=lang),
    )
    widths = dict.fromkeys(range(1, columns[-1] + 3), 10)
    for column in columns:
        for step, head in enumerate(heads, -1):
            grid[Place(HEAD, column + step)] = text_cell(sheet, head, bold=True)
    for each in cells:
        row, column = each.place
        unit = unit_label(each.unit, lang) if each.unit else ""
        way = gettext("with a formula", language=lang) if each.formula else gettext("as you like", language=lang)
        grid[Place(row, column - 1)] = text_cell(sheet, each.label)
        grid[Place(row, column)] = _input(sheet, each.unit)
        grid[Place(row, column + 1)] = text_cell(sheet, unit)
        grid[Place(row, column + 2)] = _quiet(sheet, way)
        widths[column - 1] = max(widths[column - 1], min(60, width(each.label) + 2))
        widths[column] = max(widths[column], 16)
        widths[column + 1] = max(widths[column + 1], width(unit) + 2)
        widths[column + 2] = max(widths[column + 2], width(way) + 2)
    sheet.freeze_panes = f"A{HEAD + 1}"
    set_widths(sheet, widths.values())
    last = max(grid).row
    for row in range(1, last + 1):
        sheet.append([grid.get(Place(row, column)) for column in widths])


def _instruction(sheet: Any, lang: str, /) -> Any:
    text = gettext(
        "Write formulas that use the data sheets into the yellow cells, save as XLSX and upload the file.",
        language=lang,
    )
    return _quiet(sheet, text)


def _quiet(sheet: Any, text: str, /) -> Any:
    cell = text_cell(sheet, text)
    cell.font = _QUIET
    return cell


def _input(sheet: Any, unit: str, /) -> Any:
    cell = WriteOnlyCell(sheet)
    cell.fill = _YELLOW
    cell.border = _BOX
    cell.alignment = Alignment(horizontal="right")
    cell.number_format = "0.0%" if unit == "%" else "General"
    return cell
