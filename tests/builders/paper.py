"""An assessment with sections, pools and rules of all sorts, and typed ones of any blueprint."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from dgxblock.content import model, read
from dgxblock.content.safe import NAMESPACE
from tests.builders.content import BI, DATASET


def single(name: str, /, more: str = 'objectives="O1" difficulty="easy"', points: str = "2") -> str:
    """A question with one choice, on a line of its own."""
    choices = "".join(f'<choice id="{each}"{right}><label>{BI}</label></choice>' for each, right in _CHOICES)
    body = f"<prompt>{BI}</prompt>{choices}<rationale>{BI}</rationale>"
    return f'<single id="{name}" points="{points}" {more}>{body}</single>'


_CHOICES = (("a", ' correct="true"'), ("b", ""), ("c", ""), ("d", ""))

PAPER = f"""<assessment xmlns="{NAMESPACE}" id="small-paper" version="1">
  <title>{BI}</title>
  <lead>{BI}</lead>
  {DATASET.replace(f' xmlns="{NAMESPACE}"', "")}
  <rules passMark="70" attempts="3" minutes="40" timed="true" mode="exam" counts="average" cooldownHours="24" shares="100 80" shuffle="true">
    <credit earlyDays="2" earlyPercent="105" lateDays="7" latePercent="50"/>
    <review answers="last" rationale="never"/>
  </rules>
  <objectives>
    <objective id="O1" bloom="apply">{BI}<again ref="firm">{BI}</again></objective>
    <objective id="O2" bloom="apply">{BI}</objective>
  </objectives>
  <section id="warm">
    <title>{BI}</title>
    <number id="anchor" points="1" objectives="O1" ref="oee" tolerance="0.5pp" unit="%"><prompt>{BI}</prompt><rationale>{BI}</rationale></number>
    <pool id="p1" draw="2">
      {single("e1")}
      {single("e2")}
      {single("e3", 'objectives="O2" difficulty="hard" fixed="true"')}
      {single("e4", 'objectives="O2" difficulty="hard"')}
    </pool>
    <number id="next" points="1" objectives="O1" ref="good" tolerance="2%" unit="min" depends="anchor"><prompt>{BI}</prompt><rationale>{BI}</rationale></number>
  </section>
  <section id="rest">
    {single("last")}
  </section>
</assessment>
"""  # noqa: E501  documents read better unbroken


@cache
def paper() -> model.Assessment:
    """The same, typed."""
    made = read.parse(PAPER)
    assert isinstance(made, model.Assessment)
    return made


def item(name: str, objective: str = "O1", difficulty: str = "", /) -> model.ChoiceItem:
    """A question with one choice."""
    made = next(each for each in paper().items if each.id == "e1")
    assert isinstance(made, model.ChoiceItem)
    return replace(made, id=name, objectives=(objective,), difficulty=difficulty)  # type: ignore[arg-type]


def dependent(name: str, *before: str) -> model.NumberItem:
    """A question to which the answers to others carry forward."""
    made = next(each for each in paper().items if each.id == "next")
    assert isinstance(made, model.NumberItem)
    return replace(made, id=name, depends=before)


def assessment(*sections: tuple[model.Item | model.Pool, ...], shuffle: bool = False) -> model.Assessment:
    """An assessment of these sections."""
    return replace(
        paper(),
        rules=replace(paper().rules, shuffle=shuffle),
        sections=tuple(model.PaperSection(f"s{place}", None, parts) for place, parts in enumerate(sections)),
    )
