"""From a question as foreign formats know it to one of ours, and back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from dgxblock.bank.shape import EXACT, MOST_OPTIONS, Option, Place, Question, Untakable, Words, plain
from dgxblock.bank.texts import both, reason, spoken
from dgxblock.content.compose_text import number
from dgxblock.content.model import (
    Accepted,
    Choice,
    ChoiceItem,
    ClassifyItem,
    DecideItem,
    DecideOption,
    Item,
    MatchItem,
    NumberItem,
    OrderItem,
    ShortItem,
    Span,
    Step,
    Target,
    Text,
    Thing,
    Tolerance,
    Value,
    ValueDef,
)
from dgxblock.grading.units import RATIOS, UNITS
from dgxblock.items.number import typed

LETTERS: Final = tuple("abcdefghijklmnopqrstuvwxyz") + tuple(f"a{each}" for each in range(1, MOST_OPTIONS - 25))
"""Ids of parts that come without one."""
KINDS: Final = frozenset({"single", "multiple", "number", "short", "match", "classify", "order", "decide"})
"""The elements that foreign formats have a counterpart for."""
_TARGETS: Final = tuple(f"t{at}" for at in range(1, MOST_OPTIONS + 1))
_NO_FEEDBACK: Final = Text((Span("text", "TODO 后果"),), (Span("text", "TODO what comes of it"),))
_SHORT: Final = 60
_LONGEST: Final = 200
_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{0,59}")
_PLACES: Final = 3
"""Decimals that a solution shows."""


def item_id(question: Question, /) -> str:
    """The name of the question where it can be an id, else one made from its words: the same at each import."""
    name = re.sub(r"[^A-Za-z0-9_\-]+", "-", question.name).strip("-_")[:60]
    if _ID.fullmatch(name):
        return name
    words = repr((question.kind, plain(question.prompt), [plain(each.text) for each in question.options]))
    return "q-" + hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:8]


def value_name(id: str, /) -> str:
    """What the value is called on which the key of that question rests."""
    return ("bank_" + re.sub(r"[^a-z0-9]+", "_", id.lower()).strip("_"))[:40]


def item(
    question: Question, lang: str, points: float, /, like: Item | None = None
) -> tuple[Item, tuple[ValueDef, ...]]:
    """Our question, and the value of its key if that is a number. `like` lends its ids to the parts.

    Raises:
        Untakable: it says too little.
    """
    if not question.prompt:
        raise Untakable(question.place, "no-prompt")
    head: dict[str, Any] = {
        "id": like.id if like is not None else item_id(question),
        "points": question.points if question.points is not None else points,
        "objectives": question.objectives,
        "prompt": both(question.prompt, lang),
        "hint": both(question.hint, lang) if question.hint else None,
        "demand_hints": (),
        "givens": (),
        "rationale": reason(question.rationale, lang),
        "misconceptions": (),
        "difficulty": question.difficulty,
    }
    if question.kind == "number":
        return _number(question, head, like)
    if question.kind == "short":
        return _short(question, head), ()
    if question.kind == "match":
        return _match(question, head, lang, like), ()
    if question.kind == "order":
        return _order(question, head, lang, like), ()
    return _choice(question, head, lang, like), ()


def _number(question: Question, head: dict[str, Any], like: Item | None) -> tuple[Item, tuple[ValueDef, ...]]:
    unit, key = question.unit, question.key
    _known_unit(unit, question.place)
    if question.tolerance.kind == "pp" and unit not in RATIOS:
        raise Untakable(question.place, "points-of-unit", unit=unit or "—")
    if key == 0 and question.tolerance.kind == "percent":
        raise Untakable(question.place, "percent-of-nothing")
    if not abs(key) < 1e15:
        raise Untakable(question.place, "number-size")
    near = question.tolerance if question.tolerance.amount else EXACT
    slack = abs(key) * near.amount / 100 if near.kind == "percent" else near.amount
    if abs(round(key, _PLACES) - key) > slack:
        raise Untakable(question.place, "decimals", number=f"{key:g}", places=_PLACES)
    written = Decimal(repr(key)).scaleb({"%": -2, "permille": -3, "ppm": -6, "pp": -2}.get(unit, 0))
    name = like.ref if isinstance(like, NumberItem) else value_name(head["id"])
    value = ValueDef(name, f"SELECT {number(float(written))}", unit)
    made = NumberItem(**head, ref=name, tolerance=near, unit=unit, units=(unit,) if unit else (), depends=())
    return made, (value,)


def _known_unit(unit: str, place: Place) -> None:
    if unit not in UNITS:
        raise Untakable(place, "unit", unit=unit, known=" ".join(each for each in UNITS if each))


def _short(question: Question, head: dict[str, Any]) -> Item:
    longest = max([_SHORT, *map(len, question.accepted)])
    if longest > _LONGEST:
        raise Untakable(question.place, "answer-long", limit=_LONGEST)
    accepted = tuple(Accepted(" ".join(each.split()), "") for each in question.accepted)
    return ShortItem(**head, accepted=accepted, longest=longest, typos=0)


def _ids(like: object, count: int, attribute: str) -> tuple[str, ...]:
    theirs = tuple(each.id for each in getattr(like, attribute, ()))
    return theirs if len(theirs) == count else (_TARGETS if attribute == "targets" else LETTERS)[:count]


def _choice(question: Question, head: dict[str, Any], lang: str, like: Item | None) -> Item:
    options, fixed = question.options, question.fixed
    if isinstance(like, DecideItem) or (like is None and question.kind == "single" and len(options) == 2):
        return DecideItem(
            **head,
            fixed=fixed,
            options=tuple(
                DecideOption(
                    id, both(each.text, lang), None, float(each.right), "",
                    (both(each.feedback, lang) if each.feedback else _NO_FEEDBACK,),
                )
                for id, each in zip(_ids(like, len(options), "options"), options, strict=True)
            ),
            key="",
            reason=None,
        )  # fmt: skip
    choices = tuple(
        Choice(id, both(each.text, lang), both(each.feedback, lang) if each.feedback else None, each.right, "")
        for id, each in zip(_ids(like, len(options), "choices"), options, strict=True)
    )
    return ChoiceItem(**head, fixed=fixed, multiple=question.kind == "multiple", choices=choices, key="")


def _order(question: Question, head: dict[str, Any], lang: str, like: Item | None) -> Item:
    theirs = in_order(like) if isinstance(like, OrderItem) else None
    count = len(question.options)
    ids = theirs if theirs is not None and len(theirs) == count else LETTERS[:count]
    steps = [
        Step(id, both(each.text, lang), both(each.feedback, lang) if each.feedback else None, before)
        for id, before, each in zip(ids, [(), *((each,) for each in ids)], question.options, strict=False)
    ]
    if isinstance(like, OrderItem) and theirs == ids:  # as they stand in ours
        at = {each.id: index for index, each in enumerate(like.steps)}
        steps.sort(key=lambda each: at[each.id])
    return OrderItem(**head, steps=tuple(steps), key="")


def _match(question: Question, head: dict[str, Any], lang: str, like: Item | None) -> Item:
    targets = tuple(
        Target(id, both(each, lang))
        for id, each in zip(_ids(like, len(question.targets), "targets"), question.targets, strict=True)
    )
    things = tuple(
        Thing(
            id, both(each.text, lang), targets[each.target].id if 0 <= each.target < len(targets) else "",
            both(each.feedback, lang) if each.feedback else None, (),
        )
        for id, each in zip(_ids(like, len(question.options), "things"), question.options, strict=True)
    )  # fmt: skip
    rest: dict[str, Any] = {"fixed": question.fixed, "targets": targets, "things": things, "key": ""}
    if isinstance(like, ClassifyItem):
        return ClassifyItem(**head, **rest, ordinal=like.ordinal)
    return MatchItem(**head, **rest, reuse=question.reuse)


def in_order(asked: OrderItem, /) -> tuple[str, ...] | None:
    """The ids of the steps in the one right order; None if several are right."""
    placed: list[str] = []
    waiting = {each.id: set(each.after) for each in asked.steps}
    while waiting:
        ready = [id for id, before in waiting.items() if before <= set(placed)]
        if len(ready) != 1:
            return None
        placed.append(ready[0])
        del waiting[ready[0]]
    return tuple(placed)


def question(asked: Item, lang: str, values: dict[str, Value], own: str, /) -> Question:
    """A question with a fixed key as foreign formats know it. `values` are those that it quotes; `own` goes with it.

    Raises:
        Untakable: its kind, or what is right, cannot be said there.
    """
    place = Place(item=asked.id)
    if asked.givens:
        raise Untakable(place, "computed")
    head: dict[str, Any] = {
        "prompt": spoken(asked.prompt, lang, values),
        "place": place,
        "name": asked.id,
        "points": asked.points,
        "fixed": asked.fixed,
        "hint": spoken(asked.hint, lang, values),
        "rationale": spoken(asked.rationale, lang, values),
        "objectives": asked.objectives,
        "difficulty": asked.difficulty,
        "own": own,
    }
    if isinstance(asked, NumberItem):
        _known_unit(asked.unit, place)
        key = float(typed(float(values[asked.ref]), asked.unit))
        return Question("number", **head, key=key, tolerance=asked.tolerance, unit=asked.unit)
    if isinstance(asked, ShortItem):
        return Question("short", **head, accepted=tuple(dict.fromkeys(each.text for each in asked.accepted)))
    if isinstance(asked, ChoiceItem | DecideItem):
        multiple = isinstance(asked, ChoiceItem) and asked.multiple
        return Question("multiple" if multiple else "single", **head, options=tuple(_options(asked, lang, values)))
    if isinstance(asked, OrderItem):
        return Question("order", **head, options=tuple(_steps(asked, lang, values, place)))
    if isinstance(asked, MatchItem | ClassifyItem):
        at = {each.id: index for index, each in enumerate(asked.targets)}
        if any(each.target not in at for each in asked.things):  # a document that breaks its rules
            raise Untakable(place, "no-answer")
        return Question(
            "match",
            **head,
            options=tuple(
                Option(
                    spoken(each.label, lang, values),
                    feedback=spoken(each.feedback, lang, values),
                    target=at[each.target],
                )
                for each in asked.things
            ),
            targets=tuple(spoken(each.label, lang, values) for each in asked.targets),
            reuse=isinstance(asked, ClassifyItem) or asked.reuse,
        )
    raise Untakable(place, "kind", kind=asked.element)


def _options(asked: ChoiceItem | DecideItem, lang: str, values: dict[str, Value]) -> Iterator[Option]:
    if isinstance(asked, ChoiceItem):
        for each in asked.choices:
            yield Option(spoken(each.label, lang, values), each.correct, spoken(each.feedback, lang, values))
        return
    for one in asked.options:
        said: Words = ()
        for text in one.consequence:
            if text != _NO_FEEDBACK:
                said += (*((Span("br"),) if said else ()), *spoken(text, lang, values))
        yield Option(spoken(one.label, lang, values), one.credit == 1, said)


def _steps(asked: OrderItem, lang: str, values: dict[str, Value], place: Place) -> Iterator[Option]:
    order = in_order(asked)
    if order is None:
        raise Untakable(place, "orders")
    by_id = {each.id: each for each in asked.steps}
    for id in order:
        yield Option(spoken(by_id[id].label, lang, values), feedback=spoken(by_id[id].feedback, lang, values))


def tolerance(text: str, /) -> Tolerance | None:
    """Our notation (``0.5pp``, ``2%``, ``0.05``) as a tolerance."""
    found = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,15})?)\s?(pp|%)?", text.strip())
    if found is None:
        return None
    kind = {"pp": "pp", "%": "percent", None: "absolute"}[found[2]]
    return Tolerance(float(found[1]), kind)  # type: ignore[arg-type]  # one of the three
