"""Our own description of a question, which goes along where a format cannot say all of it: the other language, hints,
feedback to known wrong roads, marks in the text.

It is a piece of our vocabulary: an ``assessment`` that holds nothing but the values of the question's keys and the
question. What a file says otherwise goes first (`dgxblock.bank.merge`): people change files.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

from lxml import etree

from dgxblock.bank.texts import figures
from dgxblock.content import check
from dgxblock.content.build_items import assessment
from dgxblock.content.compose import compose
from dgxblock.content.findings import ContentError, Finding
from dgxblock.content.model import (
    Assessment,
    Column,
    Dataset,
    Item,
    Misconception,
    NumberItem,
    Objective,
    PaperSection,
    Rules,
    Span,
    TableDef,
    Text,
    Value,
    ValueDef,
)
from dgxblock.content.safe import NAMESPACE, children, load, local
from dgxblock.content.spacing import LANG
from dgxblock.content.write import from_element, to_element

_WORD: Final = Text((Span("text", "x"),), (Span("text", "x"),))
_TABLE: Final = TableDef("nothing", _WORD, (Column("x", _WORD, "integer"),), "SELECT 1 AS x")
_CONSTANT: Final = re.compile(r"\s*SELECT\s+([+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?)\s*", re.IGNORECASE)
_MARKED: Final = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{0,59}")


_ALONE: Final = ("objective-unassessed", "hint-in-assessment")


def around(items: Iterable[Item], values: Iterable[ValueDef], /) -> Assessment:
    """The smallest assessment in which these questions are whole."""
    items = tuple(items)
    named = sorted({each for item in items for each in item.objectives if _MARKED.fullmatch(each)}) or ["none"]
    dataset = Dataset("bank", "teaching", "CC0-1.0", (), (_TABLE,), tuple(values), (_WORD,))
    objectives = tuple(Objective(each, "remember", _WORD, None, "") for each in named)
    return Assessment(
        "bank", 1, _WORD, None, _WORD, dataset, Rules(50, 1, None), objectives, (PaperSection("", None, items),)
    )


def faults(items: Iterable[Item], values: Iterable[ValueDef], /) -> list[Finding]:
    """What our rules have against these questions."""
    return _serious(check.check(compose(around(items, values))))


def _serious(found: Iterable[Finding]) -> list[Finding]:
    """Without what is only so because a question stands alone."""
    return [each for each in found if each.level == "error" and each.code not in _ALONE]


def quoted(item: Item, /) -> frozenset[str]:
    """Names of the values on which a question rests."""
    refs = {each.ref for each in item.givens} | {each.ref for each in item.misconceptions if each.ref}
    if isinstance(item, NumberItem):
        refs.add(item.ref)
    return frozenset(refs) | figures(item)


def constants_of(values: Iterable[ValueDef], /) -> dict[str, Value]:
    """Those values that are the same for everybody, as numbers."""
    found = {each.name: _CONSTANT.fullmatch(each.select) for each in values}
    return {name: float(match[1]) for name, match in found.items() if match is not None}


def with_value(item: Item, old: str, new: str, /) -> Item:
    """The question with another name for a value."""
    return _renamed(item, old, new)  # type: ignore[no-any-return]  # the same class


def _renamed(thing: Any, old: str, new: str) -> Any:
    if isinstance(thing, tuple):
        return tuple(_renamed(each, old, new) for each in thing)
    if not is_dataclass(thing) or isinstance(thing, type):
        return thing
    changes = {
        each.name: new if each.name == "ref" and held == old else _renamed(held, old, new)
        for each in fields(thing)
        if isinstance(held := getattr(thing, each.name), tuple) or is_dataclass(held) or each.name == "ref"
    }
    return replace(thing, **changes)


def is_fixed(item: Item, constant: Iterable[str], /) -> bool:
    """Whether neither the key nor a text of the question depends on a trainee's data."""
    keys = [getattr(item, "key", ""), *(each.key for each in item.misconceptions if isinstance(each, Misconception))]
    return not any(keys) and not getattr(item, "depends", ()) and quoted(item) <= set(constant)


def pack(item: Item, values: Iterable[ValueDef], lang: str, /) -> str:
    """The description as one line of XML; `lang` is the language of the file around it."""
    root = to_element(compose(around([item], values)))
    made = etree.fromstring(f'<assessment xmlns="{NAMESPACE}"/>')
    made.set(LANG, lang)
    made.extend([*root.iter(f"{{{NAMESPACE}}}value"), root[-1]])
    return etree.tostring(made, encoding="unicode")


def unpack(xml: str, /) -> tuple[Item, tuple[ValueDef, ...], str]:
    """What `pack` packed: the question, its values, the language of the file around it.

    Raises:
        ContentError: it is not, or no longer, a question of ours with a fixed key.
    """
    lang = "en" if load(xml).root.get(LANG) == "en" else "zh-CN"
    tree = load(from_element(load(xml).root))
    held = children(tree.root)
    values, items = [each for each in held if local(each) == "value"], [e for e in held if local(e) != "value"]
    whole = load(compose(around([], []))).root
    if tree.kind != "assessment" or len(items) != 1 or len(values) + 1 != len(held):
        raise ContentError([Finding.of("root", name=tree.kind)])
    dataset = next(each for each in children(whole) if local(each) == "dataset")
    for each in values:
        dataset.insert(len(dataset) - 1, each)
    _objectives(whole, items[0])
    whole.append(items[0])
    again = load(etree.tostring(whole, encoding="unicode"))
    if found := _serious(check.findings(again)):
        raise ContentError(found)
    document = assessment(again.root)
    (item,) = document.items
    if not is_fixed(item, constants_of(document.dataset.values)):
        raise ContentError([Finding.of("root", name=item.element)])
    return item, document.dataset.values, lang


def _objectives(whole: etree._Element, item: etree._Element) -> None:
    """Declare the objectives that a question names."""
    holder = next(each for each in children(whole) if local(each) == "objectives")
    (first,) = children(holder)
    names = [each for each in (item.get("objectives") or "").split() if _MARKED.fullmatch(each)]
    for name in dict.fromkeys(names):
        made = copy.deepcopy(first)
        made.set("id", name)
        holder.append(made)
    if names:
        holder.remove(first)
