"""From a file to questions of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from dgxblock.bank import aiken, csv_format, gift, own, package
from dgxblock.bank.merge import merged
from dgxblock.bank.question import item, question
from dgxblock.bank.shape import Place, Question, Read, Refusal, Taken, Untakable, bounded
from dgxblock.content.findings import ContentError
from dgxblock.content.model import Item, NumberItem, ValueDef

_READERS: Final[dict[str, Callable[[bytes], Read]]] = {
    "csv": csv_format.read, "gift": gift.read, "aiken": aiken.read, "qti": package.read
}  # fmt: skip
_ENDINGS: Final = {".csv": "csv", ".tsv": "csv", ".gift": "gift", ".xml": "qti", ".zip": "qti", ".imscc": "qti"}
_AIKEN: Final = (b"ANSWER:", *("答案：".encode(each) for each in ("utf-8", "gb18030")))
_TOGETHER: Final = 50
"""Questions that are checked at once: one document of them all would be too large."""
_Made = tuple[Place, Item, tuple[ValueDef, ...]]


def format_of(name: str, data: bytes, /) -> str:
    """The format of a file by its name, that of a plain text by what it holds; empty if neither tells."""
    ending = re.search(r"\.[a-z]+$", name.lower())
    if ending and ending[0] in _ENDINGS:
        return _ENDINGS[ending[0]]
    head = data[:200_000]
    if head[:2] == b"PK":
        return "qti"
    if any(line.lstrip().startswith(_AIKEN) for line in head.split(b"\n")):
        return "aiken"
    if b"{" in head:
        return "gift"
    return "csv" if re.search(rb"[,;\t]", head.split(b"\n", 1)[0]) else ""


def read(name: str, data: bytes, /, *, lang: str = "zh-CN", points: float = 1.0, format: str = "") -> Taken:
    """What the file `name` holds, its texts in `lang`; a question that says no points earns `points`. Without `format`
    the name tells it. Never raises: a file of which nothing can be taken says so in `refused`."""
    chosen = format or format_of(name, data)
    if chosen not in _READERS:
        return Taken(refused=(Refusal.of(Place(), "unknown-format"),))
    try:
        found = _READERS[chosen](data)
    except Untakable as reason:
        return Taken(refused=(reason.refusal,))
    if not found.questions and not found.refused:
        found.refuse(Place(), "nothing")
    made = list(_unique(_made(found, lang, points, chosen)))
    sound = [each for group in _groups(made) for each in _sound(group, found)]
    return Taken(
        tuple(item for _place, item, _values in sound),
        tuple(value for _place, _item, values in sound for value in values),
        found.all_refused(),
    )


def _made(found: Read, lang: str, points: float, format: str) -> Iterator[_Made]:
    for each in found.questions:
        try:
            if each.own:
                made = _with_own(bounded(each), lang, points, format, found)
            else:
                made = item(bounded(each), lang, points)
        except Untakable as reason:
            found.tell(reason.refusal)
            continue
        yield each.place, *made


def _with_own(asked: Question, lang: str, points: float, format: str, found: Read) -> tuple[Item, tuple[ValueDef, ...]]:
    """The question as we wrote it, with what was changed in the file since."""
    try:
        ours, values, written_in = own.unpack(asked.own)
    except ContentError:
        found.refuse(asked.place, "own-broken")
        return item(asked, lang, points)
    constant = own.constants_of(values)
    base = _as_read_back(question(ours, written_in, constant, ""), written_in, format)
    if asked == base:
        return ours, values
    theirs, their_values = item(asked, written_in, points, like=ours)
    before, values_before = item(base, written_in, points, like=ours)
    lost: set[str] = set()
    made = merged(before, theirs, ours, written_in, lost)
    for each in sorted(lost):
        found.refuse(asked.place, f"own-{each}")
    if their_values != values_before and isinstance(theirs, NumberItem):
        (key,) = their_values
        values = (*(each for each in values if each.name != key.name), key)
    return made, values


def _as_read_back(asked: Question, lang: str, format: str) -> Question:
    """How the reader sees what we write when nobody has changed it."""
    if format == "csv":
        return csv_format.read(csv_format.write([asked], lang)).questions[0]
    return package.read(package.write([asked], lang)).questions[0]


def _unique(made: Iterator[_Made]) -> Iterator[_Made]:
    """Ids and names of values that are there once only."""
    ids: set[str] = set()
    names: set[str] = set()
    for place, asked, values in made:
        id = free(asked.id, ids, "-")
        changed, kept = renamed(replace(asked, id=id), values, names)
        ids.add(id)
        names |= {each.name for each in kept}
        yield place, changed, kept


def free(name: str, taken: set[str], joint: str, /, longest: int = 60) -> str:
    """`name`, or the first of its numbered forms that is not taken."""
    number, made = 2, name
    while made in taken:
        tail = f"{joint}{number}"
        made, number = name[: longest - len(tail)] + tail, number + 1
    return made


def renamed(asked: Item, values: tuple[ValueDef, ...], taken: set[str], /) -> tuple[Item, tuple[ValueDef, ...]]:
    """The question with its values under names that are free."""
    kept: list[ValueDef] = []
    for each in values:
        name = free(each.name, taken | {one.name for one in kept}, "_", 40)
        if name != each.name:
            asked = own.with_value(asked, each.name, name)
        kept.append(replace(each, name=name))
    return asked, tuple(kept)


def _groups(made: list[_Made]) -> Iterator[list[_Made]]:
    for start in range(0, len(made), _TOGETHER):
        yield made[start : start + _TOGETHER]


def _sound(group: list[_Made], found: Read) -> Iterator[_Made]:
    """The questions of a group that break no rule of ours; of the others, the first that each breaks is told."""
    if not own.faults([each for _p, each, _v in group], [one for _p, _i, values in group for one in values]):
        yield from group
        return
    for place, asked, values in group:
        faults = own.faults([asked], values)
        if faults:
            found.tell(Refusal.by_rule(replace(place, item=place.item or asked.id), faults[0]))
        else:
            yield place, asked, values
