"""A question that we wrote into a file and somebody may have changed there: three versions make one.

`base` is how the file's format would read back what we wrote, `theirs` what it reads now, `ours` the whole of what we
wrote. What they left alone stays ours, with all that the format does not know; what they changed is theirs.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from dgxblock.bank.texts import TODO
from dgxblock.content.model import Span, Text


def merged(base: Any, theirs: Any, ours: Any, lang: str, lost: set[str], /) -> Any:
    """Ours, with the changes that lead from `base` to `theirs`; texts are in `lang`. What of ours goes with a change is
    told in `lost`: ``marks`` in a text, ``parts`` of which there are more or fewer now, ``kind``."""
    if theirs == base:
        return ours
    if isinstance(theirs, Text) and isinstance(ours, Text):
        return _text(theirs, ours, lang, lost)
    if is_dataclass(theirs) and not isinstance(theirs, type) and type(theirs) is type(ours) is type(base):
        changes = {}
        for each in fields(theirs):
            one, two, three = (getattr(whole, each.name) for whole in (base, theirs, ours))
            changes[each.name] = merged(one, two, three, lang, lost)
        return replace(ours, **changes)
    if isinstance(theirs, tuple) and isinstance(ours, tuple):
        if len(theirs) == len(ours) == len(base):
            return tuple(merged(a, b, c, lang, lost) for a, b, c in zip(base, theirs, ours, strict=True))
        if ours:
            lost.add("parts")
    elif is_dataclass(theirs) and is_dataclass(ours):
        lost.add("kind")
    return theirs


def _text(theirs: Text, ours: Text, lang: str, lost: set[str]) -> Text:
    """Their words in the language of the file; our words in the other one may no longer fit, and say so."""
    if any(each.kind not in ("text", "br") for each in ours.spans(lang)):
        lost.add("marks")
    other = ours.en if lang == "zh-CN" else ours.zh
    if other[:1] and not other[0].text.startswith(TODO):
        first = other[0]
        other = (Span("text", TODO + first.text), *other[1:]) if first.kind == "text" else (Span("text", TODO), *other)
    return Text(theirs.zh, other) if lang == "zh-CN" else Text(other, theirs.en)
