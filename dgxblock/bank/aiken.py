"""Aiken: a question in a line, options ``A.`` to ``Z.``, and ``ANSWER: B``. There is nothing else to it."""

from __future__ import annotations

import re
from typing import Final

from dgxblock.bank.shape import (
    MOST_QUESTIONS,
    Option,
    Place,
    Question,
    Read,
    Untakable,
    decode,
    without_controls,
    words,
)

_OPTION: Final = re.compile(r"([A-Z])[.)、．）]\s*(\S.*)")
_ANSWER: Final = re.compile(r"(?:ANSWER|答案)\s*[:：]\s*(.*)")


def read(data: bytes, /) -> Read:
    """The questions of a file. What does not fit is told with its line, and reading goes on behind the next answer.

    Raises:
        Untakable: it is no text.
    """
    found = Read()
    held = _Held()
    lines = without_controls(decode(data), found).split("\n")
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text:
            continue
        if len(found.questions) >= MOST_QUESTIONS:
            found.refuse(Place(number), "questions", limit=MOST_QUESTIONS)
            return found
        if answer := _ANSWER.fullmatch(text):
            try:
                found.questions.append(held.question(answer[1].strip(), number))
            except Untakable as reason:
                found.tell(reason.refusal)
            held = _Held()
        else:
            held.add(text, number)
    if held.lines:
        found.refuse(Place(held.line), "aiken-answer")
    return found


class _Held:
    """The lines of a question until its answer comes."""

    def __init__(self) -> None:
        self.line = 0
        self.lines: list[str] = []
        self.options: list[str] = []
        self.fault: tuple[int, str, str] | None = None

    def add(self, text: str, number: int) -> None:
        self.line = self.line or number
        option = _OPTION.fullmatch(text)
        if option is None:
            if self.options:
                self.fault = self.fault or (number, "aiken-line", text[:40])
            self.lines.append(text)
        elif not self.lines or option[1] != "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[len(self.options) : len(self.options) + 1]:
            self.fault = self.fault or (number, "aiken-letter", text[:40])
            self.lines.append(text)
        else:
            self.options.append(option[2])

    def question(self, answer: str, number: int) -> Question:
        place = Place(self.line or number)
        if self.fault is not None:
            line, code, text = self.fault
            raise Untakable(Place(line), code, text=text)
        if not self.lines or not self.options:
            raise Untakable(place, "no-options")
        at = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".find(answer) if len(answer) == 1 else -1
        if not 0 <= at < len(self.options):
            raise Untakable(Place(number), "aiken-right", text=answer[:20] or "—")
        options = tuple(Option(words(text), place == at) for place, text in enumerate(self.options))
        return Question("single", words("\n".join(self.lines)), place, options=options)
