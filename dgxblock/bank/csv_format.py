"""Questions in a table: one row each, the columns of `csv_columns`, as Excel and WPS save it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Final

from dgxblock.bank.csv_columns import DIFFICULTIES, LETTERS, TYPES, column_of, heading, said
from dgxblock.bank.csv_examples import examples
from dgxblock.bank.csv_row import Row, question
from dgxblock.bank.shape import (
    MOST_QUESTIONS,
    Place,
    Question,
    Read,
    Untakable,
    decode,
    plain,
    without_controls,
)
from dgxblock.content.compose_text import number
from dgxblock.lab.export import harmless

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")
_MOST_COLUMNS: Final = 300
_FIXED: Final = ("type", "id", "prompt")
_LAST: Final = ("answer", "tolerance", "unit", "points", "difficulty", "objectives", "hint", "rationale")
_OURS: Final = ("reuse", "fixed", "own")


def read(data: bytes, /) -> Read:
    """The questions of a file.

    Raises:
        Untakable: it is no such table at all.
    """
    found = Read()
    text = without_controls(decode(data), found)
    first = text.lstrip("\n").split("\n", 1)[0]
    if re.fullmatch(r"sep=.", first, re.IGNORECASE):  # a note of Excel to itself
        text = "\n" + text.lstrip("\n")[len(first) + 1 :]
    rows = _rows(text, _separator(text))
    head = next((each for each in rows if any(cell.strip() for cell in each[1])), None)
    if head is not None and len(head[1]) > _MOST_COLUMNS:
        raise Untakable(Place(head[0]), "csv-columns", limit=_MOST_COLUMNS)
    columns = [column_of(each) for each in head[1]] if head else []
    if head is None or "prompt" not in columns:
        raise Untakable(Place(head[0] if head else 1), "csv-head")
    for at, (column, name) in enumerate(zip(columns, head[1], strict=True)):
        if not column and name.strip():
            found.refuse(Place(head[0], name.strip()[:40]), "csv-column", name=name.strip()[:40])
        elif column and column in columns[:at]:
            found.refuse(Place(head[0], name.strip()[:40]), "csv-twice", name=name.strip()[:40])
            columns[at] = ""
    try:
        _read_rows(rows, columns, head[1], found)
    except Untakable as reason:  # the table breaks off; what stands before it is taken
        found.tell(reason.refusal)
    return found


def _read_rows(rows: Iterator[tuple[int, list[str]]], columns: list[str], headings: list[str], found: Read) -> None:
    for line, cells in rows:
        if not any(each.strip() for each in cells):
            continue
        if len(found.questions) >= MOST_QUESTIONS:
            found.refuse(Place(line), "questions", limit=MOST_QUESTIONS)
            return
        for extra in (each for each in cells[len(columns) :] if each.strip()):
            found.refuse(Place(line), "csv-beyond", text=extra.strip()[:40])
        filled = {
            column: unguarded(cell) if column != "own" else cell
            for column, cell in zip(columns, cells, strict=False)
            if column and cell.strip()
        }
        names = {column: name.strip()[:40] for column, name in zip(columns, headings, strict=True)}
        try:
            found.questions.append(question(Row(line, filled, names), found))
        except Untakable as reason:
            found.tell(reason.refusal)


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line at which each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Untakable(Place(line), "csv-cell", limit=csv.field_size_limit()) from None
        yield line, row


def _separator(text: str) -> str:
    """The separator under which most headings are known."""

    def known(separator: str) -> int:
        try:
            row = next((row for _line, row in _rows(text[:20_000], separator) if any(map(str.strip, row))), [])
        except Untakable:
            return 0
        return sum(bool(column_of(each)) for each in row)

    return max((",", ";", "\t"), key=known)


def write(questions: Iterable[Question], lang: str, /) -> bytes:
    """The file: UTF-8 with the mark by which Excel knows it. No cell of it runs as a formula."""
    questions = tuple(questions)
    most = max([4, *(max(len(each.options), len(each.targets)) for each in questions)])
    series = [f"option:{at}" for at in range(most)]
    if any(each.kind == "match" for each in questions):
        series += [f"match:{at}" for at in range(most)]
    if any(option.feedback for each in questions for option in each.options):
        series += [f"feedback:{at}" for at in range(most)]
    ours = _OURS if any(each.own or each.fixed or each.reuse for each in questions) else ()
    columns = [*_FIXED, *series, *_LAST, *ours]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([heading(each, lang) for each in columns])
    for each in questions:
        cells = dict(_cells(each, lang))
        writer.writerow([guarded(cells.get(column, "")) for column in columns])
    return out.getvalue().encode("utf-8-sig")


def _cells(asked: Question, lang: str) -> Iterator[tuple[str, str]]:
    yield "type", said(TYPES, asked.kind, lang)
    yield "id", asked.name
    yield "prompt", plain(asked.prompt)
    for at, each in enumerate(asked.options):
        yield f"option:{at}", plain(each.text)
        yield f"feedback:{at}", plain(each.feedback)
    for at, target in enumerate(asked.targets):
        yield f"match:{at}", plain(target)
    yield "answer", _answer(asked)
    if asked.kind == "number":
        mark = {"pp": "pp", "percent": "%", "absolute": ""}[asked.tolerance.kind]
        yield "tolerance", number(asked.tolerance.amount) + mark
        yield "unit", asked.unit
    if asked.points is not None:
        yield "points", number(asked.points)
    yield "difficulty", said(DIFFICULTIES, asked.difficulty, lang)
    yield "objectives", " ".join(asked.objectives)
    yield "hint", plain(asked.hint)
    yield "rationale", plain(asked.rationale)
    yield "reuse", "1" if asked.reuse else ""
    yield "fixed", "1" if asked.fixed else ""
    yield "own", asked.own


def _answer(asked: Question) -> str:
    if asked.kind == "number":
        return number(asked.key)
    if asked.kind == "short":
        return "|".join(each.replace("\\", "\\\\").replace("|", "\\|") for each in asked.accepted)
    if asked.kind == "match":
        if [each.target for each in asked.options] == list(range(len(asked.options))):
            return ""  # side by side
        return " ".join(f"{LETTERS[at]}-{LETTERS[each.target]}" for at, each in enumerate(asked.options))
    if asked.kind == "order":
        return ""
    return " ".join(LETTERS[at] for at, each in enumerate(asked.options) if each.right)


def guarded(text: str, /) -> str:
    """A cell that no spreadsheet runs: a quote before whatever could be a formula. `unguarded` takes it away again."""
    if _NUMBER.fullmatch(text):
        return text
    return "'" + text if harmless(text.lstrip("' ")).startswith("'") else text


def unguarded(text: str, /) -> str:
    """The text of a cell, whoever wrote it."""
    return text[1:] if text.startswith("'") and guarded(text[1:]) == text else text


def template(lang: str, /) -> bytes:
    """A table to fill in: one row of each type."""
    return write(examples(lang), lang)
