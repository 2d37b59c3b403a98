"""Reading the wanted cells out of a workbook that a trainee uploaded.

`read_job` is what the guarded child process runs: JSON in and out, nothing raises, and no answer holds a path or a
trace. `request` makes its header and `Upload.of` types its answer on the other side.

A cell answers with its ``kind`` and ``value``: ``number`` (float), ``text``, ``bool``, ``error`` (its code, such as
``#DIV/0!``), ``date`` (ISO 8601), ``empty``, or ``not-calculated`` for a formula that was saved without a result, as
programs do that cannot calculate. ``format`` is ``percent`` or ``time`` where the number is shown so: the value stays
0.674 for 67.4%, and a share of a day for a time. ``formula`` begins with ``=``, or is empty where the cell was typed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from dgxblock.content.cell_places import MOST_CELLS, OWNER_SHEET
from dgxblock.lab.xlsx.book import Strings, Styles, Workbook
from dgxblock.lab.xlsx.container import Container, judge
from dgxblock.lab.xlsx.errors import WorkbookError
from dgxblock.lab.xlsx.number_formats import date_text, kind_of
from dgxblock.lab.xlsx.parts import Budget
from dgxblock.lab.xlsx.references import MOST_COLUMNS, MOST_ROWS, Place, place, split
from dgxblock.lab.xlsx.sheet import RawCell, Sheet
from dgxblock.lab.xlsx.text import count, unescaped

__all__ = [
    "OWNER_SHEET", "ReadCell", "Upload", "WorkbookError", "read", "read_job", "read_table", "request", "table_job",
]  # fmt: skip

_MOST_OWNER: Final = 200
_OWNER: Final = (OWNER_SHEET, Place(1, 1))
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,4})?")
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]{5,15}Z?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReadCell:
    """One wanted cell; see the module for the kinds."""

    id: str
    at: str
    kind: str
    value: float | str | bool | None = None
    format: str = ""
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """What was read: the cells in the order they were asked for, and the owner reference, if the file has one."""

    cells: tuple[ReadCell, ...]
    owner: str | None

    @classmethod
    def of(cls, answer: Mapping[str, Any], /) -> Upload:
        """From the answer of `read_job`. Raises `WorkbookError` where it says so."""
        if "error" in answer:
            raise WorkbookError(answer["error"]["code"], answer["error"]["where"])
        return cls(tuple(ReadCell(**cell) for cell in answer["cells"]), answer["owner"])

    def json(self) -> dict[str, Any]:
        """As `read_job` answers, and as it may be stored."""
        fields = ReadCell.__slots__
        return {"cells": [{key: getattr(cell, key) for key in fields} for cell in self.cells], "owner": self.owner}


class _Target(NamedTuple):
    """Where a wanted cell is: the sheet's name in lower case."""

    sheet: str
    place: Place


def request(cells: Iterable[tuple[str, str]], /) -> dict[str, Any]:
    """The header of a job that reads `cells`: pairs of an id and ``'OEE 表'!B5`` or a defined name."""
    return {"cells": [{"id": id, "at": at} for id, at in cells]}


def read_job(header: Mapping[str, Any], data: bytes, /) -> dict[str, Any]:
    """Read the cells that ``header["cells"]`` names; nothing raises.

    The answer is ``{"cells": […], "owner": …}``, or ``{"error": {"code": …, "where": …}}`` with a code of `read`,
    ``request`` for a header that asks for nothing that can be, or ``damaged`` for whatever was not foreseen.
    """
    try:
        wanted = [(each["id"], each["at"]) for each in header["cells"]]
        if not all(isinstance(text, str) for pair in wanted for text in pair):
            raise TypeError
    except (KeyError, TypeError):
        return _error("request")
    try:
        return read(data, wanted).json()
    except WorkbookError as error:
        return _error(error.code, error.where)
    except MemoryError:
        return _error("too-large")
    except Exception:  # noqa: BLE001 a file that nobody foresaw must not show a trace to anyone
        return _error("damaged")


def read(data: bytes, wanted: Sequence[tuple[str, str]], /) -> Upload:
    """Read the `wanted` cells: pairs of an id and a place.

    Raises:
        WorkbookError: a code of `judge`; ``too-many-sheets``, ``-names``, ``-cells``, ``-styles`` or ``-strings``;
            ``sheet-missing`` (`where` is the sheet) or ``name-missing`` (the name, which leads to no single cell);
            ``cell-outside`` for a cell that items may not want, ``request`` for more than 100 of them.
    """
    if len(wanted) > MOST_CELLS:
        raise WorkbookError("request")
    asked = [(at, *split(at)) for _id, at in wanted]
    budget = Budget()
    container = judge(data, budget)
    name, relations = _main(container, budget)
    book = Workbook({rest.casefold() for _at, sheet, rest in asked if not sheet})
    book.read(container.pieces(name, "sheet.main+xml"), budget)
    targets = [_target(at, sheet, rest, book) for at, sheet, rest in asked]
    by_sheet: dict[str, set[Place]] = {}
    for sheet, where in (*targets, *([_OWNER] if OWNER_SHEET in book.sheets else [])):
        by_sheet.setdefault(sheet, set()).add(where)
    raw: dict[tuple[str, Place], RawCell] = {}
    for sheet, places in by_sheet.items():
        relation = relations.get(book.sheets[sheet])
        if relation is None or relation.kind != "worksheet":
            raise WorkbookError("damaged")
        part = Sheet(places)
        part.read(container.pieces(relation.target, "worksheet+xml"), budget)
        raw |= {(sheet, where): cell for where, cell in part.cells.items()}
    of_kind = {relation.kind: relation.target for relation in relations.values()}
    values = _Values(raw.values(), container, of_kind, book.since_1904, budget)
    cells = tuple(
        ReadCell(id, at, *values.of(raw.get(target))) for (id, at), target in zip(wanted, targets, strict=True)
    )
    owner = values.of(raw.get(_OWNER))[1]
    return Upload(cells, owner[:_MOST_OWNER] if isinstance(owner, str) else None)


def table_job(header: Mapping[str, Any], data: bytes, /) -> dict[str, Any]:
    """`read_table` for ``{"rows", "columns"}``: ``{"cells": [[row, column, kind, value], …]}``, or as `read_job`."""
    try:
        cells = read_table(data, int(header["rows"]), int(header["columns"]))
        return {"cells": [[where.row, where.column, *cell] for where, cell in cells.items()]}
    except WorkbookError as error:
        return _error(error.code, error.where)
    except MemoryError:
        return _error("too-large")
    except Exception:  # noqa: BLE001 as above
        return _error("damaged")


def read_table(
    data: bytes, rows: int, columns: int, /
) -> dict[Place, tuple[str, float | str | bool | None]]:  # fmt: skip
    """Kind and value of what stands in the first `rows` and `columns` of the first sheet; empty cells are not in it.

    Raises:
        WorkbookError: as `read` does.
    """
    budget = Budget()
    container = judge(data, budget)
    name, relations = _main(container, budget)
    book = Workbook(frozenset())
    book.read(container.pieces(name, "sheet.main+xml"), budget)
    found = (relations.get(id) for title, id in book.sheets.items() if title != OWNER_SHEET)
    first = next((each for each in found if each is not None and each.kind == "worksheet"), None)
    if first is None:
        raise WorkbookError("damaged")
    part = Sheet(Place(row, column) for row in range(1, rows + 1) for column in range(1, columns + 1))
    part.read(container.pieces(first.target, "worksheet+xml"), budget)
    of_kind = {relation.kind: relation.target for relation in relations.values()}
    values = _Values(part.cells.values(), container, of_kind, book.since_1904, budget)
    told = {where: values.of(cell)[:2] for where, cell in part.cells.items()}
    return {where: cell for where, cell in told.items() if cell[0] != "empty"}


def _error(code: str, where: str = "", /) -> dict[str, Any]:
    return {"error": {"code": code, "where": where}}


def _main(container: Container, budget: Budget, /) -> tuple[str, dict[str, Any]]:
    """The workbook's own part, and what it points to."""
    names = [each.target for each in container.relations("", budget).values() if each.kind == "officedocument"]
    if len(names) != 1:
        raise WorkbookError("damaged")
    return names[0], dict(container.relations(names[0], budget))


def _target(at: str, sheet: str, rest: str, book: Workbook, /) -> _Target:
    named = not sheet
    if named:
        sheet, rest = split(book.names.get(rest.casefold(), ""))
    where = place(rest)
    inside = where is not None and where.row <= MOST_ROWS and where.column <= MOST_COLUMNS
    if named and not (inside and sheet.casefold() in book.sheets):
        raise WorkbookError("name-missing", at)
    if sheet.casefold() not in book.sheets:
        raise WorkbookError("sheet-missing", sheet)
    if where is None or not inside:
        raise WorkbookError("cell-outside", at)
    return _Target(sheet.casefold(), where)


class _Values:
    """What raw cells mean, with the strings and the styles that they need."""

    def __init__(
        self,
        cells: Iterable[RawCell],
        container: Container,
        parts: Mapping[str, str],
        since_1904: bool,
        budget: Budget,
        /,
    ) -> None:
        cells = tuple(cells)
        self._since_1904 = since_1904
        self._strings = Strings({count(cell.value) for cell in cells if cell.type == "s" and cell.value})
        if "sharedstrings" in parts:
            self._strings.read(container.pieces(parts["sharedstrings"], "sharedstrings+xml"), budget)
        self._styles = Styles({cell.style for cell in cells})
        if "styles" in parts:
            self._styles.read(container.pieces(parts["styles"], "styles+xml"), budget)

    def of(self, cell: RawCell | None, /) -> tuple[str, float | str | bool | None, str, str]:
        """Kind, value, format and formula."""
        if cell is None:
            return "empty", None, "", ""
        formula = "=" + cell.formula if cell.formula else ""
        kind, value, shown = self._value(cell)
        if kind == "empty" and formula:
            kind = "not-calculated"
        return kind, value, shown, formula

    def _value(self, cell: RawCell, /) -> tuple[str, float | str | bool | None, str]:
        text = cell.value
        if cell.type == "inlineStr":
            return "text", cell.text, ""
        if text is None or (text == "" and cell.type != "str"):
            return "empty", None, ""
        match cell.type:
            case "s":
                if count(text) not in self._strings.texts:
                    raise WorkbookError("damaged")
                return "text", self._strings.texts[count(text)], ""
            case "str":
                return "text", unescaped(text), ""
            case "b":
                return "bool", text.strip() in ("1", "true"), ""
            case "e":
                return "error", text.strip()[:40], ""
            case "d" if _ISO_DATE.fullmatch(text.strip()):
                return "date", text.strip().removesuffix("T00:00:00"), ""
            case "n":
                return self._number(cell, text.strip())
        raise WorkbookError("damaged")

    def _number(self, cell: RawCell, text: str, /) -> tuple[str, float | str | bool | None, str]:
        if not _NUMBER.fullmatch(text):
            raise WorkbookError("damaged")
        number = float(text)
        if not math.isfinite(number):
            return "error", "#NUM!", ""
        shown = kind_of(self._styles.formats.get(cell.style, 0), self._styles.codes)
        date = date_text(number, self._since_1904) if shown == "date" else None
        if date is not None:
            return "date", date, ""
        return "number", number, "" if shown == "date" else shown
