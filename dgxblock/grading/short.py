"""Marking a word or two: what was meant counts, not how it was typed.

Compared is what is left when width variants, case, spaces and punctuation are folded. There is no pattern language: an
author lists what counts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dgxblock.grading.verdict import Mark, Verdict, blank, unread

#: In a shorter word another letter often makes another word: "lead" and "load".
LEAST_LETTERS: Final = 5


@dataclass(frozen=True, slots=True)
class ShortSpec:
    """`accepted` are the texts that count, whatever language the page is in.

    `misconceptions` pairs a stable note with the texts that show it. `longest` is in characters; with `typos`, one slip
    in one word of at least `LEAST_LETTERS` letters is forgiven.
    """

    accepted: tuple[str, ...]
    longest: int
    typos: bool = False
    misconceptions: tuple[tuple[str, tuple[str, ...]], ...] = ()


def words(text: str, /) -> list[str]:
    """The words of a text after folding: NFKC, case, punctuation. Marks between two digits stay (3.4 is not 34)."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    kept: list[str] = []
    for place, character in enumerate(plain):
        kind = unicodedata.category(character)[0]
        if kind == "P" and character not in "%‰":
            digits = plain[place - 1 : place].isdecimal() and plain[place + 1 : place + 2].isdecimal()
            kept.append(character if digits else " ")
        elif kind == "Z" or character.isspace():
            kept.append(" ")
        elif kind != "C":
            kept.append(character)
    return "".join(kept).split()


def fold(text: str, /) -> str:
    """What two texts are compared by."""
    return "".join(words(text))


def _one_slip(written: str, meant: str, /) -> bool:
    """Whether one letter too many, too few, another, or two swapped make the difference (Damerau, 1964)."""
    if written == meant or abs(len(written) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(written), len(meant)) and written[start] == meant[start]:
        start += 1
    one, two = written[start:], meant[start:]
    return one[1:] == two[1:] or one[1:] == two or one == two[1:] or (one[1::-1] + one[2:] == two and len(one) > 1)


def _nearly(written: Sequence[str], meant: Sequence[str], /) -> bool:
    if len(written) != len(meant):
        return False
    differing = [pair for pair in zip(written, meant, strict=True) if pair[0] != pair[1]]
    if len(differing) != 1:
        return False
    one, two = differing[0]
    # letters that have a case: in Chinese, one character is a word of its own
    lettered = all(unicodedata.category(character) == "Ll" for character in one + two)
    return lettered and len(two) >= LEAST_LETTERS and _one_slip(one, two)


def grade(answer: object, spec: ShortSpec, /) -> Mark:
    """Mark a text. Any other JSON is unread or blank, and nothing raises."""
    if answer is None:
        return blank()
    if not isinstance(answer, str):
        return unread("type")
    if len(answer) > spec.longest:
        return unread("text-long")
    if not answer.strip():
        return blank()
    written = words(answer)
    folded = "".join(written)
    if not folded:
        return unread("text-empty")
    if any(folded == fold(each) for each in spec.accepted):
        return Mark(1.0, Verdict.RIGHT, "ok")
    for note, texts in spec.misconceptions:
        if any(folded == fold(each) for each in texts):
            return Mark(0.0, Verdict.AGAIN, note)
    if spec.typos and any(_nearly(written, words(each)) for each in spec.accepted):
        return Mark(1.0, Verdict.RIGHT, "typo")
    return Mark(0.0, Verdict.AGAIN, "wrong")
