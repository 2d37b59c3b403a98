"""Reading the number that a trainee typed, the way an engineer in either language would.

Read are full-width digits, thousands separators (comma or space), a decimal point (also the full stop of a
Chinese keyboard), one sign, an exponent, and one of the endings ``%``, ``‰``, ``万``. What can be read in two
ways is refused together with both ways, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

#: Longer than any number that a person types, short enough that nothing here costs time.
MAX_LENGTH: Final = 40
#: Beyond what a factory can measure, below where floats lose whole units.
MAX_VALUE: Final = Decimal(10) ** 15
MIN_VALUE: Final = Decimal(10) ** -15

_SCALE: Final = {"": Decimal(1), "%": Decimal("0.01"), "‰": Decimal("0.001"), "万": Decimal(1)}
_MINUS: Final = str.maketrans(dict.fromkeys("−‐‑‒–—负", "-"))
# zero-width and direction marks that a copy from a chat or a spreadsheet brings along
_INVISIBLE: Final = dict.fromkeys(
    [0x200B, 0x2060, 0xFEFF, *range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)

_WHOLE: Final = re.compile(
    r"(?P<sign>[+-]?) ?(?P<body>[0-9.][0-9., ]*?)(?P<exp>[eE][+-]?[0-9]{1,4})? ?(?P<end>[%‰万]?)"
)
_PLAIN: Final = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")
_COMMAS: Final = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_SPACES: Final = re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:\.[0-9]*)?")
_ONE_COMMA: Final = re.compile(r"([0-9]+),([0-9]+)")
_NUMBER_AND_WORD: Final = re.compile(r"[+-]?[¥$]? ?[0-9][0-9.,]* ?[^0-9_]{1,12}|[¥$] ?[0-9][0-9.,]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """A number as read: `number` before its `suffix` is applied (58.3 of ``58.3%``), `value` after it
    (0.583).
    """

    number: float
    value: float
    suffix: str = ""

    @property
    def percent(self) -> bool:
        return self.suffix == "%"


class Unreadable(ValueError):
    """The text is no number. `code` is one of ``empty type long characters number ambiguous grouping unit
    range``.

    For ``ambiguous``, `either` holds the two ways of writing what may have been meant.
    """

    def __init__(self, code: str, either: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.either = either


def _normal(text: str, /) -> str:
    for character in text:
        # NFKC would turn 10² into 102 and ½ into 1⁄2: only width variants and no-break spaces may be folded
        tag = unicodedata.decomposition(character).partition(" ")[0]
        if tag.startswith("<") and tag not in ("<wide>", "<narrow>", "<small>", "<noBreak>", "<compat>"):
            raise Unreadable("characters")
        if tag == "<compat>" and not character.isspace():
            raise Unreadable("characters")
    folded = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).translate(_MINUS)
    return folded.replace("。", ".").strip()


def _two_ways(whole: str, tail: str, /) -> tuple[str, str]:
    """``4,29`` may be 4.29, or 4,290 with its last digit lost; ``1,2345`` may be 1.2345 or 12,345."""
    digits = (whole + tail.ljust(3, "0")).lstrip("0") or "0"
    return f"{whole}.{tail}", f"{int(digits):,}"


def _body(body: str, sign: str, end: str, /) -> Decimal:
    if _PLAIN.fullmatch(body):
        return Decimal(body)
    if _COMMAS.fullmatch(body) or _SPACES.fullmatch(body):
        return Decimal(body.replace(",", "").replace(" ", ""))
    if comma := _ONE_COMMA.fullmatch(body):
        first, second = _two_ways(comma[1], comma[2])
        raise Unreadable("ambiguous", (f"{sign}{first}{end}", f"{sign}{second}{end}"))
    raise Unreadable("grouping" if "," in body or " " in body else "number")


def read_number(text: object, /) -> Reading:
    """Read one number. Raises `Unreadable` and nothing else, whatever `text` is."""
    if not isinstance(text, str):
        raise Unreadable("type")
    if not text[: MAX_LENGTH * 4].strip():
        raise Unreadable("empty" if len(text) <= MAX_LENGTH * 4 else "long")
    if len(text) > MAX_LENGTH:
        raise Unreadable("long")
    plain = _normal(text)
    if not plain:
        raise Unreadable("empty")
    match = _WHOLE.fullmatch(plain)
    if match is None:
        raise Unreadable("unit" if _NUMBER_AND_WORD.fullmatch(plain) else "number")
    sign, end = match["sign"], match["end"]
    number = _body(match["body"], "−" if sign == "-" else "", end) * (-1 if sign == "-" else 1)
    # the exponent has four digits at most, so this stays cheap and within Decimal's own limits
    number = number.scaleb(int((match["exp"] or "e0")[1:])) * (10_000 if end == "万" else 1)
    value = number * _SCALE[end]
    if number and not MIN_VALUE <= abs(value) <= abs(number) <= MAX_VALUE:
        raise Unreadable("range")
    return Reading(float(number), float(value), "" if end == "万" else end)
