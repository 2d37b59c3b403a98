"""The staff's part of a page: texts that wait to be judged, one after the other, by the author's rubric."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from dgxblock.block import answers, host
from dgxblock.block.http import ApiError
from dgxblock.content.model import EssayItem, Item
from dgxblock.formats import format_datetime
from dgxblock.grading import credited, total
from dgxblock.i18n import gettext as _
from dgxblock.items import kind_of, marks_from, repriced
from dgxblock.items.essay import control_of, judged
from dgxblock.items.kind import from_stored, to_store

__all__ = ["MOST_COMMENT", "Panel", "carried", "panel", "require_staff", "save"]

MOST_COMMENT: Final = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """A text in the list. `key` names it in requests."""

    key: str
    name: str
    when: str
    waiting: bool
    current: bool

    @property
    def request(self) -> str:
        """The request that opens it, as JSON."""
        return json.dumps({"key": self.key})


@dataclass(frozen=True, slots=True)
class Panel:
    """What the staff see: the list, and the text that is open with its rubric."""

    entries: tuple[Entry, ...]
    waiting: int
    item: EssayItem | None
    control: Any
    key: str
    digest: str
    name: str

    @property
    def request(self) -> str:
        """What a judgement says of the text that it is about, as JSON."""
        return json.dumps({"key": self.key, "digest": self.digest})


def require_staff(block: Any, /) -> None:
    """Let only the course's staff through.

    Raises:
        ApiError: anybody else.
    """
    block.learner()
    if not host.is_staff(block):
        raise ApiError(403, "not-staff", _("Only the staff of this course can do that. Nothing was changed."))


def essays(items: Sequence[Item], /) -> dict[str, EssayItem]:
    """The questions that a person judges, by id."""
    return {item.id: item for item in items if isinstance(item, EssayItem)}


def panel(block: Any, items: Sequence[Item], lang: str, /, show: str = "") -> Panel | None:
    """The panel, None where the content has nothing to judge. `show` opens one text, else the first that waits."""
    asked = essays(items)
    if not asked:
        return None
    from dgxblock.insight.names import masked_names

    rows = block.ledger().waiting(block.course(), str(block.scope_ids.usage_id), judged=True)
    names = masked_names({row.place.learner_id for row in rows})
    found = [
        (f"{row.number}:{item}:{row.place.learner_id}", row, asked[item], mark.get("verdict") == "waiting")
        for row in rows
        for item, mark in row.marks.items()
        if item in asked and isinstance(row.answers.get(item), str) and mark.get("verdict") != "unread"
    ]
    found.sort(key=lambda each: not each[3])  # what waits comes first, each in order of time
    opened = next((each for each in found if each[0] == show), None) or next((each for each in found if each[3]), None)
    text = opened[1].answers[opened[2].id] if opened else ""
    mark = marks_from(opened[1].marks, [opened[2]], opened[1].answers)[opened[2].id] if opened else None
    return Panel(
        entries=tuple(
            Entry(
                key, names.get(row.place.learner_id, "—"), format_datetime(timezone.localtime(row.submitted_at), lang),
                waits, opened is not None and key == opened[0],
            )
            for key, row, _item, waits in found
        ),
        waiting=sum(each[3] for each in found),
        item=opened[2] if opened else None,
        control=control_of(opened[2], text, lang, mark) if opened else None,
        key=opened[0] if opened else "",
        digest=block.ledger().text_digest(text),
        name=names.get(opened[1].place.learner_id, "—") if opened else "",
    )  # fmt: skip


def save(block: Any, items: Sequence[Item], data: Mapping[str, Any], /) -> None:
    """Store a judgement: ``{"key", "digest", "levels": {criterion: level}, "comment"}``. Scores follow at once.

    Raises:
        ApiError: not of the staff, not a text of this block, a criterion left out, or a text that has changed.
    """
    require_staff(block)
    number, item, learner = _named(data.get("key"), items)
    levels, comment, digest = data.get("levels"), answers.text(data.get("comment", "")), data.get("digest")
    if not isinstance(digest, str) or not isinstance(levels, dict) or len(comment) > MOST_COMMENT:
        raise answers.malformed()
    missing = [each.id for each in item.criteria if each.id not in levels]
    if missing:
        sentence = _("Please choose a level here.")
        raise ApiError(
            400, "levels", _("Not saved yet: a level is missing for each marked criterion. What you chose is kept."),
            fields={f"levels.{name}": sentence for name in missing},
        )  # fmt: skip
    try:
        mark = judged(item, {str(name): str(level) for name, level in levels.items()}, comment.strip())
    except ValueError:
        raise answers.malformed() from None
    ledger, registry = block.ledger(), host.registry()
    place = ledger.Place(learner, block.course(), str(block.scope_ids.usage_id))
    points = {each.id: each.points for each in items}

    def replacing(kept: Mapping[str, Any]) -> dict[str, Any]:
        return to_store(repriced(mark, from_stored(kept)))

    def rescore(attempt: Any, kept: Mapping[str, Any]) -> tuple[float, float, bool]:
        asked = {name: worth for name, worth in points.items() if not attempt.paper or name in attempt.paper}
        score = credited(total(marks_from(kept, items, {}), asked), attempt.credit)
        return score.earned, score.possible, block.passes(score)

    @ledger.undeadlocked
    def all_or_nothing() -> None:
        with transaction.atomic():
            ledger.review(
                place, number, item.id, digest=digest, mark=to_store(mark), reviewer_id=block.learner(),
                replacing=replacing, rescore=rescore,
            )  # fmt: skip
            if registry is not None:
                registry.reconsider(learner, place.course_key)

    try:
        all_or_nothing()
    except ledger.Conflict as refusal:
        raise answers.conflict(refusal.code) from None


def _named(key: object, items: Sequence[Item]) -> tuple[int, EssayItem, str]:
    parts = key.split(":", 2) if isinstance(key, str) else []
    asked = essays(items)
    if (
        len(parts) != 3
        or not (parts[0].isascii() and parts[0].isdecimal() and len(parts[0]) < 6)
        or parts[1] not in asked
    ):
        raise answers.malformed()
    return int(parts[0]), asked[parts[1]], parts[2]


def carried(items: Sequence[Item], given: Mapping[str, Any], marks: Mapping[str, Any], before: Sequence[Any], /) -> Any:
    """`marks`, with the judgement of an earlier attempt for each text that has not changed since. What hints cost
    stays as it is in `marks`."""
    found = dict(marks)
    for name, item in essays(items).items():
        for attempt in before:
            kept = attempt.marks.get(name)
            if (
                kept
                and kept.get("verdict") not in ("waiting", "unread", "blank")
                and attempt.answers.get(name) == given.get(name)
            ):
                found[name] = repriced(kind_of(item).restore(item, given[name], kept), marks[name])
    return found
