"""What a solver may know of an exercise: the file that a trainee downloads and the figures that the page states.

A solver is a plain function of these two to answers. It shares no formula with the product, whose keys are SQL: where
both agree for fifty trainees, the key is right and the file holds all that is needed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Final

import openpyxl

from dgxblock import items, lab
from dgxblock.content.library import Library
from dgxblock.content.model import (
    ChoiceItem,
    ClassifyItem,
    Dataset,
    DecideItem,
    EssayItem,
    Exercise,
    Item,
    MatchItem,
    NumberItem,
    SqlItem,
    Text,
    WorkbookItem,
)
from dgxblock.content.read import parse
from dgxblock.grading import Mark, Verdict
from dgxblock.items import workbook
from dgxblock.lab.export import xlsx_bytes
from dgxblock.lab.template import template_bytes
from dgxblock.lab.workbook import OWNER_SHEET, read
from tests.builders.workbooks import Filled, filled

SEEDS: Final = 50
SLIP_SEEDS: Final = 5
Rows = list[dict[str, Any]]
Solver = Callable[[Mapping[str, Rows], Mapping[str, float]], dict[str, Any]]
Slip = Callable[[Mapping[str, Rows], Mapping[str, float]], Any]
"""What somebody answers to one question who took a wrong road."""
Slips = Mapping[tuple[str, str], Callable[[Any], Any]]
"""The same from sums that were made before, by (question, note)."""
_SLOW: Final = (SqlItem, WorkbookItem)


@cache
def exercise(ref: str, name: str, /) -> Exercise:
    """An exercise of the library, such as ``("dg-c1-smt@1", "dg-c1-smt-oee")``."""
    document = parse(Library.default().document(ref, "exercise", name))
    assert isinstance(document, Exercise)
    return document


def sheets(document: Exercise, /, count: int = SEEDS) -> Iterator[lab.Sheet]:
    """The data of `count` trainees."""
    for number in range(1, count + 1):
        yield _sheet(document.dataset, f"solver:{number}")


@lru_cache(maxsize=SEEDS)
def _sheet(dataset: Dataset, seed: str) -> lab.Sheet:
    """The exercises of a case share their data, and it takes longer to make than to work on. On a busy machine it may
    take too long, and gets another chance."""
    for _again in range(2):
        try:
            return lab.Sheet(dataset, seed)
        except lab.LabError as error:
            if error.code != "deadline":
                raise
    return lab.Sheet(dataset, seed)


def downloaded(sheet: lab.Sheet, /) -> Mapping[str, Rows]:
    """The tables of the downloaded workbook by their names in SQL, as its data dictionary gives them."""
    return _downloaded(sheet.dataset, sheet.seed)


@lru_cache(maxsize=SEEDS)
def _downloaded(dataset: Dataset, seed: str) -> Mapping[str, Rows]:
    sheet = _sheet(dataset, seed)
    tables = [table for table in sheet.tables.values() if table.download]
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(tables, "en", "owner")))
    pages = {
        page.title: list(page.iter_rows(values_only=True)) for page in book.worksheets if page.title != OWNER_SHEET
    }
    dictionary = pages.popitem()[1][1:]
    names: dict[str, list[str]] = {}
    for title, _label, place, *_more in dictionary:
        names.setdefault(str(title), []).append(str(place))
    found: dict[str, Rows] = {}
    for title, places in names.items():
        columns = [place.partition(".")[2] for place in places]
        found[places[0].partition(".")[0]] = [dict(zip(columns, row, strict=True)) for row in pages[title][1:]]
    return found


def stated(document: Exercise, sheet: lab.Sheet, /) -> dict[str, float]:
    """The figures that the page states, by their names: facts, and what questions give."""
    given = (*document.facts, *(each for item in document.items for each in item.givens))
    return {each.ref: float(sheet.values[each.ref]) for each in given if not isinstance(sheet.values[each.ref], str)}


def handed_in(document: Exercise, sheet: lab.Sheet, answers: Mapping[str, Any], /) -> dict[str, Any]:
    """Answers as they are stored; those that no page could send are an error of the test.

    A workbook is answered by what is filled in: by the id of a cell its formula (empty: typed in) and its value.
    """
    asked = [each for each in document.items if isinstance(each, WorkbookItem) and each.id in answers]
    books = {each.id: _workbook(each, sheet, answers[each.id]) for each in asked}
    sent = {name: answer for name, answer in answers.items() if name not in books}
    return items.accept(sent, document.items) | books


def _workbook(item: WorkbookItem, sheet: lab.Sheet, cells: Filled, /) -> dict[str, Any]:
    """What is read of the template that the learner has filled in. The data on its other sheets are left out: reading
    does not look at them, and thousands of rows take a second to write."""
    template = template_bytes([], workbook.answer_cells(item, sheet, "en"), "en", "owner")
    file = filled(template, cells, {each.id: each.at for each in item.cells})
    return workbook.resolved(1, "book.xlsx", read(file, workbook.wanted(item)).json(), "")


def marks(document: Exercise, sheet: lab.Sheet, answers: Mapping[str, Any], /) -> dict[str, Mark]:
    """How answers are graded."""
    return items.grade(document.items, handed_in(document, sheet, answers), sheet)


def earns_everything(document: Exercise, solver: Solver, /) -> None:
    """Assert that the solver's answers are right for every trainee, and that essays wait to be read."""
    for sheet in sheets(document):
        answers = solver(downloaded(sheet), stated(document, sheet))
        assert answers.keys() == {item.id for item in document.items}, sheet.seed
        for name, mark in marks(document, sheet, answers).items():
            wanted = Verdict.WAITING if _is_essay(document, name) else Verdict.RIGHT
            assert mark.verdict is wanted, (sheet.seed, name, answers[name], mark)


def tells_each_slip(document: Exercise, solver: Solver, slips: Mapping[tuple[str, str], Slip], /) -> None:
    """Assert that each wrong road that the exercise names is taken by a slip, recognised and told its own words.

    `slips` are by (question, note); all other questions are answered rightly. What a slip gives as a bare number is
    typed in the unit of its question.
    """
    assert slips.keys() == notes(document)
    named = {item.id: item for item in document.items}
    for sheet in sheets(document, SLIP_SEEDS):
        files, given = downloaded(sheet), stated(document, sheet)
        # nothing carries forward from queries and workbooks, which take long
        right = {name: each for name, each in solver(files, given).items() if not isinstance(named[name], _SLOW)}
        for (name, note), slip in slips.items():
            found, item = slip(files, given), named[name]
            if isinstance(item, NumberItem) and isinstance(found, int | float):
                found = typed(found, item.unit)
            answers = {**right, name: found}
            mark = marks(document, sheet, answers)[name]
            assert note in (mark.note, *(part.note for _part, part in mark.parts)), (sheet.seed, name, note, mark)
            assert mark.fraction < 1, (sheet.seed, name, note)
            told = feedback(item, handed_in(document, sheet, answers)[name], mark, sheet)
            wanted = next(each.feedback for each in item.misconceptions if each.note == note)
            assert wanted.plain("en", sheet.values) in told, (sheet.seed, name, note, told)


def made_with(
    of: Callable[[Mapping[str, Rows], Mapping[str, float]], Any], slips: Slips, /
) -> dict[tuple[str, str], Slip]:
    """Slips that are made with sums over the file and the page, such as those of a class `of`."""

    def made(slip: Callable[[Any], Any]) -> Slip:
        return lambda files, given: slip(of(files, given))

    return {road: made(slip) for road, slip in slips.items()}


def tells_each_choice(document: Exercise, /) -> None:
    """Assert that whoever does nothing but choose something wrong from a list is told what the author says to it."""
    sheet = next(sheets(document, 1))
    for item in document.items:
        for answer, note, text in _wrong_choices(item, sheet):
            stored = handed_in(document, sheet, {item.id: answer})
            mark = items.grade(document.items, stored, sheet)[item.id]
            assert note in ("", mark.note, *(part.note for _part, part in mark.parts)), (item.id, answer, mark)
            assert mark.fraction < 1, (item.id, answer)
            assert text.plain("en", sheet.values) in feedback(item, stored[item.id], mark, sheet), (item.id, answer)


def _wrong_choices(item: Item, sheet: lab.Sheet) -> Iterator[tuple[Any, str, Text]]:
    """Answers with the note by which each is known and what the author says to it."""
    if isinstance(item, ChoiceItem):
        right = items.kind_of(item).key(item, sheet)
        assert isinstance(right, list)
        for choice in item.choices:
            if choice.feedback and choice.id not in right:
                yield ([choice.id] if item.multiple else choice.id), choice.note, choice.feedback
    elif isinstance(item, MatchItem | ClassifyItem):
        for thing in item.things:
            for wrong in thing.wrong:
                if text := wrong.feedback or thing.feedback:
                    yield {thing.id: wrong.target}, wrong.note, text
    elif isinstance(item, DecideItem):
        for option in item.options:
            if option.note:
                yield {"option": option.id}, option.note, option.consequence[0]


def _is_essay(document: Exercise, name: str) -> bool:
    return any(item.id == name and isinstance(item, EssayItem) for item in document.items)


def typed(value: float, unit: str, places: int = 6, /) -> dict[str, str]:
    """A number as a trainee types it: a ratio in per cent where that is the unit."""
    return {"value": f"{value * (100 if unit in ('%', 'pp') else 1):.{places}f}", "unit": unit}


def notes(document: Exercise, /) -> set[tuple[str, str]]:
    """(question, note) of every wrong road that an exercise names."""
    return {(item.id, each.note) for item in document.items for each in item.misconceptions}


def feedback(item: Item, answer: Any, mark: Mark, sheet: lab.Sheet, lang: str = "en", /) -> str:
    """What the author says to an answer, wherever the page says it."""
    kind = items.kind_of(item)
    said = list(kind.feedback(item, answer, mark))
    if isinstance(item, WorkbookItem):  # beside each cell
        control = kind.control(item, answer, sheet, lang, mark, solved=False)
        said += [each.feedback for each in control.cells if each.feedback]
    return " ".join(text.plain(lang, sheet.values) for text in said)
