"""What the item analysis says, in words, tables and charts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.utils.safestring import SafeString

from dgxblock import charts, formats
from dgxblock.charts import Share
from dgxblock.content.model import Assessment, ChoiceItem, DecideItem, Exercise, Item, NumberItem
from dgxblock.formats import DASH
from dgxblock.i18n import gettext as _
from dgxblock.psychometrics import MOST_PRIVATE, Flag, ItemStatistics, Response, Sitting, TestStatistics, analyse

__all__ = ["Question", "Report", "report", "sittings"]

_MOST_NOTES: Final = 8
_TONES: Final = {Flag.CHECK_KEY: "dgx-bad", Flag.UNFAIR: "dgx-bad", Flag.WEAK: "dgx-part"}


@dataclass(frozen=True, slots=True)
class Question:
    """A question in words. `bar` is the width of its facility in a track of 72; `advice` are pairs of tone and words;
    `rows` of the note table are words, number and share, those of `options` label, number, share, mean rest score and
    what to think of it."""

    number: str
    title: str
    n: int
    facility: str
    bar: int
    discrimination: str
    common: str
    advice: tuple[tuple[str, str], ...]
    chart: SafeString
    chart_title: str
    notes: tuple[tuple[str, int, str], ...]
    options: tuple[tuple[str, int, str, str, str], ...]
    more: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole analysis. `few`: too few people, and nothing else is told. `head` are pairs of label and value."""

    n: int
    few: bool
    least: int
    head: tuple[tuple[str, str], ...]
    questions: tuple[Question, ...]
    too_few: tuple[str, ...]


def sittings(content: Assessment | Exercise, submissions: Iterable[Any], /) -> Iterator[Sitting]:
    """The first hand-in of each learner: what comes later has learned from it. `submissions` come by learner and
    number. Practice tells nothing about a question that counts."""
    items = {item.id: item for item in content.items}
    for learner, rows in groupby(submissions, key=lambda row: row.place.learner_id):
        attempt = next((row.attempt for row in rows if row.attempt.kind != "practice"), None)
        if attempt is None:
            continue
        asked = [name for name in (attempt.paper or items) if name in items and name in attempt.marks]
        seconds = (attempt.submitted_at - attempt.started_at).total_seconds()
        yield Sitting(learner, {name: _response(items[name], attempt) for name in asked}, seconds, attempt.passed)


def _response(item: Item, attempt: Any) -> Response:
    mark, answer = attempt.marks[item.id], attempt.answers.get(item.id)
    chosen: tuple[str, ...] = ()
    if isinstance(item, ChoiceItem):
        chosen = tuple(answer) if isinstance(answer, list) else (answer,) if isinstance(answer, str) and answer else ()
    elif isinstance(item, DecideItem) and isinstance(answer, dict) and answer.get("option"):
        chosen = (str(answer["option"]),)
    key = attempt.values.get(item.ref) if isinstance(item, NumberItem) else None
    return Response(
        None if mark["verdict"] == "waiting" else float(mark["fraction"]), item.points, str(mark["note"]), chosen,
        float(key) if isinstance(key, int | float) else None,
    )  # fmt: skip


def report(content: Assessment | Exercise, submissions: Iterable[Any], lang: str, uid: str, /) -> Report:
    """The analysis of a block's content over what was handed in there."""
    found = analyse(sittings(content, submissions))
    names = {item.id: (str(number), item) for number, item in enumerate(content.items, 1)}
    return Report(
        n=found.n, few=found.few, least=MOST_PRIVATE, head=() if found.few else tuple(_head(found, lang)),
        questions=tuple(
            _question(*names[name], item, found.n, lang, f"{uid}--{name}")
            for name, item in sorted(found.items.items(), key=lambda each: int(names[each[0]][0]))
        ),
        too_few=tuple(f"{names[name][0]} ({n})" for name, n in found.too_few.items()),
    )  # fmt: skip


def _head(found: TestStatistics, lang: str) -> Iterator[tuple[str, str]]:
    yield _("People"), str(found.n)
    yield _("Mean"), _("%(n)s out of 100", n=_number(100 * (found.mean or 0), 1))
    yield _("Have passed"), formats.format_value(found.passed or 0, "percent0", lang)
    if found.seconds is not None:
        yield _("Median time"), formats.format_duration(found.seconds, lang)
    if found.alpha is not None:
        each = found.alpha
        yield _("Reliability α"), _(
            "%(value)s (95%% interval %(low)s to %(high)s, %(items)s questions)",
            value=_number(each.value), low=_number(each.low), high=_number(each.high), items=each.items,
        )  # fmt: skip


def _question(number: str, item: Item, found: ItemStatistics, people: int, lang: str, uid: str) -> Question:
    title = formats.one_line(item.prompt.plain(lang), lang)
    words = {note: note_words(item, note, lang) for note, _count in found.notes}
    notes = tuple((words[note], count, _share(count, found.n, lang)) for note, count in found.notes[:_MOST_NOTES])
    wrong = next(((note, count) for note, count in found.notes if note not in ("ok", "blank")), None)
    chart_title = _("How question %(n)s was answered", n=number)
    return Question(
        number=number, title=title, n=found.n, facility=_number(found.facility), bar=round(72 * found.facility),
        discrimination=_number(found.discrimination),
        common=f"{words[wrong[0]]} {_share(wrong[1], found.n, lang)}" if wrong else DASH,
        advice=tuple((_TONES.get(flag, ""), flag_words(flag)) for flag in found.flags),
        chart=SafeString(charts.shares(
            uid, [Share(label, count / found.n, f"{count} · {share}", accent=place == 0)
                  for place, (label, count, share) in enumerate(notes)],
            title=chart_title, desc=formats.join_list([f"{label} {count}" for label, count, _s in notes], lang),
        )),
        chart_title=chart_title, notes=notes, options=tuple(_options(item, found, lang)),
        more=tuple(_more(found, people, lang)),
    )  # fmt: skip


def _more(found: ItemStatistics, people: int, lang: str) -> Iterator[tuple[str, str]]:
    if found.n < people:
        yield _("Asked"), _("%(n)s of %(all)s people", n=found.n, all=people)
    yield _("Best 27 per cent minus worst 27 per cent"), _number(found.d27)
    yield _("Discriminative efficiency"), _number(found.efficiency)
    if found.alpha_without is not None:
        yield _("α without this question"), _number(found.alpha_without)
    if found.fairness is not None:
        quarters = formats.join_list([_number(each) for each in found.fairness.means], lang)
        yield _("Facility by the size of one's own key, in quarters"), quarters


def _options(item: Item, found: ItemStatistics, lang: str) -> Iterator[tuple[str, int, str, str, str]]:
    if isinstance(item, ChoiceItem):
        labels = {each.id: (each.label.plain(lang), each.correct and not item.key) for each in item.choices}
    elif isinstance(item, DecideItem):
        labels = {each.id: (each.label.plain(lang), False) for each in item.options}
    else:
        return
    known = {option.id: option for option in found.options}
    for name, (label, right) in labels.items():
        option = known.get(name)
        if option is None:
            yield label, 0, _share(0, found.n, lang), DASH, "" if right else _("nobody chooses it")
            continue
        rest = DASH if option.rest is None else _number(option.rest)
        thought = _("right") if right else "" if option.functional else _("hardly anybody chooses it")
        yield label, option.count, _share(option.count, found.n, lang), rest, thought


def note_words(item: Item, note: str, lang: str, /) -> str:
    """What a grader's note means to somebody who reads a table."""
    plain = {
        "ok": _("right"),
        "blank": _("not answered"),
        "wrong": _("wrong otherwise"),
        "carried": _("right with a slip carried forward"),
        "rounding": _("rounded too early"),
        "unit": _("wrong unit"),
        "missed": _("something was missed"),
        "extra": _("something too much"),
    }.get(note)
    if plain is not None:
        return plain
    if note.startswith("unread"):
        return _("could not be read")
    for each in getattr(item, "misconceptions", ()):
        if each.note == note and each.feedback is not None:
            return _short(each.feedback.plain(lang), lang)
    for each in getattr(item, "choices", ()):
        if each.note == note:
            return _short(each.label.plain(lang), lang)
    return note


def _short(text: str, lang: str) -> str:
    line = formats.one_line(text, lang)
    return line if len(line) <= 40 else line[:39] + "…"


def flag_words(flag: Flag, /) -> str:
    """Advice."""
    return {
        Flag.CHECK_KEY: _("check the key: the better people get it wrong"),
        Flag.UNFAIR: _("unequal: own numbers make it easier or harder"),
        Flag.WEAK: _("look at it: hardly tells good from weak"),
        Flag.HARD: _("very hard"),
        Flag.EASY: _("very easy"),
    }[flag]


def _share(count: int, n: int, lang: str) -> str:
    return formats.format_value(count / n if n else 0, "percent0", lang)


def _number(value: float | None, places: int = 2) -> str:
    return DASH if value is None else f"{value:.{places}f}".replace("-", "\u2212")
