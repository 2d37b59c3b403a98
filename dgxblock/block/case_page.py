"""What the page of a case shows to one learner at one moment.

Everything secret stays out by construction: the views below are made from the steps that were taken and from the one
decision that is open, and an open decision hands out its options as `Choice`, which has no consequence to leak.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from dgxblock import formats, lab
from dgxblock.block import figures
from dgxblock.block.exhibits import ExhibitView, exhibit_views
from dgxblock.block.road import Made, Road, Step, walk
from dgxblock.block.words import count_word, lead, letter, letters, ordinal
from dgxblock.content.model import Case, Decision, Text, Value
from dgxblock.i18n import gettext as _
from dgxblock.i18n import ngettext

__all__ = ["build", "road_of"]

FEWEST = 10
"""Class choices are shown from this many on: below it a reader could tell who chose what."""
MINUTES_A_DECISION = 4


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the contents list. `state` is the mark's: ``""``, ``half``, ``full``."""

    label: str
    target: str
    state: str
    tone: str
    remark: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """An option before it is chosen; `lead` stands before its label."""

    id: str
    lead: str
    label: Text
    detail: Text


@dataclass(frozen=True, slots=True)
class OpenDecision:
    """The decision to take now. `kpis` pairs labels with figures, `evidence` are the exhibits to look at."""

    id: str
    number: str
    prompt: Text
    choices: tuple[Choice, ...]
    kpis: tuple[tuple[Text, str], ...]
    evidence: tuple[ExhibitView, ...]
    extra: str
    letters: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision that was taken, with what followed from it."""

    number: str
    letter: str
    lead: str
    moment: str
    people: int
    step: Step
    change: figures.Figure | None
    others: figures.Figure | None
    tone: str
    state: str
    focus: bool


def road_of(case: Case, made: Iterable[Made], /) -> Road:
    """The road so far, with figures from the teaching variant of the data.

    Raises:
        LabError: the data set cannot be built.
    """
    return walk(case.decisions, made, lab.build(case.dataset, case.dataset.seed).values)


def build(
    case: Case, lang: str, uid: str, /, *,
    made: Iterable[Made] = (), draft: Any = None, counts: Mapping[str, Mapping[str, int]] | None = None,
    focus: str = "",
) -> dict[str, Any]:  # fmt: skip
    """The context of ``case.html``. `counts` are the class's choices by decision and option, `focus` the id of the
    decision that was taken just now.

    Raises:
        LabError: the data set cannot be built.
    """
    sheet = lab.build(case.dataset, case.dataset.seed)
    road = walk(case.decisions, made, sheet.values)
    exhibits = exhibit_views(case, sheet, lang, uid)
    parts = [("opening", case.opening.title), *((section.id, section.title) for section in case.sections)]
    place = {name: ordinal(number, lang) for number, (name, _title) in enumerate(parts, 1)}
    after = len(parts)
    return {
        "case": case,
        "uid": uid,
        "lang": lang,
        "stop": "、" if lang == "zh-CN" else ". ",
        "values": sheet.values,
        "exhibits": exhibits,
        "maturity": [ordinal(level, lang) for level in case.meta.maturity or ()],
        "firm": firm(case, lang),
        "protagonist": protagonist(case.opening.protagonist, lang),
        "sections": [(place[section.id], section, _blocks(section.blocks, exhibits)) for section in case.sections],
        "numbers": {
            "opening": place["opening"],
            "decisions": ordinal(after + 1, lang),
            "epilogue": ordinal(after + 2, lang),
            "reflection": ordinal(after + 3, lang),
        },
        "contents": contents(case, road, draft, sheet.values, lang),
        "road": road,
        "taken": [
            _taken(case, step, sheet.values, lang, uid, (counts or {}).get(step.decision.id, {}), focus)
            for step in road.steps
        ],
        "open": road.current and _open(case, road.current, road, lang, exhibits),
        "total": count_word(road.total, lang) if lang == "zh-CN" else road.total,
        "total_word": count_word(road.total, lang),
        "left_word": count_word(road.left, lang),
        "minutes": road.total * MINUTES_A_DECISION,
        "reflections": [(prompt, (draft.answers if draft else {}).get(prompt.id, "")) for prompt in case.reflection],
        "draft": draft,
        "saved_at": draft and formats.format_time(timezone.localtime(draft.updated_at), lang),
        "fewest": FEWEST,
        "tables": ("" if lang == "zh-CN" else " ").join(
            _("%(table)s: %(n)s rows.", language=lang, table=table.label.plain(lang), n=f"{len(table.rows):,}")
            for table in sheet.tables.values()
        ),
    }


def firm(case: Case, lang: str, /) -> str:
    """Size and headcount in words; empty where they are not known."""
    if case.meta.size is None:
        return ""
    people = f"{case.meta.size.employees:,}"
    return {
        "micro": _("micro, %(n)s staff", language=lang, n=people),
        "small": _("small, %(n)s staff", language=lang, n=people),
        "medium": _("medium-sized, %(n)s staff", language=lang, n=people),
        "large": _("large, %(n)s staff", language=lang, n=people),
    }[case.meta.size.kind]


def protagonist(name: str, lang: str, /) -> str:
    """The part of a name like ``周敏 Zhou Min`` that readers of `lang` read; all of it if there is no such part."""
    words = name.split()
    chinese = [word for word in words if any(character > "\u2e80" for character in word)]
    own = chinese if lang == "zh-CN" else [word for word in words if word not in chinese]
    return " ".join(own) or name


def _blocks(blocks: Iterable[Any], exhibits: Mapping[str, ExhibitView]) -> list[tuple[str, Any]]:
    return [(block.kind, exhibits[block.ref] if block.kind == "exhibit" else block) for block in blocks]


def contents(case: Case, road: Road, draft: Any, values: Mapping[str, Value], lang: str, /) -> list[Row]:
    """The contents list. Nobody measures reading: sections count as read once a decision rests on them."""
    begun = bool(road.steps)
    rows = []
    for number, (target, text) in enumerate(
        [("--opening", case.opening.title), *((f"-{section.id}", section.title) for section in case.sections)]
    ):
        title = formats.one_line(text.plain(lang, values), lang)
        if begun:
            rows.append(Row(title, target, "full", "dgx-ok", _("Read", language=lang)))
        else:
            here = number == 0
            rows.append(Row(
                title, target, "half" if here else "", "dgx-now" if here else "",
                _("Start here", language=lang) if here else "", here,
            ))  # fmt: skip
    done, total = len(road.steps), road.total
    word = count_word(total, lang)
    label = _("One decision", language=lang) if total == 1 else _("%(count)s decisions", language=lang, count=word)
    label = label[:1].upper() + label[1:]
    if road.finished:
        rows.append(Row(label, "--decisions", "full", "dgx-ok", _("Done", language=lang)))
        rows.append(Row(_("What happened", language=lang), "--epilogue", "full", "dgx-now", _("Open", language=lang)))
    else:
        remark = (
            _("%(done)s of %(total)s taken", language=lang, done=done, total=total)
            if begun
            else _("Not started", language=lang)
        )
        rows.append(Row(label, "--decisions", "half" if begun else "", "dgx-now" if begun else "", remark, begun))
        rows.append(Row(_("What happened", language=lang), "", "", "", _("Opens after the decisions", language=lang)))
    written = bool(draft and any(str(text).strip() for text in draft.answers.values()))
    state, tone = ("full", "dgx-ok") if written else ("", "")
    remark = _("Saved", language=lang) if written else _("Not graded", language=lang)
    label = ngettext("A question for yourself", "Questions for yourself", len(case.reflection), language=lang)
    rows.append(Row(label, "--reflection", state, tone, remark))
    return rows


def _open(case: Case, decision: Decision, road: Road, lang: str, exhibits: Mapping[str, ExhibitView]) -> OpenDecision:
    choices = tuple(
        Choice(option.id, lead(place, option.label.plain(lang), lang), option.label, option.detail)
        for place, option in enumerate(decision.options)
    )
    return OpenDecision(
        id=decision.id,
        number=ordinal(len(road.steps) + 1, lang),
        prompt=decision.prompt,
        choices=choices,
        kpis=tuple(
            (state.label, formats.format_value(road.state[state.name], state.format, lang))
            for state in case.decisions.states
        ),
        evidence=tuple(exhibits[each] for each in decision.evidence if each in exhibits),
        extra=json.dumps({"decision": decision.id}),
        letters=letters(len(decision.options), lang),
    )


_TONES = {"best": ("dgx-ok", "full"), "partial": ("dgx-part", "half"), "poor": ("dgx-part", "half")}


def _taken(
    case: Case, step: Step, values: Mapping[str, Value], lang: str, uid: str, counts: Mapping[str, int], focus: str
) -> Taken:
    tone, state = _TONES[step.option.verdict]
    ids = [option.id for option in step.decision.options]
    counts = {each: counts.get(each, 0) for each in ids}
    made_at = timezone.localtime(step.made.made_at)
    return Taken(
        number=ordinal(step.number, lang),
        letter=letter(ids.index(step.option.id), lang),
        lead=lead(ids.index(step.option.id), step.option.label.plain(lang), lang),
        moment=formats.format_datetime(made_at, lang, today=timezone.localdate()),
        people=sum(counts.values()),
        step=step,
        change=figures.changes(case, step, values, lang, f"{uid}-{step.decision.id}-k") if step.changes else None,
        others=(
            figures.class_choices(step, counts, values, lang, f"{uid}-{step.decision.id}-o")
            if sum(counts.values()) >= FEWEST
            else None
        ),
        tone=tone,
        state=state,
        focus=focus == step.decision.id,
    )
