"""From the rules and the sections of an assessment to elements: `build_paper` the other way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict

from lxml import etree

from dgxblock.content import model
from dgxblock.content.build_paper import CREDIT
from dgxblock.content.compose_text import child, mark, text
from dgxblock.content.paper import review_of

Items = Callable[[etree._Element, Iterable[model.Item]], None]


def rules(root: etree._Element, said: model.Rules, /) -> None:
    """The element ``rules``, without what goes without saying."""
    made = child(root, "rules", passMark=said.pass_mark, attempts=said.attempts, minutes=said.minutes)
    usual = model.Rules(said.pass_mark, said.attempts, said.minutes)
    mark(
        made,
        timed=said.timed or None,
        mode=_unusual(said.mode, usual.mode),
        counts=_unusual(said.counts, usual.counts),
        cooldownHours=_unusual(said.cooldown_hours, usual.cooldown_hours),
        shares=_unusual(tuple(map(str, said.shares)), tuple(map(str, usual.shares))),
        shuffle=said.shuffle or None,
    )
    credit, plain = asdict(said.credit), asdict(usual.credit)
    if credit != plain:
        child(made, "credit", **{key: _unusual(credit[name], plain[name]) for name, key in CREDIT.items()})
    review, plain = asdict(said.review), asdict(review_of(said.mode))
    if review != plain:
        child(made, "review", **{name: _unusual(moment, plain[name]) for name, moment in review.items()})


def _unusual(value: object, usual: object) -> object:
    return None if value == usual else value


def sections(root: etree._Element, listed: Iterable[model.PaperSection], items: Items, /) -> None:
    """The sections; the items alone where there is but one section, and it has no name."""
    for each in listed:
        holder = child(root, "section", id=each.id) if each.id else root
        text(holder, "title", each.title)
        for part in each.parts:
            if isinstance(part, model.Pool):
                items(child(holder, "pool", id=part.id, draw=part.draw), part.items)
            else:
                items(holder, (part,))
