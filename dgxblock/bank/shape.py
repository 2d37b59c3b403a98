"""What all formats have in common: a question as a stranger writes it, what was taken, and what was not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from dgxblock.bank.words import SENTENCES
from dgxblock.content.findings import Finding
from dgxblock.content.model import Item, Span, Tolerance, ValueDef
from dgxblock.i18n import gettext

Kind = Literal["single", "multiple", "number", "short", "match", "order"]
Difficulty = Literal["easy", "medium", "hard", ""]
Words = tuple[Span, ...]
"""Running text in one language: texts, emphasis and line breaks."""

MOST_BYTES: Final = 5_000_000
"""Of a file: a thousand questions have some 0.5 MB."""
MOST_QUESTIONS: Final = 1000
MOST_OPTIONS: Final = 40
"""Of a question; so many pairs, steps and accepted answers too."""
MOST_TOLD: Final = 1000
"""Things that are listed one by one as not taken."""
MOST_TEXT: Final = 4000
"""Characters of one text."""
EXACT: Final = Tolerance(1e-06, "absolute")
"""Stands for no tolerance at all: a computed number is never met to the last bit."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: a file within a package, a line (from 1; 0: not known), a column by its heading, and the
    question by its name."""

    line: int = 0
    column: str = ""
    item: str = ""
    file: str = ""

    def __str__(self) -> str:
        where = [self.file, str(self.line) if self.line else "", self.column]
        return ":".join(each for each in where if each)


@dataclass(frozen=True)
class Refusal:
    """Something that was not taken. `code` is stable, for tools and tests."""

    place: Place
    code: str
    params: tuple[tuple[str, str], ...] = ()
    finding: Finding | None = None
    """What the rules for documents say, where one of them is broken; `code` is its code then."""

    @classmethod
    def by_rule(cls, place: Place, finding: Finding, /) -> Refusal:
        """For a question that breaks a rule."""
        return cls(place, finding.code, finding=finding)

    @classmethod
    def of(cls, place: Place, code: str, /, **params: object) -> Refusal:
        return cls(place, code, tuple((key, str(params[key])[:200]) for key in params))

    def sentence(self, language: str | None = None, /) -> str:
        """A sentence or two in `language` (default: the current one): what it is, and what to do."""
        if self.finding is not None:
            return self.finding.message(language)
        return gettext(SENTENCES[self.code], language=language, **dict(self.params))


class Untakable(Exception):
    """A question, or a whole file, of which nothing can be taken."""

    def __init__(self, place: Place, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.refusal = Refusal.of(place, code, **params)


@dataclass(frozen=True)
class Option:
    """A choice (`right` or not), a step (in the right order), or a thing with its `target` among the targets."""

    text: Words
    right: bool = False
    feedback: Words = ()
    target: int = -1


@dataclass(frozen=True)
class Question:
    """A question in one language, with only what foreign formats know.

    `targets` are what the options of a match go with. `own` is our own description of the same question, which a
    file of ours carries along (`dgxblock.bank.own`).
    """

    kind: Kind
    prompt: Words
    place: Place = field(default=Place(), compare=False)
    name: str = field(default="", compare=False)
    options: tuple[Option, ...] = ()
    targets: tuple[Words, ...] = ()
    reuse: bool = False
    accepted: tuple[str, ...] = ()
    key: float = 0.0
    tolerance: Tolerance = EXACT
    unit: str = ""
    points: float | None = None
    fixed: bool = False
    hint: Words = ()
    rationale: Words = ()
    objectives: tuple[str, ...] = ()
    difficulty: Difficulty = ""
    own: str = field(default="", compare=False)


@dataclass
class Read:
    """What a format's reader found."""

    questions: list[Question] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    untold: int = 0

    def refuse(self, place: Place, code: str, /, **params: object) -> None:
        self.tell(Refusal.of(place, code, **params))

    def tell(self, refusal: Refusal, /) -> None:
        """Add one; beyond `MOST_TOLD` they are counted only."""
        if len(self.refused) < MOST_TOLD:
            self.refused.append(refusal)
        else:
            self.untold += 1

    def all_refused(self) -> tuple[Refusal, ...]:
        """All of them, with the number of those that are not listed."""
        more = (Refusal.of(Place(), "more", count=self.untold),) if self.untold else ()
        return (*self.refused, *more)


@dataclass(frozen=True)
class Taken:
    """The questions that a file gave, and the values on which their keys rest; `refused` says what it did not give."""

    items: tuple[Item, ...] = ()
    values: tuple[ValueDef, ...] = ()
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Written:
    """A file of questions, named as its kind usually is; `refused` says which questions are not in it."""

    data: bytes
    filename: str
    written: int
    refused: tuple[Refusal, ...] = ()


def words(text: str, /) -> Words:
    """A plain text as spans: one line each, white space squeezed, empty lines left out."""
    lines = [" ".join(each for each in re.split(r"[ \t\r\f\v]+", line) if each) for line in text.split("\n")]
    made: list[Span] = []
    for line in (each for each in lines if each):
        made += [Span("br"), Span("text", line)] if made else [Span("text", line)]
    return tuple(made)


def plain(spans: Words, /) -> str:
    """The other way; emphasis is lost."""
    return "".join(span.plain("en") for span in spans)


def decode(data: bytes, /) -> str:
    """The text of a file: UTF-8 or UTF-16 with or without its mark, else GB18030, as Excel writes in China.

    Raises:
        Untakable: it is too large, or no text in one of these.
    """
    if len(data) > MOST_BYTES:
        raise Untakable(Place(), "too-large", limit=MOST_BYTES // 1_000_000)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        # one broken byte in UTF-8 must not turn the whole file into other characters
        as_utf8 = data.decode("utf-8", "replace")
        broken, sound = as_utf8.count("\ufffd"), sum(each > "\u07ff" for each in as_utf8)
        if encoding == "utf-16" or data[:3] == b"\xef\xbb\xbf" or sound > 2 * broken:
            raise Untakable(Place(data.count(b"\n", 0, error.start) + 1), "encoding") from None
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise Untakable(Place(data.count(b"\n", 0, error.start) + 1), "encoding") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without_controls(text: str, read: Read, /) -> str:
    """`text` without characters that no document may hold; that there were some is told at the first."""
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        read.refuse(Place(line), "control", count=len(_CONTROL.findall(text)), code=f"U+{ord(found[0]):04X}")
        return _CONTROL.sub("", text)
    return text


def bounded(question: Question, /) -> Question:
    """The question, if it is no larger than ours may be.

    Raises:
        Untakable: it is.
    """
    for size in (len(question.options), len(question.targets), len(question.accepted)):
        if size > MOST_OPTIONS:
            raise Untakable(question.place, "too-many", count=size, limit=MOST_OPTIONS)
    texts = [question.prompt, question.hint, question.rationale, *question.targets]
    texts += [each.text for each in question.options] + [each.feedback for each in question.options]
    for text in [*map(plain, texts), *question.accepted]:
        if len(text) > MOST_TEXT:
            raise Untakable(question.place, "too-long", limit=MOST_TEXT)
    return question
