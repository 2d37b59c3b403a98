"""One row of a table of questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from dgxblock.bank.csv_columns import DIFFICULTIES, FALSE, LETTERS, NO, TRUE, TYPES, YES, named
from dgxblock.bank.question import tolerance
from dgxblock.bank.shape import MOST_OPTIONS, Difficulty, Option, Place, Question, Read, Untakable, words
from dgxblock.grading.reading import Unreadable, read_number

_PAIR: Final = re.compile(r"([A-Za-z]\d?\d?)\s*[-→:：=]\s*([A-Za-z]\d?\d?)")
_COMMON: Final = {
    *("type", "id", "prompt", "answer", "points", "difficulty", "objectives", "hint", "rationale", "own"),
}
_USED: Final[dict[str, set[str]]] = {
    "single": {"fixed"}, "multiple": {"fixed"}, "true": {"fixed"}, "number": {"tolerance", "unit"},
    "short": set(), "match": {"fixed", "reuse"}, "order": set(),
}  # fmt: skip
_SERIES: Final[dict[str, set[str]]] = {
    "single": {"option", "feedback"}, "multiple": {"option", "feedback"}, "true": {"option", "feedback"},
    "number": set(), "short": set(), "match": {"option", "match", "feedback"}, "order": {"option", "feedback"},
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """The filled cells of a row by column, and the heading of each column."""

    line: int
    cells: dict[str, str]
    headings: dict[str, str]

    def of(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def at(self, column: str = "") -> Place:
        return Place(self.line, self.headings.get(column, ""), self.of("id"))


def question(row: Row, found: Read, /) -> Question:
    """The question of a row; what it holds besides is told to `found`.

    Raises:
        Untakable: it says too little, or contradicts itself.
    """
    kind = _kind(row)
    for column in row.cells:
        key = column.partition(":")[0]
        if key not in _COMMON | _USED[kind] | _SERIES[kind]:
            found.refuse(row.at(column), "csv-unused", text=row.of(column)[:40], type=row.of("type") or kind)
    head = Question(
        kind="single" if kind == "true" else kind,  # type: ignore[arg-type]  # the other types are kinds
        prompt=words(row.of("prompt")),
        place=row.at(),
        name=row.of("id"),
        points=_points(row),
        fixed=_said(row, "fixed"),
        hint=words(row.of("hint")),
        rationale=words(row.of("rationale")),
        objectives=tuple(re.split(r"[\s,，;；、]+", row.of("objectives"))) if row.of("objectives") else (),
        difficulty=_difficulty(row),
        own=row.cells.get("own", ""),
    )
    if kind == "number":
        return replace(head, **_number(row))
    if kind == "short":
        return replace(head, accepted=_alternatives(row))
    if kind == "true":
        return replace(head, options=_true(row))
    if kind == "match":
        return _match(row, head)
    options = _options(row)
    if kind == "order":
        if row.of("answer"):
            options = tuple(options[at] for at in _letters(row, len(options), every=True))
        return replace(head, options=options)
    right = _letters(row, len(options))
    return replace(head, options=tuple(replace(each, right=at in right) for at, each in enumerate(options)))


def _kind(row: Row) -> str:
    word = row.of("type")
    if word:
        if not (kind := named(TYPES, word)):
            known = ", ".join(f"{each[0]} ({each[1]})" for each in TYPES.values())
            raise Untakable(row.at("type"), "csv-type", name=word[:40], known=known)
        return kind
    letters = [each for each in re.split(r"[\s,，、;；]+", row.of("answer")) if each]
    if not any(each.startswith("option:") for each in row.cells) or not letters:
        raise Untakable(row.at("type"), "csv-no-type")
    return "multiple" if len(_split(row.of("answer"))) > 1 else "single"


def _points(row: Row) -> float | None:
    if not row.of("points"):
        return None
    found = re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", row.of("points").removesuffix("分").strip())
    if found is None or float(found[0]) <= 0:
        raise Untakable(row.at("points"), "csv-points", text=row.of("points")[:40])
    return float(found[0])


def _difficulty(row: Row) -> Difficulty:
    word = row.of("difficulty")
    if not word:
        return ""
    if not (key := named(DIFFICULTIES, word)):
        known = ", ".join(f"{each[0]} ({each[1]})" for each in DIFFICULTIES.values())
        raise Untakable(row.at("difficulty"), "csv-difficulty", name=word[:40], known=known)
    return key  # type: ignore[return-value]  # one of the table's


def _said(row: Row, column: str) -> bool:
    word = row.of(column).lower()
    if word not in YES + NO:
        raise Untakable(row.at(column), "csv-yes", text=word[:40])
    return word in YES


def _number(row: Row) -> dict[str, Any]:
    made: dict[str, Any] = {"key": _figure(row), "unit": row.of("unit")}
    if row.of("tolerance"):
        near = tolerance(row.of("tolerance").lstrip("±"))
        if near is None:
            raise Untakable(row.at("tolerance"), "csv-tolerance", text=row.of("tolerance")[:40])
        made["tolerance"] = near
    return made


def _figure(row: Row) -> float:
    text = row.of("answer").removeprefix("'")
    try:
        return float(text) if re.fullmatch(r"[+-]?\d{1,40}(\.\d{0,40})?", text, re.ASCII) else _typed(row, text)
    except ValueError:
        raise Untakable(row.at("answer"), "csv-number", text=text[:40]) from None


def _typed(row: Row, text: str) -> float:
    """A number as people write it; a sign behind it belongs into the unit's column."""
    try:
        reading = read_number(text)
    except Unreadable:
        raise Untakable(row.at("answer"), "csv-number", text=text[:40]) from None
    if reading.suffix:
        raise Untakable(row.at("answer"), "csv-number", text=text[:40])
    return reading.number


def _alternatives(row: Row) -> tuple[str, ...]:
    parts: list[str] = [""]
    escaped = False
    for letter in row.of("answer"):
        if escaped or letter not in "\\|｜":
            parts[-1] += letter
            escaped = False
        elif letter == "\\":
            escaped = True
        else:
            parts.append("")
    accepted = tuple(dict.fromkeys(text for each in parts if (text := " ".join(each.split()))))
    if not accepted:
        raise Untakable(row.at("answer"), "no-answer")
    return accepted


def _true(row: Row) -> tuple[Option, ...]:
    answer = row.of("answer").lower()
    if answer not in TRUE + FALSE:
        raise Untakable(row.at("answer"), "csv-true", text=answer[:40])
    given = _series(row, "option")
    if given and len(given) != 2:
        raise Untakable(row.at("option:0"), "csv-true-options")
    chinese = any(each > "⺀" for each in row.of("prompt"))
    yes, no = given or (("对", "错") if chinese else ("True", "False"))
    said = [words(row.of(f"feedback:{at}")) for at in (0, 1)]
    return Option(words(yes), answer in TRUE, said[0]), Option(words(no), answer in FALSE, said[1])


def _series(row: Row, key: str) -> tuple[str, ...]:
    """The cells of a series from A on.

    Raises:
        Untakable: one is missing between others.
    """
    filled = sorted(int(each.partition(":")[2]) for each in row.cells if each.startswith(f"{key}:"))
    if filled != list(range(len(filled))):
        missing = next(at for at in range(MOST_OPTIONS) if at not in filled)
        raise Untakable(row.at(f"{key}:{filled[0]}"), "csv-gap", letter=LETTERS[missing])
    return tuple(row.of(f"{key}:{at}") for at in filled)


def _options(row: Row) -> tuple[Option, ...]:
    texts = _series(row, "option")
    if not texts:
        raise Untakable(row.at(), "no-options")
    for column in row.cells:
        key, _, at = column.partition(":")
        if key == "feedback" and int(at) >= len(texts):
            raise Untakable(row.at(column), "csv-gap", letter=LETTERS[int(at)])
    return tuple(Option(words(text), feedback=words(row.of(f"feedback:{at}"))) for at, text in enumerate(texts))


def _split(answer: str) -> list[str]:
    """``A``, ``AC``, ``A,C``, ``A、C`` as letters."""
    parts = [each.upper() for each in re.split(r"[\s,，、;；/]+", answer) if each]
    if len(parts) == 1 and len(parts[0]) > 1 and parts[0].isalpha():
        return list(parts[0])
    return parts


def _letters(row: Row, count: int, *, every: bool = False) -> list[int]:
    """The places that the answer names."""
    letters = _split(row.of("answer"))
    if not letters:
        raise Untakable(row.at("answer"), "no-answer")
    unknown = [each for each in letters if each not in LETTERS[:count]]
    if unknown or len(set(letters)) < len(letters) or (every and len(letters) != count):
        raise Untakable(row.at("answer"), "csv-letters", text=row.of("answer")[:40], last=LETTERS[count - 1])
    return [LETTERS.index(each) for each in letters]


def _match(row: Row, head: Question) -> Question:
    things, targets = _options(row), _series(row, "match")
    if len(targets) < len(things) and not row.of("answer"):
        raise Untakable(row.at("match:0"), "csv-pairs", things=len(things), targets=len(targets))
    if row.of("answer"):
        pairs = dict(_pairs(row, len(things), len(targets)))
        if len(pairs) != len(things):
            raise Untakable(row.at("answer"), "csv-letters", text=row.of("answer")[:40], last=LETTERS[len(things) - 1])
        chosen = [pairs[at] for at in range(len(things))]
        distinct = targets
    else:  # side by side; the same words twice are one target
        distinct = tuple(dict.fromkeys(targets))
        chosen = [distinct.index(targets[at]) for at in range(len(things))]
    options = tuple(replace(each, target=target) for each, target in zip(things, chosen, strict=True))
    reuse = _said(row, "reuse") or len(set(chosen)) < len(chosen)
    return replace(head, options=options, targets=tuple(words(each) for each in distinct), reuse=reuse)


def _pairs(row: Row, things: int, targets: int) -> Iterator[tuple[int, int]]:
    for one, other in _PAIR.findall(row.of("answer").upper()):
        if one not in LETTERS[:things] or other not in LETTERS[:targets]:
            raise Untakable(row.at("answer"), "csv-letters", text=row.of("answer")[:40], last=LETTERS[things - 1])
        yield LETTERS.index(one), LETTERS.index(other)
