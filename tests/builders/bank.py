"""Questions whose keys are the same for everybody, of each kind that other systems know, made up at random."""

from __future__ import annotations

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from dgxblock.bank import own
from dgxblock.content.build_items import assessment
from dgxblock.content.compose import compose
from dgxblock.content.model import (
    Accepted,
    Choice,
    ChoiceItem,
    ClassifyItem,
    DecideItem,
    DecideOption,
    DemandHint,
    Item,
    MatchItem,
    Misconception,
    NumberItem,
    OrderItem,
    ShortItem,
    ShortMisconception,
    Span,
    Step,
    Target,
    Text,
    Thing,
    Tolerance,
    ValueDef,
    WrongTarget,
)
from dgxblock.content.safe import load

LETTERS = "ab7 =~#{}:\\|,;\"'<>&@+-%厂线。，“ \u3000\u00a0\n😀"
"""Signs that mean something in one of the formats."""
PLAIN = st.text(alphabet=LETTERS, min_size=1, max_size=12)
NUMBERS = st.one_of(st.integers(-9999, 9999), st.decimals(-999, 999, places=3)).map(float)


def spans(depth: int = 0) -> st.SearchStrategy[tuple[Span, ...]]:
    """Running text with marks."""
    text = PLAIN.map(lambda words: Span("text", words))
    marks: list[st.SearchStrategy[Span]] = [text, text, st.just(Span("br"))]
    if depth < 2:
        inner = spans(depth + 1)
        marks.append(inner.map(lambda each: Span("em", spans=each)))
        marks.append(inner.map(lambda each: Span("claim", spans=each, basis="synthetic")))
        marks.append(st.just(Span("var", ref="fixed_share", format="percent1")))
    return st.lists(st.one_of(*marks), min_size=1, max_size=3).map(tuple)


TEXTS = st.builds(Text, spans(), spans())
MAYBE = st.one_of(st.none(), TEXTS)
CONSTANT = ValueDef("fixed_share", "SELECT 0.25", "%", "percent1")


def head(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "id": draw(st.sampled_from(["q1", "Q-2_x", "a"])),
        "points": draw(st.sampled_from([1.0, 0.5, 12.0])),
        "objectives": draw(st.sampled_from([(), ("O1",), ("O1", "o-2")])),
        "difficulty": draw(st.sampled_from(["", "easy", "medium", "hard"])),
        "prompt": draw(TEXTS),
        "hint": draw(MAYBE),
        "demand_hints": (),
        "givens": (),
        "rationale": draw(TEXTS),
        "misconceptions": (),
    }


@st.composite
def questions(draw: st.DrawFn, /) -> tuple[Item, tuple[ValueDef, ...]]:
    """A question that breaks no rule, as reading its document gives it, and the values that it rests on."""
    kind = draw(st.sampled_from(["single", "multiple", "number", "short", "match", "classify", "order", "decide"]))
    item, values = _MAKERS[kind](draw, head(draw))
    if draw(st.booleans()):
        values = (*values, CONSTANT)
    document = assessment(load(compose(own.around([item], (*values, CONSTANT)[: len(values) or 1]))).root)
    (item,) = document.items
    assume(own.quoted(item) <= {each.name for each in values})
    assume(not own.faults([item], values))
    return item, tuple(each for each in values if each.name in own.quoted(item))


def _choice(draw: st.DrawFn, rest: dict[str, Any]) -> tuple[Item, tuple[ValueDef, ...]]:
    count, multiple = draw(st.integers(3, 6)), draw(st.booleans())
    right = set(draw(st.permutations(range(count)))[: draw(st.integers(2, count - 1)) if multiple else 1])
    choices = tuple(
        Choice(f"c{at}", draw(TEXTS), draw(MAYBE), at in right, draw(st.sampled_from(["", "oee:x"])))
        for at in range(count)
    )
    return ChoiceItem(**rest, multiple=multiple, choices=choices, key="", fixed=draw(st.booleans())), ()


def _number(draw: st.DrawFn, rest: dict[str, Any]) -> tuple[Item, tuple[ValueDef, ...]]:
    unit = draw(st.sampled_from(["", "%", "min", "ppm"]))
    near = draw(st.sampled_from([Tolerance(0.05, "absolute"), Tolerance(2.5, "percent")]))
    if unit == "%" and draw(st.booleans()):
        near = Tolerance(0.5, "pp")
    key = draw(NUMBERS)
    assume(key != 0 or near.kind == "absolute")
    values: tuple[ValueDef, ...] = (ValueDef("the_key", f"SELECT {key:f}", unit, "dec2", -1e6, 1e6),)
    wrong: tuple[Misconception, ...] = ()
    if draw(st.booleans()):
        wrong = (Misconception("oee:y", draw(TEXTS), ref="a_wrong"),)
        values = (*values, ValueDef("a_wrong", "SELECT -17.5"))
    units = (unit, "h") if unit == "min" else ((unit,) if unit else ())
    made = NumberItem(
        **{**rest, "misconceptions": wrong}, ref="the_key", tolerance=near, unit=unit, units=units, depends=()
    )
    return made, values


def _short(draw: st.DrawFn, rest: dict[str, Any]) -> tuple[Item, tuple[ValueDef, ...]]:
    accepted = (
        Accepted(draw(PLAIN), ""), Accepted("换线", "zh-CN"), Accepted(draw(PLAIN), "en"),
    )[: draw(st.integers(1, 3))]  # fmt: skip
    wrong = (ShortMisconception("oee:z", draw(TEXTS), texts=(Accepted("no", ""),)),) if draw(st.booleans()) else ()
    typos = draw(st.sampled_from([0, 1]))
    return ShortItem(**{**rest, "misconceptions": wrong}, accepted=accepted, longest=70, typos=typos), ()


def _assigned(draw: st.DrawFn, *, reuse: bool) -> dict[str, Any]:
    things, targets = draw(st.integers(2, 4)), draw(st.integers(2, 5))
    assume(reuse or targets >= things)
    order = draw(st.permutations(range(targets)))
    chosen = [order[at % targets] for at in range(things)]
    named = [f"x{at}" for at in range(targets)]
    return {
        "targets": tuple(Target(each, draw(TEXTS)) for each in named),
        "things": tuple(
            Thing(
                f"y{at}", draw(TEXTS), named[right], draw(MAYBE),
                (WrongTarget(named[right - 1], "oee:w", draw(MAYBE)),) if draw(st.booleans()) else (),
            )
            for at, right in enumerate(chosen)
        ),
        "key": "",
        "fixed": draw(st.booleans()),
    }  # fmt: skip


def _match(draw: st.DrawFn, rest: dict[str, Any]) -> tuple[Item, tuple[ValueDef, ...]]:
    reuse = draw(st.booleans())
    return MatchItem(**rest, **_assigned(draw, reuse=reuse), reuse=reuse), ()


def _classify(draw: st.DrawFn, rest: dict[str, Any]) -> tuple[Item, tuple[ValueDef, ...]]:
    return ClassifyItem(**rest, **_assigned(draw, reuse=True), ordinal=draw(st.booleans())), ()


def _order(draw: st.DrawFn, rest: dict[str, Any]) -> tuple[Item, tuple[ValueDef, ...]]:
    order = draw(st.permutations([f"s{at}" for at in range(draw(st.integers(2, 5)))]))
    after = dict(zip(order[1:], order, strict=False))
    steps = tuple(
        Step(each, draw(TEXTS), draw(MAYBE), (after[each],) if each in after else ()) for each in sorted(order)
    )
    return OrderItem(**rest, steps=steps, key=""), ()


def _decide(draw: st.DrawFn, rest: dict[str, Any]) -> tuple[Item, tuple[ValueDef, ...]]:
    count = draw(st.integers(2, 4))
    best = draw(st.integers(0, count - 1))
    options = tuple(
        DecideOption(
            f"o{at}", draw(TEXTS), draw(MAYBE), 1.0 if at == best else draw(st.sampled_from([0.0, 0.5])), "",
            tuple(draw(st.lists(TEXTS, min_size=1, max_size=2))),
        )
        for at in range(count)
    )  # fmt: skip
    return DecideItem(**rest, options=options, key="", reason=draw(MAYBE), fixed=draw(st.booleans())), ()


_MAKERS: dict[str, Any] = {
    "single": _choice, "multiple": _choice, "number": _number, "short": _short, "match": _match,
    "classify": _classify, "order": _order, "decide": _decide,
}  # fmt: skip
HINT = DemandHint(Text((Span("text", "看表头"),), (Span("text", "see the heading"),)), 10)
