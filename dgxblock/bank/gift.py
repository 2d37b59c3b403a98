r"""GIFT, Moodle's text format: ``::name:: question {=right ~wrong#feedback}``, one question between blank lines.

The signs ``~ = # { } :`` are text behind a backslash. While a question is taken apart, those stand as characters that
no text may hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from dgxblock.bank import markup
from dgxblock.bank.shape import (
    EXACT,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    Option,
    Place,
    Question,
    Read,
    Untakable,
    Words,
    decode,
    plain,
    without_controls,
    words,
)
from dgxblock.content.model import Tolerance

_ESCAPED: Final = {sign: chr(0xFDD0 + at) for at, sign in enumerate("~=#{}:\\\n")}
_BACK: Final = str.maketrans({hidden: sign for sign, hidden in _ESCAPED.items()})
_ESCAPE: Final = re.compile(r"\\([~=#{}:\\n])")
_FORMAT: Final = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_WEIGHT: Final = re.compile(r"\s*%(-?[0-9]{1,3}(?:\.[0-9]{1,7})?)%")
_TRUTH: Final = re.compile(r"(T|TRUE|F|FALSE)", re.IGNORECASE)
_MARKDOWN: Final = re.compile(r"[*_`#\[\]]")
_NUMBER: Final = r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?"
_RANGE: Final = re.compile(rf"\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*")
_NEAR: Final = re.compile(rf"\s*({_NUMBER})\s*(?::\s*({_NUMBER})\s*)?")


@dataclass(frozen=True)
class _Answer:
    """``=`` or ``~``, the per cent beside it if any, the text, and what is said to it."""

    right: bool
    weight: float | None
    text: str
    feedback: str


def read(data: bytes, /) -> Read:
    """The questions of a file.

    Raises:
        Untakable: it is no text.
    """
    found = Read()
    for line, block in _blocks(without_controls(decode(data), found), found):
        if len(found.questions) >= MOST_QUESTIONS:
            found.refuse(Place(line), "questions", limit=MOST_QUESTIONS)
            break
        try:
            found.questions.append(_question(block, line, found))
        except Untakable as reason:
            found.tell(reason.refusal)
    return found


def _blocks(text: str, found: Read) -> Iterator[tuple[int, str]]:
    """The questions with the line at which each begins; comments are left out, and categories told."""
    start, held = 0, list[str]()
    for number, line in enumerate([*text.split("\n"), ""], 1):
        bare = line.strip()
        if bare.startswith("//"):
            continue
        if bare.startswith("$CATEGORY:") and not held:
            found.refuse(Place(number), "category", name=bare.removeprefix("$CATEGORY:").strip()[:60])
            continue
        if bare:
            start = start if held else number
            held.append(line)
        elif held:
            yield start, _ESCAPE.sub(lambda each: _ESCAPED["\n" if each[1] == "n" else each[1]], "\n".join(held))
            held = []


def _question(block: str, line: int, found: Read) -> Question:
    name = ""
    body = block.strip()
    if body.startswith("::") and (end := body.find("::", 2)) > 0:
        name, body = " ".join(body[2:end].translate(_BACK).split()), body[end + 2 :]
    place = Place(line, item=name[:60])
    form = ""
    if given := _FORMAT.match(body):
        form, body = given[1].lower(), body[given.end() :]
    before, brace, rest = body.partition("{")
    inside, closed, after = rest.partition("}")
    if not brace:
        raise Untakable(place, "description")
    if not closed:
        raise Untakable(place, "gift-brace")
    if "{" in after:
        raise Untakable(place, "gift-gaps")
    text = f"{before.rstrip()} ____ {after.strip()}" if after.strip() else before
    reader = _Reader(place, form, found)
    inside, general, rationale = inside.partition("####")
    question = Question("single", reader.words(text), place, name, rationale=reader.words(rationale) if general else ())
    return _answered(question, inside.strip(), reader)


@dataclass(frozen=True)
class _Reader:
    """How the texts of one question are to be read."""

    place: Place
    form: str
    found: Read

    def words(self, text: str) -> Words:
        form = self.form
        if given := _FORMAT.match(text):
            form, text = given[1].lower(), text[given.end() :]
        if form == "html" or (form in ("", "moodle") and markup.is_likely(text)):
            return markup.words_of(text.translate(_BACK), self.place, self.found)
        if form == "markdown" and _MARKDOWN.search(text.translate(_BACK)):
            self.found.refuse(self.place, "markdown")
        return words(text.translate(_BACK))

    def lose(self, feedback: str) -> None:
        """Tell of feedback that has no place in our question."""
        if feedback.strip():
            self.found.refuse(self.place, "feedback", text=plain(self.words(feedback))[:60])


def _answered(question: Question, inside: str, reader: _Reader) -> Question:
    if not inside:
        raise Untakable(question.place, "essay")
    if inside.startswith("#"):
        return _number(question, inside[1:], reader)
    head, *said = inside.split("#")
    if _TRUTH.fullmatch(head.strip()):
        return _truth(question, head.strip()[0].upper() == "T", said, reader)
    answers = list(_answers(inside, question.place))
    right = [each for each in answers if each.right]
    if len(right) == len(answers):
        if all("->" in each.text for each in answers):
            return _match(question, answers, reader)
        return _short(question, answers, reader)
    return _choice(question, answers, reader)


def _answers(inside: str, place: Place) -> Iterator[_Answer]:
    marks = [at for at, sign in enumerate(inside) if sign in "=~"]
    if not marks or inside[: marks[0]].strip():
        raise Untakable(place, "gift-answer", text=inside.translate(_BACK)[:40])
    if len(marks) > MOST_OPTIONS:
        raise Untakable(place, "too-many", count=len(marks), limit=MOST_OPTIONS)
    for at, end in zip(marks, [*marks[1:], len(inside)], strict=True):
        text, _, feedback = inside[at + 1 : end].partition("#")
        weight = _WEIGHT.match(text)
        yield _Answer(
            inside[at] == "=", float(weight[1]) if weight else None, text[weight.end() if weight else 0 :], feedback
        )


def _truth(question: Question, is_true: bool, said: list[str], reader: _Reader) -> Question:
    chinese = any(each > "⺀" for each in plain(question.prompt))
    labels = ("对", "错") if chinese else ("True", "False")
    wrong, right = (reader.words(said[at]) if len(said) > at else () for at in (0, 1))
    for more in said[2:]:
        reader.lose(more)
    feedback = (right, wrong) if is_true else (wrong, right)
    options = (
        Option(words(labels[0]), is_true, feedback[0]),
        Option(words(labels[1]), not is_true, feedback[1]),
    )
    return replace(question, options=options)


def _choice(question: Question, answers: list[_Answer], reader: _Reader) -> Question:
    right = [each for each in answers if each.right]
    if len(right) > 1:
        raise Untakable(question.place, "several-right")
    if right:
        multiple, correct = False, right
        strange = [each for each in answers if each.weight not in (None, 100.0 if each.right else 0.0)]
    else:
        multiple = True
        correct = [each for each in answers if (each.weight or 0) > 0]
        equal = len({each.weight for each in correct}) == 1
        strange = [each for each in answers if (each.weight or 0) < 0 or (each in correct and not equal)]
        if not correct:
            raise Untakable(question.place, "no-answer")
    if strange:
        reader.found.refuse(question.place, "weights", weights=", ".join(f"{each.weight:g}%" for each in strange)[:80])
    options = tuple(Option(reader.words(each.text), each in correct, reader.words(each.feedback)) for each in answers)
    return replace(question, kind="multiple" if multiple else "single", options=options)


def _short(question: Question, answers: list[_Answer], reader: _Reader) -> Question:
    accepted: list[str] = []
    for each in answers:
        text = " ".join(plain(reader.words(each.text)).split())
        if each.weight not in (None, 100.0):
            reader.found.refuse(question.place, "part-answer", text=text[:40], weight=f"{each.weight:g}")
        elif text:
            accepted.append(text)
        reader.lose(each.feedback)
    if not accepted:
        raise Untakable(question.place, "no-answer")
    return replace(question, kind="short", accepted=tuple(dict.fromkeys(accepted)))


def _match(question: Question, answers: list[_Answer], reader: _Reader) -> Question:
    pairs: list[tuple[Words, Words]] = []
    for each in answers:
        thing, _, target = each.text.partition("->")
        pairs.append((reader.words(thing), reader.words(target)))
        reader.lose(each.feedback)
        if each.weight is not None:
            reader.found.refuse(question.place, "weights", weights=f"{each.weight:g}%")
    if not all(target for _thing, target in pairs):
        raise Untakable(question.place, "gift-pair")
    targets = list(dict.fromkeys(target for _thing, target in pairs))
    at = {target: place for place, target in enumerate(targets)}
    options = tuple(Option(thing, target=at[target]) for thing, target in pairs if thing)
    reuse = len({each.target for each in options}) < len(options)
    return replace(question, kind="match", options=options, targets=tuple(targets), reuse=reuse)


def _number(question: Question, inside: str, reader: _Reader) -> Question:
    if "=" not in inside and "~" not in inside:
        answers = [_Answer(True, None, *_halves(inside))]
    else:
        answers = list(_answers(inside.strip(), question.place))
    full = [each for each in answers if each.right and each.weight in (None, 100.0)]
    for each in answers:
        if each not in full:
            text = each.text.translate(_BACK).strip() or "*"
            reader.found.refuse(question.place, "part-answer", text=text[:40], weight=f"{each.weight or 0:g}")
        reader.lose(each.feedback)
    if len(full) != 1:
        raise Untakable(question.place, "one-number", count=len(full))
    key, near = _figure(full[0].text.translate(_BACK), question.place)
    return replace(question, kind="number", key=key, tolerance=near)


def _halves(inside: str) -> tuple[str, str]:
    text, _, feedback = inside.partition("#")
    return text, feedback


def _figure(text: str, place: Place) -> tuple[float, Tolerance]:
    """``42``, ``42:0.5`` or ``41..43``."""
    if found := _RANGE.fullmatch(text):
        low, high = sorted((float(found[1]), float(found[2])))
        near = float(f"{(high - low) / 2:.12g}")
        return float(f"{(low + high) / 2:.12g}"), Tolerance(near, "absolute") if near else EXACT
    if found := _NEAR.fullmatch(text):
        near = abs(float(found[2])) if found[2] else 0.0
        return float(found[1]), Tolerance(near, "absolute") if near else EXACT
    raise Untakable(place, "gift-number", text=text.strip()[:40])
