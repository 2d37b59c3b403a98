"""Numbers, units, dates and lists as a reader of Chinese or English expects to see them.

The rules are those of the interface reference: thousands by comma, per cent with one decimal, differences in
percentage points, a real minus sign, units after the number (one space before an SI unit, none before a
Chinese measure word).

Nothing here raises for a value that a page may hold: what is not a number is shown as a dash.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Final

from dgxblock.i18n import normalise

MINUS: Final = "−"
DASH: Final = "—"
_WIDE: Final = Context(prec=80)

#: Units by language-neutral code; a code that is not listed labels itself (``s``, ``h``, ``%``, ``kg``, ``kWh`` …).
_UNIT: Final[dict[str, tuple[str, str]]] = {
    "piece": ("件", "pieces"),
    "wan_piece": ("万件", "10,000 pieces"),
    "piece/h": ("件/h", "pieces/h"),
    "s/piece": ("s/件", "s/piece"),
    "cny": ("元", "CNY"),
    "wan": ("万元", "CNY 10,000"),
    "permille": ("‰", "‰"),
    "pp": ("个百分点", "percentage points"),
    "time": ("次", "times"),
    "day": ("天", "days"),
    "month": ("个月", "months"),
    "cny/kWh": ("元/kWh", "CNY/kWh"),
}

#: How many decimals each plain format shows.
_DECIMALS: Final = {"int": 0, "dec1": 1, "dec2": 2, "dec3": 3}

_PERCENT: Final = ("percent0", "percent1", "percent2")

#: Every format code that `format_value` knows; documents are checked against it.
FORMATS: Final = frozenset(
    {"text", *_DECIMALS, *_PERCENT, "pp1", "min", "s", "h", "s_per_piece", "piece", "wan", "cny"}
)

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _decimal(value: object, /) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        # repr, not the binary value: 0.5825 is to become 58.3 %, as on every pocket calculator
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number.adjusted() < 40 else None


def _digits(number: Decimal, places: int, /, *, signed: bool = False, trim: bool = False) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_WIDE)
    text = f"{abs(rounded):,f}"
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    if rounded == 0:
        return text  # never a negative zero
    if rounded < 0:
        return MINUS + text
    return "+" + text if signed else text


def format_value(value: object, fmt: str, lang: str, /, *, signed: bool = False) -> str:
    """Show `value` in one of `FORMATS`, in Chinese or English.

    ``percent*`` and ``pp1`` take ratios (0.583, 0.094); ``wan`` takes a number of 10,000 yuan, as its name
    says, and ``cny`` one of yuan; ``min``, ``s``, ``h``, ``s_per_piece`` and ``piece`` take their own unit.
    With `signed`, a positive number carries its plus. Text in a numeric format and numbers that are not
    finite become a dash; an unknown `fmt` raises `ValueError`, because it is a mistake of the author.
    """
    if fmt not in FORMATS:
        raise ValueError(f"unknown format {fmt!r}")
    if fmt == "text":
        return "" if value is None else str(value)
    number = _decimal(value)
    if number is None:
        return DASH
    chinese = normalise(lang) == "zh-CN"
    if fmt in _DECIMALS:
        return _digits(number, _DECIMALS[fmt], signed=signed)
    if fmt in _PERCENT:
        return _digits(number * 100, int(fmt[-1]), signed=signed) + "%"
    if fmt == "pp1":
        gap = "" if chinese else " "
        return _digits(number * 100, 1, signed=signed) + gap + unit_label("pp", lang)
    if fmt == "min":
        return _digits(number, 0, signed=signed) + " min"
    if fmt in ("h", "s", "s_per_piece"):
        label = unit_label("s/piece" if fmt == "s_per_piece" else fmt, lang)
        return f"{_digits(number, 1, signed=signed, trim=True)} {label}"
    if fmt == "piece":
        return _digits(number, 0, signed=signed) + ("件" if chinese else " pieces")
    if fmt == "wan" and chinese:
        return _digits(number, 2, signed=signed, trim=True) + "万元"
    yuan = _digits(number * 10_000 if fmt == "wan" else number, 0, signed=signed)
    return yuan + "元" if chinese else _cny(yuan)


def _cny(number: str, /) -> str:
    """The code before the digits, and the sign before the code."""
    sign = number[:1] if number[:1] in ("+", MINUS) else ""
    return f"{sign}CNY {number.removeprefix(sign)}"


def format_change(before: object, after: object, fmt: str, lang: str, /, *, relative: bool = False) -> str:
    """The signed difference between two values of one format: percentage points for ratios, per cent if
    `relative`.
    """
    old, new = _decimal(before), _decimal(after)
    if old is None or new is None or (relative and old == 0):
        return DASH
    if relative:
        return format_value((new - old) / abs(old), "percent0", lang, signed=True)
    return format_value(new - old, "pp1" if fmt.startswith("percent") else fmt, lang, signed=True)


def format_plain(value: object, /, *, places: int = 6) -> str:
    """A number with the decimals that it has, at most `places`: what a trainee typed, shown back."""
    number = _decimal(value)
    return DASH if number is None else _digits(number, places, trim=True)


def unit_label(code: str, lang: str, /) -> str:
    """The unit as it stands in a list or after a number."""
    chinese, english = _UNIT.get(code, (code, code))
    return chinese if normalise(lang) == "zh-CN" else english


def format_quantity(number: str, unit: str, lang: str, /) -> str:
    """A formatted number with its unit: ``67.4%``, ``26.99 s``, ``12,790件``, ``CNY 600``."""
    if unit == "cny" and normalise(lang) == "en":
        return _cny(number)
    return number + unit_suffix(unit, lang)


def unit_suffix(unit: str, lang: str, /) -> str:
    """What follows a number: ``%``, `` s``, ``件``."""
    label = unit_label(unit, lang)
    # a per cent sign and a Chinese measure word follow without a space, an SI unit and an English word with
    # one
    tight = label in ("", "%", "‰") or (label[0] > "⺀" and "/" not in label)
    return label if tight else f" {label}"


def join_list(items: Sequence[str], lang: str, /) -> str:
    """``甲、乙和丙`` or ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    comma, last = ("、", "和") if normalise(lang) == "zh-CN" else (", ", " and ")
    return comma.join(items[:-1]) + last + items[-1]


def one_line(text: str, lang: str, /) -> str:
    """A title that its author broke into lines, as one: a Chinese mark needs no space after it, a Chinese word a wide
    one.
    """
    if normalise(lang) != "zh-CN":
        return text.replace("\n", " ")
    first, *others = text.split("\n")
    for line in others:
        first += ("" if first[-1:] in "，。？！：；、……—”》）" else "　") + line
    return first


def format_range(low: str, high: str, /) -> str:
    """Two formatted numbers with an en dash between them."""
    return f"{low}–{high}"


def format_date(day: dt.date, lang: str, /, *, today: dt.date | None = None, table: bool = False) -> str:
    """A date in words; without the year if `today` is given and lies in the same year; ISO in a `table`."""
    if table:
        return f"{day:%Y-%m-%d}"
    same = today is not None and today.year == day.year
    if normalise(lang) == "zh-CN":
        return f"{day.month}月{day.day}日" if same else f"{day.year}年{day.month}月{day.day}日"
    words = f"{day.day} {_MONTHS[day.month - 1]}"
    return words if same else f"{words} {day.year}"


def format_time(moment: dt.datetime | dt.time, lang: str, /) -> str:
    """Hours and minutes, 24 h. The caller has brought `moment` to the reader's time zone."""
    del lang  # both languages write the time alike
    return f"{moment:%H:%M}"


def format_datetime(moment: dt.datetime, lang: str, /, *, today: dt.date | None = None, table: bool = False) -> str:
    """Date and time: ``11月23日14:32``, ``23 November 2026, 14:32``, ``2026-11-23 14:32`` in a `table`."""
    day, time = format_date(moment, lang, today=today, table=table), format_time(moment, lang)
    if table:
        return f"{day} {time}"
    return day + time if normalise(lang) == "zh-CN" else f"{day}, {time}"


def format_duration(seconds: float, lang: str, /) -> str:
    """``31分12秒`` or ``31 min 12 s``; from an hour on with hours."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if normalise(lang) == "zh-CN":
        return (f"{hours}小时" if hours else "") + (f"{minutes}分" if whole >= 60 else "") + f"{rest}秒"
    return (f"{hours} h " if hours else "") + (f"{minutes} min " if whole >= 60 else "") + f"{rest} s"


def format_clock(seconds: float, /) -> str:
    """A running clock: ``23:40``, ``1:05:00``."""
    whole = max(0, int(seconds))
    tail = f"{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{whole // 3600}:{tail}" if whole >= 3600 else tail
