"""The rules for workbooks: a template can be made of their cells, and wrong roads lead to one of these."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from dgxblock.content.cell_places import MOST_CELLS, Place, answer_place, crowded, is_title, split
from dgxblock.content.findings import Finding
from dgxblock.content.rules import Scope
from dgxblock.content.safe import children, local


def workbook(scope: Scope, item: etree._Element, /) -> Iterator[Finding]:
    """The rules for one question that asks for a workbook."""
    cells = [each for each in children(item) if local(each) == "cell"]
    if len(cells) > MOST_CELLS:
        yield scope.finding(cells[MOST_CELLS], "workbook-many", limit=MOST_CELLS)
    titles: dict[str, str] = {}
    taken: dict[str, list[Place]] = {}
    for cell in cells:
        at = cell.get("at")
        if at is None:
            continue  # the schema has said so
        sheet, rest = split(at)
        place = answer_place(rest)
        if not sheet or place is None:
            yield scope.finding(cell, "workbook-place", name=at)
        elif not is_title(sheet):
            yield scope.finding(cell, "workbook-sheet", name=sheet)
        elif titles.setdefault(sheet.casefold(), sheet) != sheet:
            yield scope.finding(cell, "workbook-case", name=sheet, other=titles[sheet.casefold()])
        elif crowded([*taken.get(sheet, ()), place]):
            yield scope.finding(cell, "workbook-apart", name=at)
        else:
            taken.setdefault(sheet, []).append(place)
    ids = frozenset(str(each.get("id")) for each in cells)
    for wrong in (each for each in children(item) if local(each) == "misconception"):
        yield from scope.unknown(wrong, "workbook-cell", wrong.get("cell"), ids)
